"""Rounds in the database: one lister at a time, one end, and nobody's listing is forgotten."""

import pytest

from abstractor.errors import Conflict
from abstractor.store import cohorts, progress, runs, work
from abstractor.store.connection_values import PullKind, PullRun, PullWay, RunState
from abstractor.store.database import Store
from abstractor.store.values import Stage
from tests.integration.keeping import NOW, after, cycle_of

LEASE = 60.0


@pytest.fixture
def clinic(store: Store) -> Store:
    """Clinic 1, whose cycle 1 has the round 1, listed; round 2 is of no cycle and just begun."""
    with store.writing() as session:
        cycle_of(session, ["Patient/a", "Patient/b"])
        runs.open_run(session, 1, kind=PullKind.INCREMENTAL, way=PullWay.SEARCH, setup_name="north", now=NOW)
    return store


def hold(store: Store, owner: str, seconds: float = 0) -> bool:
    with store.writing() as session:
        return runs.hold(session, 2, owner=owner, until=after(seconds + LEASE), now=after(seconds))


def unheld(store: Store, seconds: float) -> list[tuple[int, str | None]]:
    with store.reading() as session:
        return [(run.id, owner) for run, owner in runs.unheld(session, now=after(seconds))]


def note(store: Store, owner: str, *, gap: str | None = None) -> None:
    with store.writing() as session:
        runs.note_listing(session, 2, owner=owner, patients=0, unlisted=3, gap=gap, now=after(5))


def run_of(store: Store, run_id: int) -> PullRun:
    with store.reading() as session:
        found = runs.run_of(session, run_id)
    assert found is not None
    return found


def test_one_lists_at_a_time_and_may_take_longer(clinic: Store) -> None:
    assert unheld(clinic, 0) == [(2, None)]
    assert hold(clinic, "one")
    assert not hold(clinic, "two")
    assert hold(clinic, "one", LEASE - 1)
    assert not hold(clinic, "two", LEASE + 1)
    assert unheld(clinic, LEASE + 1) == []
    with clinic.reading() as session:
        assert runs.owners_at_work(session, now=after(LEASE + 1)) == {"one"}
        assert runs.owners_at_work(session, now=after(3 * LEASE)) == frozenset()


def test_a_listing_whose_lease_has_run_out_is_somebody_elses(clinic: Store) -> None:
    hold(clinic, "dead")
    assert unheld(clinic, LEASE + 1) == [(2, "dead")]
    assert hold(clinic, "two", LEASE + 1)
    with pytest.raises(Conflict, match="listed elsewhere"):
        note(clinic, "dead")
    note(clinic, "two")
    assert unheld(clinic, 9 * LEASE) == []
    assert not hold(clinic, "three", 9 * LEASE)


def test_a_listing_that_was_given_up_is_free_at_once(clinic: Store) -> None:
    hold(clinic, "one")
    with clinic.writing() as session:
        runs.let_go(session, 2, owner="somebody")
    assert not hold(clinic, "two")
    with clinic.writing() as session:
        runs.let_go(session, 2, owner="one")
    assert hold(clinic, "two")


def test_what_the_list_was_like_stands_in_the_round_and_in_its_cycle(clinic: Store) -> None:
    hold(clinic, "one")
    note(clinic, "one", gap="page-cap")
    run = run_of(clinic, 2)
    assert (run.patients, run.unlisted, run.listing_gap, run.listed_at) == (0, 3, "page-cap", after(5))
    with clinic.writing() as session:
        cycle_of(session, ["Patient/c"])
        third = runs.of_cycle(session, 2)
        assert third is not None
        assert (third.patients, third.setup_name) == (1, None)
        kept = cohorts.cycle(session, 2)
    assert kept is not None
    assert kept.listing_gap is None


def test_the_round_of_no_cycle_is_the_one_to_follow(clinic: Store) -> None:
    with clinic.writing() as session:
        there = runs.under_way(session, 1)
        assert there is not None
        assert there.id == 2
        assert runs.others_under_way(session, there)
        runs.end_run(session, 2, RunState.FAILED, error_code="ClinicRefused", gap="who?", now=after(9))
        assert runs.under_way(session, 1) is None
        first = runs.of_cycle(session, 1)
        assert first is not None
        assert not runs.others_under_way(session, first)
    ended = run_of(clinic, 2)
    assert (ended.listing_gap, ended.ended_at) == ("who?", after(9))
    assert not hold(clinic, "one", 10)


def test_a_round_is_pulled_through_when_nobody_is_left_to_pull(clinic: Store) -> None:
    def through() -> list[int]:
        with clinic.reading() as session:
            return [run.id for run in runs.pulled_through(session)]

    with clinic.writing() as session:
        first, second = work.claim(session, [1, 2], owner="one", until=after(LEASE), job_id="job-1")
        assert work.jobs_at_work(session, now=NOW) == {"job-1"}
        work.finish(session, first, now=NOW)
    assert through() == []
    with clinic.writing() as session:
        work.begin(session, second, until=after(LEASE))
        work.release(session, second, error_code="ClinicRefused", due=NOW, now=NOW, max_attempts=0)
        assert progress.of_run(session, 1) == (Stage(0, 0, 1, 1), (("ClinicRefused", 1),))
        assert work.jobs_at_work(session, now=NOW) == frozenset()
    assert through() == [1]
