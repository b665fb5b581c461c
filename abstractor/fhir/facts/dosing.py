"""How much of a drug, how often, and what one tablet holds: from the structure of a dosage, else from its
text where the whole text is one plain dose ("125 mg daily", "600 mg once daily days 1-21", "150 mg BID"), or
several of them with "then" between.

Steps that differ are doses only where their order is stated; a range, an "or" give nothing.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from abstractor.chart import Dose, Source
from abstractor.chart.drugs import UnreadDosage
from abstractor.fhir.elements.datatypes import CodeableConcept, Quantity
from abstractor.fhir.elements.medications import Dosage, DoseGiven, Timing
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.facts.unlisted import clipped

__all__ = ["Dosing", "dose_given", "dose_in_words", "dosing_of", "strength_of", "when_needed"]

# HL7's timing abbreviations, and what stands for them in a text.
_A_DAY = {"QD": 1.0, "AM": 1.0, "PM": 1.0, "BID": 2.0, "TID": 3.0, "QID": 4.0, "QOD": 0.5}
_OFTEN = tuple(
    (re.compile(rf"(?:{words})(?![a-z])\.?"), rate)
    for words, rate in (
        (r"every other day|q\.?o\.?d", 0.5),
        (r"(?:twice|two times|2 times) (?:daily|a day|per day)|b\.?i\.?d|every 12 hours|q ?12 ?h", 2.0),
        (r"(?:three|3) times (?:daily|a day|per day)|t\.?i\.?d|every 8 hours|q ?8 ?h", 3.0),
        (r"once (?:daily|a day|every day)|daily|every day|q\.?d|qam|qhs", 1.0),
    )
)
_THEN = re.compile(r"[,;.]? ?(?:and )?\bthen (?:increase to )?(?=\d|take|give)")
_AMOUNT = re.compile(
    r"(?:take |give )?(?:(?:1|one) (?:tablet|tab|capsule|cap) \(?"
    r"|\d{1,2} (?:tablets|tabs|capsules|caps) \((?=[^()]*total\)))?"
    r"(\d{1,5}(?:\.\d{1,3})?) ?(mg|mcg|g)\b,?"
    r"(?: total)?\)?,?(?: \((?![^()]*\bor\b)[^()]*\))?,? ?(?:by mouth|orally|oral|po)?,? ?"
)
# What may follow: the days of a cycle and how to take it, never another amount.
_FOLLOWS = frozenset(
    "on off for of days day weeks week each every a the in cycle cycles then followed by to through and with "
    "without food rest as directed repeat treatment mouth orally po".split()
)
_DAYS = re.compile(r"\d{1,2}(?:-\d{1,2})?|\d{1,2}-day")
_UNITS_A_DAY = {"h": 24.0, "d": 1.0, "wk": 1 / 7}
_MILLIGRAMS = re.compile(
    r"(\d{1,4}(?:\.\d{1,3})?) ?mg\b(?! ?/ ?[\d.]* ?(?:ml|l|m2|kg|g|h|hr)\b)(?! ?per\b)(?!-)", re.IGNORECASE
)
_DECIMALS = 6
_REMEMBERED = 8192

Found = tuple[Dose | None, tuple[Source, ...]]


class Dosing(Struct, frozen=True, gc=False):
    """What a dosage says: one dose, or several that come one after another, or `unread` words."""

    dose: Dose | None = None
    steps: tuple[Dose, ...] = ()
    unread: UnreadDosage | None = None
    sources: tuple[Source, ...] = ()


def dosing_of(
    record: Record[Any], steps: tuple[Dosage, ...] | None, agents: tuple[str, ...], desk: Desk
) -> Dosing:
    """The dose, where all steps of the dosage say the same; the doses, where they say which comes first."""
    if not steps:
        return Dosing()
    read = [_of_step(step, agents, desk) for step in steps]
    doses = {dose for dose, _ in read}
    path, stood = read[0][1]
    sources = (record.source(f"dosageInstruction[0].{path}", stood),) if path else ()
    if len(doses) == 1 and (dose := doses.pop()) is not None:
        return Dosing(dose, sources=sources)
    if in_turn := _in_turn(steps, [dose for dose, _ in read]):
        return Dosing(steps=in_turn, sources=sources)
    text = steps[0].text if len(steps) == 1 else None
    if text and (in_turn := _steps_in_words(_after_the_name(text, agents, desk))):
        return Dosing(steps=in_turn, sources=(record.source("dosageInstruction[0].text", text),))
    said = [step.text for step in steps if step.text]
    cited = (record.source("dosageInstruction[0].text", steps[0].text),) if steps[0].text else ()
    return Dosing(unread=UnreadDosage(clipped("; ".join(dict.fromkeys(said))) or "", cited))


def _in_turn(steps: Sequence[Dosage], doses: Sequence[Dose | None]) -> tuple[Dose, ...]:
    """By their numbers, where each has its own."""
    numbered = {step.sequence: dose for step, dose in zip(steps, doses, strict=True) if dose is not None}
    if len(numbered) != len(steps) or len(steps) == 1:
        return ()
    return tuple(dose for at, dose in sorted(numbered.items(), key=_number) if at is not None)


def _number(step: tuple[int | None, Dose]) -> int:
    return step[0] or 0


def _after_the_name(text: str, agents: tuple[str, ...], desk: Desk) -> str:
    """A text that begins with the drug's own name, from its dose on."""
    named = re.match(r"\s*(?:take |give )?([A-Za-z][A-Za-z ()-]*?)[ :,]+(?=\d)", text, re.IGNORECASE)
    if named is None or not agents or desk.lexicon.agents_of((), named[1]).agents != agents:
        return text
    return text[named.end() :]


