"""Condition to Diagnosis and Stage, and Patient."""

from typing import Any

import pytest

from abstractor.chart import Source, Standing
from tests.unit.fhir_read.charting import ICD, SNOMED, chart_of, coded, condition, days, resource

VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"


def test_its_codes_are_kept_and_what_they_mean() -> None:
    code = {
        "coding": [
            {"system": ICD, "code": "C787", "display": "liver"},
            {"system": "urn:local", "code": "L1"},
        ],
        "text": "mets to liver",
    }
    (found,) = chart_of(condition(code=code)).diagnoses
    assert found.concepts == ("distant-metastasis", "liver-metastasis")
    assert [(c.system, c.code) for c in found.codings] == [(ICD, "C78.7"), ("urn:local", "L1")]
    assert found.text == "mets to liver"


@pytest.mark.parametrize(
    ("verification", "standing"),
    [
        (coded("confirmed", VERIFIED), Standing.COUNTS),
        (None, Standing.ASSUMED),
        (coded("provisional", VERIFIED), Standing.CONTEXT),
        (coded("differential", VERIFIED), Standing.CONTEXT),
        (coded("unconfirmed", VERIFIED), Standing.CONTEXT),
        (coded("refuted", VERIFIED), Standing.AGAINST),
        ({"text": "Confirmed"}, Standing.COUNTS),
        (
            {"coding": [{"system": "urn:x", "code": "7"}, {"system": VERIFIED, "code": "refuted"}]},
            Standing.AGAINST,
        ),
    ],
)
def test_how_sure_it_is(verification: dict[str, Any] | None, standing: Standing) -> None:
    (found,) = chart_of(condition(verificationStatus=verification)).diagnoses
    assert found.standing is standing


CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"


def several(system: str, *codes: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code} for code in codes]}


@pytest.mark.parametrize(
    ("elements", "standing", "clinical", "opened"),
    [
        ({"verificationStatus": several(VERIFIED, "confirmed", "refuted")}, Standing.CONTEXT, None, True),
        ({"verificationStatus": several(VERIFIED, "refuted", "confirmed")}, Standing.CONTEXT, None, True),
        (
            {"verificationStatus": several(VERIFIED, "entered-in-error", "confirmed")},
            Standing.CONTEXT,
            None,
            True,
        ),
        ({"verificationStatus": {"text": " Refuted"}}, Standing.CONTEXT, None, True),
        ({"verificationStatus": {"text": "Entered in Error"}}, Standing.CONTEXT, None, True),
        ({"verificationStatus": {"coding": [{"display": "Refuted"}]}}, Standing.CONTEXT, None, True),
        ({"verificationStatus": several(VERIFIED, "confirmed", "Confirmed")}, Standing.COUNTS, None, False),
        (
            {"verificationStatus": several(VERIFIED, "unconfirmed", "provisional")},
            Standing.CONTEXT,
            None,
            False,
        ),
        ({"clinicalStatus": several(CLINICAL, "active", "resolved")}, Standing.COUNTS, None, True),
        ({"clinicalStatus": several(CLINICAL, "resolved", "active")}, Standing.COUNTS, None, True),
        ({"clinicalStatus": several(CLINICAL, "active", "recurrence")}, Standing.COUNTS, "recurrence", False),
        ({"clinicalStatus": several(CLINICAL, "remission", "resolved")}, Standing.COUNTS, "inactive", False),
    ],
)
def test_codes_that_contradict_each_other_decide_nothing(
    elements: dict[str, Any], standing: Standing, clinical: str | None, opened: bool
) -> None:
    chart = chart_of(condition(**elements))
    (found,) = chart.diagnoses
    assert (found.standing, found.clinical_status) == (standing, clinical)
    assert chart.seen_whole("Condition") is not opened
    assert ("partial-record" in {issue.code for issue in chart.issues}) is opened


def test_it_is_not_over_before_it_began() -> None:
    chart = chart_of(condition(onsetDateTime="2020-03-02", abatementDateTime="2010-01-01"))
    assert (chart.diagnoses[0].ended, [issue.code for issue in chart.issues]) == (None, ["partial-record"])


def test_it_may_be_over_before_it_is_recorded() -> None:
    chart = chart_of(condition(recordedDate="2020-03-02", abatementDateTime="2010-01-01"))
    assert (days(chart.diagnoses[0].ended), chart.issues) == ("2010-01-01", ())


def test_a_mistake_is_no_diagnosis_and_no_stage() -> None:
    wrong = condition(verificationStatus=coded("entered-in-error"), stage=[{"summary": {"text": "IV"}}])
    chart = chart_of(wrong)
    assert (chart.diagnoses, chart.stages) == ((), ())


def test_an_absent_verification_is_said_of_what_means_something() -> None:
    chart = chart_of(condition(verificationStatus=None), condition("I10", id="2", verificationStatus=None))
    (issue,) = chart.issues
    assert issue.code == "status-assumed"
    assert issue.sources == (Source("Condition/1", "Condition.verificationStatus", None, None),)


