"""The body of a pull job: patients of one round, several at once over one connection, each kept by itself.

Each chart is kept in its own transaction together with its row, so that whatever happens to a worker, a chart
is either as it was or pulled, once.
"""

import logging
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby

from abstractor.chart import Completeness
from abstractor.errors import AbstractorError, ClinicError, ClinicRefused, Damaged, SetupError
from abstractor.fhir.about import about
from abstractor.fhir.endpoint import Connection, Pulled, Unpulled
from abstractor.fhir.held import NOTHING_HELD, Held, HeldType, Wanted
from abstractor.fhir.medications import ORDERS
from abstractor.fhir.types import TYPES_READ
from abstractor.store import known, runs, work
from abstractor.store.connection_values import LedgerEntry, PullKind, PullRun, PullWay
from abstractor.store.pulling import keep_chart
from abstractor.store.values import RawCopy, Work, WorkKind
from abstractor.workflow.clinic.clinics import connection_to, registered_of
from abstractor.workflow.rounds.attempts import attempt, begin, give_back, settle
from abstractor.workflow.rounds.bulk.charts import keep_exported
from abstractor.workflow.services import Services

__all__ = ["pull_all"]

_log = logging.getLogger(__name__)
_PART = 0.5  # of a job's time, after which no further patient is begun


def pull_all(services: Services, held: Sequence[Work]) -> None:
    """Pull every chart of these, a round at a time; no exception of a clinic leaves this."""
    for run_id, pieces in groupby(held, key=lambda piece: piece.run_id):
        with services.store.reading() as session:
            run = None if run_id is None else runs.run_of(session, run_id)
        if run is not None:
            _pull_round(services, run, list(pieces))


def _pull_round(services: Services, run: PullRun, pieces: Sequence[Work]) -> None:
    """One connection for all of them: they are of one clinic."""

    def granted(scope: str) -> None:
        with services.store.writing() as session:
            runs.note_scope(session, run.id, scope)

    try:
        registered = registered_of(services, run.clinic_id)
        with connection_to(services, registered, granted=granted) as connection:
            left = pieces
            if run.way is PullWay.BULK:
                left = keep_exported(services, run, connection, pieces)
            _Job(services, run, connection, deque(left)).work()
    except (ClinicError, SetupError) as failure:
        # The connection itself failed: so did every piece that is still held.
        for piece in pieces:
            attempt(services, piece, partial(_fail, failure))


def _fail(failure: AbstractorError) -> None:
    raise failure


class _Job:
    """`waiting` are not begun; `under_way` are being pulled, by the patient's reference."""

    def __init__(
        self, services: Services, run: PullRun, connection: Connection, waiting: "deque[Work]"
    ) -> None:
        self._services = services
        self._run = run
        self._connection = connection
        self._waiting = waiting
        self._under_way: dict[str, Work] = {}
        self._end = time.monotonic() + services.queue.timeout * _PART

    def work(self) -> None:
        """A chart that breaks us, or that the clinic knows us not for, is found out and fails alone; where
        the clinic refuses each of several, it refuses all.
        """
        while self._waiting and time.monotonic() < self._end:
            try:
                for result in self._connection.pull_each(self._begun(), TYPES_READ):
                    self._settle(self._under_way.pop(result.patient), result)
            except ClinicError:
                if not self._under_way:
                    raise  # nobody had been asked for yet
                self._one_by_one()
            except AbstractorError:
                raise
            except Exception as failure:
                # The outer boundary of one patient's pull, which runs on a thread with its neighbours'.
                _log.warning(
                    "a pull was broken off (%s): its charts are pulled alone", type(failure).__name__
                )
                self._one_by_one()
        for piece in self._waiting:
            give_back(self._services, piece)

    def _begun(self) -> Iterator[Wanted]:
        while self._waiting and time.monotonic() < self._end:
            piece = self._waiting.popleft()
            if begin(self._services, piece):
                try:
                    held = self._held(piece)
                except Damaged as failure:  # here it would stop every pull of the job
                    settle(self._services, piece, partial(_fail, failure))
                    continue
                self._under_way[piece.patient] = piece
                yield Wanted(piece.patient, held)

    def _held(self, piece: Work) -> Held:
        if self._run.kind is PullKind.FULL:
            return NOTHING_HELD
        with self._services.store.reading() as session:
            types = known.known_types(session, piece.patient_id)
            asked_for_changes = ORDERS & {one.type for one in types if one.through is not None}
            orders = known.bodies_of(session, piece.patient_id, asked_for_changes)
        referred = {name: reference for name, body in orders if (reference := _medication(body))}
        held = {one.type: HeldType(one.through, one.ids, one.marked_at) for one in types}
        return Held(types=held, medications=referred)

    def _one_by_one(self) -> None:
        refused: list[ClinicRefused] = []
        broken = list(self._under_way.values())
        self._under_way.clear()
        for piece in broken:
            settle(self._services, piece, partial(self._pull_alone, piece, refused))
        if len(broken) > 1 and len(refused) == len(broken):
            raise refused[0]

    def _pull_alone(self, piece: Work, refused: list[ClinicRefused]) -> None:
        wanted = Wanted(piece.patient, self._held(piece))
        try:
            for result in self._connection.pull_each([wanted], TYPES_READ):
                self._keep(piece, result)
        except ClinicRefused as failure:
            refused.append(failure)
            raise

    def _settle(self, piece: Work, result: Pulled | Unpulled) -> None:
        settle(self._services, piece, lambda: self._keep(piece, result))

    def _keep(self, piece: Work, result: Pulled | Unpulled) -> None:
        """The chart, what was said of it, and the work of abstracting it; or that it could not be had."""
        if isinstance(result, Unpulled):
            raise result.failure
        now = self._services.clock()
        with self._services.store.writing() as session:
            work.finish(session, piece, now=now)
            keep_chart(
                session,
                run_id=self._run.id,
                cycle_id=piece.cycle_id,
                patient_id=piece.patient_id,
                brought=[RawCopy(body=one.body, origin=one.origin) for one in result.received],
                whole=result.whole,
                deleted=result.deleted,
                through=result.through,
                answers=[Completeness(one.type, one.state, one.count, one.detail) for one in result.answers],
                rows=[
                    LedgerEntry(
                        one.type, one.since, one.until, one.said, one.count, one.total, one.asked, one.detail
                    )
                    for one in result.rows
                ],
                foreign=result.foreign,
                kind=PullKind(result.kind),
                now=now,
                read=TYPES_READ,
            )
            if piece.cycle_id is not None:
                patients = [piece.patient_id]
                work.add_work(
                    session, WorkKind.ABSTRACT, cycle_id=piece.cycle_id, patient_ids=patients, now=now
                )


def _medication(body: bytes) -> str | None:
    read = about(body)
    return None if read is None or read.medicationReference is None else read.medicationReference.reference
