"""Which fact is a reason for another choice, which may be one, and what the sentence says of it. The second
line is chosen on 2022-06-14."""

from collections.abc import Callable
from typing import Any

import pytest

from abstractor.rules.kinds import ReasonRecorded
from abstractor.rules.truth import Decided
from fixtures.stories import TDM1, TDXD, Tale
from tests.asking import library, situation_of
from tests.unit.rules.told import second_line

ON = "2022-06-01"


def decided(told: Tale, reason: str) -> Decided:
    return ReasonRecorded((reason,)).decide(situation_of(told.told(), 2))


def lvef(*values: dict[str, Any], on: str = ON) -> Tale:
    """Ejection fractions of one day, each a value as FHIR has it."""
    told = second_line()
    for value in values:
        told.lvef(60, on).but(**{"valueQuantity": None, **value})
    return told


def quantity(number: float, unit: str | None = None, comparator: str | None = None) -> dict[str, Any]:
    given = {"value": number, "unit": unit, "comparator": comparator}
    return {"valueQuantity": {key: held for key, held in given.items() if held is not None}}


def between(low: float, high: float) -> dict[str, Any]:
    return {"valueRange": {"low": {"value": low}, "high": {"value": high}}}


def words(said: str) -> dict[str, Any]:
    return {"valueString": said}


EJECTION: list[tuple[list[dict[str, Any]], str, str]] = [
    ([quantity(34, "%")], "YES", f"ejection fraction 34 % on {ON}"),
    ([quantity(0.34, "1")], "YES", f"ejection fraction 34 % on {ON}"),
    ([quantity(0.34)], "YES", f"ejection fraction 34 % on {ON}"),
    ([quantity(0.34, "{fraction}")], "YES", f"ejection fraction 34 % on {ON}"),
    ([quantity(34)], "YES", f"ejection fraction 34 % on {ON}"),
    ([quantity(0.6, "1")], "NO", ""),
    ([quantity(0.6)], "NO", ""),
    ([quantity(0.55, "{fraction}")], "NO", ""),
    ([quantity(60)], "NO", ""),
    ([quantity(0.6, "%")], "UNKNOWN", f"ejection fraction of doubtful value on {ON}"),
    ([quantity(34, "mL")], "UNKNOWN", f"ejection fraction of doubtful value on {ON}"),
    ([quantity(34, "1")], "UNKNOWN", f"ejection fraction of doubtful value on {ON}"),
    ([quantity(340, "%")], "UNKNOWN", f"ejection fraction of doubtful value on {ON}"),
    ([quantity(0, "%")], "NO", ""),
    ([quantity(30, "%", "<")], "YES", f"ejection fraction <30 % on {ON}"),
    ([quantity(40, "%", "<")], "YES", f"ejection fraction <40 % on {ON}"),
    ([quantity(40, "%", "<=")], "UNKNOWN", f"ejection fraction <=40 % on {ON}"),
    ([quantity(55, "%", "<")], "UNKNOWN", f"ejection fraction <55 % on {ON}"),
    ([quantity(55, "%", ">")], "NO", ""),
    ([quantity(40, "%", ">=")], "NO", ""),
    ([quantity(30, "%", ">")], "UNKNOWN", f"ejection fraction >30 % on {ON}"),
    ([between(30, 39)], "YES", f"ejection fraction 30-39 % on {ON}"),
    ([between(0.3, 0.35)], "YES", f"ejection fraction 30-35 % on {ON}"),
    ([between(35, 45)], "UNKNOWN", f"ejection fraction 35-45 % on {ON}"),
    ([between(40, 45)], "NO", ""),
    ([words("30-35%")], "YES", f"ejection fraction 30-35 % on {ON}"),
    ([words("35 %")], "YES", f"ejection fraction 35 % on {ON}"),
    ([words("moderately reduced")], "UNKNOWN", f"ejection fraction of doubtful value on {ON}"),
    ([words("Not done")], "NO", ""),
    ([quantity(35, "%"), quantity(38, "%")], "YES", f"ejection fraction 35 % on {ON}"),
    ([quantity(35, "%"), quantity(60, "%")], "UNKNOWN", f"ejection fraction 60 % on {ON}"),
    ([quantity(60, "%"), quantity(62, "%")], "NO", ""),
]


@pytest.mark.parametrize(("values", "truth", "shows"), EJECTION)
def test_an_ejection_fraction_under_40(values: list[dict[str, Any]], truth: str, shows: str) -> None:
    found = decided(lvef(*values), "weak-heart")
    assert found.truth.name == truth, found.shows
    assert shows in found.shows
    assert (found.reason == "exception-unknown") == (truth == "UNKNOWN")


@pytest.mark.parametrize(
    ("earlier", "later", "truth"),
    [
        (quantity(35, "%"), quantity(55, "%", ">"), "NO"),
        (quantity(60, "%"), quantity(30, "%", "<"), "YES"),
        (quantity(35, "%"), quantity(0, "%"), "YES"),
        (quantity(60, "%"), words("see report"), "UNKNOWN"),
    ],
    ids=["bounded", "low and bounded", "0 is none", "in words"],
)
def test_the_latest_in_whatever_form(earlier: dict[str, Any], later: dict[str, Any], truth: str) -> None:
    told = lvef(earlier, on="2022-05-02").lvef(60, ON).but(**{"valueQuantity": None, **later})
    assert decided(told, "weak-heart").truth.name == truth


