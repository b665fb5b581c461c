"""Whatever happens to workers and queue: work is done once, by its holder, and has an end."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, invariant, multiple, rule
from sqlmodel import select

from abstractor.errors import Conflict
from abstractor.store import work
from abstractor.store.database import open_store, sqlite_url
from abstractor.store.schema import upgrade
from abstractor.store.tables import WorkRow
from abstractor.store.values import Work, WorkState
from tests.integration.keeping import cycle_of

ROWS = (1, 2, 3)
LEASE = timedelta(seconds=10)
TRIES = 3
SOME = st.just(list(ROWS)) | st.lists(st.sampled_from(ROWS), min_size=1, unique=True)

_kept = tempfile.TemporaryDirectory(prefix="work-")


@cache
def migrated() -> Path:
    path = Path(_kept.name) / "migrated.db"
    store = open_store(sqlite_url(path))
    upgrade(store)
    store.close()
    return path


class WorkRows(RuleBasedStateMachine):
    """`held` is every lease that was ever given: a worker may wake up at any time and go on with its own."""

    held: "Bundle[Work]" = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="work-"))
        self.store = open_store(sqlite_url(Path(shutil.copy(migrated(), self.folder))))
        self.now = datetime(2023, 2, 1, tzinfo=UTC)
        self.owners = 0
        self.jobs = 0
        self.results: list[int] = []
        with self.store.writing() as session:
            cycle_of(session, [f"Patient/{number}" for number in ROWS])

    def teardown(self) -> None:
        try:
            self.finishes_in_the_end()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    def rows(self) -> list[WorkRow]:
        with self.store.reading() as session:
            return list(session.exec(select(WorkRow)).all())

    def holds(self, piece: Work) -> bool:
        row = next(row for row in self.rows() if row.id == piece.id)
        return row.state == WorkState.LEASED and row.lease_owner == piece.owner

    @rule(target=held, wanted=SOME)
    def a_job_is_delivered(self, wanted: list[int]) -> MultipleResults[Work]:
        self.owners += 1
        with self.store.writing() as session:
            return multiple(
                *work.claim(session, wanted, owner=f"worker-{self.owners}", until=self.now + LEASE)
            )

    @rule(piece=held)
    def work_is_begun(self, piece: Work) -> None:
        holds = self.holds(piece)
        with self.store.writing() as session:
            assert work.begin(session, piece, until=self.now + LEASE) is holds

    @rule(piece=held)
    def work_is_finished(self, piece: Work) -> None:
        holds = self.holds(piece)
        try:
            with self.store.writing() as session:
                work.finish(session, piece, now=self.now)
        except Conflict:
            assert not holds
            return
        assert holds
        self.results.append(piece.id)

    @rule(piece=held, again=st.booleans())
    def work_fails(self, piece: Work, again: bool) -> None:
        holds = self.holds(piece)
        with self.store.writing() as session:
            released = work.release(
                session,
                piece,
                error_code="broken",
                due=self.now + timedelta(seconds=5),
                now=self.now,
                max_attempts=TRIES if again else 0,
            )
        assert released is holds

    @rule(seconds=st.integers(1, 30))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(wait=st.booleans())
    def leases_are_reclaimed(self, wait: bool) -> None:
        """With `wait`, those of workers that have died, or stand still and may yet go on."""
        self.now += LEASE * 1.1 if wait else timedelta()
        with self.store.writing() as session:
            work.reclaim(session, now=self.now, max_attempts=TRIES)

    @rule(size=st.integers(1, 3))
    def work_is_handed_over(self, size: int) -> None:
        with self.store.reading() as session:
            batches = work.ready(session, now=self.now, size=size)
        for batch in batches:
            self.jobs += 1
            with self.store.writing() as session:
                work.mark_queued(session, batch, job_id=f"job-{self.jobs}", now=self.now)

    @rule(carried=st.sets(st.integers(1, 9)))
    def the_queue_loses_jobs(self, carried: set[int]) -> None:
        with self.store.writing() as session:
            work.forget_lost(session, {f"job-{number}" for number in carried}, before=self.now)

    @invariant()
    def nothing_is_done_twice(self) -> None:
        assert len(self.results) == len(set(self.results))
        assert {row.id for row in self.rows() if row.state == WorkState.DONE} == set(self.results)

    @invariant()
    def every_row_is_in_order(self) -> None:
        for row in self.rows():
            leased = row.state == WorkState.LEASED
            ended = row.state in (WorkState.DONE, WorkState.FAILED)
            assert (row.lease_until is not None) is leased
            assert leased <= (row.lease_owner is not None)
            assert (row.ended_at is not None) is ended
            assert (row.state == WorkState.FAILED) <= (row.error_code is not None)

    def finishes_in_the_end(self) -> None:
        """However it stands: one more honest worker, and every row is done or has failed."""
        self.now += timedelta(days=1)
        with self.store.writing() as session:
            work.reclaim(session, now=self.now, max_attempts=TRIES)
            work.forget_lost(session, set(), before=self.now)
        with self.store.reading() as session:
            batches = work.ready(session, now=self.now, size=2)
        for batch in batches:
            for piece in self.claimed(batch):
                self.work_is_finished(piece)
        assert {row.state for row in self.rows()} <= {WorkState.DONE, WorkState.FAILED}
        self.nothing_is_done_twice()

    def claimed(self, batch: work.Batch) -> tuple[Work, ...]:
        with self.store.writing() as session:
            return work.claim(session, batch.work_ids, owner="last", until=self.now + LEASE)


TestWorkRows = WorkRows.TestCase
TestWorkRows.settings = settings(max_examples=50, stateful_step_count=40)
