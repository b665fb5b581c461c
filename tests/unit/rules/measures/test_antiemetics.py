"""CINV-TDXD: what stands in for a class that is contraindicated, and what is no reason."""

from collections.abc import Callable
from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
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


def withheld(words: str, status: str = "not-done") -> Tale:
    return treated().given("dexamethasone", ON, status=status, why_not=words)


def finding(told: Tale) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "CINV-TDXD"]
    return found


PAIR = ("ondansetron", "aprepitant")
OUTCOMES: list[tuple[str, Callable[[], Tale], str]] = [
    ("diabetes, olanzapine", lambda: ordered(*PAIR, "olanzapine", told=diabetic()), "exception"),
    ("diabetes, nothing in its place", lambda: ordered(*PAIR, told=diabetic()), "not-met"),
    (
        "diabetes, and dexamethasone all the same",
        lambda: ordered(*PAIR, "dexamethasone", told=diabetic()),
        "met",
    ),
    ("olanzapine without a reason", lambda: ordered(*PAIR, "olanzapine"), "not-met"),
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
