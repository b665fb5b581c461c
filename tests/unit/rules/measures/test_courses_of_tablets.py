"""How long a drug is taken at home: partial dates, leftover supply, lists, plans; and its dose."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fixtures.stories import Tale
from tests.unit.rules.cdk46 import answer, finding, patient

START = "2022-03-01"
LATE = date(2023, 6, 30)
NO_REASON = "unknown (stop-reason-unknown)"
NOT_KNOWN = "unknown (exposure-unknown)"


def ordered(
    until: str,
    *,
    since: str = START,
    drug: str = "palbociclib",
    status: str = "stopped",
    as_of: date = LATE,
    why: str | None = None,
) -> Tale:
    told = patient(as_of=as_of)
    return told.order(drug, since, status=status, stated=(since, until), stopped_for=why)


def filled(*days: str) -> Tale:
    """Three weeks of palbociclib on each of the days: with its week of rest each lasts four."""
    told = patient(as_of=LATE)
    for day in days:
        told.dispensed("palbociclib", day, days=21)
    return told


def in_units(unit: str, amount: float | None = 3) -> Tale:
    """Ribociclib as a product of 200 mg, so many of `unit` at a time."""
    name = "ribociclib 200 MG Oral Tablet"
    rxnorm = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1873987", "display": name}
    quantity: dict[str, Any] = {"unit": unit} if amount is None else {"unit": unit, "value": amount}
    daily = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    return ordered("2022-06-01", drug="ribociclib").but(
        medicationCodeableConcept={"coding": [rxnorm], "text": name},
        dosageInstruction=[{"timing": daily, "doseAndRate": [{"doseQuantity": quantity}]}],
    )


COURSES: list[tuple[str, Callable[[], Tale], str, str]] = [
    (
        "a stated end of some day of a month",
        lambda: ordered("2022-05", status="completed"),
        NO_REASON,
        "early (61 to 91 d, before 6 months)",
    ),
    (
        "stopped on some day of this very month",
        lambda: ordered("2022-12", as_of=date(2022, 12, 20)),
        "met",
        "275 to 294 d, before 12 months",
    ),
    (
        "a stated end a month ago, which the next order may follow",
        lambda: ordered("2022-06-01", status="completed", as_of=date(2022, 7, 1)),
        "pending",
        "taken for 92 days so far",
    ),
    (
        "stopped on this very day, so that it still goes on",
        lambda: ordered("2022-06-01", as_of=date(2022, 6, 1)),
        "pending",
        "taken for 92 days so far",
    ),
    (
        "stopped before its supply was used up",
        lambda: ordered("2022-03-31").dispensed("palbociclib", START, days=90),
        NO_REASON,
        "early (30 d, before 3 months)",
    ),
    (
        "stopped on some day of March, before its supply was used up",
        lambda: ordered("2022-03").dispensed("palbociclib", START, days=90),
        NO_REASON,
        "early (0 to 30 d, before 3 months)",
    ),
    (
        "said to be taken long after the last fill",
        lambda: filled(START).said_to_take("palbociclib", "2022-05-15", "2022-12-01"),
        NO_REASON,
        "early (20 d, before 3 months)",
    ),
    (
        "said to be taken so long after it that nobody else tells of that time",
        lambda: filled(START).said_to_take("palbociclib", "2022-06-10", "2022-12-01"),
        NO_REASON,
        "early (20 d, before 3 months)",
    ),
    (
        "an order while a supply lasts",
        lambda: filled(START).order("palbociclib", "2022-03-15"),
        NOT_KNOWN,
        "taken for 20 to 486 days",
    ),
    (
        "an order after the supply",
        lambda: filled(START).order("palbociclib", "2022-04-01"),
        NOT_KNOWN,
        "taken for 31 to 486 days",
    ),
    (
        "a plan that was stopped",
        lambda: ordered("2022-09-30", status="completed").order(
            "palbociclib", START, intent="plan", status="stopped", stated=(START, "2022-04-01")
        ),
        "met",
        "213 d, before 12 months",
    ),
    (
        "a plan on hold",
        lambda: ordered("2022-09-30", status="completed").order(
            "palbociclib", "2022-04-01", intent="plan", status="on-hold"
        ),
        "met",
        "213 d, before 12 months",
    ),
    (
        "a fill of some day of March before one without its supply",
        lambda: filled("2022-03").dispensed("palbociclib", "2022-03-10", days=None),
        NOT_KNOWN,
        "taken for 0 to 477 days",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "length"), COURSES, ids=[row[0] for row in COURSES])
def test_how_long(name: str, told: Callable[[], Tale], verdict: str, length: str) -> None:
    found = finding(told(), "CDK-STOP")
    assert found is not None
    assert answer(told(), "CDK-STOP") == verdict
    assert f"The chart shows: {length}" in found.statement


@pytest.mark.parametrize(
    ("status", "count", "told"),
    [
        ("stopped", "2022-04", "3 of 4 due checks done; 2022-04-12"),
        ("unknown", "2022-04", "3 of 3 due checks done, 1 more may have been due; 2022-04-12"),
        ("unknown", "2022-06-30", "3 of 3 due checks done, 1 more may have been due"),
    ],
)
def test_checks_that_may_have_been_due_are_counted_apart(status: str, count: str, told: str) -> None:
    """A count on some day of April, or long after: of a drug that was surely taken it was due."""
    course = ordered("2022-04-20", status=status)
    found = finding(course.blood_count("2022-02-25", "2022-03-15", "2022-03-29", count), "CDK-CBC")
    assert found is not None
    assert told in found.statement


HELD: list[tuple[str, Callable[[], Tale], str | None]] = [
    ("a pause of a week", lambda: filled(START, "2022-04-05"), "held from 2022-03-29 to 2022-04-04"),
    ("a pause of six days", lambda: filled(START, "2022-04-04"), None),
    (
        "what is left of a supply lasts longer",
        lambda: filled(START, "2022-03-22", "2022-05-03"),
        "held from 2022-04-26 to 2022-05-02",
    ),
    ("a fill that may be of late March", lambda: filled("2022-03", "2022-04-25"), None),
    (
        "a period that may have gone on to the end of March",
        lambda: ordered("2022-03", status="completed").order(
            "palbociclib", "2022-04-20", stated=("2022-04-20", "2022-06-01")
        ),
        "held from 2022-04-01 to 2022-04-19",
    ),
    (
        "a second period that may have gone on to the end of May",
        lambda: (
            ordered("2022-03-31", status="completed")
            .order("palbociclib", "2022-04-01", stated=("2022-04-01", "2022-05"))
            .order("palbociclib", "2022-06-20", stated=("2022-06-20", "2022-07-10"))
        ),
        "held from 2022-06-01 to 2022-06-19",
    ),
    (
        "an order within the period of another",
        lambda: (
            ordered("2022-05-31", status="completed")
            .order("palbociclib", "2022-03-20", stated=("2022-03-20", "2022-04-10"))
            .order("palbociclib", "2022-06-20", stated=("2022-06-20", "2022-07-10"))
        ),
        "held from 2022-06-01 to 2022-06-19",
    ),
]


@pytest.mark.parametrize(("name", "told", "pause"), HELD, ids=[row[0] for row in HELD])
def test_when_it_was_held(name: str, told: Callable[[], Tale], pause: str | None) -> None:
    found = finding(told(), "CDK-STOP")
    assert found is not None
    assert found.statement.count("held from") == (0 if pause is None else 1)
    assert pause is None or pause in found.statement


@pytest.mark.parametrize(
    ("unit", "amount", "dose"),
    [
        ("tablet", 3, "started at 600 mg"),
        ("Tablets", 2, "started at 400 mg"),
        ("tab", 3, "started at 600 mg"),
        ("capsule", 3, "started at 600 mg"),
        ("cap", 3, "started at 600 mg"),
        ("mg", 600, "started at 600 mg"),
        ("mL", 3, None),
        ("tablet", None, None),
        ("mg", None, None),
    ],
)
def test_the_dose_that_is_told(unit: str, amount: float | None, dose: str | None) -> None:
    found = finding(in_units(unit, amount), "CDK-STOP")
    assert found is not None
    assert ("started at" in found.statement) is (dose is not None)
    assert dose is None or dose in found.statement


def test_a_course_is_shown_by_its_first_fill_and_its_last() -> None:
    found = finding(filled(START, "2022-03-29", "2022-04-26"), "CDK-STOP")
    assert found is not None
    assert {each.resource for each in found.evidence} == {
        "MedicationDispense/someone-dispense-1",
        "MedicationDispense/someone-dispense-3",
    }


def test_doses_are_told_by_day_in_whatever_order_they_were_recorded() -> None:
    told = patient(as_of=LATE)
    for amount, since, until in (("75 mg", "2022-05-01", "2022-06-01"), ("125 mg", START, "2022-04-30")):
        told.order("palbociclib", since, status="stopped", stated=(since, until), dosage=f"{amount} daily")
    found = finding(told, "CDK-STOP")
    assert found is not None
    assert "started at 125 mg; reduced to 75 mg on 2022-05-01" in found.statement


def test_an_order_of_unknown_status_tells_no_dose() -> None:
    told = ordered("2022-06-01").order("palbociclib", START, status="unknown", dosage="125 mg daily")
    found = finding(told, "CDK-STOP")
    assert found is not None
    assert "started at" not in found.statement


NEAR: list[tuple[str, Callable[[], Tale], str]] = [
    (
        "the line ended with progression",
        lambda: ordered("2022-06-01").progression("2022-06-10"),
        "progression (inferred: the line ended with it on 2022-06-01)",
    ),
    (
        "the line ended with progression, and neutropenia came before",
        lambda: (
            ordered("2022-06-01").progression("2022-06-10").condition("D70.1", "Neutropenia", "2022-05-28")
        ),
        "; also near it: toxicity/haematologic (inferred",
    ),
    (
        "few neutrophils long before",
        lambda: ordered("2022-06-01").blood_count("2022-04-01", neutrophils=0.5),
        "no reason on record within 14 days",
    ),
    (
        "death half a year later",
        lambda: ordered("2022-06-01").death("2022-12-01"),
        "no reason on record within 14 days",
    ),
    (
        "death on the last day that is near",
        lambda: ordered("2022-06-01").death("2022-06-15"),
        "death on 2022-06-15",
    ),
    (
        "letrozole went on by a day",
        lambda: ordered("2022-06-01", why="Nausea").order("letrozole", START, stated=(START, "2022-06-02")),
        'the record says "Nausea"; letrozole went on',
    ),
    (
        "letrozole ended on the same day",
        lambda: ordered("2022-06-01", why="Nausea").order("letrozole", START, stated=(START, "2022-06-01")),
        'the record says "Nausea" (stopped-early)',
    ),
]


@pytest.mark.parametrize(("name", "told", "words"), NEAR, ids=[row[0] for row in NEAR])
def test_what_lies_near_its_end(name: str, told: Callable[[], Tale], words: str) -> None:
    found = finding(told(), "CDK-STOP")
    assert found is not None
    assert words in found.statement


@pytest.mark.parametrize("rule", ["CDK-CBC", "CDK-STOP"])
def test_tablets_that_were_filled_were_taken_though_the_injection_beside_them_was_never_given(
    rule: str,
) -> None:
    told = filled(START, "2022-03-29").order("fulvestrant", START).given("zoledronic acid", "2022-01-10")
    assert "ordered-not-given" not in answer(told, rule)
    without = patient(as_of=LATE).order("palbociclib", START).order("fulvestrant", START)
    without.given("zoledronic acid", "2022-01-10")
    assert "excluded (ordered-not-given)" in answer(without, rule)
