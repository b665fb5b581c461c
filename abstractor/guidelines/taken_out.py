"""A measure that takes out the very patients who had what it asks for."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from abstractor.codes import ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import parts_of
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure
from abstractor.rules.measures.holding import Wanted

__all__ = ["asked_and_taken_out"]


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