@pytest.mark.parametrize(("number", "truth"), [(35, "UNKNOWN"), (60, "NO")])
def test_a_result_without_a_date_may_be_the_latest(number: float, truth: str) -> None:
    told = second_line().lvef(number, ON).but(effectiveDateTime=None, issued=None)
    found = decided(told, "weak-heart")
    assert found.truth.name == truth
    assert ("35 % without a date" in found.shows) == (truth == "UNKNOWN")


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ({"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA9625-0"}]}}, "YES"),
        ({"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA9624-3"}]}}, "NO"),
        ({"interpretation": [{"coding": [{"system": "http://loinc.org", "code": "LA9626-8"}]}]}, "YES"),
        ({"valueString": "3 - Capable of only limited selfcare"}, "YES"),
        ({"valueString": "ECOG 2"}, "NO"),
        ({"valueString": "2-3"}, "UNKNOWN"),
        ({"valueString": "bedbound"}, "UNKNOWN"),
        ({"valueInteger": 3}, "YES"),
        ({"valueInteger": 0}, "NO"),
        ({"valueQuantity": {"value": 60, "unit": "%"}}, "UNKNOWN"),
    ],
)
def test_a_performance_status_of_3(value: dict[str, Any], truth: str) -> None:
    found = decided(second_line().performance(0, ON).but(valueQuantity=None).but(**value), "poor-performance")
    assert found.truth.name == truth, found.shows
    if truth == "YES":
        assert found.shows in {f"ECOG performance status {grade} on {ON}" for grade in (3, 4)}


def heart(on: str, verification: str, clinical: str = "active") -> Tale:
    return second_line().condition("I50.9", "Heart failure", on, verification=verification, clinical=clinical)


def lung(on: str, verification: str) -> Tale:
    return second_line().condition("J84.10", "Pulmonary fibrosis", on, verification=verification)


DIAGNOSED: list[tuple[str, Callable[[], Tale], str, str, str]] = [
    ("confirmed", lambda: heart(ON, "confirmed"), "weak-heart", "YES", f"heart failure recorded {ON}"),
    ("unconfirmed", lambda: heart(ON, "unconfirmed"), "weak-heart", "UNKNOWN", f"{ON}, not confirmed"),
    ("provisional", lambda: lung(ON, "provisional"), "lung-disease", "UNKNOWN", f"{ON}, not confirmed"),
    ("unconfirmed and over", lambda: heart(ON, "unconfirmed", "resolved"), "weak-heart", "NO", ""),
    ("unconfirmed and later", lambda: lung("2022-06-15", "unconfirmed"), "lung-disease", "NO", ""),
    ("refuted", lambda: lung(ON, "refuted"), "lung-disease", "NO", ""),
    ("of a month", lambda: lung("2022-06", "confirmed"), "lung-disease", "UNKNOWN", "of doubtful date"),
    (
        "unconfirmed beside a confirmed one",
        lambda: lung(ON, "unconfirmed").condition("J84.9", "Interstitial lung disease", "2022-05-01"),
        "lung-disease", "YES", "recorded 2022-05-01",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "reason", "truth", "shows"), [row[1:] for row in DIAGNOSED], ids=[row[0] for row in DIAGNOSED]
)
def test_a_diagnosis(told: Callable[[], Tale], reason: str, truth: str, shows: str) -> None:
    found = decided(told(), reason)
    assert found.truth.name == truth, found.shows
    assert shows in found.shows


@pytest.mark.parametrize(
    ("on", "status", "why", "truth"),
    [
        (ON, "cancelled", "Insurance denied", "YES"),
        (ON, "cancelled", "Patient declined", "YES"),
        (ON, "cancelled", "Financial reasons", "YES"),
        (ON, "cancelled", None, "NO"),
        (ON, "cancelled", "payer wants something else", "UNKNOWN"),
        (ON, "cancelled", "Toxicity", "NO"),
        (ON, "active", "Insurance denied", "NO"),
        ("2022-04-15", "cancelled", "Insurance denied", "YES"),
        ("2022-04-14", "cancelled", "Insurance denied", "NO"),
        ("2022-04", "cancelled", "Insurance denied", "UNKNOWN"),
        ("2022-06-15", "cancelled", "Insurance denied", "NO"),
    ],
)
def test_an_order_that_was_cancelled(on: str, status: str, why: str | None, truth: str) -> None:
    told = second_line(TDM1).order(TDXD[0], ON, status=status, stopped_for=why).but(authoredOn=on)
    found = decided(told, "trastuzumab-deruxtecan-withheld")
    assert found.truth.name == truth, found.shows
    if truth == "YES":
        assert found.shows == f"{TDXD[0]} ordered {on} and cancelled: refused, or not to be had"
        assert {source.path for source in found.sources} >= {"MedicationRequest.statusReason.text"}


def test_a_plan_that_was_cancelled_is_no_order() -> None:
    told = second_line(TDM1).order(TDXD[0], ON, status="cancelled", stopped_for="Insurance denied")
    assert decided(told.but(intent="plan"), "trastuzumab-deruxtecan-withheld").truth.name == "NO"


def test_a_dose_withheld_is_named() -> None:
    told = second_line(TDM1).given(TDXD[0], ON, status="not-done")
    found = decided(told, "trastuzumab-deruxtecan-withheld")
    assert found.shows == f"{TDXD[0]} refused or withheld {ON}"


def test_a_cancelled_order_is_of_the_last_two_months() -> None:
    assert library().terms.cancelled.within_days == 60
