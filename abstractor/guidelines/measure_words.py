"""What a measure says in words and shares that no type holds: another word or number would let the measure
pass over everybody, or judge everybody, in silence.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import parts_of
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Measure
from abstractor.rules.measures.check_before_dose import CheckBeforeDose
from abstractor.rules.measures.needs import Substitution
from abstractor.rules.measures.patients import Who
from abstractor.rules.measures.tails import ContraceptionTail

__all__ = ["wording_refusals"]

_GENDERS = ("female", "male")
_HELD_BY_ID = ("needs", "once", "steps")


def wording_refusals(measures: Sequence[tuple[Place, Measure]]) -> Iterator[KnowledgeError]:
    for place, measure in measures:
        for value, at in parts_of(measure, place):
            yield from _twice(value, at)
            match value:
                case Who() | ContraceptionTail() if value.gender not in _GENDERS:
                    wrong = f"unknown gender {value.gender!r}"
                    yield at.within("gender").refusal(wrong, f"use {' or '.join(_GENDERS)}")
                case ContraceptionTail() if bool(value.months) == bool(value.weeks):
                    wrong = "a tail of months and weeks, or of neither"
                    yield at.refusal(wrong, "say how long it is in one of the two")
                case CheckBeforeDose() if not 0 < value.share <= 1:
                    wrong = f"{value.share:g} is no share of the doses"
                    yield at.within("share").refusal(wrong, "write one above 0 and up to 1, as 0.9")
        yield from _of_no_need(measure.rule, place)


def _twice(value: Any, place: Place) -> Iterator[KnowledgeError]:
    """By its id an edition asks for one of them."""
    for name in _HELD_BY_ID:
        seen: set[str] = set()
        for number, each in enumerate(getattr(value, name, ())):
            known = getattr(each, "id", None)
            if known is not None and known in seen:
                wrong = f"two of {name} with the id {known!r}"
                yield place.within(name, name, number).at("id").refusal(wrong, "give each its own")
            seen.add(known or "")


def _of_no_need(rule: Any, place: Place) -> Iterator[KnowledgeError]:
    """A substitution of a need that the rule does not have would excuse nobody."""
    for value, at in parts_of(rule, place.within("rule")):
        has = [need.id for need in getattr(value, "needs", ()) if hasattr(need, "id")]
        excuses = getattr(value, "excuses", None)
        for number, each in enumerate(getattr(excuses, "substituted", ())):
            if isinstance(each, Substitution) and each.need not in has:
                where = at.within("excuses").within("substituted", "substituted", number).at("need")
                yield where.refusal(f"the rule has no need {each.need!r}", f"name one of {', '.join(has)}")
