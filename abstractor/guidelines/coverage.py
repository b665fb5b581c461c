"""Concepts that nothing loaded gives a code or a word for: what rests on them alone can be found in no chart.

A site's rule of that sort is refused, since the site can mend it. Of a shipped one `guidelines check` warns,
and the measure is `unknown` where silence would have been an omission (`Library.uncoded`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abstractor.codes import NAMES_OF_UNLISTED, ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.concepts import Concept, members
from abstractor.guidelines.entries import Held
from abstractor.guidelines.references import Naming, names_in
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure

__all__ = ["Blind", "blind", "uncoded"]


@dataclass(frozen=True, slots=True)
class Blind:
    """A list of concepts of a measure, none of which can be found."""

    measure: str
    concepts: tuple[str, ...]
    place: Place

    @property
    def refusal(self) -> KnowledgeError:
        named = ", ".join(repr(each) for each in self.concepts)
        return self.place.refusal(
            f"no code is loaded for {named}", "add its codes to codes.csv in the site's folder"
        )


def uncoded(concepts: Mapping[str, Concept], value_sets: ValueSets) -> frozenset[str]:
    """A union is coded where one of its members is. What a name may mean without its code finds nothing."""
    found = (means for (system, _), means in value_sets.concepts.items() if system != NAMES_OF_UNLISTED)
    held = {concept for means in found for concept in means}
    return frozenset(name for name in concepts if held.isdisjoint(members(name, concepts)))


def blind(measure: Held[Measure], lacking: frozenset[str]) -> Iterator[Blind]:
    place, value = measure
    lists: dict[tuple[int, str], list[tuple[str, Place]]] = {}
    for each in names_in(value, place):
        if each.naming is Naming.CONCEPT:
            lists.setdefault((id(each.owner), each.field), []).append((each.name, each.place))
    for named in lists.values():
        if lacking.issuperset(name for name, _ in named):
            yield Blind(value.id, tuple(name for name, _ in named), named[0][1])
