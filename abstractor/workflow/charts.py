"""One chart at a time, as the workers do it: pull it, abstract it. A job is a batch of such work, named by
its rows.

Each chart is done in its own transaction together with its row, so that whatever happens to a worker, a chart
is either untouched or done, once.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from abstractor.chart import Completeness
from abstractor.errors import AbstractorError, ClinicError, ClinicUnreachable, Conflict, Damaged, StoreError
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.records import Reading
from abstractor.fhir.types import TYPES_READ
from abstractor.store import abstracts, cohorts, raw, work
from abstractor.store.values import Cycle, RawCopy, Work, WorkKind
from abstractor.workflow.carrying import dispatch
from abstractor.workflow.clinics import endpoint_of
from abstractor.workflow.deciding import Question
from abstractor.workflow.services import Services

__all__ = ["abstract_work", "pull_chart", "work_through"]

_log = logging.getLogger(__name__)


def work_through(services: Services, kind: WorkKind, work_ids: Sequence[int]) -> None:
    """The body of a job: whatever of that work is still waiting is leased and done, row by row."""
    owner = services.queue.new_id()
    with services.store.writing() as session:
        held = work.claim(session, work_ids, owner=owner, until=_lease_end(services))
    with _leases_kept(services, owner):
        match kind:
            case WorkKind.PULL:
                _pull_all(services, held)
            case WorkKind.ABSTRACT:
                for piece in held:
                    _attempt(services, piece, abstract_work)
    dispatch(services)


def pull_chart(services: Services, piece: Work, connection: Connection) -> None:
    """Fetch one patient's record and keep it as it came; with it the work of abstracting it begins."""
    pulled = connection.pull(piece.patient, TYPES_READ)
    copies = [RawCopy(body=one.body, origin=one.origin) for one in pulled.received]
    answers = [Completeness(one.type, one.state, one.count, one.detail) for one in pulled.answers]
    now = services.clock()
    with services.store.writing() as session:
        work.finish(session, piece, now=now)
        raw.keep_pull(
            session,
            cycle_id=piece.cycle_id,
            patient_id=piece.patient_id,
            copies=copies,
            answers=answers,
            foreign=pulled.foreign,
            now=now,
        )
        patients = [piece.patient_id]
        work.add_work(session, WorkKind.ABSTRACT, cycle_id=piece.cycle_id, patient_ids=patients, now=now)


def abstract_work(services: Services, piece: Work) -> None:
    """Abstract one pulled chart, keep the result, and put a flagged chart into the audit queue."""
    with services.store.reading() as session:
        cycle = cohorts.cycle(session, piece.cycle_id)
        pulled = raw.pulled_chart(session, piece.cycle_id, piece.patient_id)
    if cycle is None or pulled is None:
        raise StoreError("the pulled chart of this work is not in the database")
    reading = Reading(services.value_sets, ZoneInfo(cycle.timezone), services.overrides)
    chart, quarantined = services.read_chart(pulled, piece.patient, reading)
    abstract, clinicians = services.decide(chart, services.library, _question(cycle))
    now = services.clock()
    with services.store.writing() as session:
        work.finish(session, piece, now=now)
        abstracts.append(
            session,
            abstract,
            cycle_id=cycle.id,
            patient_id=piece.patient_id,
            pull_id=pulled.pull_id,
            input_digest=pulled.digest,
            clinicians=clinicians,
            quarantined=quarantined,
            now=now,
        )


def _pull_all(services: Services, held: Sequence[Work]) -> None:
    """One connection for all the charts of a job: they are of one cycle, so of one clinic."""
    if not held:
        return
    with services.store.reading() as session:
        clinic = cohorts.clinic_of_cycle(session, held[0].cycle_id)
    try:
        with services.connect(endpoint_of(clinic.base_url, services.settings)) as connection:
            for piece in held:
                _attempt(services, piece, lambda ours, mine: pull_chart(ours, mine, connection))
    except ClinicError as failure:
        # The connection itself failed: so did every piece that is still held.
        for piece in held:
            _attempt(services, piece, _failing(failure))


def _failing(failure: ClinicError) -> Callable[[Services, Work], None]:
    def act(_services: Services, _piece: Work) -> None:
        raise failure

    return act


def _attempt(services: Services, piece: Work, act: Callable[[Services, Work], None]) -> None:
    """Do one piece. A failure costs that piece only, and leaves a code in its row: never what a chart said.

    A broken database stops the job instead: the leases run out and the work is done elsewhere.
    """
    with services.store.writing() as session:
        if not work.begin(session, piece, until=_lease_end(services)):
            return
    try:
        act(services, piece)
    except Conflict:
        _log.info("work %s was finished elsewhere", piece.id)
    except Damaged:
        _give_up(services, piece, "stored-resource-damaged", again=False)
    except StoreError:
        raise
    except ClinicUnreachable:
        _give_up(services, piece, "clinic-unreachable", again=True)
    except AbstractorError as failure:
        _give_up(services, piece, type(failure).__name__, again=False)
    except Exception as failure:
        # The job's outer boundary: one chart that breaks us must not stop its neighbours.
        _give_up(services, piece, f"program-error:{type(failure).__name__}", again=False)


def _give_up(services: Services, piece: Work, code: str, *, again: bool) -> None:
    settings = services.settings
    delays = settings.retry_delays or (0,)
    now = services.clock()
    _log.warning("work %s (%s) failed: %s", piece.id, piece.kind, code)
    with services.store.writing() as session:
        work.release(
            session,
            piece,
            error_code=code,
            due=now + timedelta(seconds=delays[min(piece.attempts, len(delays) - 1)]),
            now=now,
            max_attempts=settings.max_attempts if again else 0,
        )


@contextmanager
def _leases_kept(services: Services, owner: str) -> Iterator[None]:
    """Lengthen the leases of a long batch while it is worked on; when this process dies, so do its leases."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(services.settings.lease / 3):
            try:
                with services.store.writing() as session:
                    work.renew(session, owner, until=_lease_end(services))
            except StoreError as failure:
                _log.warning("leases were not renewed this time: %s", failure)

    keeper = threading.Thread(target=keep, name="leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def _lease_end(services: Services) -> datetime:
    return services.clock() + timedelta(seconds=services.settings.lease)


def _question(cycle: Cycle) -> Question:
    return Question(
        period=cycle.period,
        as_of=cycle.as_of,
        timezone=cycle.timezone,
        definition=cycle.definition,
        gap_days=cycle.gap_days,
        program=cycle.program,
        cohort=cycle.cohort,
    )
