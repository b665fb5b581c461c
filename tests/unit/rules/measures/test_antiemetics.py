"""CINV-TDXD: what stands in for a class that is contraindicated, and what is no reason."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, THP, Tale, tale
from tests.asking import abstract_told

ON = "2023-09-05"


def treated() -> Tale:
    told = (
        tale("someone", as_of=date(2023, 12, 31)).her2_positive_mbc("2021-12-01", "liver").visit("2023-09-05")
    )
    return told.course(TDXD, ON, cycles=5)


def ordered(*drugs: str, told: Tale | None = None) -> Tale:
    told = told or treated()
    for drug in drugs:
        told.order(drug, ON)
    return told


def diabetic(verification: str = "confirmed", on: str = "2020-03-02") -> Tale:
    return treated().condition("E11.9", "Type 2 diabetes mellitus", on, verification=verification)


def over(until: str | None) -> Tale:
    system = "http://terminology.hl7.org/CodeSystem/condition-clinical"
    resolved = {"coding": [{"system": system, "code": "resolved"}]}
    return diabetic(on="2001-01-01").but(clinicalStatus=resolved, abatementDateTime=until)


def withheld(words: str, status: str = "not-done") -> Tale:
    return treated().given("dexamethasone", ON, status=status, why_not=words)


def finding(told: Tale) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "CINV-TDXD"]
    return found


PAIR = ("ondansetron", "aprepitant")


def when_needed(
    on: str, until: str | None, *, drug: str = "ondansetron", status: str = "active", prn: bool = True
) -> Tale:
    told = ordered("dexamethasone", "aprepitant").order(drug, on, status=status)
    supply = {"validityPeriod": {"start": on, "end": until}} if until else None
    return told.but(dispenseRequest=supply, dosageInstruction=[{"text": "8 mg", "asNeededBoolean": prn}])


STANDING: list[tuple[str, Callable[[], Tale], str]] = [
    ("valid for a year", lambda: when_needed("2023-08-01", "2024-08-01"), "met"),
    ("valid to the first day of the window", lambda: when_needed("2023-08-01", "2023-08-29"), "met"),
    ("over a day before the window", lambda: when_needed("2023-08-01", "2023-08-28"), "not-met"),
    ("over in a month that the window cuts", lambda: when_needed("2023-07-01", "2023-08"), "unknown"),
    ("its end not stated, active", lambda: when_needed("2023-08-01", None), "unknown"),
    ("its end not stated, completed", lambda: when_needed("2023-08-01", None, status="completed"), "not-met"),
    ("not when needed", lambda: when_needed("2023-08-01", "2024-08-01", prn=False), "not-met"),
    ("withdrawn", lambda: when_needed("2023-08-01", "2024-08-01", status="cancelled"), "not-met"),
    ("another drug", lambda: when_needed("2023-08-01", "2024-08-01", drug="loperamide"), "not-met"),
    ("ordered after the window", lambda: when_needed("2023-09-07", "2024-08-01"), "not-met"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), STANDING, ids=[row[0] for row in STANDING])
def test_an_order_to_be_taken_when_needed(name: str, told: Callable[[], Tale], verdict: str) -> None:
    found = finding(told())
    assert found.verdict == verdict, found.statement


def test_such_an_order_is_named_with_its_end_and_cited() -> None:
    found = finding(when_needed("2023-08-01", "2023-10-01"))
    assert "ondansetron when needed, ordered on 2023-08-01, valid to 2023-10-01" in found.statement
    assert any("2023-10-01" in str(each.value) for each in found.evidence)
    later = finding(when_needed("2023-08-01", "2024-10-01"))
    assert "still valid on 2023-12-31" in later.statement


@pytest.mark.parametrize(("day", "named"), [("2023-12-20", False), ("2023-12-21", True)])
def test_who_else_advises_the_same(day: str, named: bool) -> None:
    told = tale("someone", as_of=date(2024, 6, 30)).her2_positive_mbc("2021-12-01", "liver")
    found = finding(told.course(TDXD, day, cycles=3))
    assert ("(the same is advised by MASCC/ESMO antiemesis, 2023)" in found.statement) is named
    assert found.authority == "NCCN"


OUTCOMES: list[tuple[str, Callable[[], Tale], str]] = [
    ("diabetes, olanzapine", lambda: ordered(*PAIR, "olanzapine", told=diabetic()), "exception"),
    ("diabetes, nothing in its place", lambda: ordered(*PAIR, told=diabetic()), "not-met"),
    (
        "diabetes, and dexamethasone all the same",
        lambda: ordered(*PAIR, "dexamethasone", told=diabetic()),
        "met",
    ),
    ("olanzapine without a reason", lambda: ordered(*PAIR, "olanzapine"), "not-met"),
    ("diabetes over before", lambda: ordered(*PAIR, "olanzapine", told=over("2010-01-01")), "not-met"),
    (
        "diabetes over the day before",
        lambda: ordered(*PAIR, "olanzapine", told=over("2023-09-04")),
        "not-met",
    ),
    ("diabetes over on the day", lambda: ordered(*PAIR, "olanzapine", told=over(ON)), "exception"),
    ("diabetes over in that month", lambda: ordered(*PAIR, "olanzapine", told=over("2023-09")), "unknown"),
    ("diabetes over, nobody says when", lambda: ordered(*PAIR, "olanzapine", told=over(None)), "unknown"),
    ("diabetes refuted", lambda: ordered(*PAIR, "olanzapine", told=diabetic("refuted")), "not-met"),
    ("diabetes provisional", lambda: ordered(*PAIR, "olanzapine", told=diabetic("provisional")), "not-met"),
    (
        "diabetes found a month later",
        lambda: ordered(*PAIR, "olanzapine", told=diabetic(on="2023-10-05")),
        "not-met",
    ),
    (
        "diabetes speaks against the steroid alone",
        lambda: ordered("ondansetron", "dexamethasone", "olanzapine", told=diabetic()),
        "not-met",
    ),
    (
        "dexamethasone not tolerated, metoclopramide",
        lambda: ordered(*PAIR, "metoclopramide", told=withheld("Not tolerated")),
        "exception",
    ),
    (
        "dexamethasone not given, for no known reason",
        lambda: ordered(*PAIR, "metoclopramide", told=withheld("Other")),
        "not-met",
    ),
    ("none but olanzapine", lambda: ordered("olanzapine", told=diabetic()), "not-met"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_another_class_in_its_place(name: str, told: Callable[[], Tale], verdict: str) -> None:
    found = finding(told())
    assert found.verdict == verdict, found.statement


def test_the_substitute_and_the_reason_are_named_and_cited() -> None:
    found = finding(ordered(*PAIR, "olanzapine", told=diabetic()))
    assert "olanzapine ordered on 2023-09-05 in the place of dexamethasone: diabetes on" in found.statement
    assert "(substituted)" in found.statement
    assert any("condition" in each.resource for each in found.evidence)


def test_the_capsule_of_two_drugs_counts_for_both() -> None:
    told = ordered("dexamethasone").order("ondansetron", "2023-01-05")
    told.raw(
        {
            "resourceType": "MedicationRequest",
            "id": "capsule",
            "status": "completed",
            "intent": "order",
            "medicationCodeableConcept": {"text": "Akynzeo 300 mg-0.5 mg capsule"},
            "subject": {"reference": "Patient/someone"},
            "authoredOn": ON,
        }
    )
    assert finding(told).verdict == "met"


def test_a_version_whose_grace_runs_is_not_stale() -> None:
    told = (
        tale("someone", as_of=date(2023, 12, 31))
        .her2_positive_mbc("2021-12-01", "liver")
        .course(TDXD, "2023-05-01", cycles=3)
    )
    told.order("ondansetron", "2023-05-01").order("dexamethasone", "2023-05-01")
    found = finding(told)
    assert (found.verdict, found.edition) == ("met", "nccn-antiemesis-2019.1")
    assert "guideline-stale" not in found.statement


def low_risk(on: str, until: str | None, status: str = "active") -> Finding:
    """Docetaxel with two antibodies, and ondansetron to be taken when needed."""
    told = tale("someone", as_of=date(2023, 12, 31)).her2_positive_mbc("2021-12-01", "liver")
    told.visit(ON).course(THP, ON, cycles=5).order("ondansetron", on, status=status)
    supply = {"validityPeriod": {"start": on, "end": until}} if until else None
    told.but(dispenseRequest=supply, dosageInstruction=[{"text": "8 mg", "asNeededBoolean": True}])
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "CINV-OTHER"]
    return found


@pytest.mark.parametrize(
    ("until", "status", "told"),
    [
        ("2024-08-01", "active", "ondansetron when needed, ordered on 2023-08-01"),
        (None, "active", "its end not stated: it may have been valid, which is required of nobody"),
        ("2023-08-28", "active", "none, which is required of nobody"),
        (None, "completed", "none, which is required of nobody"),
    ],
)
def test_an_order_to_be_taken_when_needed_is_told_at_low_risk_too(
    until: str | None, status: str, told: str
) -> None:
    found = low_risk("2023-08-01", until, status)
    assert str(found.verdict) == "met"
    assert told in found.statement
