"""After a purge nothing of the patient is left, in rows or files; what is others' is, and the trail tells."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from abstractor.errors import Conflict, StoreError
from abstractor.store import (
    accounts,
    alerts,
    cohorts,
    doctor_reports,
    live,
    raw,
    runs,
    setups,
    tallies,
    tokens,
    trail,
    views,
    work,
)
from abstractor.store.connection_tables import METADATA
from abstractor.store.connection_values import KeptToken, PullKind, PullWay
from abstractor.store.database import Store
from abstractor.store.purging import PURGED_TABLES, By, Purged, purge_clinic, purge_cycle, purge_patient
from abstractor.store.scrubbing import scrub
from abstractor.store.values import Action, Role, WorkKind
from tests.integration.keeping import NOW, after, copy_of, cycle_of
from tests.integration.kept_charts import DOCTOR, canary, count, keep_chart, seen_in_bulk

BY = By("iris")


class Stopped(Exception):
    """What stands in for a process that is told to stop."""


@pytest.fixture
def filled(store: Store) -> Store:
    """Clinic 1, cycle 1, patients 1 and 2, who share a doctor."""
    with store.writing() as session:
        cycle_of(session, [f"Patient/{canary(1)}", f"Patient/{canary(2)}"])
    for patient in (1, 2):
        keep_chart(store, 1, patient)
    return store


def tables_with(store: Store, words: str) -> set[str]:
    """The tables in whose rows those words stand."""
    found = set()
    with store.reading() as session:
        for table in METADATA.sorted_tables:
            rows = session.connection().execute(table.select()).all()
            if words in repr([tuple(row) for row in rows]):
                found.add(table.name)
    return found


def files_with(store: Store, words: str) -> list[str]:
    """The database's own files in which those bytes stand."""
    if store.engine.dialect.name == "sqlite":
        held = Path(str(store.engine.url.database))
        files = sorted(held.parent.glob(f"{held.name}*"))
    else:
        relations = (
            "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') "
            "AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace)"
        )
        with store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
            root = Path(connection.execute(text("SHOW data_directory")).scalar_one())
            files = [root / path for path in connection.execute(text(relations)).scalars()]
    assert files
    return [str(path) for path in files if path.exists() and words.encode() in path.read_bytes()]


def test_nothing_of_a_purged_patient_is_left(filled: Store) -> None:
    holding = {"patient", "raw_resource", "abstract", "line_clinician", "quarantine", "audit_event"}
    assert tables_with(filled, canary(1)) >= holding
    assert files_with(filled, canary(1))
    done = purge_patient(filled, 1, by=BY, now=after(60))
    assert done.patients == 1
    assert dict(done.rows)["raw_resource"] == 41
    assert tables_with(filled, canary(1)) == set()
    scrub(filled, PURGED_TABLES)
    assert files_with(filled, canary(1)) == []
    assert files_with(filled, canary(2))


def test_what_an_export_brought_of_a_purged_patient_goes_and_the_rest_of_it_stays(filled: Store) -> None:
    with filled.writing() as session:
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.BULK, now=NOW)
        for patient_id in (1, 2, None):
            seen_in_bulk(session, run_id, patient_id=patient_id)
    done = dict(purge_patient(filled, 1, by=BY, now=after(60)).rows)
    assert (done["bulk_seen"], done["raw_resource"]) == (1, 42)
    assert tables_with(filled, canary(1)) == set()
    assert count(filled, "bulk_seen") == 2


def test_the_others_keep_what_is_theirs(filled: Store) -> None:
    purge_patient(filled, 1, by=BY, now=after(60))
    with filled.reading() as session:
        found = raw.pulled_chart(session, 1, 2)
        seen = views.chart(session, 2, cycle_id=1)
        assert views.chart(session, 1, cycle_id=1) is None
        assert raw.pulled_chart(session, 1, 1) is None
        assert len(live.live_of(session, 2)) == 42
    assert found is not None
    assert seen is not None
    assert len(found.copies) == 42
    assert DOCTOR in found.copies
    assert len(seen.quarantined) == 1


def test_the_trail_says_who_when_and_how_much_and_nothing_of_the_patient(filled: Store) -> None:
    with filled.writing() as session:
        account = accounts.create(session, "admin", "a long pass phrase", roles=Role, sites=None, now=NOW)
    purge_patient(filled, 1, by=By("iris", account.id), now=after(60))
    with filled.reading() as session:
        newest, second, first = trail.newest(session)
    assert (newest.action, newest.at, newest.account_id, newest.patient_id) == (
        Action.PATIENT_PURGED,
        after(60),
        account.id,
        1,
    )
    assert newest.detail is not None
    assert newest.detail.startswith("by=iris abstract=1 ")
    assert " raw_resource=41" in newest.detail
    assert (first.action, first.patient_id, first.resource, first.version) == (
        Action.SOURCE_OPENED,
        1,
        "Condition",
        None,
    )
    assert second.resource == f"Condition/{canary(2)}-1"


