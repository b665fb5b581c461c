"""ServiceRequest to Activity, and what all activities share: mistakes, copies, order, a site's codes."""

from datetime import date
from pathlib import Path

import pytest

from abstractor.chart import Seen, Standing
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
from tests.unit.fhir_read.caring import (
    CVX,
    MISTAKE,
    activity,
    document,
    plan,
    request,
    team,
    vaccine,
)
from tests.unit.fhir_read.charting import (
    HCPCS,
    ICD,
    LOINC,
    NEW_YORK,
    SNOMED,
    Json,
    chart_of,
    coded,
    condition,
    days,
    received,
    record_set,
    row,
)

CPT = "http://www.ama-assn.org/go/cpt"


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({"status": "active"}, Standing.ORDERED_ONLY),
        ({"status": "on-hold"}, Standing.ORDERED_ONLY),
        ({"status": "completed"}, Standing.ORDERED_ONLY),
        ({"status": "draft"}, Standing.WITHDRAWN),
        ({"status": "revoked"}, Standing.WITHDRAWN),
        ({"status": "unknown"}, Standing.CONTEXT),
        ({"status": "asked-nicely"}, Standing.CONTEXT),
        ({"status": None}, Standing.CONTEXT),
        ({"intent": "proposal"}, Standing.WITHDRAWN),
        ({"intent": "plan"}, Standing.WITHDRAWN),
        ({"intent": "option"}, Standing.WITHDRAWN),
        ({"intent": "directive"}, Standing.CONTEXT),
        ({"intent": "original-order"}, Standing.ORDERED_ONLY),
        ({"intent": "instance-order"}, Standing.ORDERED_ONLY),
        ({"intent": None}, Standing.CONTEXT),
        ({"doNotPerform": True}, Standing.AGAINST),
        ({"doNotPerform": True, "status": "draft"}, Standing.AGAINST),
        ({"doNotPerform": False}, Standing.ORDERED_ONLY),
    ],
)
def test_a_request_stands_as_its_status_says(elements: Json, standing: Standing) -> None:
    found = activity(request(**elements))
    assert (found.standing, found.concepts, found.kind) == (
        standing,
        ("palliative-care-encounter",),
        "ServiceRequest",
    )


@pytest.mark.parametrize(
    "record",
    [
        request(status=MISTAKE),
        plan(status=MISTAKE),
        document(status=MISTAKE),
        document(docStatus=MISTAKE),
        vaccine(status=MISTAKE),
        team(status=MISTAKE),
    ],
    ids=["request", "plan", "document", "its text", "vaccine", "team"],
)
def test_a_mistake_is_no_activity(record: Json) -> None:
    assert chart_of(record).activities == ()


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({}, "2022-06-14"),
        ({"authoredOn": None, "occurrenceDateTime": "2022-07"}, "2022-07-01..2022-07-31"),
        ({"authoredOn": None, "occurrencePeriod": {"start": "2022-08-02"}}, "2022-08-02"),
        ({"authoredOn": None}, None),
        ({"occurrenceDateTime": "2022-09-01"}, "2022-06-14"),
    ],
)
def test_the_first_date_of_a_request(elements: Json, when: str | None) -> None:
    assert days(activity(request(**elements)).when) == when


@pytest.mark.parametrize(
    ("code", "concepts", "unread"),
    [
        (coded("306237005"), ("palliative-care-encounter",), False),
        (coded("G0023", HCPCS), ("patient-navigation",), False),
        (coded("24590-2", LOINC), ("brain-mri",), False),
        (coded("99999999"), (), False),
        (coded("99497", CPT), (), True),
        (coded("X1", "urn:local"), (), True),
        (coded("X1", "urn:local", "Ambulatory referral to Cardiology"), ("cardiology-care",), False),
        (coded("X1", "urn:local", "Ambulatory referral to Nutrition"), (), True),
        ({"text": "Physiotherapy"}, (), False),
        ({"text": "Palliative care: declined"}, ("palliative-care-encounter",), False),
        ({"text": "No cardiology follow-up needed"}, (), False),
        (None, (), True),
    ],
)
def test_what_a_request_is_of(code: Json | None, concepts: tuple[str, ...], unread: bool) -> None:
    found = activity(request(code=code))
    assert (found.concepts, found.unread) == (concepts, unread)


