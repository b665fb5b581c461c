"""What happens to one made-up patient, by day: diseases, lines of therapy, results, visits.

Every patient has the same number of records of each type, so that a chart is one size for every peer. What
they say differs: HER2-positive and other breast cancers, cancers of other organs, records that do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from benchmarks import vocabulary as v

__all__ = ["PER_PATIENT", "Condition", "Course", "Ordered", "course_of"]

PER_PATIENT = {"Condition": 20, "Encounter": 30, "MedicationRequest": 30, "Observation": 60, "Patient": 1}

_FIRST_DAY, _LAST_DAY = date(2017, 6, 1), date(2023, 12, 28)
_DISEASES = (("her2", 45), ("low", 15), ("early", 20), ("stomach", 8), ("lung", 12))
_LINES = {
    "her2": v.HER2_LINES,
    "low": v.LOW_LINES,
    "early": v.EARLY_LINES,
    "stomach": v.STOMACH_LINES,
    "lung": v.LUNG_LINES,
}
# How a record can fail to count: each is rare, and each decides somebody's answer.
_VERIFIED = (("confirmed", 90), ("provisional", 4), ("refuted", 3), ("", 3))
_STATUSES = (("completed", 78), ("active", 8), ("stopped", 6), ("cancelled", 5), ("entered-in-error", 3))
_INTENTS = (("order", 94), ("plan", 3), ("proposal", 3))
_VISITED = (("finished", 92), ("cancelled", 5), ("entered-in-error", 3))

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Condition:
    what: v.Diagnosed
    day: date
    verified: str


@dataclass(frozen=True, slots=True)
class Ordered:
    """A MedicationRequest: what, when, and what its status elements say."""

    drug: v.Term
    day: date
    status: str
    intent: str
    forbidden: bool


@dataclass(frozen=True, slots=True)
class Course:
    """One patient. Every tuple is as long as `PER_PATIENT` says."""

    number: int
    disease: str
    birth: date
    gender: str
    conditions: tuple[Condition, ...]
    results: tuple[tuple[v.Measured, float | str, date], ...]
    orders: tuple[Ordered, ...]
    visits: tuple[tuple[date, str], ...]


def course_of(seed: int, number: int) -> Course:
    """The same patient for the same seed, whoever else is generated."""
    chance = Random(f"{seed}/{number}")  # noqa: S311 - charts that can be made again, no secrets
    disease = _drawn(chance, _DISEASES)
    found = _later(_FIRST_DAY, int(chance.random() * 1100))
    spread = found if chance.random() < 0.4 else _later(found, 300 + int(chance.random() * 700))
    orders = _orders(chance, disease, spread if disease != "early" else found)
    visits = _visits(chance, found, orders)
    days = [day for day, _ in visits]
    male = chance.random() < (0.5 if disease in ("stomach", "lung") else 0.01)
    return Course(
        number=number,
        disease=disease,
        birth=date(1936 + int(chance.random() * 50), 1 + int(chance.random() * 12), 15),
        gender="male" if male else "female",
        conditions=_conditions(chance, disease, found, spread),
        results=_results(chance, disease, found, days),
        orders=orders,
        visits=visits,
    )


def _drawn(chance: Random, weighted: Sequence[tuple[str, int]]) -> str:
    at = chance.random() * sum(weight for _, weight in weighted)
    for name, weight in weighted:
        at -= weight
        if at < 0:
            return name
    return weighted[-1][0]


def _one_of(chance: Random, choices: Sequence[Choice]) -> Choice:
    return choices[int(chance.random() * len(choices))]


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def _conditions(chance: Random, disease: str, found: date, spread: date) -> tuple[Condition, ...]:
    """The cancer and where it went, then what else there is; a disease may stand there more than once."""
    primary = {"stomach": v.STOMACH, "lung": v.LUNG}.get(disease) or _one_of(chance, v.BREAST)
    made = [Condition(primary, found, _drawn(chance, _VERIFIED))]
    if disease == "early":
        made.append(Condition(v.NOT_DISTANT, _later(found, 9), "confirmed"))
    else:
        sites = 1 if chance.random() < 0.7 else 2
        made += [Condition(_one_of(chance, v.METASTASES), spread, _drawn(chance, _VERIFIED))] * sites
    while len(made) < PER_PATIENT["Condition"]:
        day = _later(found, int(chance.random() * 1200) - 300)
        made.append(Condition(_one_of(chance, v.COMORBID), day, "confirmed"))
    return tuple(made)


def _orders(chance: Random, disease: str, start: date) -> tuple[Ordered, ...]:
    """Two to four lines, each ordered cycle by cycle, then supportive care and what people take anyway."""
    held: dict[tuple[str, date], Ordered] = {}
    room = PER_PATIENT["MedicationRequest"]
    lines = _LINES[disease]
    day = _later(start, 14 + int(chance.random() * 30))
    for choices in lines[: 2 + int(chance.random() * 3)]:
        regimen = _one_of(chance, choices)
        for _ in range(2 + int(chance.random() * 4)):
            for drug in regimen:
                chosen = _one_of(chance, v.TDXD) if drug in v.TDXD else drug
                _add(held, _ordered(chance, chosen, day), room - 6)
            day = _later(day, 42 + int(chance.random() * 22))
        day = _later(day, 10 + int(chance.random() * 30))
    if disease in ("her2", "low") and chance.random() < 0.5:
        _add(held, Ordered(v.ZOLEDRONIC, _later(start, 30), "active", "order", False), room)
    while len(held) < room:
        also = _one_of(chance, v.BACKGROUND)
        _add(held, Ordered(also, _later(start, int(chance.random() * 900)), "active", "order", False), room)
    return tuple(sorted(held.values(), key=lambda order: (order.day, order.drug.code)))


def _ordered(chance: Random, drug: v.Term, day: date) -> Ordered:
    forbidden = chance.random() < 0.02
    return Ordered(drug, day, _drawn(chance, _STATUSES), _drawn(chance, _INTENTS), forbidden)


def _add(held: dict[tuple[str, date], Ordered], order: Ordered, room: int) -> None:
    """One order of a drug a day: two would be one event for a reader that merges them."""
    if len(held) < room and order.day <= _LAST_DAY:
        held.setdefault((order.drug.name, order.day), order)


def _visits(chance: Random, found: date, orders: tuple[Ordered, ...]) -> tuple[tuple[date, str], ...]:
    """A visit a day at most, so that every Encounter is a visit of its own to every peer."""
    days = {found, *(order.day for order in orders[:20])}
    while len(days) < PER_PATIENT["Encounter"]:
        days.add(_later(found, int(chance.random() * 2000)))
    chosen = sorted(days)[: PER_PATIENT["Encounter"]]
    return tuple((day, _drawn(chance, _VISITED)) for day in chosen)


def _results(
    chance: Random, disease: str, found: date, days: Sequence[date]
) -> tuple[tuple[v.Measured, float | str, date], ...]:
    """The tumour's markers at diagnosis, then laboratory results and vital signs at the visits."""
    made: list[tuple[v.Measured, float | str, date]] = [
        (marker, answer, found) for marker, answer in v.TUMOUR[disease]
    ]
    measured = (*v.LABS, *v.VITALS)
    for place in range(PER_PATIENT["Observation"] - len(made)):
        kind = measured[place % len(measured)]
        value = round(kind.low + chance.random() * (kind.high - kind.low), 1)
        made.append((kind, value, days[(place * 7) % len(days)]))
    return tuple(made)