def test_the_guard_stands_after_a_purge(filled: Store) -> None:
    purge_patient(filled, 1, by=BY, now=after(60))
    for table in ("raw_resource", "pull", "abstract", "audit_event"):
        with pytest.raises(StoreError), filled.writing() as session:
            session.connection().execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our tables
    assert count(filled, "append_only_door") == 0


@pytest.mark.parametrize("number", [1, 99])
def test_a_patient_is_purged_once(filled: Store, number: int) -> None:
    purge_patient(filled, 1, by=BY, now=after(60))
    with pytest.raises(StoreError, match=f"no patient {number} to purge"):
        purge_patient(filled, number, by=BY, now=after(61))
    with filled.reading() as session:
        assert cohorts.patient_reference(session, 1) is None


def test_who_is_still_in_the_cohort_comes_back_under_another_number(filled: Store) -> None:
    purge_patient(filled, 1, by=BY, now=after(60))
    with filled.writing() as session:
        again = cohorts.add_patients(session, 1, [f"Patient/{canary(1)}"], now=after(90))
    assert again == (3,)


def test_a_worker_that_has_the_patient_in_hand_keeps_nothing(filled: Store) -> None:
    with filled.writing() as session:
        work.add_work(session, WorkKind.PULL, run_id=1, patient_ids=[], now=NOW)
        session.connection().execute(text("UPDATE work SET state = 'waiting'"))
        held = work.claim(session, [1], owner="w", until=after(900))
    purge_patient(filled, 1, by=BY, now=after(60))
    with pytest.raises(Conflict), filled.writing() as session:
        work.finish(session, held[0], now=after(61))


def test_a_purge_waits_for_the_pull_of_the_same_patient_and_takes_what_it_brought(filled: Store) -> None:
    pulled = threading.Event()

    def pull() -> None:
        with filled.writing() as session:
            live.note(session, 1, [copy_of("Condition", f"{canary(1)}-new")], now=NOW)
            pulled.set()
            time.sleep(0.5)

    puller = threading.Thread(target=pull)
    puller.start()
    assert pulled.wait(20)
    done = purge_patient(filled, 1, by=BY, now=after(60))
    puller.join()
    assert dict(done.rows)["raw_resource"] == 42
    assert tables_with(filled, canary(1)) == set()


def test_nothing_is_kept_of_who_was_purged(filled: Store) -> None:
    purge_patient(filled, 1, by=BY, now=after(60))
    with pytest.raises(Conflict, match="purged"), filled.writing() as session:
        live.note(session, 1, [copy_of("Condition", canary(1))], now=NOW)
    with pytest.raises(Conflict, match="purged"):
        keep_chart(filled, 1, 1)
    assert tables_with(filled, canary(1)) == set()


def second_cycle(store: Store) -> None:
    with store.writing() as session:
        cycle_of(session, [f"Patient/{canary(2)}"])
    keep_chart(store, 2, 2)


def test_a_purged_cycle_takes_the_patients_with_it_that_nothing_else_is_about(filled: Store) -> None:
    second_cycle(filled)
    done = purge_cycle(filled, 1, by=BY, now=after(60))
    assert done.patients == 1
    assert tables_with(filled, canary(1)) == set()
    scrub(filled, PURGED_TABLES)
    assert files_with(filled, canary(1)) == []
    with filled.reading() as session:
        assert [cycle.id for cycle in cohorts.cycles(session)] == [2]
        assert cohorts.cycle(session, 1) is None
        assert views.chart(session, 2, cycle_id=1) is None
        assert views.chart(session, 2, cycle_id=2) is not None
        newest = trail.newest(session, limit=1)[0]
        found = raw.pulled_chart(session, 2, 2)
    assert (newest.action, newest.cycle_id) == (Action.CYCLE_PURGED, 1)
    assert found is not None
    assert len(found.copies) == 42


def test_what_the_clinic_is_pulled_for_every_night_stays_when_a_cycle_goes(filled: Store) -> None:
    with filled.writing() as session:
        setups.keep_setup(session, "north", "{}", clinic_id=1, now=NOW)
    before = count(filled, "raw_resource")
    assert purge_cycle(filled, 1, by=BY, now=after(60)).patients == 0
    with filled.reading() as session:
        assert len(live.live_of(session, 1)) == 42
        assert cohorts.patient_reference(session, 1) is not None
    assert count(filled, "raw_resource") == before
    assert count(filled, "abstract") == count(filled, "pull") == 0


