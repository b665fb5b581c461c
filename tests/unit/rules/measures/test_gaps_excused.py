"""Checks again and again: what excuses more than one gap, what a break leaves of the course, and care that
ended in it.
"""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told

LIVER = ("1742-6", "1920-8", "1975-2")


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


def on_tucatinib(*supplies: str, until: str, tested: tuple[str, ...]) -> Tale:
    """Three weeks of tablets at a time, ALT, AST and bilirubin on the days."""
    told = tale("someone", as_of=date.fromisoformat(until)).her2_positive_mbc("2021-12-01", "liver")
    for on in supplies:
        told.dispensed("tucatinib", on, days=21).given("trastuzumab", on)
    for on in tested:
        for code in LIVER:
            told.measured(code, "liver test", on, amount=(20.0, "U/L"))
    return told


def test_of_two_pauses_the_supply_that_lacked_in_the_longer_gap_is_told() -> None:
    """Three weeks without tablets from January, four from May."""
    supplies = ("2022-01-03", "2022-02-14", "2022-03-07", "2022-03-28", "2022-04-18", "2022-06-06")
    tested = (
        "2022-01-02",
        "2022-01-10",
        "2022-02-21",
        "2022-03-14",
        "2022-04-04",
        "2022-04-25",
        "2022-06-13",
    )
    found = finding(on_tucatinib(*supplies, until="2022-06-26", tested=tested), "TUC-LFT")
    assert found.verdict == "exception"
    assert "ALT: none from 2022-04-25 to 2022-06-13, 49 days; no supply for 28 days of it" in found.statement


def test_a_pause_excuses_no_other_gap() -> None:
    supplies = ("2022-01-03", "2022-02-14", "2022-03-07", "2022-03-28", "2022-04-18")
    tested = ("2022-01-02", "2022-01-10", "2022-02-21")
    found = finding(on_tucatinib(*supplies, until="2022-05-08", tested=tested), "TUC-LFT")
    assert found.verdict == "not-met"
    assert "none from 2022-02-21 to 2022-05-08, 76 days" in found.statement


def years(*lvef: str, as_of: str = "2022-06-30") -> Tale:
    """Antibodies since 2020-01-13, a quarterly ejection fraction in the first year."""
    told = tale("someone", as_of=date.fromisoformat(as_of)).her2_positive_mbc("2020-01-06", "liver")
    told.course(HP, "2020-01-13")
    return told.lvef(62, "2020-01-06", "2020-04-13", "2020-07-13", "2020-10-12", "2021-01-18", *lvef)


def plan(told: Tale, on: str, **elements: object) -> Tale:
    return told.document("LVEF every 6 months", on).but(**elements)


HALF_YEARLY = ("2021-07-12", "2022-01-10", "2022-06-06")

PLANS: list[tuple[str, Callable[[], Tale], str]] = [
    ("none", lambda: years(*HALF_YEARLY), "not-met"),
    ("before the first gap ended", lambda: plan(years(*HALF_YEARLY), "2021-07-12"), "exception"),
    ("only after it", lambda: plan(years(*HALF_YEARLY), "2021-07-13"), "not-met"),
    ("without a date", lambda: plan(years(*HALF_YEARLY), "2021-02-01", date=None), "unknown"),
    ("seven months and a day", lambda: plan(years("2021-08-20", "2022-01-10"), "2021-02-01"), "not-met"),
    ("withdrawn", lambda: plan(years(*HALF_YEARLY), "2021-02-01", status="entered-in-error"), "not-met"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), PLANS, ids=[row[0] for row in PLANS])
def test_a_plan_to_look_every_six_months(name: str, told: Callable[[], Tale], verdict: str) -> None:
    found = finding(told(), "LVEF-Q3M")
    assert found.verdict == verdict, found.statement


def broken(*lvef: str) -> Tale:
    """A year of antibodies, four months without, and antibodies again from 3 May 2021."""
    told = tale("someone", as_of=date(2022, 2, 28)).her2_positive_mbc("2020-01-06", "liver")
    told.course(HP, "2020-01-13", through="2020-12-31").course(HP, "2021-05-03")
    return told.lvef(62, "2020-01-06", "2020-04-13", "2020-07-13", "2020-10-12", *lvef)


def test_the_year_after_which_a_plan_counts_is_counted_from_the_first_dose_of_all() -> None:
    told = plan(broken("2021-05-03", "2021-08-02", "2022-01-31"), "2021-05-03")
    assert finding(told, "LVEF-Q3M").verdict == "exception"
    early = years("2021-02-15", "2021-08-16", "2021-11-15", "2022-02-14", "2022-05-16")
    assert finding(plan(early, "2020-06-01"), "LVEF-Q3M").verdict == "exception"
    first_year = tale("someone", as_of=date(2020, 12, 31)).her2_positive_mbc("2020-01-06", "liver")
    first_year.course(HP, "2020-01-13").lvef(62, "2020-01-06", "2020-04-13", "2020-10-12")
    assert finding(plan(first_year, "2020-02-01"), "LVEF-Q3M").verdict == "not-met"


def test_hospice_care_before_the_last_day_of_a_course_takes_its_gaps_out() -> None:
    """Eight months without a check, after a break."""
    assert finding(broken("2021-05-03"), "LVEF-Q3M").verdict == "not-met"
    told = broken("2021-05-03").asked_for("Hospice care", "2022-01-10")
    assert finding(told, "LVEF-Q3M").verdict == "excluded"


@pytest.mark.parametrize(
    ("seen", "reason"),
    [
        ("2022-02-20", "only-said"),
        ("2022-11-11", "only-said"),
        ("2022-07-01", "only-said"),
        ("2022-01-10", "treated-elsewhere"),
    ],
)
def test_a_visit_in_any_part_of_a_course_that_is_only_told_of_is_care_here(seen: str, reason: str) -> None:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-02-01", "bone")
    told.procedure("Insertion of a venous access port", "2018-02-05").visit(seen)
    for drug in HP:
        told.said_to_take(drug, "2022-02-20", "2022-05-20").said_to_take(drug, "2022-09-01", "2022-12-31")
    assert f"({reason})" in finding(told, "LVEF-Q3M").statement
