"""A panel whose results were not sent leaves open what it may have held; its members are looked for."""

from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDM1, Tale, tale
from tests.asking import abstract_told

DAYS = ("2022-01-03", "2022-01-24")
CBC, HEPATIC = "58410-2", "24325-3"
LIVER = ("1742-6", "1920-8", "1975-2")


def finding(told: Tale) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "TDM1-LAB"]
    return found


def treated() -> Tale:
    told = tale("someone", as_of=date(2022, 6, 30)).her2_positive_mbc("2021-12-01", "liver")
    return told.visit("2022-01-03").course(TDM1, "2022-01-03", cycles=2)


def members(*references: str) -> list[dict[str, str]]:
    return [{"reference": each} for each in references]


def panel(told: Tale, loinc: str, *held: str, **element: object) -> Tale:
    """One on each day of a dose, with members that are not held."""
    for day in DAYS:
        told = told.measured(loinc, "Panel", day).but(hasMember=members(*held) or None, **element)
    return told


def measured(told: Tale, *codes: str) -> Tale:
    for day in DAYS:
        for code in codes:
            told.measured(code, "Result", day, amount=(30, "U/L"))
    return told


@pytest.mark.parametrize(
    ("held", "element", "verdict"),
    [
        (("Observation/elsewhere",), {}, "unknown"),
        ((), {}, "unknown"),
        (("Observation/elsewhere",), {"status": "cancelled"}, "not-met"),
        (("Observation/elsewhere",), {"status": "entered-in-error"}, "not-met"),
        ((), {"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, "not-met"),
    ],
)
def test_a_blood_count_without_its_results(
    held: tuple[str, ...], element: dict[str, object], verdict: str
) -> None:
    found = finding(panel(measured(treated(), *LIVER), CBC, *held, **element))
    assert str(found.verdict) == verdict, found.statement
    assert ("a panel with platelets on 2022-01-03" in found.statement) == (verdict == "unknown")


def test_the_members_that_are_held_count() -> None:
    told = panel(measured(treated(), *LIVER, "777-3"), CBC, "Observation/elsewhere")
    assert str(finding(told).verdict) == "met"


def test_a_panel_whose_members_are_all_held_had_no_other() -> None:
    told = measured(treated(), *LIVER)
    for day in DAYS:
        told.measured("718-7", "Haemoglobin", day, amount=(12, "g/dL"))
        member = told.last_reference
        told = told.measured(CBC, "Panel", day).but(hasMember=members(member))
    assert str(finding(told).verdict) == "not-met"


def test_liver_tests_of_a_panel_without_its_results() -> None:
    told = panel(measured(treated(), "777-3"), HEPATIC, "Observation/elsewhere")
    assert str(finding(told).verdict) == "unknown"


def test_a_panel_of_another_day_leaves_nothing_open() -> None:
    told = measured(treated(), *LIVER).measured(CBC, "Panel", "2021-06-01")
    assert str(finding(told).verdict) == "not-met"


def test_a_single_result_without_its_value_is_none() -> None:
    told = measured(treated(), *LIVER)
    for day in DAYS:
        told.measured("777-3", "Platelets", day)
    assert str(finding(told).verdict) == "not-met"