def test_resources_that_nobody_could_be_found_for_go_with_the_last_cycle(filled: Store) -> None:
    with filled.writing() as session:
        raw.keep(session, 1, [copy_of("Patient", "", name=canary(9))], now=NOW)
    second_cycle(filled)
    purge_cycle(filled, 1, by=BY, now=after(60))
    assert count(filled, "raw_resource") == 43
    purge_cycle(filled, 2, by=BY, now=after(61))
    assert count(filled, "raw_resource") == 0


def test_an_unfinished_cycle_is_not_purged(filled: Store) -> None:
    with filled.writing() as session:
        session.connection().execute(text("UPDATE work SET state = 'waiting' WHERE id = 2"))
    with pytest.raises(StoreError, match="cycle 1 is not finished"):
        purge_cycle(filled, 1, by=BY, now=after(60))
    assert count(filled, "abstract") == 2


def test_nothing_of_a_purged_clinic_is_left_but_its_address(filled: Store) -> None:
    with filled.writing() as session:
        setups.keep_setup(session, "north", "{}", clinic_id=1, now=NOW)
        tokens.keep_token(session, 1, KeptToken("access", after(60), "scope"), now=NOW)
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=NOW)
        seen_in_bulk(session, run_id, patient_id=1)
        seen_in_bulk(session, run_id, patient_id=None)
        alerts.begin(session, 1, "pull-failed", run_id=run_id, detail=None, now=NOW)
        tallies.add(session, 1, {"retries": 1})
        doctor_reports.keep(session, 1, "{}", now=NOW)
    done = purge_clinic(filled, 1, by=BY, now=after(60))
    assert done.patients == 2
    assert count(filled, "audit_event") == 5
    left = {table.name for table in METADATA.sorted_tables if count(filled, table.name)}
    defined = {"account", "chart_audit", "audit_reader"}  # who read, and how an audit was designed
    trail_itself = {"audit_event", "trail_head", "trail_key", "date_key"}
    assert left == {"clinic", "patient", "cycle", "data_key"} | trail_itself | defined
    scrub(filled, PURGED_TABLES)
    assert files_with(filled, canary(1)) == files_with(filled, canary(2)) == []
    with filled.reading() as session:
        newest = trail.newest(session, limit=1)[0]
    assert newest.detail is not None
    assert newest.detail.startswith("by=iris clinic=1 ")


@pytest.mark.parametrize("purge", [purge_clinic, purge_cycle])
def test_a_purge_that_was_stopped_is_run_again(filled: Store, purge: Callable[..., Purged]) -> None:
    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        purge(filled, 1, by=BY, now=after(60), told=stop)
    assert tables_with(filled, canary(1)) == set()
    assert tables_with(filled, canary(2))
    assert purge(filled, 1, by=BY, now=after(61)).patients == 1
    assert tables_with(filled, "canary") == set()


@pytest.mark.parametrize("purge", [purge_clinic, purge_cycle])
def test_what_is_not_there_is_told(filled: Store, purge: Callable[..., Purged]) -> None:
    with pytest.raises(StoreError, match="to purge"):
        purge(filled, 7, by=BY, now=after(60))


def test_cycles_of_before_a_day_are_named_for_a_rule_of_retention(filled: Store) -> None:
    with filled.reading() as session:
        assert [one.id for one in cohorts.cycles_opened_before(session, after(86_400).date())] == [1]
        assert cohorts.cycles_opened_before(session, NOW.date()) == ()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    charts=st.lists(st.sets(st.integers(0, 3)), min_size=2, max_size=4),
    order=st.permutations(range(4)),
)
def test_whoever_is_purged_in_whatever_order_the_others_charts_are_whole(
    store: Store, charts: list[set[int]], order: list[int]
) -> None:
    with store.writing() as session:
        base = count(store, "patient")
        cycle = cycle_of(session, [f"Patient/{base}-{number}" for number in range(len(charts))])
        numbers = [base + number + 1 for number in range(len(charts))]
        for patient, shared in zip(numbers, charts, strict=True):
            raw.keep_pull(
                session,
                cycle_id=cycle.id,
                patient_id=patient,
                copies=[
                    copy_of("Condition", f"own-{patient}"),
                    *(copy_of("Organization", f"{base}-{n}") for n in shared),
                ],
                answers=[],
                foreign=0,
                now=NOW,
            )
    left = dict(zip(numbers, charts, strict=True))
    for number in [numbers[at] for at in order if at < len(numbers)]:
        purge_patient(store, number, by=BY, now=after(60))
        del left[number]
        with store.reading() as session:
            for patient, shared in left.items():
                found = raw.pulled_chart(session, cycle.id, patient)
                assert found is not None
                assert len(found.copies) == 1 + len(shared)
    assert count(store, "raw_resource") == 0
