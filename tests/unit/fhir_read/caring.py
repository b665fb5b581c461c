"""Small records of care: what was asked for, planned, noted, vaccinated, and who was to give it."""

from typing import Any

from abstractor.chart import Activity, Chart
from tests.unit.fhir_read.charting import Json, chart_of, resource

WORDS = {"text": "Referral to palliative care"}
MISTAKE = "entered-in-error"
CVX = "http://hl7.org/fhir/sid/cvx"


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