@pytest.mark.parametrize(
    ("elements", "when"),
    [
        ({"onsetDateTime": "2020-03", "recordedDate": "2020-05-01"}, "2020-03-01..2020-03-31"),
        ({"onsetPeriod": {"start": "2020-03-02"}, "recordedDate": "2020-05-01"}, "2020-03-02"),
        ({"onsetAge": {"value": 61}, "recordedDate": "2020-05-01"}, "2020-05-01"),
        ({"onsetString": "last spring"}, None),
        ({"meta": {"lastUpdated": "2020-01-01T00:00:00Z"}}, None),
    ],
)
def test_its_onset_else_the_day_it_was_recorded(elements: dict[str, Any], when: str | None) -> None:
    (found,) = chart_of(condition(**elements)).diagnoses
    assert days(found.when) == when


def test_when_it_ended_and_how_it_stands() -> None:
    (found,) = chart_of(
        condition(
            abatementDateTime="2021-01-01",
            clinicalStatus=coded("resolved", "http://terminology.hl7.org/CodeSystem/condition-clinical"),
            severity=coded("6736007"),
        )
    ).diagnoses
    assert (days(found.ended), found.clinical_status, found.severity) == (
        "2021-01-01",
        "resolved",
        "severity:moderate",
    )


@pytest.mark.parametrize(
    ("summary", "category", "value"),
    [
        ({"text": "Stage IIA"}, "group", "IIA"),
        ({"text": "AJCC Stage 4"}, "group", "IV"),
        ({"text": "Clinical stage IIIB"}, "group", "IIIB"),
        ({"text": "cM1"}, "m", "M1"),
        ({"text": "ypM0"}, "m", "M0"),
        ({"text": "T2N1"}, "group", "T2N1"),
        ({"coding": [{"display": "Stage IV"}]}, "group", "IV"),
        ({"text": "Stage IV (M1)"}, "group", "IV"),
        ({"text": "Stage II, not stage IV"}, "group", "Stage II, not stage IV"),
    ],
)
def test_a_stage_on_the_condition(summary: dict[str, Any], category: str, value: str) -> None:
    (found,) = chart_of(condition(stage=[{}, {"summary": summary}], onsetDateTime="2020-03-02")).stages
    assert (found.category, found.value, days(found.when)) == (category, value, "2020-03-02")
    assert found.sources[1].path.startswith("Condition.stage[1].summary.")


@pytest.mark.parametrize("code", ["N18.4", "C34.90", "C78.7"])
def test_another_disease_has_no_stage_here(code: str) -> None:
    assert chart_of(condition(code, stage=[{"summary": {"text": "Stage IV"}}])).stages == ()


def test_a_provisional_condition_has_a_provisional_stage() -> None:
    stage = [{"summary": {"text": "IV"}}]
    (found,) = chart_of(condition(verificationStatus=coded("provisional"), stage=stage)).stages
    assert found.standing is Standing.CONTEXT


def patient(**elements: Any) -> dict[str, Any]:
    return resource("Patient", **elements)


@pytest.mark.parametrize(
    ("elements", "deceased", "death"),
    [
        ({}, False, None),
        ({"deceasedBoolean": False}, False, None),
        ({"deceasedBoolean": True}, True, None),
        ({"deceasedDateTime": "2022-08"}, True, "2022-08-01..2022-08-31"),
    ],
)
def test_whether_and_when_the_patient_died(
    elements: dict[str, Any], deceased: bool, death: str | None
) -> None:
    found = chart_of(patient(**elements)).patient
    assert (found.deceased, days(found.death)) == (deceased, death)


def test_birth_and_gender() -> None:
    found = chart_of(patient(birthDate="1960", gender="female")).patient
    assert (days(found.birth), found.gender) == ("1960-01-01..1960-12-31", "female")
    assert [source.path for source in found.sources] == ["Patient.birthDate", "Patient.gender"]


def test_a_patient_known_from_references_alone() -> None:
    found = chart_of(condition()).patient
    assert (found.reference, found.birth, found.deceased, found.sources) == ("Patient/1", None, False, ())


def test_two_patients_that_cannot_be_ordered_agree_only_on_what_both_say() -> None:
    chart = chart_of(
        patient(birthDate="1960-01-01", gender="female"),
        patient(birthDate="1961-01-01", deceasedDateTime="2022-08-20"),
    )
    found = chart.patient
    assert (found.birth, found.gender, found.deceased, days(found.death)) == (
        None,
        "female",
        True,
        "2022-08-20",
    )
    assert [issue.code for issue in chart.issues] == ["partial-record"]


def test_snomed_general_metastasis_is_not_a_site() -> None:
    (found,) = chart_of(condition(code=coded("94381002", SNOMED))).diagnoses
    assert found.concepts == ("distant-metastasis", "liver-metastasis")
