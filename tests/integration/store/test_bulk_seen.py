"""What an export brought: each resource once, with its patient, until its round has ended."""

import pytest
from sqlalchemy import text

from abstractor.store import bulk_jobs, bulk_seen, cohorts, live, runs
from abstractor.store.append_only import Door, door
from abstractor.store.bulk_seen import Brought
from abstractor.store.connection_values import BulkPhase, PullKind, PullWay, RunState
from abstractor.store.database import Store
from abstractor.store.values import Clinic
from tests.integration.keeping import NOW, after, copy_of

PATIENT, CONDITION = copy_of("Patient", "1"), copy_of("Condition", "c")
DRUG, OTHER = copy_of("Medication", "d"), copy_of("Medication", "e")


@pytest.fixture
def clinic(store: Store) -> Clinic:
    """Of two patients, with run 1, which has brought something of the first."""
    with store.writing() as session:
        clinic = cohorts.register_clinic(session, "North", "https://clinic.example/fhir", group=None, now=NOW)
        cohorts.add_patients(session, clinic.id, ["Patient/1", "Patient/2"], now=NOW)
        run = runs.open_run(session, clinic.id, kind=PullKind.FULL, way=PullWay.BULK, now=NOW)
        for _ in range(2):
            bulk_seen.keep_brought(session, run, clinic.id, lines(), now=NOW)
    return clinic


def lines() -> list[Brought]:
    return [
        Brought("Patient", 1, PATIENT),
        Brought("Condition", 1, CONDITION),
        Brought("Medication", None, DRUG),
        Brought("Medication", None, OTHER),
    ]


def test_each_is_there_once_with_its_patient(store: Store, clinic: Clinic) -> None:
    with store.reading() as session:
        assert [one.copy for one in bulk_seen.brought(session, 1, 1)] == [PATIENT, CONDITION]
        assert bulk_seen.brought(session, 1, 2) == ()
        assert bulk_seen.medications(session, 1) == {"d": DRUG.body, "e": OTHER.body}
        assert bulk_seen.bodies_of_nobody(session, 1, "Medication") == (DRUG.body, OTHER.body)
        assert bulk_seen.unassigned(session, 1) == {"Medication": 2}
        assert bulk_seen.patients_brought(session, 1) == {"Patient/1": 1}
        assert bulk_seen.owners(session, 1) == {"Patient/1": 1, "Condition/c": 1}


def test_a_damaged_drug_is_as_good_as_none(store: Store, clinic: Clinic) -> None:
    with store.writing() as session, door(session, Door.SEAL):
        session.connection().execute(text("UPDATE raw_resource SET body = sha256 WHERE fhir_id = 'd'"))
    with store.reading() as session:
        assert bulk_seen.medications(session, 1) == {"e": OTHER.body}


def test_a_patient_is_known_through_the_oldest_of_all_types(store: Store, clinic: Clinic) -> None:
    with store.writing() as session:
        live.mark(session, 1, ["Condition"], through=after(5), now=after(1))
        live.mark(session, 1, ["Patient"], through=after(9), now=after(1))
        live.mark(session, 2, ["Condition"], through=after(5), now=after(1))
    everybody, both = ["Patient/1", "Patient/2"], ["Condition", "Patient"]
    with store.reading() as session:
        known = bulk_seen.Through(after(5), after(9) - after(1))
        assert bulk_seen.known_through(session, clinic.id, everybody, both) == {"Patient/1": known}
        assert bulk_seen.known_through(session, clinic.id, ["Patient/2"], ["Condition"]) == {
            "Patient/2": bulk_seen.Through(after(5), after(5) - after(1))
        }


def test_a_round_that_has_ended_needs_it_no_more(store: Store, clinic: Clinic) -> None:
    with store.writing() as session:
        assert bulk_seen.forget_ended(session, clinic.id) == 0
        runs.end_run(session, 1, RunState.DONE, now=after(1))
        assert bulk_seen.forget_ended(session, clinic.id) == 4
        assert bulk_seen.unassigned(session, 1) == {}


def test_exports_of_rounds_that_ended_before_are_found(store: Store, clinic: Clinic) -> None:
    with store.writing() as session:
        bulk_jobs.open_job(session, 1, now=NOW)
        bulk_jobs.move_on(
            session, 1, BulkPhase.WAITING, asked="{}", status_address="https://a.example", now=NOW
        )
        later = runs.open_run(session, clinic.id, kind=PullKind.FULL, way=PullWay.BULK, now=NOW)
        assert bulk_jobs.latest_jobs(session, clinic.id, before=later, limit=5) == (), "it runs still"
        runs.end_run(session, 1, RunState.FAILED, now=after(1))
        (found,) = bulk_jobs.latest_jobs(session, clinic.id, before=later, limit=5)
    assert (found.run_id, found.phase, found.asked, found.status_address) == (
        1,
        BulkPhase.WAITING,
        "{}",
        "https://a.example",
    )
