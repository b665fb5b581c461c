"""ILD-ACT on what followed a pneumonitis: given again before or after it was over, doses that cannot be read,
what was ordered against it, and care that ended.
"""

from collections.abc import Callable

import pytest

from fixtures.stories import Tale, tale
from fixtures.stories.dosages import Daily, Dosage
from tests.unit.rules.measures.pneumonitis_told import DRUG, again, ill, said
from tests.unit.rules.measures.test_pneumonitis_episodes import GRADE_1, GRADE_2, over, steroid

AFTER_GRADE_1: list[tuple[str, Callable[[], Tale], str, str]] = [
    ("over before", lambda: again(over(GRADE_1, "2022-05-10", "2022-06-20")), "met", "over on 2022-06-20"),
    ("over on the day", lambda: again(over(GRADE_1, "2022-05-10", "2022-06-21")), "met", "over on"),
    (
        "over after",
        lambda: again(over(GRADE_1, "2022-05-10", "2022-06-22")),
        "not-met discordant",
        "(not-held)",
    ),
    (
        "over in its month",
        lambda: again(over(GRADE_1, "2022-05-10", "2022-06")),
        "unknown",
        "(date-uncertain)",
    ),
    ("not over", lambda: again(ill(GRADE_1)), "unknown", "(resolution-not-recorded)"),
    ("not given again", lambda: ill(GRADE_1), "met", "no further dose"),
    (
        "a dose of unknown status",
        lambda: over(GRADE_1, "2022-05-10", "2022-06-20").given(DRUG, "2022-06-21", status="unknown"),
        "met",
        "over on 2022-06-20",
    ),
    (
        "a dose of unknown status before",
        lambda: over(GRADE_1, "2022-05-10", "2022-06-22").given(DRUG, "2022-06-21", status="unknown"),
        "unknown",
        "",
    ),
    (
        "a grade 2 in a report",
        lambda: again(over(GRADE_1, "2022-05-10", "2022-05-24").note("Grade 2 pneumonitis.", "2022-05-10")),
        "unknown",
        "(grade-conflict)",
    ),
]


@pytest.mark.parametrize(
    ("name", "told", "verdict", "shows"), AFTER_GRADE_1, ids=[row[0] for row in AFTER_GRADE_1]
)
def test_given_again_after_grade_1(name: str, told: Callable[[], Tale], verdict: str, shows: str) -> None:
    got, statement = said(told())
    assert (got, shows in statement) == (verdict, True), statement


def handed_out() -> Tale:
    """No administration is sent at all: what is given in a clinic is not seen."""
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver").order(DRUG, "2022-02-01")
    return told.dispensed(DRUG, "2022-02-01", days=21).dispensed(DRUG, "2022-02-22", days=21)


def test_silence_says_nothing_where_doses_are_not_seen() -> None:
    for words in (GRADE_1, GRADE_2):
        told = over(words, "2022-03-08", "2022-03-22", handed_out())
        verdict, statement = said(told)
        assert (verdict, "MedicationAdministration was not seen whole" in statement) == ("unknown", True)


UNREADABLE = {"coding": [{"system": "urn:local", "code": "77"}]}


@pytest.mark.parametrize(
    ("on", "status", "verdict"),
    [
        ("2022-06-21", "completed", "unknown"),
        ("2022-05-10", "completed", "unknown"),
        ("2022-05", "completed", "unknown"),
        ("2022-05-09", "completed", "met"),
        ("2022-06-21", "not-done", "met"),
        ("2022-06-21", "entered-in-error", "met"),
    ],
)
def test_a_dose_that_cannot_be_read_may_be_one(on: str, status: str, verdict: str) -> None:
    told = steroid(ill(GRADE_2)).given("trastuzumab", on, status=status)
    got, statement = said(told.but(medicationCodeableConcept=UNREADABLE))
    assert (got, "(drug-unread)" in statement) == (verdict, verdict == "unknown"), statement


@pytest.mark.parametrize(("status", "told_of"), [("active", True), ("cancelled", False), ("draft", False)])
def test_an_order_that_stands_is_told(status: str, told_of: bool) -> None:
    verdict, statement = said(steroid(ill(GRADE_2)).order(DRUG, "2022-06-21", status=status))
    assert (verdict, "(ordered on 2022-06-21, not given)" in statement) == ("met", told_of), statement


def test_another_drug_that_is_said_to_be_taken_says_nothing_of_this() -> None:
    assert said(steroid(ill(GRADE_2)).said_to_take("letrozole", "2022-06-21"))[0] == "met"


@pytest.mark.parametrize(
    ("stated", "dosage", "amount"),
    [
        (None, "as told", "ordered on 2022-05-10, its daily dose not stated"),
        (
            ("2022-05-10", "2022-05-16"),
            "as told",
            "ordered on 2022-05-10 for 7 days, its daily dose not stated",
        ),
        (("2022-05-10", "2022-05-16"), Daily(60), "ordered on 2022-05-10, 60 mg a day for 7 days"),
        (None, Daily(20, times=2), "ordered on 2022-05-10, 40 mg a day)"),
    ],
)
def test_how_much_of_the_steroid_was_ordered_is_told(
    stated: tuple[str, str] | None, dosage: Dosage, amount: str
) -> None:
    told = ill(GRADE_2).order("prednisone", "2022-05-10", stated=stated, dosage=dosage)
    assert f"prednisone {amount}" in said(told)[1]


@pytest.mark.parametrize(
    ("died", "verdict"),
    [("2022-05-11", "excluded"), ("2022-05-17", "excluded"), ("2022-05-18", "met")],
)
def test_nothing_is_asked_of_who_died_within_the_week(died: str, verdict: str) -> None:
    assert said(ill(GRADE_2).order("letrozole", "2022-01-10").death(died))[0] == verdict


def test_a_dose_after_it_counts_whatever_followed() -> None:
    assert (
        said(again(ill(GRADE_2), "2022-05-12").asked_for("Hospice care", "2022-05-16"))[0]
        == "not-met critical"
    )


def test_an_order_without_an_end_tells_no_days() -> None:
    told = ill(GRADE_2).order("prednisone", "2022-05-10", dosage=Daily(60))
    told.but(dispenseRequest={"validityPeriod": {"start": "2022-05-10"}})
    assert "prednisone ordered on 2022-05-10, 60 mg a day)" in said(told)[1]
