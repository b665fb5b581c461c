"""ServiceRequest, CarePlan, DocumentReference, Immunization and CareTeam to Activity."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from abstractor.chart import Activity, Chart, Seen, Standing
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
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
    resource,
    row,
)

CPT = "http://www.ama-assn.org/go/cpt"
CVX = "http://hl7.org/fhir/sid/cvx"
US_CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
WORDS = {"text": "Referral to palliative care"}
MISTAKE = "entered-in-error"


def request(**elements: Any) -> Json:
    given = {"status": "active", "intent": "order", "code": WORDS, "authoredOn": "2022-06-14"}
    return resource("ServiceRequest", **{**given, **elements})


def plan(**elements: Any) -> Json:
    given = {"status": "active", "intent": "plan", "title": "Palliative care plan", "created": "2022-06-14"}
    return resource("CarePlan", **{**given, **elements})


def document(**elements: Any) -> Json:
    given = {"status": "current", "type": {"text": "Tumor board note"}, "date": "2022-06-14T15:00:00Z"}
    return resource("DocumentReference", **{**given, **elements})


def vaccine(**elements: Any) -> Json:
    given = {
        "status": "completed",
        "vaccineCode": {"text": "Influenza, seasonal, injectable"},
        "occurrenceDateTime": "2022-10-14",
    }
    told = resource("Immunization", patient=None, **{**given, **elements})
    return {**told, "patient": {"reference": "Patient/1"}}


def team(**elements: Any) -> Json:
    given = {
        "status": "active",
        "period": {"start": "2022-06-14"},
        "participant": [{"role": [{"text": "Nurse navigator"}]}],
    }
    return resource("CareTeam", **{**given, **elements})


def meant(chart: Chart) -> Activity:
    """The one activity that means something."""
    (found,) = (each for each in chart.activities if each.concepts)
    return found


def activity(record: Json) -> Activity:
    (found,) = chart_of(record).activities
    return found


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
        (coded("X1", "urn:local", "Ambulatory referral to Cardiology"), ("cardiology-care",), True),
        ({"text": "Physiotherapy"}, (), False),
        ({"text": "Palliative care: declined"}, (), False),
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
        ("Hospice evaluation", "hospice"),
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


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({}, Standing.CONTEXT),
        ({"status": "on-hold"}, Standing.CONTEXT),
        ({"status": "completed"}, Standing.CONTEXT),
        ({"status": "unknown"}, Standing.CONTEXT),
        ({"status": "draft"}, Standing.WITHDRAWN),
        ({"status": "revoked"}, Standing.WITHDRAWN),
        ({"status": None}, Standing.CONTEXT),
        ({"intent": "proposal"}, Standing.WITHDRAWN),
        ({"intent": "option"}, Standing.WITHDRAWN),
        ({"intent": None}, Standing.CONTEXT),
    ],
)
def test_a_plan_is_not_an_event(elements: Json, standing: Standing) -> None:
    assert activity(plan(**elements)).standing is standing


@pytest.mark.parametrize(
    ("elements", "when", "ended"),
    [
        ({}, "2022-06-14", None),
        (
            {"created": None, "period": {"start": "2022-07-01", "end": "2022-09-30"}},
            "2022-07-01",
            "2022-09-30",
        ),
        ({"period": {"start": "2022-07-01"}}, "2022-06-14", None),
        ({"created": None}, None, None),
    ],
)
def test_the_days_of_a_plan(elements: Json, when: str | None, ended: str | None) -> None:
    found = activity(plan(**elements))
    assert (days(found.when), days(found.ended)) == (when, ended)


@pytest.mark.parametrize(
    ("detail", "standing"),
    [
        ({"status": "not-started"}, Standing.CONTEXT),
        ({"status": "scheduled"}, Standing.CONTEXT),
        ({"status": "in-progress"}, Standing.CONTEXT),
        ({"status": "on-hold"}, Standing.CONTEXT),
        ({"status": "completed"}, Standing.CONTEXT),
        ({"status": "stopped"}, Standing.CONTEXT),
        ({"status": "unknown"}, Standing.CONTEXT),
        ({"status": "cancelled"}, Standing.WITHDRAWN),
        ({"status": "in-progress", "doNotPerform": True}, Standing.AGAINST),
        ({}, Standing.CONTEXT),
    ],
)
def test_an_activity_of_a_plan(detail: Json, standing: Standing) -> None:
    given = {"detail": {"code": {"text": "Goals of care discussion"}, **detail}}
    found = meant(chart_of(plan(title="Oncology plan", activity=[given])))
    assert (found.concepts, found.standing) == (("goals-of-care",), standing)


def test_an_activity_of_a_plan_has_days_and_reasons_of_its_own() -> None:
    detail = {
        "code": coded("306237005"),
        "status": "cancelled",
        "statusReason": {"text": "Patient refused"},
        "scheduledPeriod": {"start": "2022-08-01", "end": "2022-08-02"},
        "reasonCode": [coded("C79.51", ICD)],
    }
    found = meant(chart_of(plan(title=None, activity=[{"detail": detail}])))
    assert (days(found.when), days(found.ended)) == ("2022-08-01", "2022-08-02")
    assert found.status_reasons == ("stop-reason:refusal",)
    assert "bone-metastasis" in found.reasons


def test_a_mistaken_activity_of_a_plan_leaves_the_plan() -> None:
    detail = {"code": coded("306237005"), "status": MISTAKE}
    assert activity(plan(title="Plan", activity=[{"detail": detail}])).concepts == ()


@pytest.mark.parametrize(
    ("codes", "unread"),
    [
        ([], False),
        ([{"text": "Physiotherapy"}], False),
        ([coded("S9", "urn:local")], True),
        ([coded("385763009")], False),
    ],
)
def test_a_plan_is_unread_where_one_of_its_activities_is(codes: list[Json], unread: bool) -> None:
    category = [coded("assess-plan", US_CATEGORY)]
    activities = [{"detail": {"code": code}} for code in codes]
    chart = chart_of(plan(title="Plan", category=category, activity=activities))
    (whole,) = (each for each in chart.activities if not each.concepts)
    assert whole.unread is unread


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({}, Standing.COUNTS),
        ({"docStatus": "final"}, Standing.COUNTS),
        ({"docStatus": "amended"}, Standing.COUNTS),
        ({"docStatus": "preliminary"}, Standing.CONTEXT),
        ({"status": "superseded"}, Standing.WITHDRAWN),
        ({"status": None}, Standing.CONTEXT),
    ],
)
def test_a_document_stands_as_its_status_says(elements: Json, standing: Standing) -> None:
    found = activity(document(**elements))
    assert (found.standing, found.concepts, days(found.when)) == (standing, ("tumour-board",), "2022-06-14")


@pytest.mark.parametrize(
    ("kind", "concepts"),
    [
        ({"text": "Advance Care Planning note"}, ("goals-of-care",)),
        ({"text": "Family meeting: goals of care"}, ("goals-of-care",)),
        (coded("42348-3", LOINC), ("goals-of-care",)),
        ({"text": "Chemotherapy teaching"}, ("drug-education",)),
        ({"text": "Consent for chemotherapy"}, ("treatment-consent",)),
        ({"text": "Progress note"}, ()),
        (coded("11506-3", LOINC), ()),
    ],
)
def test_a_document_is_known_by_its_type(kind: Json, concepts: tuple[str, ...]) -> None:
    found = activity(document(type=kind))
    assert (found.concepts, found.unread) == (concepts, False)


def test_the_category_of_a_document_tells_too() -> None:
    assert activity(document(type=None, category=[WORDS])).concepts == ("palliative-care-encounter",)


@pytest.mark.parametrize(
    ("elements", "standing", "why"),
    [
        ({}, Standing.COUNTS, ()),
        ({"status": "not-done"}, Standing.AGAINST, ()),
        (
            {"status": "not-done", "statusReason": {"text": "Patient objection"}},
            Standing.AGAINST,
            ("stop-reason:refusal",),
        ),
        (
            {"status": "not-done", "statusReason": {"text": "Medical precaution"}},
            Standing.AGAINST,
            ("stop-reason:contraindicated",),
        ),
        (
            {"status": "not-done", "statusReason": {"text": "Immunity"}},
            Standing.AGAINST,
            ("stop-reason:immune",),
        ),
        ({"status": None}, Standing.CONTEXT, ()),
    ],
)
def test_a_vaccine_given_or_not(elements: Json, standing: Standing, why: tuple[str, ...]) -> None:
    found = activity(vaccine(**elements))
    assert (found.standing, found.status_reasons) == (standing, why)
    assert found.concepts == ("influenza-vaccine",)


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({}, "2022-10-14"),
        ({"occurrenceDateTime": "2022"}, "2022-01-01..2022-12-31"),
        ({"occurrenceDateTime": None, "recorded": "2022-11-02"}, "2022-11-02"),
        ({"occurrenceDateTime": None, "occurrenceString": "as a child", "recorded": "2022-11-02"}, None),
    ],
)
def test_the_day_of_a_vaccine(elements: Json, when: str | None) -> None:
    assert days(activity(vaccine(**elements)).when) == when


@pytest.mark.parametrize(
    ("name", "concepts"),
    [
        ("COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose", ("covid-19-vaccine",)),
        (
            "Pneumococcal conjugate PCV20, polysaccharide CRM197 conjugate, adjuvant, PF",
            ("pneumococcal-vaccine",),
        ),
        ("RSV, bivalent, protein subunit RSVpreF, diluent reconstituted, 0.5 mL, PF", ("rsv-vaccine",)),
        ("zoster recombinant", ("zoster-vaccine",)),
        ("zoster live", ()),
        ("Hep B, adult", ("hepatitis-b-vaccine",)),
        ("Hepatitis B immune globulin", ()),
        ("RSV, mAb, nirsevimab-alip, 0.5 mL", ()),
        ("Hib (PRP-T)", ()),
        ("Tdap", ()),
    ],
)
def test_a_vaccine_is_known_by_its_name(name: str, concepts: tuple[str, ...]) -> None:
    shown = {"coding": [{"system": CVX, "code": "150", "display": name}]}
    found = activity(vaccine(vaccineCode=shown))
    assert (found.concepts, found.unread) == (concepts, False)


def test_a_vaccine_by_code_alone_cannot_be_read() -> None:
    found = activity(vaccine(vaccineCode=coded("150", CVX)))
    assert (found.concepts, found.unread) == ((), True)


@pytest.mark.parametrize(
    ("elements", "standing"),
    [
        ({}, Standing.COUNTS),
        ({"status": "inactive"}, Standing.COUNTS),
        ({"status": "proposed"}, Standing.WITHDRAWN),
        ({"status": "suspended"}, Standing.CONTEXT),
        ({"status": None}, Standing.ASSUMED),
    ],
)
def test_a_team_stands_as_its_status_says(elements: Json, standing: Standing) -> None:
    chart = chart_of(team(**elements))
    assert (meant(chart).standing, meant(chart).concepts) == (standing, ("patient-navigation",))
    assert len(chart.activities) == 2
    assert any(issue.code == "status-assumed" for issue in chart.issues) is (standing is Standing.ASSUMED)


@pytest.mark.parametrize(
    ("member", "when", "ended"),
    [
        ({}, "2022-06-14", None),
        ({"period": {"start": "2022-08-01", "end": "2022-12-31"}}, "2022-08-01", "2022-12-31"),
    ],
)
def test_who_joins_later_was_not_there_before(member: Json, when: str, ended: str | None) -> None:
    found = meant(chart_of(team(participant=[{"role": [{"text": "Navigator"}], **member}])))
    assert (days(found.when), days(found.ended)) == (when, ended)


def test_a_role_by_code_alone_cannot_be_read() -> None:
    roles = [{"role": [coded("207RX0202X", "http://nucc.org/provider-taxonomy")]}]
    assert activity(team(participant=roles)).unread
    roles = [{"role": [coded("207RX0202X", "http://nucc.org/provider-taxonomy", "Medical oncology")]}]
    assert not activity(team(participant=roles)).unread


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
