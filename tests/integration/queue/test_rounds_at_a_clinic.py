"""Rounds with everything real: the clinic over HTTP with sign-in, threads, workers in processes, kills."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from sqlmodel import col, select

from abstractor.fhir.endpoint import Connection, Endpoint, connect
from abstractor.fhir.types import TYPES_READ
from abstractor.store import ledger, live, raw
from abstractor.store.connection_values import PullKind, RunState
from abstractor.store.database import Store
from abstractor.store.tables import PatientRow, PullRow
from abstractor.workflow import (
    Question,
    Services,
    add_clinic,
    begin_round,
    make_keys,
    open_cycle,
    round_progress,
)
from fixtures.clinic.door import Door
from tests.integration.bulk.rounds import services_for
from tests.integration.connecting.places import guarded, setup_of
from tests.integration.keeping import PERIOD
from tests.integration.queue.round_steps import wait_until_ended
from tests.integration.queue.slow_clinic import pool_running, wait_for

CHARTS = 8
Make = Callable[..., Services]


def asking_for_changes(endpoint: Endpoint, /, **more: Any) -> Connection:
    """However little is held of a type."""
    return connect(replace(endpoint, few=0), **more)


@pytest.fixture
def make(tmp_path: Path, database_url: str, queue_url: str) -> Iterator[Make]:
    made: list[Services] = []

    def make(**settings: object) -> Services:
        short = {
            "lease": 1.5,
            "reconcile_every": 0.5,
            "maintenance_interval": 2,
            "job_monitoring_interval": 1,
            "schedule": False,
        }
        services = services_for(tmp_path, database_url, queue_url, **{**short, **settings})
        made.append(replace(services, connect=asking_for_changes))
        make_keys(made[-1])
        return made[-1]

    yield make
    for services in made:
        services.close()


def pulls_of(store: Store, run_id: int) -> dict[str, int]:
    """The pull of each patient of a round."""
    with store.reading() as session:
        rows = session.exec(
            select(PatientRow.reference, PullRow.id)
            .join(PullRow, col(PullRow.patient_id) == PatientRow.id)
            .where(PullRow.run_id == run_id)
        )
        return {reference: number or 0 for reference, number in rows}


def states_of(store: Store) -> list[str]:
    with store.reading() as session:
        patients = session.exec(select(PatientRow.id).order_by(col(PatientRow.id))).all()
        return [live.state_hash(session, patient or 0) for patient in patients]


def searches(door: Door) -> list[dict[str, str]]:
    """What was searched for since this was last asked."""
    asked = [one for one in door.heard(forget=True) if one.method == "GET"]
    return [dict(parse_qsl(one.query)) for one in asked if one.query]


def test_a_round_keeps_every_chart_with_its_ledger_and_the_scope_that_was_granted(make: Make) -> None:
    services = make()
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door, at_once=4))
        first = begin_round(services, registered)
        assert first.cohort is not None
        assert first.cohort.patients == CHARTS
        with pool_running(services, processes=3):
            ended = wait_until_ended(services, first.run_id)
        assert ended.run.scope is not None
        assert "system/Condition.rs" in ended.run.scope
        assert (ended.run.kind, ended.pulls.done) == (PullKind.FULL, CHARTS)
        assert door.busiest() <= 4
        everything = searches(door)
        again = begin_round(services, registered)
        with pool_running(services, processes=3):
            changes = wait_until_ended(services, again.run_id)
        assert changes.run.kind is PullKind.INCREMENTAL
        assert any("_lastUpdated" in search for search in searches(door))
    assert everything and not any("_lastUpdated" in search for search in everything)
    pulls = pulls_of(services.store, first.run_id)
    assert len(pulls) == CHARTS
    with services.store.reading() as session:
        for number in pulls.values():
            assert {one.type for one in ledger.entries_of_pull(session, number)} == set(TYPES_READ)


def test_a_cycle_is_about_the_whole_chart_though_only_changes_were_pulled(make: Make) -> None:
    services = make()
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door))
        cycles = []
        for _ in range(2):
            question = Question(PERIOD, PERIOD.end, "America/New_York", "A", 180, "0.1.0")
            cycle_id = open_cycle(services, registered.clinic, question)
            begin_round(services, registered, cycle_id=cycle_id)
            with pool_running(services):
                wait_for(services, cycle_id, lambda _, abstracts: abstracts.done == CHARTS)
            cycles.append(cycle_id)
    with services.store.reading() as session:
        for patient in range(1, CHARTS + 1):
            charts = [raw.pulled_chart(session, cycle_id, patient) for cycle_id in cycles]
            assert charts[0] is not None and charts[1] is not None
            assert charts[0].digest == charts[1].digest
            assert charts[0].copies


def test_a_round_killed_among_its_threads_misses_nothing(make: Make) -> None:
    services = make(pulls_per_job=6)
    with guarded(services, latency_ms=15.0) as door:
        registered = add_clinic(services, setup_of(door, at_once=3))
        begun = begin_round(services, registered)
        with pool_running(services) as pool:
            while round_progress(services, begun.run_id).pulls.done < 2:
                time.sleep(0.005)
            for each in [pool, *pool.children(recursive=True)]:
                each.kill()
        done = set(pulls_of(services.store, begun.run_id))
        assert 2 <= len(done) < CHARTS
        door.heard(forget=True)
        with pool_running(services):
            ended = wait_until_ended(services, begun.run_id)
        asked = {one for search in searches(door) for one in search.get("patient", "").split(",")}
        assert ended.pulls.done == CHARTS
        held = states_of(services.store)
        anew = begin_round(services, registered, full=True)
        with pool_running(services):
            wait_until_ended(services, anew.run_id)
    assert states_of(services.store) == held
    assert len(asked) >= CHARTS - len(done)
    assert asked.isdisjoint(reference.partition("/")[2] for reference in done)


def test_no_number_of_workers_asks_a_clinic_more_often_than_it_may_be(make: Make) -> None:
    services = make(pulls_per_job=2)
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door, at_once=8, requests_per_second=50.0))
        begun = begin_round(services, registered)
        door.heard(forget=True)
        with pool_running(services, processes=4):
            assert wait_until_ended(services, begun.run_id).run.state is not RunState.FAILED
        times = [one.at for one in door.heard() if one.method == "GET"]
    assert len(times) > 10 * CHARTS
    within_a_second = [sum(at <= other < at + 1 for other in times) for at in times]
    assert max(within_a_second) <= 50
