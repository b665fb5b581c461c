"""GCSF: which chemotherapy asks, what counts, and what makes a risk factor."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

TCHP = ["docetaxel", "carboplatin", "trastuzumab", "pertuzumab"]
THP = ["docetaxel", "trastuzumab", "pertuzumab"]
FIRST = "2022-02-01"


def on(drugs: list[str], *, born: str = "1980-04-12", cycles: int = 6) -> Tale:
    told = tale("someone", born=born).her2_positive_mbc("2021-12-01", "liver")
    return told.course(drugs, FIRST, cycles=cycles)


def findings(told: Tale) -> list[Finding]:
    return [each for each in abstract_told(told.told()).findings if each.rule == "GCSF"]


def with_fever(*, next_dose: bool = True) -> Tale:
    told = on(TDXD, cycles=2 if next_dose else 1)
    told.condition("D70.1", "Agranulocytosis secondary to cancer chemotherapy", "2022-02-12")
    return told.condition("R50.81", "Fever presenting with conditions classified elsewhere", "2022-02-12")


OUTCOMES: list[tuple[str, Callable[[], Tale], str]] = [
    ("high risk, none", lambda: on(TCHP), "not-met"),
    ("high risk, given the day after", lambda: on(TCHP).given("pegfilgrastim", "2022-02-02"), "met"),
    ("high risk, a biosimilar", lambda: on(TCHP).order("pegfilgrastim-jmdb", FIRST), "met"),
    ("on the very day", lambda: on(TCHP).given("pegfilgrastim", FIRST), "unknown"),
    ("given of a month", lambda: on(TCHP).given("pegfilgrastim", "2022-02"), "unknown"),
    (
        "given and entered in error",
        lambda: on(TCHP).given("filgrastim", "2022-02-02", status="entered-in-error"),
        "not-met",
    ),
    ("a cancelled order", lambda: on(TCHP).order("filgrastim", "2022-02-02", status="cancelled"), "not-met"),
    (
        "refused",
        lambda: on(TCHP).given("filgrastim", "2022-02-02", status="not-done", why_not="Patient refused"),
        "exception",
    ),
    ("two weeks later, for the next cycle", lambda: on(TCHP).given("pegfilgrastim", "2022-02-15"), "not-met"),
    ("lower risk, no risk factor", lambda: on(THP), "excluded"),
    ("lower risk, given all the same", lambda: on(THP).order("pegfilgrastim", FIRST), "met"),
    ("lower risk at 65", lambda: on(THP, born="1957-02-01"), "not-met"),
    (
        "lower risk, a failing kidney",
        lambda: on(THP).condition("N18.4", "Chronic kidney disease, stage 4", "2021-01-05"),
        "not-met",
    ),
    (
        "a failing kidney found later",
        lambda: on(THP).condition("N18.4", "Chronic kidney disease, stage 4", "2022-08-05"),
        "excluded",
    ),
    (
        "a failing kidney of that year",
        lambda: on(THP).condition("N18.4", "Chronic kidney disease, stage 4", "2022"),
        "unknown",
    ),
    ("weekly paclitaxel", lambda: on(["paclitaxel", "trastuzumab", "pertuzumab"]), ""),
    ("antibodies alone", lambda: on(["trastuzumab", "pertuzumab"]), ""),
    ("trastuzumab emtansine", lambda: on(["ado-trastuzumab emtansine"]), ""),
    ("T-DXd without a fever", lambda: on(TDXD), ""),
    ("T-DXd, fever in neutropenia, none", with_fever, "not-met"),
    (
        "T-DXd, fever in neutropenia, with the next dose",
        lambda: with_fever().given("filgrastim", "2022-02-23"),
        "met",
    ),
    ("T-DXd, fever in neutropenia, no next dose", lambda: with_fever(next_dose=False), ""),
]


@pytest.mark.parametrize(("name", "told", "verdict"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_a_growth_factor(name: str, told: Callable[[], Tale], verdict: str) -> None:
    found = findings(told())
    assert [str(each.verdict) for each in found] == ([verdict] if verdict else []), [
        f.statement for f in found
    ]


def test_after_febrile_neutropenia_it_is_advisory() -> None:
    (found,) = findings(with_fever())
    assert found.advisory
    assert "after febrile neutropenia" in found.statement


def test_adjuvant_chemotherapy_is_an_earlier_treatment() -> None:
    told = tale("someone", born="1980-04-12").her2_positive_mbc(
        "2019-12-02", "liver", metastatic="2021-12-01"
    )
    told.course(["docetaxel", "trastuzumab"], "2020-01-06", until="2020-06-01").course(THP, FIRST, cycles=6)
    (found,) = findings(told)
    assert found.verdict == "not-met", found.statement


def test_the_window_is_open_on_its_last_day_but_one() -> None:
    told = (
        tale("someone", as_of=date(2022, 2, 4)).her2_positive_mbc("2021-12-01", "liver").course(TCHP, FIRST)
    )
    (found,) = findings(told)
    assert found.verdict == "pending"


@pytest.mark.parametrize(
    ("born", "verdict"),
    [
        ("1956-02-29", "not-met"),
        ("1957", "unknown"),
        ("1956", "not-met"),
        ("1958", "excluded"),
        ("9999", "excluded"),
    ],
)
def test_a_birthday_of_any_precision(born: str, verdict: str) -> None:
    (found,) = findings(on(THP, born=born))
    assert found.verdict == verdict, found.statement
