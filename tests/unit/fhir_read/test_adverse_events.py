"""AdverseEvent to Diagnosis: a pneumonitis told as an adverse event is seen like a Condition."""

from typing import Any

import pytest

from abstractor.chart import Diagnosis, Standing
from tests.unit.fhir_read.charting import (
    ICD,
    SNOMED,
    Json,
    chart_of,
    coded,
    condition,
    days,
    record_set,
    resource,
)

SEVERITY = "http://terminology.hl7.org/CodeSystem/adverse-event-severity"


def event(**elements: Any) -> Json:
    given = {"actuality": "actual", "event": coded("J70.4", ICD), "date": "2022-06-14"}
    return resource("AdverseEvent", **{**given, **elements})


def diagnosis(record: Json) -> Diagnosis:
    (found,) = chart_of(record).diagnoses
    return found


@pytest.mark.parametrize("outcomes", [("ongoing", "resolved"), ("resolved", "ongoing")])
def test_outcomes_that_contradict_each_other_decide_nothing(outcomes: tuple[str, str]) -> None:
    system = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
    chart = chart_of(event(outcome={"coding": [{"system": system, "code": code} for code in outcomes]}))
    assert [found.clinical_status for found in chart.diagnoses] == [None]
    assert "partial-record" in {issue.code for issue in chart.issues}


@pytest.mark.parametrize(
    ("actuality", "standing"),
    [("actual", Standing.COUNTS), ("potential", Standing.WITHDRAWN), (None, Standing.CONTEXT)],
)
def test_only_what_happened_counts(actuality: str | None, standing: Standing) -> None:
    found = diagnosis(event(actuality=actuality))
    assert (found.standing, found.concepts) == (standing, ("ild-pneumonitis",))


@pytest.mark.parametrize(
    ("elements", "when", "recorded"),
    [
        ({}, "2022-06-14", None),
        ({"date": None, "detected": "2022-06"}, "2022-06-01..2022-06-30", None),
        ({"date": None, "recordedDate": "2022-07-01"}, "2022-07-01", "2022-07-01"),
        ({"recordedDate": "2022-07-01"}, "2022-06-14", "2022-07-01"),
        ({"date": None}, None, None),
    ],
)
def test_its_day(elements: Json, when: str | None, recorded: str | None) -> None:
    found = diagnosis(event(**elements))
    assert (days(found.when), days(found.recorded)) == (when, recorded)


@pytest.mark.parametrize(
    ("severity", "said"),
    [
        (coded("mild", SEVERITY), "severity:mild"),
        (coded("moderate", SEVERITY), "severity:moderate"),
        (coded("24484000", SNOMED), "severity:severe"),
        ({"text": "Severe"}, "severity:severe"),
        ({"text": "Grade 2"}, "Grade 2"),
        (None, None),
    ],
)
def test_its_severity(severity: Json | None, said: str | None) -> None:
    assert diagnosis(event(severity=severity)).severity == said


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("resolved", "resolved"),
        ("resolvedWithSequelae", "resolved"),
        ("recovering", "active"),
        ("ongoing", "active"),
        ("fatal", "active"),
        ("unknown", None),
    ],
)
def test_its_outcome(outcome: str, status: str | None) -> None:
    assert diagnosis(event(outcome=coded(outcome, "x"))).clinical_status == status


def test_what_only_the_words_say_is_not_sure() -> None:
    found = diagnosis(event(event={"text": "Drug-induced pneumonitis"}))
    assert (found.concepts, found.standing) == (("ild-pneumonitis",), Standing.CONTEXT)
    assert diagnosis(event(event={"text": "No pneumonitis"})).concepts == ()


def test_an_event_that_does_not_say_what_happened_is_no_diagnosis() -> None:
    assert chart_of(event(event=None)).diagnoses == ()


def test_a_foreign_code_is_kept_without_a_meaning() -> None:
    found = diagnosis(event(event=coded("10035742", "https://www.meddra.org")))
    assert (found.concepts, found.text) == ((), "10035742")


def test_its_sources_say_that_it_is_an_adverse_event() -> None:
    """The same finding told as a Condition too is one, with the sources of both."""
    told = condition("J70.4", id="told", onsetDateTime="2022-06-14")
    (found,) = chart_of(told, event()).diagnoses
    assert {source.resource for source in found.sources} == {"AdverseEvent/1", "Condition/told"}
    assert "AdverseEvent.actuality" in {source.path for source in found.sources}
    (graded, plain) = chart_of(told, event(severity=coded("severe", SEVERITY))).diagnoses
    assert [graded.severity, plain.severity] == ["severity:severe", None]


def test_one_of_nobody_is_quarantined() -> None:
    nobody = {name: value for name, value in event().items() if name != "subject"}
    assert [each.type for each in record_set(nobody).quarantined()] == ["AdverseEvent"]
