"""Dirty records as a clinic serves them: pulled over HTTP, kept in a database, read from there, abstracted,
and shown: the same records are refused and repaired, for the same reasons, as from a file.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from abstractor.abstract import to_json
from abstractor.dates import Period
from abstractor.fhir.endpoint import connect
from abstractor.fhir.records import Reading
from abstractor.fhir.types import TYPES_READ
from abstractor.guidelines import load_value_sets
from abstractor.store import abstracts, cohorts, raw, views
from abstractor.store.database import open_store
from abstractor.store.values import ChartView, Completeness, RawCopy
from abstractor.workflow.abstracting.deciding import Question, decide, read_chart
from fixtures.clinic.running import running_clinic
from tests.asking import library
from tests.dirty.asking import PATIENT, Case, asked, changes, host_without, read_cases
from tests.integration.keeping import NOW, SEALER, cycle_of
from tests.integration.pull.clinics import quick

ZONE = ZoneInfo("America/New_York")
QUESTION = Question(
    Period(date(2022, 1, 1), date(2022, 12, 31)), date(2022, 12, 31), ZONE.key, "A", 180, "dirty"
)
SERVED = (
    "codes/answers-contradict",
    "dates/february-30",
    "dates/no-zone",
    "dates/placeholder-1900-recorded",
    "fhir/code-is-a-list",
    "fhir/id-with-underscore",
    "fhir/modifier-extension-result",
    "fhir/status-in-capitals",
    "fhir/status-unknown-word",
    "fhir/two-values",
    "json/nul-escaped",
    "json/nul-in-clinician",
    "json/nul-in-version",
    "references/drugs-in-a-ring",
    "texts/gzip-inside",
    "texts/html-script",
    "values/number-as-text",
)
# Said of the record itself, wherever it came from; what silence means depends on what was asked.
ABOUT_RECORDS = ("flag agent", "flag date", "flag partial", "flag resource", "flag status", "her2-", "line ")


def cases() -> tuple[Case, ...]:
    found = {case.name: case for case in read_cases()}
    return tuple(found[name] for name in SERVED)


def through_the_clinic(folder: Path, database_url: str) -> ChartView:
    """As the workers do it: pull, keep, read what was kept, decide, keep the abstract, show it."""
    with running_clinic(folder) as url, connect(quick(url)) as clinic:
        pulled = clinic.pull(PATIENT, TYPES_READ)
    store = open_store(database_url, SEALER)
    with store.writing() as session:
        cycle = cycle_of(session, [PATIENT])
        number = cohorts.patient_number(session, cycle.clinic_id, PATIENT)
        assert number is not None
        raw.keep_pull(
            session,
            cycle_id=cycle.id,
            patient_id=number,
            copies=[RawCopy(body=one.body, origin=one.origin) for one in pulled.received],
            answers=[Completeness(one.type, one.state, one.count, one.detail) for one in pulled.answers],
            foreign=pulled.foreign,
            now=NOW,
        )
    with store.reading() as session:
        kept = raw.pulled_chart(session, cycle.id, number)
    assert kept is not None
    chart, quarantined, repaired = read_chart(kept, PATIENT, Reading(load_value_sets(), ZONE))
    abstract, clinicians = decide(chart, library(), QUESTION)
    with store.writing() as session:
        abstracts.append(
            session,
            abstract,
            cycle_id=cycle.id,
            patient_id=number,
            pull_id=kept.pull_id,
            input_digest=kept.digest,
            clinicians=clinicians,
            quarantined=quarantined,
            repaired=repaired,
            now=NOW,
        )
    with store.reading() as session:
        view = views.chart(session, number, cycle_id=cycle.id)
    store.close()
    assert view is not None
    return view


@cache
def from_files() -> dict[str, object]:
    abstract: dict[str, object] = asked().abstracts[PATIENT]
    return abstract


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_the_same_becomes_of_it_as_from_a_file(case: Case, tmp_path: Path, database_url: str) -> None:
    body = b"".join(host_without(frozenset(case.without))) + case.file.read_bytes()
    (tmp_path / "all.ndjson").write_bytes(body)
    view = through_the_clinic(tmp_path, database_url)
    found = sorted(f"{one.type} {one.reason} {one.path}" for one in view.quarantined)
    assert tuple(found) == case.quarantined
    assert {one.repair: one.records for one in view.repaired} == case.repaired
    said = changes(from_files(), json.loads(to_json(view.abstract)))
    about = [each for each in said if each.startswith(ABOUT_RECORDS)]
    assert about == [each for each in case.changes if each.startswith(ABOUT_RECORDS)]
