"""Results, studies, procedures and visits that no verified code is known for, told by their name."""

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.charting import (
    LOINC,
    Json,
    chart_of,
    coded,
    observation,
    order,
    procedure,
    resource,
    visit,
)

GENE = {
    "code": coded("48018-6", LOINC),
    "valueCodeableConcept": {"coding": [{"code": "HGNC:3467"}], "text": "ESR1"},
}


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("NCCN Distress Thermometer", ("distress-thermometer",)),
        ("ESAS-r total", ("esas",)),
        ("Brief Fatigue Inventory score", ("fatigue-score",)),
        ("Pain score (0-10)", ("pain-score",)),
        ("PHQ-9 total", ("phq-9",)),
        ("DPYD genotype", ("dpyd-genotype",)),
        ("QTcF", ("qtcf",)),
        ("CTCAE grade", ("ctcae-grade",)),
        ("Germline hereditary panel", ("germline-test",)),
    ],
)
def test_a_result_is_known_by_its_name(name: str, concepts: tuple[str, ...]) -> None:
    shown = observation(coded("L1", "urn:local", name), valueQuantity={"value": 3})
    (found,) = chart_of(shown).results
    assert (found.concepts, found.number, found.standing) == (concepts, 3, Standing.COUNTS)


@pytest.mark.parametrize(
    "name", ["Pain location", "Distress", "DPYD genotype not done", "ESAS declined", "QT"]
)
def test_a_name_that_says_too_little_or_denies_is_no_result(name: str) -> None:
    assert chart_of(observation({"text": name}, valueQuantity={"value": 3})).results == ()


def test_a_code_that_is_known_stands_before_the_name() -> None:
    shown = observation(coded("72514-3", LOINC, "PHQ-9"), valueQuantity={"value": 3})
    (found,) = chart_of(shown).results
    assert found.concepts == ("pain-score",)


@pytest.mark.parametrize(
    ("gene", "concepts"), [("ESR1", ("esr1",)), ("PIK3CA", ("pik3ca",)), ("DPYD", ("dpyd-genotype",))]
)
def test_a_variant_is_of_the_gene_that_a_component_names(gene: str, concepts: tuple[str, ...]) -> None:
    studied = {**GENE, "valueCodeableConcept": {"text": gene}}
    shown = observation(coded("69548-6", LOINC), component=[studied], valueCodeableConcept=coded("52101004"))
    (found,) = chart_of(shown).results
    assert (found.concepts, found.value_concepts) == (concepts, ("answer:present",))


def test_a_gene_that_is_not_asked_about_is_no_result() -> None:
    studied = {**GENE, "valueCodeableConcept": {"text": "TP53"}}
    assert chart_of(observation(coded("69548-6", LOINC), component=[studied])).results == ()


@pytest.mark.parametrize("panel", ["24325-3", "57021-8", "51990-0"])
def test_a_panel_without_results_stands_for_them(panel: str) -> None:
    (found,) = chart_of(observation(panel)).results
    assert len(found.concepts) >= 4
    assert found.number is None


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("PET/CT skull base to mid-thigh", ("pet-ct",)),
        ("12-lead ECG", ("electrocardiogram",)),
        ("Dental examination", ("dental-examination",)),
        ("Multidisciplinary tumor board", ("tumour-board",)),
        ("Scalp cooling", ("scalp-cooling",)),
        ("Chemotherapy education", ("drug-education",)),
        ("Chemotherapy education not needed", ()),
        ("Appendectomy", ()),
    ],
)
def test_a_procedure_is_known_by_its_name(name: str, concepts: tuple[str, ...]) -> None:
    (found,) = chart_of(procedure({"text": name})).procedures
    assert found.concepts == concepts


def test_a_report_is_known_by_its_name() -> None:
    shown = resource("DiagnosticReport", status="final", code={"text": "DPYD genotype"}, issued="2022-06-14")
    (found,) = chart_of(shown).procedures
    assert (found.kind, found.concepts) == ("report", ("dpyd-genotype",))


@pytest.mark.parametrize(
    ("elements", "concepts"),
    [
        ({"type": [{"text": "Palliative care visit"}]}, ("palliative-care-encounter",)),
        ({"serviceType": {"text": "Cardiology"}}, ("cardiology-care",)),
        ({"type": [coded("713281006")]}, ("palliative-care-encounter",)),
        ({"type": [{"text": "Nurse navigator call"}]}, ("patient-navigation",)),
        ({"type": [{"text": "Lab only"}]}, ("excluded-visit",)),
        ({"type": [{"text": "Oncology follow-up"}]}, ()),
    ],
)
def test_a_visit_is_known_by_its_kind_and_service(elements: Json, concepts: tuple[str, ...]) -> None:
    (found,) = chart_of(visit(**elements)).visits
    assert found.concepts == concepts


@pytest.mark.parametrize(
    ("words", "concepts"),
    [
        ("Toxicity: neutropenia", ("neutropenia", "stop-reason:not-tolerated")),
        ("Toxicity of neutropenia unlikely", ()),
        ("Neutropenia", ("neutropenia",)),
        ("QT prolongation", ("qt-prolongation",)),
        ("Patient preference", ("stop-reason:preference",)),
        ("Completed as planned", ("stop-reason:planned",)),
        ("Non-adherence", ("stop-reason:non-adherence",)),
        ("Enrolled in clinical trial", ("stop-reason:trial",)),
    ],
)
def test_why_a_drug_was_stopped(words: str, concepts: tuple[str, ...]) -> None:
    shown = order("abemaciclib", status="stopped", statusReason={"text": words})
    (found,) = chart_of(shown).orders
    assert (found.stop_reasons, found.stop_words) == (concepts, words)
