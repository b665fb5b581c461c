"""ILD-ACT on records as clinics write them: where the grade stands, what a dose is, and whose disease it
is.
"""

from collections.abc import Callable
from typing import Any

import pytest

from abstractor.abstract import Finding, Flag
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

DRUG = TDXD[0]
GRADE_2 = "Drug-induced pneumonitis, grade 2"


def treated() -> Tale:
    """Five doses of T-DXd up to 26 April."""
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    return told.course(TDXD, "2022-02-01", until="2022-04-26")


def ill(words: str = GRADE_2, on: str = "2022-05-10", **more: Any) -> Tale:
    return treated().condition("J70.2", words, on, **more)


def again(told: Tale, on: str = "2022-06-21", **more: Any) -> Tale:
    return told.given(DRUG, on, **more)


def steroid(told: Tale, on: str = "2022-05-10") -> Tale:
    return told.order("prednisone", on)


def decided(told: Tale) -> tuple[list[Finding], list[Flag]]:
    abstract = abstract_told(told.told())
    found = [each for each in abstract.findings if each.rule == "ILD-ACT"]
    return found, [flag for flag in abstract.flags if flag.code == "ILD-ACT"]


def graded(told: Tale, on: str | None, **value: Any) -> Tale:
    """A CTCAE grade that names the pneumonitis on record."""
    (reference,) = [
        f"Condition/{r['id']}"
        for r in told.told().resources
        if r["resourceType"] == "Condition" and r["code"]["coding"][0]["code"] == "J70.2"
    ]
    result = {
        "resourceType": "Observation",
        "id": "grade",
        "status": "final",
        "code": {"text": "CTCAE grade"},
        "subject": {"reference": "Patient/someone"},
        "focus": [{"reference": reference}],
        **value,
    }
    return told.raw(result if on is None else {**result, "effectiveDateTime": on})


OUTCOMES: list[tuple[str, Callable[[], Tale], str, str | None]] = [
    ("grade in the words of the diagnosis", lambda: again(ill()), "not-met critical", None),
    ("grade by its severity", lambda: again(ill("Pneumonitis", grade="severe")), "not-met critical", None),
    (
        "an adverse event with a severity",
        lambda: again(treated().harmed("Pneumonitis", "2022-05-10", severity="moderate")),
        "not-met critical",
        None,
    ),
    (
        "a graded result of the next day",
        lambda: again(graded(ill("Pneumonitis"), "2022-05-11", valueInteger=2)),
        "not-met critical",
        None,
    ),
    (
        "a graded result in words",
        lambda: again(graded(ill("Pneumonitis"), "2022-05-11", valueString="Grade 3")),
        "not-met critical",
        None,
    ),
    (
        "a grade that was written only after the dose",
        lambda: again(graded(ill("Pneumonitis"), "2022-06-25", valueInteger=2)),
        "unknown",
        "date-uncertain",
    ),
    (
        "a graded result without a date",
        lambda: again(graded(ill("Pneumonitis"), None, valueInteger=2)),
        "unknown",
        "grade-unknown",
    ),
    ("a range of grades", lambda: again(ill("Pneumonitis, grade 1-2")), "unknown", "grade-unknown"),
    ("nobody says whether it is confirmed", lambda: again(ill(verification=None)), "not-met critical", None),
    ("provisional", lambda: again(ill(verification="provisional")), "unknown", "not-confirmed"),
    ("refuted", lambda: again(ill(verification="refuted")), "", None),
    ("entered in error", lambda: again(ill(verification="entered-in-error")), "", None),
    (
        "an unspecific code",
        lambda: again(treated().condition("J98.4", GRADE_2, "2022-05-10")),
        "unknown",
        None,
    ),
    (
        "radiation by its code",
        lambda: again(treated().condition("J70.0", "Acute manifestations of radiation", "2022-05-10")),
        "",
        None,
    ),
    (
        "radiation by its words",
        lambda: again(treated().harmed("Radiation pneumonitis, grade 2", "2022-05-10")),
        "unknown",
        "not-confirmed",
    ),
    (
        "report text alone",
        lambda: again(treated().note("Drug-induced pneumonitis, grade 2.", "2022-05-10")),
        "unknown",
        "text-only",
    ),
    ("report text that denies it", lambda: again(treated().note("No pneumonitis.", "2022-05-10")), "", None),
    (
        "a grade in report text alone",
        lambda: again(ill("Pneumonitis").note("Pneumonitis grade 2 today.", "2022-05-10")),
        "unknown",
        "grade-text-only",
    ),
    (
        "no grade, a steroid in its week",
        lambda: again(ill("Pneumonitis").order("prednisone", "2022-05-12")),
        "not-met review",
        "grade-assumed",
    ),
    (
        "no grade, dexamethasone with the next cycle",
        lambda: again(ill("Pneumonitis").order("dexamethasone", "2022-05-12")),
        "unknown",
        "grade-unknown",
    ),
    ("a dose that was not given", lambda: again(steroid(ill()), status="not-done"), "met", None),
    ("a dose entered in error", lambda: again(steroid(ill()), status="entered-in-error"), "met", None),
    ("held, and no steroid", ill, "met", None),
    ("held, no grade, no steroid", lambda: ill("Pneumonitis"), "met", None),
    (
        "held, no grade, and a steroid",
        lambda: steroid(ill("Pneumonitis")),
        "met",
        None,
    ),
    ("a dose that was broken off", lambda: again(ill(), status="stopped"), "not-met critical", None),
    ("a dose of unknown status", lambda: again(ill(), status="unknown"), "unknown", "status-unknown"),
    ("a dose billed as a procedure", lambda: ill().billed(DRUG, "2022-06-21"), "not-met critical", None),
    ("an order alone", lambda: steroid(ill()).order(DRUG, "2022-06-21"), "met", None),
    (
        "said to be taken later",
        lambda: ill().said_to_take(DRUG, "2022-06-21"),
        "unknown",
        "only-said",
    ),
    (
        "a dose on the day it was written down",
        lambda: again(ill(), "2022-05-10"),
        "unknown",
        "date-uncertain",
    ),
    ("a dose on the day after", lambda: again(ill(), "2022-05-11"), "not-met critical", None),
    (
        "a month, a dose within it",
        lambda: again(ill(on="2022-05"), "2022-05-21"),
        "unknown",
        "date-uncertain",
    ),
    ("a month, a dose after it", lambda: again(ill(on="2022-05"), "2022-06-01"), "not-met critical", None),
    ("a dose of some day of June", lambda: again(ill(), "2022-06"), "not-met critical", None),
    ("on the day of the first dose", lambda: again(ill(on="2022-02-01")), "unknown", "onset-uncertain"),
    ("in the month of the first dose", lambda: again(ill(on="2022-02")), "unknown", "onset-uncertain"),
    ("before the first dose", lambda: again(ill(on="2022-01-31")), "", None),
    (
        "a T-DXd that was ordered and never given",
        lambda: (
            tale("someone")
            .her2_positive_mbc("2021-12-01", "liver")
            .order(DRUG, "2022-02-01")
            .given("docetaxel", "2022-02-08")
            .condition("J70.2", GRADE_2, "2022-05-10")
        ),
        "",
        None,
    ),
]


