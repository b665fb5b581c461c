"""Concepts of which a record has only one: a code that has both would speak for and against one thing."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from abstractor.codes import ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import parts_of
from abstractor.guidelines.shelf import Place
from abstractor.guidelines.tables import CodeRow
from abstractor.rules.library import Measure
from abstractor.rules.measures.holding import Wanted

__all__ = ["asked_and_taken_out", "opposite_meanings", "opposites"]

# Of each family ("answer:...") a record says one.
_ONE_OF = frozenset({"answer", "intent", "severity"})
_HISTORY = "history-of-"
_APART: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "hormone-receptor-negative-status": frozenset({"er-positive-status", "pr-positive-status"}),
        "breast-carcinoma-in-situ": frozenset({"breast-cancer"}),
        "ambiguous-metastasis": frozenset({"distant-metastasis", "history-of-metastasis"}),
        "ambiguous-nodal-metastasis": frozenset({"distant-metastasis", "distant-nodal-metastasis"}),
        "history-of-metastasis": frozenset({"distant-metastasis"}),
    }
)


def opposites(one: str, other: str) -> bool:
    if one == other:
        return False
    family, colon, _ = one.partition(":")
    if colon and family in _ONE_OF and other.startswith(f"{family}:"):
        return True
    return _against(one, other) or _against(other, one)


def _against(one: str, other: str) -> bool:
    turned = one.replace("positive", "negative")
    return (turned != one and turned == other) or one == _HISTORY + other or other in _APART.get(one, ())


def opposite_meanings(rows: Sequence[CodeRow]) -> Iterator[KnowledgeError]:
    """A code may have several concepts (a bone metastasis is a distant one); some do not go together."""
    seen: dict[tuple[str, str], list[CodeRow]] = {}
    for row in rows:
        if row.rank is not None:
            continue
        held = seen.setdefault((row.system, row.code), [])
        for other in held:
            if opposites(other.meanings[0], row.meanings[0]):
                wrong = f"one code with two meanings ({other.place.entry}: {other.meanings[0]})"
                yield row.place.refusal(wrong, "keep the line that is right")
                break
        held.append(row)


def asked_and_taken_out(
    measures: Sequence[tuple[Place, Measure]], value_sets: ValueSets, unions: Mapping[str, tuple[str, ...]]
) -> Iterator[KnowledgeError]:
    """A code that shows what is due and takes the patient out: whoever had the care would not be counted."""
    together = [frozenset(concepts) for concepts in value_sets.concepts.values() if len(concepts) > 1]
    for place, measure in measures:
        for value, at in parts_of(measure, place):
            asked = {each for name in _asked(value, at) for each in unions.get(name, (name,))}
            for number, name in enumerate(getattr(value, "taken_out_by", ())):
                out = frozenset(unions.get(name, (name,)))
                beside = out.union(*(each for each in together if not out.isdisjoint(each)))
                if not asked.isdisjoint(beside):
                    wrong = f"{name!r} takes out the patient, and a code of it shows what is due"
                    where = at.within("taken_out_by", "taken_out_by", number)
                    yield where.refusal(wrong, "give each concept codes of its own, or name another")


def _asked(value: Any, place: Place) -> Iterator[str]:
    for need in getattr(value, "needs", ()) if hasattr(value, "taken_out_by") else ():
        for part, _ in parts_of(need, place):
            yield from part.concepts() if isinstance(part, Wanted) else ()
