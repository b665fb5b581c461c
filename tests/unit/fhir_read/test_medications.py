"""Which agent a medication is: inline, contained, referenced, in parts, or only in words."""

from typing import Any

import pytest

from abstractor.chart import Chart
from tests.unit.fhir_read.charting import HCPCS, RXNORM, chart_of, coded, order, resource

TDM1 = coded("1371041", RXNORM)


def by_reference(reference: str, display: str | None = None, **elements: Any) -> dict[str, Any]:
    named = {"reference": reference, **({"display": display} if display else {})}
    return order(medicationCodeableConcept=None, medicationReference=named, **elements)


def medication(**elements: Any) -> dict[str, Any]:
    return resource("Medication", "m", None, **elements)


def agents(chart: Chart) -> tuple[str, ...]:
    return chart.orders[0].agents


def test_a_contained_medication() -> None:
    chart = chart_of(
        by_reference("#m", contained=[resource("Practitioner", "p", None), medication(code=TDM1)])
    )
    assert agents(chart) == ("ado-trastuzumab emtansine",)
    assert chart.orders[0].sources[1].path == "MedicationRequest.contained[1].code.coding[0].code"


def test_a_referenced_medication_is_the_source() -> None:
    chart = chart_of(medication(code=TDM1, meta={"versionId": "3"}), by_reference("Medication/m"))
    assert agents(chart) == ("ado-trastuzumab emtansine",)
    source = chart.orders[0].sources[1]
    assert (source.resource, source.path, source.version) == (
        "Medication/m",
        "Medication.code.coding[0].code",
        "3",
    )


def test_an_antibody_drug_conjugate_never_becomes_trastuzumab() -> None:
    codes = {"coding": [*coded("224905", RXNORM)["coding"], *TDM1["coding"]]}
    assert agents(chart_of(order(medicationCodeableConcept=codes))) == ("ado-trastuzumab emtansine",)


def test_a_display_tells_the_drug_where_the_medication_is_not_held() -> None:
    chart = chart_of(by_reference("Medication/elsewhere", "Enhertu"))
    assert agents(chart) == ("fam-trastuzumab deruxtecan",)
    assert chart.orders[0].sources[1].path == "MedicationRequest.medicationReference.display"
    assert chart.issues == ()


def test_a_medication_that_is_not_held_and_has_no_name_is_said() -> None:
    chart = chart_of(by_reference("Medication/elsewhere"))
    assert (agents(chart), chart.orders[0].unmapped) == ((), "Medication/elsewhere")
    assert [issue.code for issue in chart.issues] == ["agent-unmapped", "partial-record"]
    path = "MedicationRequest.medicationReference.reference"
    for issue in chart.issues:
        assert [(source.path, source.value) for source in issue.sources] == [(path, "Medication/elsewhere")]


def test_another_patients_record_is_no_medication() -> None:
    chart = chart_of(by_reference("Condition/m"), resource("Condition", "m", "Patient/2", code=TDM1))
    assert agents(chart) == ()


def parts(*names: str) -> list[dict[str, Any]]:
    return [{"itemCodeableConcept": {"text": name}} for name in names]


@pytest.mark.parametrize(
    ("ingredients", "found"),
    [
        (parts("pertuzumab", "trastuzumab"), ("pertuzumab", "trastuzumab")),
        (parts("trastuzumab", "something new"), ()),
        ([*parts("trastuzumab"), {"itemReference": {"reference": "Substance/1"}}], ()),
        ([], ()),
    ],
)
def test_a_compound_counts_only_where_every_part_is_known(
    ingredients: list[dict[str, Any]], found: tuple[str, ...]
) -> None:
    mixed = medication(code={"text": "compounded infusion"}, ingredient=ingredients)
    assert agents(chart_of(mixed, by_reference("Medication/m"))) == found


@pytest.mark.parametrize(
    ("concept", "text"),
    [
        ({"text": "Chemo, NOS"}, "Chemo, NOS"),
        ({"coding": [{"system": RXNORM, "code": "0", "display": "Study drug"}]}, "Study drug"),
        ({"coding": [{"system": RXNORM, "code": "0"}]}, "0"),
        ({"coding": [{}]}, "a medication without code or name"),
        ({}, "a medication without code or name"),
    ],
)
def test_what_cannot_be_told_stays_visible_by_its_name(concept: dict[str, Any], text: str) -> None:
    chart = chart_of(order(medicationCodeableConcept=concept))
    assert (agents(chart), chart.orders[0].unmapped) == ((), text)
    assert [issue.code for issue in chart.issues] == ["agent-unmapped"]


def test_two_answers_are_never_chosen_between() -> None:
    both = {
        "coding": [*coded("J9354", HCPCS)["coding"], *coded("J9358", HCPCS)["coding"]],
        "text": "infusion",
    }
    assert agents(chart_of(order(medicationCodeableConcept=both))) == ()


def test_a_medication_in_several_versions_is_the_newest() -> None:
    old = medication(code={"text": "docetaxel"}, meta={"versionId": "1"})
    new = medication(code={"text": "paclitaxel"}, meta={"versionId": "2"})
    assert agents(chart_of(old, new, by_reference("Medication/m"))) == ("paclitaxel",)
    assert agents(chart_of(new, old, by_reference("Medication/m"))) == ("paclitaxel",)


def test_an_order_that_was_withdrawn_asks_for_no_mapping() -> None:
    assert chart_of(order("Chemo, NOS", status="cancelled")).issues == ()
