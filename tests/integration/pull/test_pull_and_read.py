"""A pull handed to the reader: every resource that came is counted, and the chart knows what is missing."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from abstractor.chart import Seen
from abstractor.codes import ValueSets
from abstractor.fhir.endpoint import Pulled, connect
from abstractor.fhir.records import Reading, RecordSet
from abstractor.fhir.types import TYPES_READ
from abstractor.guidelines import load_value_sets
from fixtures.clinic.running import running_clinic
from fixtures.stories import all_stories
from tests.integration.pull.clinics import PATIENT, bundle, quick, record, scripted, write


@pytest.fixture(scope="module")
def value_sets() -> ValueSets:
    return load_value_sets()


def test_of_every_story_everything_is_received_and_counted(value_sets: ValueSets) -> None:
    with running_clinic(all_stories()) as url, connect(quick(url, page_size=3)) as clinic:
        patients = list(clinic.references(group="all"))
        assert {story.patient for story in all_stories()} <= set(patients)
        for patient in patients:
            pulled = clinic.pull(patient, TYPES_READ)
            records = read(value_sets, pulled)
            counts = records.counts().values()
            assert sum(one.used + one.not_used + one.quarantined for one in counts) == len(pulled.received)
            seen = {row.type: row.state for row in records.chart(patient).completeness}
            said = {one.type: one.state for one in pulled.answers}
            assert seen == said or records.quarantined()


@pytest.mark.parametrize(
    ("quirk", "state"),
    [
        ("null-entry=Encounter", Seen.PARTIAL),
        ("entry-without-resource=Encounter", Seen.PARTIAL),
        ("outcome-entry=Encounter", Seen.PARTIAL),
        ("next-loop=Encounter", Seen.PARTIAL),
        ("refuse-type=Encounter", Seen.REFUSED),
        ("throttle-once=Encounter", Seen.COMPLETE),
    ],
)
def test_the_chart_knows_what_is_missing(
    value_sets: ValueSets, tmp_path: Path, quirk: str, state: Seen
) -> None:
    days = ("2022-01-01", "2022-02-01", "2022-03-01")
    visits = [record("Encounter", day, status="finished", period={"start": day, "end": day}) for day in days]
    folder = write(tmp_path, [record("Patient", "p1"), *visits])
    with running_clinic(folder, quirks=[quirk]) as url, connect(quick(url)) as clinic:
        chart = read(value_sets, clinic.pull(PATIENT, TYPES_READ)).chart(PATIENT)
    assert chart.seen("Encounter") is state
    assert len(chart.visits) == (0 if state is Seen.REFUSED else 3)


@pytest.mark.parametrize(("first", "last"), [("p1", "p2"), ("p2", "p1")])
def test_a_record_that_names_two_patients_enters_no_chart_and_is_missed(
    value_sets: ValueSets, first: str, last: str
) -> None:
    """A decoder would keep the patient that stands last."""
    cancer = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C50.911"}]}
    named = record("Condition", "c1", patient=first, code=cancer, bodySite=[])
    body = bundle(named, record("Condition", "c2", code=cancer))
    doubled = body.replace(b', "bodySite": []', b', "subject": {"reference": "Patient/%b"}' % last.encode())
    with scripted({kind: bundle() for kind in TYPES_READ} | {"Condition": doubled}) as (clinic, _):
        chart = read(value_sets, clinic.pull(PATIENT, TYPES_READ)).chart(PATIENT)
    assert [each.sources[0].resource for each in chart.diagnoses] == ["Condition/c2"]
    assert chart.seen("Condition") is Seen.PARTIAL


def read(value_sets: ValueSets, pulled: Pulled) -> RecordSet:
    records = RecordSet(Reading(value_sets, ZoneInfo("UTC")))
    for received in pulled.received:
        records.add(received)
    records.answers(pulled.patient, pulled.answers)
    return records