@pytest.mark.parametrize(
    ("words", "concept"),
    [
        ("Cardio-Oncology referral", "cardiology-care"),
        ("Consult to Pulmonary Medicine", "pulmonology-care"),
        ("AMB REFERRAL TO RADIATION ONCOLOGY", "radiation-oncology-care"),
        ("Neurosurgery consult", "neurosurgery-care"),
        ("Genetic counseling", "cancer-genetics"),
        ("Dental clearance before zoledronate", "dental-examination"),
        ("Oncofertility consult", "fertility-preservation"),
        ("Oncology social worker", "psychosocial-care"),
        ("Hospice admission", "hospice"),
    ],
)
def test_a_referral_in_words(words: str, concept: str) -> None:
    assert activity(request(code={"text": words})).concepts == (concept,)


def test_a_category_and_who_is_to_do_it_tell_too() -> None:
    asked = request(code={"text": "Referral"}, performerType={"text": "Cardiologist"})
    assert activity(asked).concepts == ("cardiology-care",)
    asked = request(code=None, category=[coded("306237005")])
    assert activity(asked).concepts == ("palliative-care-encounter",)


def test_reasons_come_by_code_and_by_condition() -> None:
    brain = condition("C79.31", id="brain")
    asked = request(reasonCode=[coded("I50.9", ICD)], reasonReference=[{"reference": "Condition/brain"}])
    found = chart_of(brain, asked).activities[0].reasons
    assert found == ("cns-metastasis", "distant-metastasis", "heart-failure")


def test_a_site_loads_its_own_codes(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text(
        "concept,system,code,display,rank,valid_from,valid_to,source,confidence,note\n"
        "goals-of-care,cpt,99497,advance care planning,,,,the site's licence,high,\n"
        f"influenza-vaccine,{CVX},150,flu,,,,the site,high,\n"
    )
    reading = Reading(load_value_sets(tmp_path), NEW_YORK)
    held = RecordSet(reading)
    for record in (request(code=coded("99497", CPT)), vaccine(vaccineCode=coded("150", CVX))):
        held.add(received(record))
    found = {each.concepts: each.unread for each in held.chart("Patient/1").activities}
    assert found == {("goals-of-care",): False, ("influenza-vaccine",): False}


@pytest.mark.parametrize(
    "record", [request(), plan(), document(), team()], ids=lambda each: each["resourceType"]
)
def test_a_record_of_nobody_is_quarantined(record: Json) -> None:
    nobody = {name: value for name, value in record.items() if name != "subject"}
    held = record_set(nobody, condition())
    assert [each.type for each in held.quarantined()] == [record["resourceType"]]
    chart = held.chart("Patient/1")
    assert chart.activities == ()
    assert row(chart, record["resourceType"]).state is Seen.PARTIAL


def test_a_copy_from_another_system_is_one_activity_with_both_sources() -> None:
    chart = chart_of(request(), request(id="2"))
    (found,) = chart.activities
    assert {source.resource for source in found.sources} == {"ServiceRequest/1", "ServiceRequest/2"}


def test_they_are_sorted_cut_and_in_the_digest() -> None:
    late = request(id="late", authoredOn="2022-12-01")
    chart = chart_of(late, request(), request(id="undated", authoredOn=None, code={"text": "Hospice"}))
    assert [days(each.when) for each in chart.activities] == ["2022-06-14", "2022-12-01", None]
    cut = chart.as_of(date(2022, 7, 1))
    assert [days(each.when) for each in cut.activities] == ["2022-06-14", None]
    assert cut.digest != chart.digest
    assert chart_of(request(), late).digest == chart_of(late, request()).digest


def test_every_source_says_where_it_stood() -> None:
    found = activity(request(code=coded("306237005", SNOMED)))
    assert [(each.path, each.value) for each in found.sources] == [
        ("ServiceRequest.authoredOn", "2022-06-14"),
        ("ServiceRequest.code.coding[0].code", "306237005"),
        ("ServiceRequest.status", "active"),
    ]