def dose_given(record: Record[Any], given: DoseGiven | None) -> Found:
    """The amount of a dose that was given."""
    quantity = given.dose if given is not None else None
    amount = _amount(quantity)
    if quantity is None or amount is None:
        return None, ()
    return Dose(amount, _unit(quantity), None), (record.source("dosage.dose.value", quantity.value),)


def when_needed(steps: Iterable[Dosage] | None) -> bool:
    """Is it to be taken only when needed?"""
    return any(step.as_needed_boolean or step.as_needed_codeable_concept is not None for step in steps or ())


def _of_step(
    step: Dosage, agents: tuple[str, ...], desk: Desk
) -> tuple[Dose | None, tuple[str, str | float | bool | None]]:
    amounts = [each.dose_quantity for each in step.dose_and_rate or () if each.dose_quantity is not None]
    ranged = any(each.dose_range is not None for each in step.dose_and_rate or ())
    often = _often(step.timing)
    if amounts and not ranged:
        held = {(_amount(quantity), _unit(quantity)) for quantity in amounts}
        amount, unit = held.pop()
        if held or amount is None:
            return None, ("", None)
        return Dose(amount, unit, often), ("doseAndRate[0].doseQuantity.value", amounts[0].value)
    if ranged or not step.text:
        return None, ("", None)
    dose = dose_in_words(_after_the_name(step.text, agents, desk))
    if dose is not None and often is not None and often != dose.per_day:
        return None, ("", None)
    return dose, ("text", step.text)


def _amount(quantity: Quantity | None) -> float | None:
    if quantity is None or quantity.comparator or quantity.value is None or not quantity.value > 0:
        return None
    return float(quantity.value)


def _unit(quantity: Quantity) -> str | None:
    unit = quantity.unit or quantity.code
    return unit.strip().lower() if unit and unit.strip() else None


def _often(timing: Timing | None) -> float | None:
    """How often a day: by the repeat, else by the abbreviation; None for a range of either."""
    if timing is None:
        return None
    repeat = timing.repeat
    if repeat is not None and repeat.period and repeat.period_unit in _UNITS_A_DAY:
        if repeat.frequency_max is not None or repeat.period_max is not None or repeat.period <= 0:
            return None
        return round((repeat.frequency or 1) * _UNITS_A_DAY[repeat.period_unit] / repeat.period, _DECIMALS)
    codes = {_A_DAY.get((coding.code or "").upper()) for coding in _codings(timing.code)}
    return codes.pop() if len(codes) == 1 else None


def _codings(concept: CodeableConcept | None) -> Sequence[Any]:
    return () if concept is None else concept.coding or ()


@lru_cache(maxsize=_REMEMBERED)
def dose_in_words(text: str) -> Dose | None:
    """The dose that a whole text says; None where anything in it is not understood."""
    plain = " ".join(text.lower().split())
    said = _AMOUNT.match(plain)
    if said is None:
        return None
    for often, rate in _OFTEN:
        found = often.match(plain, said.end())
        if found is not None:
            whole = all(map(_follows, re.split(r"[ ,;/]+", plain[found.end() :].strip(" .,;"))))
            return Dose(float(said[1]), said[2], rate) if whole else None
    return None


def _steps_in_words(text: str) -> tuple[Dose, ...]:
    """Doses with "then" between them; none where one of them is not understood."""
    read = [dose_in_words(part) for part in _THEN.split(" ".join(text.lower().split()))]
    doses = tuple(dose for dose in read if dose is not None)
    return doses if len(doses) == len(read) > 1 else ()


def _follows(word: str) -> bool:
    return not word or word in _FOLLOWS or _DAYS.fullmatch(word) is not None


@lru_cache(maxsize=_REMEMBERED)
def strength_of(displays: tuple[str, ...]) -> float | None:
    """What one unit of a coded product holds in mg ("abemaciclib 150 MG Oral Tablet"), where all that is
    said agrees; a concentration ("70 MG/ML") is none."""
    found = {float(amount) for display in displays for amount in _MILLIGRAMS.findall(display)}
    return found.pop() if len(found) == 1 else None
