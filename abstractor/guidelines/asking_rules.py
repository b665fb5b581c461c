"""What an edition asks of a measure, held against the measure itself: needs that it has.

A need that nobody has would be asked for in silence: nothing would ever be missed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure
from abstractor.rules.measures.asking import Asking

__all__ = ["asking_refusals"]


def asking_refusals(measures: Sequence[tuple[Place, Measure]]) -> Iterator[KnowledgeError]:
    for place, measure in measures:
        for value, at in _parts(measure, place):
            yield from _asked(value, at)


def _parts(value: Any, place: Place) -> Iterator[tuple[Any, Place]]:
    """The value and every one that it is made of, each with its place."""
    yield value, place
    for field in fields(value):
        held = getattr(value, field.name)
        if is_dataclass(held):
            yield from _parts(held, place.within(field.name))
        for number, item in enumerate(held if isinstance(held, tuple) else ()):
            if is_dataclass(item):
                yield from _parts(item, place.within(field.name, field.name, number))


def _asked(rule: Any, place: Place) -> Iterator[KnowledgeError]:
    asked = getattr(rule, "asked", ())
    if not asked or not isinstance(asked[0], Asking):
        return
    has = [each.id for name in ("needs", "steps") for each in getattr(rule, name, ())]
    mend = f"name one of {', '.join(has)}" if has else "leave needs out: nothing is to be chosen from"
    for number, asking in enumerate(asked):
        at = place.within("asked", "asked", number)
        for which, need in enumerate(asking.needs):
            if need not in has:
                yield at.within("needs", "needs", which).refusal(f"the rule has no need {need!r}", mend)
