"""PAIN and DISTRESS at several visits: what is told of them, what was declined and when; scores of several
days and what followed each.
"""

from collections.abc import Callable

import pytest

from fixtures.stories import Tale
from tests.unit.rules.measures.test_screening import SCORE, ended, finding, pain, patient, phq9

SCREENING = (
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "G0444",
    "Annual depression screening, 15 minutes",
)


def scored(told: Tale, score: float, on: str) -> Tale:
    return told.measured("72514-3", "Pain severity", on, amount=(score, SCORE))


@pytest.mark.parametrize(
    ("told", "shows"),
    [
        (pain, "1 of 1 visit"),
        (lambda: pain().visit("2022-04-04"), "1 of 2 visits"),
        (lambda: scored(pain().visit("2022-04-04"), 1, "2022-04-04"), "2 of 2 visits"),
        (lambda: pain(2, "2022-03-06"), "0 of 1 visit"),
    ],
)
def test_it_is_told_at_how_many_visits(told: Callable[[], Tale], shows: str) -> None:
    assert shows in finding(told(), "PAIN").statement


def test_a_screening_is_told_by_its_result() -> None:
    assert "PHQ-9 4" in finding(phq9(), "DISTRESS").statement
    assert "on 2022-03-07." in finding(phq9(), "DISTRESS").statement
    assert "distress screening: none" in finding(phq9(4, "2021-03-08"), "DISTRESS").statement


def test_of_two_visits_that_are_open_the_first_is_told() -> None:
    found = finding(scored(pain(2, "2022-03").visit("2022-04-04"), 2, "2022-04"), "PAIN")
    assert found.verdict == "unknown"
    assert "on 2022-03-01..2022-03-31, which may lie in the window (date-uncertain)" in found.statement


def declined(on: str, **elements: object) -> Tale:
    """A screening that was offered and refused; the year before, one that was done."""
    told = phq9(4, "2021-03-08")
    return told.asked_for("Depression screening", on, refused=True, code=SCREENING).but(**elements)


DECLINED: list[tuple[str, Callable[[], Tale], str]] = [
    ("in the period", lambda: declined("2022-03-08"), "exception (declined)"),
    ("the year before", lambda: declined("2021-03-08"), "not-met"),
    ("on some day", lambda: declined("2022-03-08", authoredOn=None), "not-met"),
    ("some day of a month that is half in it", lambda: declined("2021-12"), "not-met"),
    ("and then done", lambda: _then_done(), "met"),
]


def _then_done() -> Tale:
    return declined("2022-03-08").measured("44261-6", "PHQ-9 total score", "2022-06-06", amount=(4, SCORE))


@pytest.mark.parametrize(("name", "told", "verdict"), DECLINED, ids=[row[0] for row in DECLINED])
def test_a_screening_that_was_offered_and_declined(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told(), "DISTRESS") == verdict


def high_twice(*referred: str) -> Tale:
    told = phq9(15).measured("44261-6", "PHQ-9 total score", "2022-08-01", amount=(16, SCORE))
    told.asked_for("Dental examination", "2022-03-08")
    for on in referred:
        told.asked_for("Psychology referral", on)
    return told


@pytest.mark.parametrize(
    ("referred", "verdict", "shows"),
    [
        (("2022-03-21", "2022-08-15"), "met", "PHQ-9 1"),
        (("2022-03-21",), "not-met", "on 2022-08-01, high"),
        (("2022-08-15",), "not-met", "on 2022-03-07, high"),
        (("2022-04-06", "2022-08-31"), "met", "PHQ-9 1"),
        (("2022-04-07", "2022-08-31"), "not-met", "on 2022-03-07, high"),
    ],
)
def test_each_high_score_is_followed_for_itself(referred: tuple[str, ...], verdict: str, shows: str) -> None:
    found = finding(high_twice(*referred), "DISTRESS")
    assert (found.verdict, shows in found.statement) == (verdict, True), found.statement


def test_after_a_high_score_nobody_is_left_to_refer_who_died() -> None:
    told = phq9(15).asked_for("Dental examination", "2022-03-08")
    assert ended(told, "DISTRESS") == "not-met"
    assert ended(told.death("2022-04-01"), "DISTRESS") == "met"


@pytest.mark.parametrize(
    ("began", "over", "verdict"),
    [
        ("2021-06-07", None, "excluded (taken-out)"),
        ("2022-12-31", None, "excluded (taken-out)"),
        ("2021-06-07", "2021-12-31", "unknown (never-recorded)"),
        ("2021-06-07", "2022-01-01", "excluded (taken-out)"),
    ],
)
def test_a_diagnosis_takes_out_of_a_period_in_which_it_stood(
    began: str, over: str | None, verdict: str
) -> None:
    told = patient().condition("F03.C0", "Severe dementia", began)
    assert ended(told if over is None else told.but(abatementDateTime=over), "DISTRESS") == verdict
