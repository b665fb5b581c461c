"""Why a measure is met, open, excused or unknown: the code that its sentence ends with, day by day."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
from tests.asking import abstract_told

CT = "http://snomed.info/sct"
CPT = "http://www.ama-assn.org/go/cpt"
NOT_INDICATED = {"coding": [{"system": CT, "code": "105480006"}]}


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


def ended(found: Finding) -> str:
    """The verdict, and the code in brackets at the end of the sentence."""
    last = found.statement.removesuffix(".").rpartition(" (")[2]
    code = last.removesuffix(")") if last.endswith(")") else ""
    return str(found.verdict) if ":" in code or not code else f"{found.verdict} ({code})"


def treated(as_of: date = date(2022, 12, 31), start: str = "2022-06-01") -> Tale:
    told = tale("someone", as_of=as_of).her2_positive_mbc("2019-06-01", "liver")
    return told.course(TDXD, start, cycles=1)


def urgent(told: Tale) -> Tale:
    return told.order(TDXD[0], "2022-05-31").but(priority="urgent")


def procedure(on: str, system: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": "study",
        "status": "completed",
        "code": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": "Patient/someone"},
        "performedDateTime": on,
    }


def ordered(drug: str, on: str) -> Tale:
    """An infusion ordered, and other doses seen, so that silence about it says something."""
    told = tale("someone").her2_positive_mbc("2019-06-01", "liver").given("zoledronic acid", "2019-07-01")
    return told.order(drug, on)


LVEF: list[tuple[str, Callable[[], Tale], str]] = [
    ("a week and a day late", lambda: treated().lvef(60, "2022-06-09"), "not-met"),
    ("a month that the window cuts", lambda: treated().lvef(60, "2022-03"), "unknown (date-uncertain)"),
    ("a month in the window", lambda: treated().lvef(60, "2022-05"), "met"),
    ("a month before it", lambda: treated().lvef(60, "2022-02"), "not-met"),
    (
        "no date",
        lambda: treated().lvef(60, "2022-05-01").but(effectiveDateTime=None, issued=None),
        "unknown (date-uncertain)",
    ),
    (
        "preliminary",
        lambda: treated().lvef(60, "2022-05-01").but(status="preliminary"),
        "unknown (not-final)",
    ),
    ("no value", lambda: treated().lvef(60, "2022-05-01").but(valueQuantity=None), "not-met"),
    (
        "a range",
        lambda: treated().lvef(60, "2022-05-01").but(valueQuantity=None, valueRange={"low": {"value": 35}}),
        "met",
    ),
    (
        "a range in words",
        lambda: treated().lvef(60, "2022-05-01").but(valueQuantity=None, valueString="30-35%"),
        "met",
    ),
    (
        "in words",
        lambda: treated().lvef(60, "2022-05-01").but(valueQuantity=None, valueString="normal"),
        "met",
    ),
    (
        "not done",
        lambda: treated().lvef(60, "2022-05-01").but(valueQuantity=None, valueString="Not done"),
        "not-met",
    ),
    ("0, which is no measurement", lambda: treated().lvef(0, "2022-05-01"), "not-met"),
    ("an echocardiogram", lambda: treated().raw(procedure("2022-05-01", CT, "40701008")), "met"),
    (
        "an echocardiogram not done",
        lambda: treated().raw({**procedure("2022-05-01", CT, "40701008"), "status": "not-done"}),
        "not-met",
    ),
    ("another procedure", lambda: treated().raw(procedure("2022-05-01", CT, "385763009-x")), "not-met"),
    (
        "a procedure whose codes are not loaded",
        lambda: treated().raw(procedure("2022-05-01", CPT, "93306")),
        "unknown (codes-not-loaded)",
    ),
    (
        "such a procedure before the window",
        lambda: treated().raw(procedure("2022-03-02", CPT, "93306")),
        "not-met",
    ),
    (
        "such a procedure not done",
        lambda: treated().raw({**procedure("2022-05-01", CPT, "93306"), "status": "not-done"}),
        "not-met",
    ),
    ("another result", lambda: treated().performance(1, "2022-05-01"), "not-met"),
    (
        "a bare echocardiogram late",
        lambda: treated().raw(procedure("2022-06-22", CT, "40701008")),
        "not-met",
    ),
    (
        "a bare echocardiogram late, ordered as urgent",
        lambda: urgent(treated()).raw(procedure("2022-06-22", CT, "40701008")),
        "exception (urgent-start)",
    ),
    (
        "an echocardiogram three weeks late, ordered as urgent",
        lambda: urgent(treated()).raw(procedure("2022-06-23", CT, "40701008")),
        "not-met",
    ),
    (
        "an echocardiogram later still",
        lambda: treated().raw(procedure("2022-06-23", CT, "40701008")),
        "not-met",
    ),
    (
        "a month that begins after the dose",
        lambda: treated(start="2022-05-31").lvef(60, "2022-06"),
        "unknown (date-uncertain)",
    ),
    ("ordered, never given", lambda: ordered(TDXD[0], "2022-06-01"), "excluded (ordered-not-given)"),
    ("hospice", lambda: treated().raw(procedure("2022-06-08", CT, "385763009")), "excluded (hospice)"),
    ("hospice after the window", lambda: treated().raw(procedure("2022-06-09", CT, "385763009")), "not-met"),
    ("6 days on, none", lambda: treated(date(2022, 6, 7)), "pending"),
    ("7 days on, none", lambda: treated(date(2022, 6, 8)), "not-met"),
    ("20 days after an urgent start, none", lambda: urgent(treated(date(2022, 6, 21))), "pending"),
    ("21 days after an urgent start, none", lambda: urgent(treated(date(2022, 6, 22))), "not-met"),
    ("died on the window's last day", lambda: treated().death("2022-06-08"), "excluded (death)"),
    ("died the day after it", lambda: treated().death("2022-06-09"), "not-met"),
]


@pytest.mark.parametrize(("name", "told", "wanted"), LVEF, ids=[row[0] for row in LVEF])
def test_the_ejection_fraction(name: str, told: Callable[[], Tale], wanted: str) -> None:
    found = finding(told(), "LVEF-BASE")
    assert ended(found) == wanted, found.statement


@pytest.mark.parametrize(
    ("start", "edition"),
    [
        ("2019-12-20", "fda-fam-trastuzumab-deruxtecan-2019-12-20"),
        ("2022-05-03", "fda-fam-trastuzumab-deruxtecan-2019-12-20"),
        ("2022-05-04", "fda-fam-trastuzumab-deruxtecan-2022-05-04"),
    ],
)
def test_the_label_of_the_day_asks_for_it(start: str, edition: str) -> None:
    assert finding(treated(start=start), "LVEF-BASE").edition == edition


def test_no_label_asks_before_there_was_one() -> None:
    told = treated(start="2019-12-19").told()
    assert not [each for each in abstract_told(told).findings if each.rule == "LVEF-BASE"]


@pytest.mark.parametrize(
    ("start", "in_period"),
    [("2021-12-24", False), ("2021-12-25", True), ("2022-12-31", True)],
)
def test_its_window_reaches_into_the_period(start: str, in_period: bool) -> None:
    assert finding(treated(start=start), "LVEF-BASE").in_period is in_period


def test_the_first_dose_of_two_drugs_asks() -> None:
    told = tale("someone").her2_positive_mbc("2019-06-01", "liver")
    told.course(["trastuzumab"], "2022-06-01", cycles=4).course(["pertuzumab"], "2022-06-22", cycles=3)
    found = finding(told, "LVEF-BASE")
    assert str(found.decision_date) == "2022-06-01"
    assert "of trastuzumab." in found.statement


def test_a_verdict_on_silence_says_what_was_searched() -> None:
    assert "searched: Observation " in finding(treated(), "LVEF-BASE").statement
    assert "DiagnosticReport " in finding(treated(), "LVEF-BASE").statement
    assert "Procedure " in finding(treated(), "LVEF-BASE").statement
    for kind in ("MedicationRequest", "MedicationAdministration", "MedicationDispense"):
        assert f"{kind} " in finding(bone(), "BMA").statement


def test_what_was_found_is_said() -> None:
    assert "LVEF) 60 % on 2022-05-01." in finding(treated().lvef(60, "2022-05-01"), "LVEF-BASE").statement
    bounded = {"value": 55, "comparator": ">", "unit": "%"}
    told = treated().lvef(60, "2022-05-01").but(valueQuantity=bounded)
    assert "LVEF) >55 % on 2022-05-01." in finding(told, "LVEF-BASE").statement
    told = treated().lvef(0.6, "2022-05-01").but(valueQuantity={"value": 0.6, "unit": "1"})
    assert "LVEF) 0.6 on 2022-05-01." in finding(told, "LVEF-BASE").statement
    without = treated().lvef(60, "2022-05-01").but(effectiveDateTime=None, issued=None)
    assert "LVEF) 60 % without a date" in finding(without, "LVEF-BASE").statement


def test_what_would_clear_it_is_a_result_in_the_window() -> None:
    found = finding(treated(), "LVEF-BASE")
    assert len(found.would_clear) == 1
    assert "2022-03-03 to 2022-06-08" in found.would_clear[0]
    assert found.evidence and all(each.resource.startswith("MedicationA") for each in found.evidence)


def bone(on: str = "2022-03-01", as_of: date = date(2022, 12, 31)) -> Tale:
    told = tale("someone", as_of=as_of).her2_positive_mbc("2022-03-01", "liver").metastasis("bone", on)
    return told.visit("2022-03-05").order("docetaxel", "2022-03-10")


def refused(drug: str, on: str, **more: Any) -> Tale:
    return bone().given(drug, on, status="not-done").but(statusReason=[NOT_INDICATED], **more)


def undated(drug: str) -> Tale:
    return bone().order(drug, "2022-04-01").but(authoredOn=None)


BMA: list[tuple[str, Callable[[], Tale], str]] = [
    ("90 days before", lambda: bone().order("zoledronic acid", "2021-12-01"), "met"),
    ("91 days before", lambda: bone().order("zoledronic acid", "2021-11-30"), "not-met"),
    ("a month in the window", lambda: bone().order("zoledronic acid", "2022-04"), "met"),
    ("a month that it cuts", lambda: bone().order("zoledronic acid", "2022-05"), "unknown (date-uncertain)"),
    ("a month after it", lambda: bone().order("zoledronic acid", "2022-06"), "not-met"),
    ("a month before it", lambda: bone().order("zoledronic acid", "2021-11"), "not-met"),
    ("no date", lambda: undated("zoledronic acid"), "unknown (date-uncertain)"),
    ("no date, no dose", lambda: undated("denosumab"), "unknown (dose-not-stated)"),
    ("no dose, on day 90", lambda: bone().order("denosumab", "2022-05-30"), "unknown (dose-not-stated)"),
    ("no dose, on day 91", lambda: bone().order("denosumab", "2022-05-31"), "not-met"),
    (
        "found in a month, given surely in time",
        lambda: bone("2022-03").order("zoledronic acid", "2022-05-30"),
        "met",
    ),
    (
        "found in a month, given perhaps in time",
        lambda: bone("2022-03").order("zoledronic acid", "2022-05-31"),
        "unknown (date-uncertain)",
    ),
    (
        "found in a month, given too late",
        lambda: bone("2022-03").order("zoledronic acid", "2022-06-30"),
        "not-met",
    ),
    (
        "the earlier of two counts",
        lambda: bone().metastasis("bone", "2022-09-01").order("zoledronic acid", "2022-09-10"),
        "not-met",
    ),
    ("refused", lambda: refused("zoledronic acid", "2022-04-15"), "exception (reason-recorded)"),
    (
        "refused, its dose not stated",
        lambda: refused("denosumab", "2022-04-15"),
        "exception (reason-recorded)",
    ),
    ("refused on day 91", lambda: refused("zoledronic acid", "2022-05-31"), "not-met"),
    ("another drug refused", lambda: refused("docetaxel", "2022-04-15"), "not-met"),
    ("given in spite of a reason", lambda: bone().given("zoledronic acid", "2022-04-15"), "met"),
    ("hospice", lambda: bone().raw(procedure("2022-05-30", CT, "385763009")), "excluded (hospice)"),
    (
        "hospice that was not done",
        lambda: bone().raw({**procedure("2022-05-01", CT, "385763009"), "status": "not-done"}),
        "not-met",
    ),
    ("found before the guideline", lambda: bone("2017-10-15"), "nothing"),
    ("found on its first day", lambda: bone("2017-10-16"), "not-met"),
    ("89 days on, none", lambda: bone(as_of=date(2022, 5, 29)), "pending"),
    ("90 days on, none", lambda: bone(as_of=date(2022, 5, 30)), "not-met"),
    ("died on day 90", lambda: bone().death("2022-05-30"), "excluded (death)"),
    ("died on day 91", lambda: bone().death("2022-05-31"), "not-met"),
]


@pytest.mark.parametrize(("name", "told", "wanted"), BMA, ids=[row[0] for row in BMA])
def test_the_bone_modifying_agent(name: str, told: Callable[[], Tale], wanted: str) -> None:
    found = [each for each in abstract_told(told().told()).findings if each.rule == "BMA"]
    assert (ended(found[0]) if found else "nothing") == wanted


def test_the_bone_metastasis_is_always_cited() -> None:
    told = bone().order("zoledronic acid", "2022-04-01")
    for each in (told, bone()):
        assert any(one.resource.startswith("Condition/") for one in finding(each, "BMA").evidence)