@pytest.mark.parametrize(("name", "told", "expected", "reason"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_what_counts(name: str, told: Callable[[], Tale], expected: str, reason: str | None) -> None:
    found, flags = decided(told())
    said = [f"{each.verdict} {' '.join(flag.severity for flag in flags)}".strip() for each in found]
    assert said == ([expected] if expected else []), [each.statement for each in found]
    assert reason is None or f"({reason})" in found[0].statement


def test_it_flags_out_of_the_period_and_of_an_excluded_chart() -> None:
    told = tale("someone").breast_cancer("2015-01-05").course(TDXD, "2019-12-23", until="2020-02-03")
    told.condition("J70.2", GRADE_2, "2020-02-20").given(DRUG, "2020-03-10")
    abstract = abstract_told(told.told())
    assert abstract.inclusion.verdict == "excluded"
    assert [str(flag.severity) for flag in abstract.flags if flag.code == "ILD-ACT"] == ["critical"]
    assert abstract.flagged


def test_what_the_label_asks_for_besides_is_told() -> None:
    told = ill().order("prednisone", "2022-05-12", stated=("2022-05-12", "2022-06-08"))
    told.reported("CT of the chest", "2022-05-09", loinc="24627-2")
    (found,) = decided(told)[0]
    assert "a systemic steroid within 7 days met (prednisone ordered on 2022-05-12" in found.statement
    assert "for 28 days" in found.statement
    assert "chest CT within 28 days met" in found.statement
    assert "a pulmonology referral within 28 days unknown" in found.statement


@pytest.mark.parametrize(
    ("over", "first", "second", "told"),
    [
        ("2022-06-07", 300.0, 300.0, "the same dose may be given; 300 mg before and 300 mg after"),
        ("2022-06-08", 300.0, 240.0, "one dose level less is due; 300 mg before and 240 mg after"),
        ("2022-06-08", 300.0, None, "one dose level less is due; the doses are not both stated"),
    ],
)
def test_after_grade_1_the_dose_is_told(over: str, first: float, second: float | None, told: str) -> None:
    story = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    story.given(DRUG, "2022-04-05", milligrams=first).given(DRUG, "2022-04-26", milligrams=first)
    story.condition("J70.2", "Pneumonitis, grade 1", "2022-05-10", clinical="resolved")
    story.but(abatementDateTime=over)
    (found,) = decided(again(story, milligrams=second))[0]
    assert found.verdict == "met", found.statement
    assert told in found.statement


def test_two_episodes_are_judged_each_by_itself() -> None:
    """A second one of grade 2 makes no hard stop of the dose between the two."""
    first = ill("Pneumonitis, grade 1", "2022-03-08", clinical="resolved").but(abatementDateTime="2022-03-14")
    (found,) = decided(steroid(first.condition("J70.4", GRADE_2, "2022-05-10")))[0]
    assert found.verdict == "met", found.statement


@pytest.mark.parametrize(
    ("grade", "told"),
    [
        ("mild", "a systemic steroid: none, asked for from grade 2 on; chest CT within"),
        (None, "a systemic steroid: none, asked for from grade 2 on; chest CT within"),
        ("moderate", "a systemic steroid within 7 days not met; chest CT within"),
    ],
)
def test_a_steroid_that_is_not_asked_for_is_not_told_as_missed(grade: str | None, told: str) -> None:
    (found,) = decided(ill("Pneumonitis", grade=grade).order("letrozole", "2022-01-10"))[0]
    assert told in found.statement
