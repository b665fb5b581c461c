"""The record of work: one holder at most, nothing forgotten, an end to every row."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlmodel import select

from abstractor.errors import Conflict, StoreError
from abstractor.store import progress, runs, work
from abstractor.store.connection_values import PullKind, PullWay
from abstractor.store.database import Store
from abstractor.store.tables import WorkRow
from abstractor.store.values import Stage, Work, WorkKind, WorkState
from tests.integration.keeping import NOW, after, cycle_of

ALL = (1, 2, 3)
LEASE = 60.0


@pytest.fixture
def three(store: Store) -> Store:
    with store.writing() as session:
        cycle_of(session, ["Patient/a", "Patient/b", "Patient/c"])
    return store


def claim(
    store: Store, owner: str, work_ids: Sequence[int] = ALL, *, until: datetime | None = None
) -> tuple[Work, ...]:
    with store.writing() as session:
        return work.claim(session, work_ids, owner=owner, until=until or after(LEASE))


def begin(store: Store, piece: Work) -> bool:
    with store.writing() as session:
        return work.begin(session, piece, until=after(LEASE))


def row(store: Store, work_id: int) -> WorkRow:
    with store.reading() as session:
        return session.exec(select(WorkRow).where(WorkRow.id == work_id)).one()


def ready(store: Store, seconds: float = 0, size: int = 2) -> list[tuple[int, ...]]:
    with store.reading() as session:
        return [batch.work_ids for batch in work.ready(session, now=after(seconds), size=size)]


def test_a_row_is_leased_to_the_first_who_asks(three: Store) -> None:
    assert [piece.patient for piece in claim(three, "one", [1, 2])] == ["Patient/a", "Patient/b"]
    assert [piece.id for piece in claim(three, "two")] == [3]
    assert claim(three, "one") == ()  # what it holds already is not given to it again


def test_the_same_work_is_recorded_once(three: Store) -> None:
    with three.writing() as session:
        work.add_work(session, WorkKind.PULL, run_id=1, cycle_id=1, patient_ids=ALL, now=after(5))
        assert progress.progress(session, 1).pulls == Stage(waiting=3, leased=0, done=0, failed=0)


def test_done_is_done(three: Store) -> None:
    (piece,) = claim(three, "one", [1])
    assert begin(three, piece)
    with three.writing() as session:
        work.finish(session, piece, now=after(3))
    done = row(three, 1)
    assert (done.state, done.attempts, done.ended_at) == (WorkState.DONE, 1, after(3))
    assert claim(three, "two", [1]) == ()
    assert not begin(three, piece)
    with pytest.raises(Conflict), three.writing() as session:
        work.finish(session, piece, now=after(4))


def test_a_result_of_a_lost_lease_is_not_kept(three: Store) -> None:
    (piece,) = claim(three, "slow", [1])
    with three.writing() as session:
        work.reclaim(session, now=after(LEASE + 1), max_attempts=4)
    (again,) = claim(three, "quick", [1])
    with pytest.raises(Conflict), three.writing() as session:
        work.add_work(session, WorkKind.ABSTRACT, cycle_id=1, patient_ids=[1], now=NOW)
        work.finish(session, piece, now=NOW)
    with three.writing() as session:
        work.finish(session, again, now=NOW)
        assert progress.progress(session, 1).abstracts.total == 0


def test_a_failure_is_tried_again_when_due(three: Store) -> None:
    (piece,) = claim(three, "one", [1])
    begin(three, piece)
    with three.writing() as session:
        work.release(session, piece, error_code="clinic-unreachable", due=after(10), now=NOW, max_attempts=2)
    assert row(three, 1).error_code == "clinic-unreachable"
    assert ready(three, 9) == [(2, 3)]
    assert ready(three, 10) == [(1, 2), (3,)]


def test_a_row_that_has_had_its_attempts_fails(three: Store) -> None:
    for attempt in (1, 2):
        (piece,) = claim(three, f"worker {attempt}", [1])
        begin(three, piece)
        with three.writing() as session:
            work.release(session, piece, error_code="broken", due=NOW, now=after(attempt), max_attempts=2)
    failed = row(three, 1)
    assert (failed.state, failed.error_code, failed.ended_at) == (WorkState.FAILED, "broken", after(2))
    with three.reading() as session:
        assert progress.progress(session, 1).errors == (("broken", 1),)


def test_a_run_out_lease_goes_back_to_waiting(three: Store) -> None:
    claim(three, "dead", [1, 2], until=after(10))
    claim(three, "alive", [3], until=after(100))
    with three.writing() as session:
        assert work.reclaim(session, now=after(9), max_attempts=4) == work.Reclaimed(0, 0)
        assert work.reclaim(session, now=after(11), max_attempts=4) == work.Reclaimed(2, 0)
    assert ready(three, 11) == [(1, 2)]
    assert row(three, 3).lease_owner == "alive"


def test_a_chart_that_kills_its_worker_is_given_up_and_its_neighbours_are_not(three: Store) -> None:
    for round_ in range(2):
        first, *_ = claim(three, f"worker {round_}", ALL, until=after(10))
        begin(three, first)
        with three.writing() as session:
            reclaimed = work.reclaim(session, now=after(LEASE + 1), max_attempts=2)
    assert reclaimed == work.Reclaimed(waiting=2, failed=1)
    assert (row(three, 1).state, row(three, 1).error_code) == (WorkState.FAILED, "worker-lost")
    assert {row(three, number).attempts for number in (2, 3)} == {0}


def test_a_chart_whose_worker_was_lost_over_it_goes_alone(three: Store) -> None:
    first, *_ = claim(three, "dead", ALL, until=after(10))
    begin(three, first)
    with three.writing() as session:
        work.mark_queued(session, work.Batch(WorkKind.PULL, 1, 1, 1, ALL), job_id="job-1", now=NOW)
        work.reclaim(session, now=after(LEASE + 1), max_attempts=4)
    assert ready(three, LEASE + 1, size=3) == [(1,), (2, 3)]


def test_pulls_go_in_batches_of_their_own_size_and_say_whom_they_ask(three: Store) -> None:
    with three.writing() as session:
        work.add_work(session, WorkKind.ABSTRACT, cycle_id=1, patient_ids=ALL, now=NOW)
        batches = work.ready(session, now=NOW, size=2, pulls=3)
    assert [(batch.kind, batch.run_id, batch.clinic_id, len(batch.work_ids)) for batch in batches] == [
        (WorkKind.ABSTRACT, None, None, 2),
        (WorkKind.ABSTRACT, None, None, 1),
        (WorkKind.PULL, 1, 1, 3),
    ]


def test_nothing_is_pulled_before_the_round_is_listed(three: Store) -> None:
    with three.writing() as session:
        run_id = runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=NOW)
        assert runs.hold(session, run_id, owner="lister", until=after(60), now=NOW)
        work.add_work(session, WorkKind.PULL, run_id=run_id, patient_ids=ALL, now=NOW)
    assert ready(three, size=10) == [(1, 2, 3)]
    with three.writing() as session:
        runs.note_listing(session, run_id, owner="lister", patients=3, unlisted=0, gap=None, now=NOW)
    assert ready(three, size=10) == [(1, 2, 3), (4, 5, 6)]


def test_work_that_belongs_nowhere_is_refused(three: Store) -> None:
    with pytest.raises(StoreError, match="a round or to a cycle"), three.writing() as session:
        work.add_work(session, WorkKind.PULL, patient_ids=ALL, now=NOW)


def test_a_renewed_lease_does_not_run_out(three: Store) -> None:
    claim(three, "long", ALL, until=after(10))
    with three.writing() as session:
        assert work.renew(session, "long", until=after(90)) == 3
        assert work.renew(session, "nobody", until=after(90)) == 0
        assert work.reclaim(session, now=after(50), max_attempts=4) == work.Reclaimed(0, 0)


def test_work_is_handed_over_once(three: Store) -> None:
    with three.reading() as session:
        batches = work.ready(session, now=NOW, size=2)
    assert [batch.work_ids for batch in batches] == [(1, 2), (3,)]
    with three.writing() as session:
        assert work.mark_queued(session, batches[0], job_id="job-1", now=NOW) == (1, 2)
        assert work.mark_queued(session, batches[0], job_id="job-2", now=NOW) == ()
    assert ready(three) == [(3,)]


def test_what_the_queue_has_lost_is_handed_over_again(three: Store) -> None:
    with three.reading() as session:
        batches = work.ready(session, now=NOW, size=1)
    for number, batch in enumerate(batches):
        with three.writing() as session:
            work.mark_queued(session, batch, job_id=f"job-{number}", now=after(number * 10))
    with three.writing() as session:
        assert work.forget_lost(session, {"job-1"}, before=after(15)) == 1  # job-2 has only just gone out
    assert ready(three, 15) == [(1,)]


def test_work_of_two_cycles_never_shares_a_job(three: Store) -> None:
    with three.writing() as session:
        cycle_of(session, ["Patient/a"])
    assert ready(three, size=10) == [(1, 2, 3), (4,)]


def test_a_job_leases_work_of_its_own_kind_only(three: Store) -> None:
    with three.writing() as session:
        of_another = work.claim(session, ALL, owner="one", until=after(LEASE), kind=WorkKind.ABSTRACT)
    assert of_another == ()
    assert len(claim(three, "two")) == 3
