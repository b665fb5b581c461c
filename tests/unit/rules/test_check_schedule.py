"""Checks on set days of a drug: when they are due, what leaves them open, and what a pause does."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from fixtures.stories import Story, Tale
from tests.asking import abstract_told, library
from tests.unit.rules.cdk46 import AS_OF, answer, finding, patient, with_status

START = "2022-03-01"
UNTIL = "2022-04-20"  # the third cycle never began
RESULTS = ("Observation", "DiagnosticReport")
DUE = ("2022-02-25", "2022-03-15", "2022-03-29", "2022-04-12")


def ordered(
    *, since: str = START, until: str = UNTIL, drug: str = "palbociclib", as_of: date = AS_OF
) -> Tale:
    return patient(as_of=as_of).order(drug, since, status="stopped", stated=(since, until))


def filled(*days: str, supply: int | None = 21) -> Tale:
    told = patient().order("palbociclib", days[0])
    for day in days:
        told = told.dispensed("palbociclib", day, days=supply)
    return told


CASES: dict[str, tuple[Callable[[], Tale | Story], str | None]] = {
    "all done": (lambda: ordered().blood_count(*DUE), "met"),
    "one missed": (lambda: ordered().blood_count(*DUE[:3]), "not-met"),
    "in doubt by its month": (lambda: ordered().blood_count(*DUE[:3], "2022-04"), "unknown (date-uncertain)"),
    "of another month": (lambda: ordered().blood_count(*DUE[:3], "2022-06"), "not-met"),
    "a start of which only the month is known": (
        lambda: ordered(since="2022-03").blood_count(*DUE),
        "unknown (date-uncertain)",
    ),
    "a preliminary count": (
        lambda: with_status(ordered().blood_count(*DUE), RESULTS, DUE[3], "preliminary"),
        "unknown (not-final)",
    ),
    "a cancelled count": (
        lambda: with_status(ordered().blood_count(*DUE), RESULTS, DUE[3], "cancelled"),
        "not-met",
    ),
    "no drug of these": (lambda: patient().order("letrozole", START).blood_count(*DUE), None),
    "a draft of an order": (
        lambda: patient().order("palbociclib", START, status="draft").blood_count(*DUE),
        None,
    ),
    "an order of unknown status": (
        lambda: with_status(ordered().blood_count(*DUE[:3]), ("MedicationRequest",), START, "unknown"),
        "unknown (status-unknown)",
    ),
    "an order without an end, checks missed": (
        lambda: patient().order("palbociclib", START, status="active").blood_count(*DUE[:1]),
        "unknown (exposure-unknown)",
    ),
    "an order on hold, checks missed": (
        lambda: (
            patient()
            .order("palbociclib", START, status="on-hold", stated=(START, UNTIL))
            .blood_count(*DUE[:2])
        ),
        "unknown (exposure-unknown)",
    ),
    "fills in time": (lambda: filled(START, "2022-03-29").blood_count(*DUE), "met"),
    "a fill without its supply": (
        lambda: filled(START, supply=None).blood_count(*DUE[:2]),
        "unknown (exposure-unknown)",
    ),
    "a pause moves what is due": (
        lambda: filled(START, "2022-04-12").blood_count(*DUE[:2], "2022-04-12", "2022-04-26"),
        "met",
    ),
    "a pause, and the count on the day first planned": (
        lambda: filled(START, "2022-04-12").blood_count(*DUE[:3], "2022-04-26"),
        "not-met",
    ),
    "a supply of three cycles": (
        lambda: (
            patient()
            .order("palbociclib", START)
            .dispensed("palbociclib", START, days=63)
            .blood_count(*DUE, "2022-04-26")
        ),
        "met",
    ),
    "nothing is due after the stop": (lambda: ordered(until="2022-04-11").blood_count(*DUE[:3]), "met"),
    "a line of three weeks less a day": (lambda: ordered(until="2022-03-20"), "excluded (short-line)"),
    "a line of three weeks": (lambda: ordered(until="2022-03-21"), "not-met"),
    "known before the window closes": (
        lambda: ordered(as_of=date(2022, 4, 15)).blood_count(*DUE[:3]),
        "pending",
    ),
    "known when the window closes": (
        lambda: ordered(as_of=date(2022, 4, 16)).blood_count(*DUE[:3]),
        "not-met",
    ),
}


@pytest.mark.parametrize("told", CASES)
def test_a_schedule(told: str) -> None:
    make, expected = CASES[told]
    assert answer(make(), "CDK-CBC") == expected


def test_checks_that_may_have_been_due_are_told_apart() -> None:
    found = finding(filled(START, supply=None).blood_count(*DUE[:2]), "CDK-CBC")
    assert found is not None
    assert "of palbociclib from 2022-03-01 to 2022-03-01, perhaps to " in found.statement
    assert re.search(r"2 of 2 due checks done, \d+ more may have been due; none for ", found.statement)


def test_what_is_due_is_told_drug_by_drug() -> None:
    (rule,) = [each.rule for each in library().measures if each.id == "CDK-CBC"]
    palbociclib, ribociclib, abemaciclib, _ = rule.sentence().split(". ")
    assert palbociclib == (
        "On palbociclib: blood count at baseline, then days 15, 29, 43, 57, 85, 113 and 141, "
        "then day 225 and every 84 days after it"
    )
    assert ribociclib.startswith("On ribociclib: ") and "84" not in ribociclib
    assert abemaciclib.endswith("days 15, 29, 43, 57, 85 and 113")


def test_it_tells_how_many_were_due_and_which_was_missed() -> None:
    found = finding(ordered().blood_count(*DUE[:3]), "CDK-CBC")
    assert found is not None
    assert "3 of 4 due checks done; missing 2022-04-12 (blood count: none)" in found.statement
    assert found.would_clear == ("blood count dated from 2022-04-09 to 2022-04-16",)
    assert {e.value for e in found.evidence if e.path.endswith("effectiveDateTime")} == {
        f"{day}T15:00:00Z" for day in DUE[:3]
    }


@pytest.mark.parametrize(
    ("start", "counts", "verdict", "also"),
    [
        ("2024-09", 2, "unknown", "fda-ribociclib-2017-03-13"),  # the labels differ by the ECG of cycle 2
        ("2024-09-16", 2, "not-met", None),
        ("2024-09-17", 2, "met", None),
    ],
)
def test_a_start_on_either_side_of_a_label(start: str, counts: int, verdict: str, also: str | None) -> None:
    told = patient(as_of=date(2025, 6, 30)).order(
        "ribociclib", start, status="stopped", stated=(start, "2024-12-31")
    )
    found = finding(told.ecg(420, "2024-09-01").ecg(420, "2024-09-30"), "CDK-ECG")
    assert found is not None
    assert (found.verdict, found.also) == (verdict, also)


def test_a_drug_changed_within_a_line_gives_one_finding_that_tells_both() -> None:
    told = ordered().blood_count(*DUE)
    told = told.order("abemaciclib", "2022-03-20", status="stopped", stated=("2022-03-20", "2022-05-20"))
    found = finding(told, "CDK-CBC")
    assert found is not None
    assert found.verdict == "not-met"
    assert "Of 2 such events: 1 not-met, 1 met." in found.statement


def test_taking_a_check_away_never_makes_it_better() -> None:
    order = ["met", "pending", "unknown", "not-met"]
    told = [ordered().blood_count(*DUE[:many]) for many in range(len(DUE), -1, -1)]
    ranks = [order.index(str(answer(each, "CDK-CBC"))) for each in told]
    assert ranks == sorted(ranks)


def test_an_unrelated_fact_never_changes_it() -> None:
    with_more = (
        ordered().blood_count(*DUE[:3]).lvef(60, "2022-04-12").condition("R53.83", "Fatigue", "2022-04-12")
    )
    assert finding(with_more, "CDK-CBC") == finding(ordered().blood_count(*DUE[:3]), "CDK-CBC")


def goes_on() -> Tale:
    """Palbociclib with letrozole, then with capecitabine: another line, and no new start of it."""
    return (
        filled(START, "2022-03-29", "2022-04-26")
        .order("letrozole", START, status="stopped", stated=(START, "2022-04-20"))
        .course(["capecitabine"], "2022-04-25", cycles=2)
        .blood_count(*DUE, "2022-04-26")
    )


def test_a_drug_that_goes_on_in_the_next_line_is_not_started_again() -> None:
    made = goes_on().told()
    assert [each.agents for each in abstract_told(made).lines] == [
        ("letrozole", "palbociclib"),
        ("capecitabine", "palbociclib"),
    ]
    found = [each for each in abstract_told(made).findings if each.rule in ("CDK-CBC", "CDK-STOP")]
    assert [(each.rule, each.line and each.line.number) for each in found] == [
        ("CDK-CBC", 1),
        ("CDK-STOP", 1),
    ]
    assert "5 of 5 due checks done" in found[0].statement
    assert "early (76 d, before 3 months)" in found[1].statement


def test_a_drug_taken_again_after_a_long_break_is_started_again() -> None:
    told = (
        ordered().blood_count(*DUE).progression("2022-05-01").course(["capecitabine"], "2022-05-10", cycles=3)
    )
    told = told.progression("2022-08-01").order(
        "palbociclib", "2022-08-15", status="stopped", stated=("2022-08-15", "2022-10-20")
    )
    found = [each for each in abstract_told(told.told()).findings if each.rule == "CDK-CBC"]
    assert [str(each.verdict) for each in found] == ["met", "not-met"]
