"""The round of a clinic that is pulled by bulk export: one job that goes on from wherever the last one was.

asked -> waiting -> ready -> loaded -> deleted. Between two looks at the clinic nobody works: the lease of the
round says when the next one is due. When all is loaded each patient is work, as in any round.
"""

import logging
import time
from datetime import timedelta
from functools import partial

from abstractor.errors import (
    AbstractorError,
    ClinicError,
    ClinicUnreachable,
    Conflict,
    OptionError,
    SetupError,
    StoreError,
)
from abstractor.fhir.bulk.asked import ExportAsked, asked_in
from abstractor.fhir.bulk.exporter import Exporter, Wait
from abstractor.fhir.bulk.manifest import ManifestSaid
from abstractor.fhir.endpoint import Connection
from abstractor.store import bulk_jobs, bulk_seen, runs
from abstractor.store.connection_values import BulkJob, BulkPhase, PullRun, RunState
from abstractor.workflow.clinic.clinics import Registered, connection_to, registered_of
from abstractor.workflow.rounds.attempts import code_of
from abstractor.workflow.rounds.bulk.asking import cohort_before, to_ask, to_go_on_with
from abstractor.workflow.rounds.bulk.loading import Loading, files_of, hand_over_charts, load
from abstractor.workflow.rounds.carrying import dispatch
from abstractor.workflow.rounds.leases import kept_up, lease_end
from abstractor.workflow.services import Services

__all__ = ["NOT_READY", "take_up_export"]

_log = logging.getLogger(__name__)
NOT_READY = "bulk-not-ready"
_NAP = 5.0  # a wait up to this long is slept through, as long as ...
_PATIENCE = 60.0  # ... one job may wait
_LONGEST_WAIT = 300.0
_UNREACHABLE = 30.0
_FAILURES = (ClinicError, OptionError, SetupError, Conflict)


def take_up_export(services: Services, run: PullRun, *, owner: str) -> None:
    """Go on with the export as far as it goes now; nothing where somebody else is at it.

    A clinic's error ends the round, and is told by it alone.
    """
    mine = partial(runs.hold, run_id=run.id, owner=owner)
    with services.store.writing() as session:
        if not mine(session, until=lease_end(services), now=services.clock()):
            return
        if bulk_jobs.bulk_job(session, run.id) is None:
            bulk_seen.forget_ended(session, run.clinic_id)
            bulk_jobs.open_job(session, run.id, now=services.clock())
    with kept_up(services, lambda session, until: mine(session, until=until, now=services.clock())):
        pause = _go_on(services, run, owner)
    if pause is not None:
        now = services.clock()
        with services.store.writing() as session:
            mine(session, until=now + timedelta(seconds=pause), now=now)
    dispatch(services)


def _go_on(services: Services, run: PullRun, owner: str) -> float | None:
    """After how many seconds to look again; None: it is through, or has failed."""
    export = _Export(services, run, owner)
    try:
        registered = registered_of(services, run.clinic_id)
        with connection_to(services, registered, granted=export.granted) as connection:
            exporter = connection.exporter()
            try:
                return export.go_on(registered, connection, exporter)
            except _FAILURES as failure:
                return export.broken_off(failure, exporter)
    except _FAILURES as failure:
        return export.broken_off(failure, None)


class _Export:
    """The steps of one job; each is one transaction, so a killed one is done again."""

    def __init__(self, services: Services, run: PullRun, owner: str) -> None:
        self._services = services
        self._run = run
        self._owner = owner
        self._scope: str | None = None
        self._waited = 0.0
        self._cohort: tuple[list[str], str | None] | None = None

    def granted(self, scope: str) -> None:
        self._scope = scope
        with self._services.store.writing() as session:
            runs.note_scope(session, self._run.id, scope)

    def overdue(self) -> bool:
        age = self._services.clock() - self._run.started_at
        return age.total_seconds() > self._services.settings.bulk_wait

    def go_on(self, registered: Registered, connection: Connection, exporter: Exporter) -> float | None:
        while True:
            job = self._job()
            match job.phase:
                case BulkPhase.ASKED:
                    wait = self._ask(registered, connection, exporter)
                case BulkPhase.WAITING:
                    wait = self._look(exporter, job)
                case BulkPhase.READY:
                    wait = self._load(registered, connection, exporter, job)
                case BulkPhase.LOADED:
                    wait = self._delete(exporter, job)
                case BulkPhase.DELETED:
                    return self._hand_over(registered, connection, job)
                case BulkPhase.FAILED:
                    return None
            if wait is None:
                continue
            if self.overdue():
                _log.warning("the export of pull %s is not ready in time (%s)", self._run.id, wait.why)
                self._fail(NOT_READY, None)
                return None
            pause = self._pause(wait, job)
            if pause is not None:
                return pause

    def broken_off(self, failure: AbstractorError, exporter: Exporter | None) -> float | None:
        """A clinic that cannot be reached may be later; what it refuses, or gives amiss, ends the round."""
        match failure:
            case Conflict():
                _log.info("the export of pull %s was taken up elsewhere", self._run.id)
            case ClinicUnreachable() if not self.overdue():
                _log.warning("the export of pull %s cannot go on for now: %s", self._run.id, failure)
                return _UNREACHABLE
            case ClinicUnreachable():
                self._fail(NOT_READY, None)
            case _:
                _log.warning("the export of pull %s failed: %s", self._run.id, failure)
                self._fail(code_of(failure), exporter)
        return None

    def _fail(self, code: str, exporter: Exporter | None) -> None:
        """An export that is not ready goes on at the clinic, and the next round takes it up; any other is
        deleted there, since most clinics run one at a time.
        """
        job = self._job()
        if exporter is not None and job.status_address is not None:
            exporter.delete(job.status_address)
        now = self._services.clock()
        with self._services.store.writing() as session:
            if code != NOT_READY:
                bulk_jobs.move_on(session, self._run.id, BulkPhase.FAILED, now=now)
            runs.end_run(session, self._run.id, RunState.FAILED, error_code=code, now=now)

    def _job(self) -> BulkJob:
        with self._services.store.reading() as session:
            job = bulk_jobs.bulk_job(session, self._run.id)
        if job is None:
            raise Conflict(f"the pull {self._run.id} has no bulk export")
        return job

    def _pause(self, wait: Wait, job: BulkJob) -> float | None:
        """The seconds that somebody else shall wait; None where they were short and are over."""
        age = (self._services.clock() - job.changed_at).total_seconds()
        seconds = min(max(wait.seconds if wait.seconds is not None else age / 10, 0.1), _LONGEST_WAIT)
        if seconds > _NAP or self._waited + seconds > _PATIENCE:
            return max(seconds, _NAP)
        time.sleep(seconds)
        self._waited += seconds
        return None

    def _ask(self, registered: Registered, connection: Connection, exporter: Exporter) -> Wait | None:
        now = self._services.clock()
        members, _ = self._members(registered, connection)
        asked = to_ask(self._services, self._run, registered, exporter, members, scope=self._scope)
        older = to_go_on_with(self._services, self._run, asked, exporter)
        status_address = exporter.begin(asked) if older is None else older.status_address
        if isinstance(status_address, Wait):
            return status_address
        with self._services.store.writing() as session:
            if older is not None:
                bulk_jobs.move_on(session, older.run_id, BulkPhase.FAILED, now=now)
            bulk_jobs.move_on(
                session,
                self._run.id,
                BulkPhase.WAITING,
                status_address=status_address,
                asked=(asked.document() if older is None else older.asked),
                now=now,
            )
        return None

    def _look(self, exporter: Exporter, job: BulkJob) -> Wait | None:
        got = exporter.look(job.status_address or "")
        if isinstance(got, Wait):
            return got
        now = self._services.clock()
        unasked, narrowed_by = _asked(job).narrowed(got.request)
        said = ManifestSaid(got.tells_deletions, got.goes_on, unasked, narrowed_by).document()
        with self._services.store.writing() as session:
            bulk_jobs.keep_files(session, self._run.id, files_of(got, _asked(job)))
            bulk_jobs.move_on(
                session,
                self._run.id,
                BulkPhase.READY,
                transaction_time=got.transaction_time,
                said=said,
                now=now,
            )
        return None

    def _load(
        self, registered: Registered, connection: Connection, exporter: Exporter, job: BulkJob
    ) -> Wait | None:
        load(self._services, exporter, self._loading(registered, connection, job))
        self._move_on(BulkPhase.LOADED)
        return None

    def _delete(self, exporter: Exporter, job: BulkJob) -> Wait | None:
        if not exporter.delete(job.status_address or ""):
            _log.warning("the clinic did not delete the export of pull %s", self._run.id)
        self._move_on(BulkPhase.DELETED)
        return None

    def _hand_over(self, registered: Registered, connection: Connection, job: BulkJob) -> float | None:
        loading = self._loading(registered, connection, job)
        hand_over_charts(self._services, loading, owner=self._owner)
        return None

    def _loading(self, registered: Registered, connection: Connection, job: BulkJob) -> Loading:
        members, gap = self._members(registered, connection)
        return Loading(
            run_id=self._run.id,
            clinic_id=self._run.clinic_id,
            asked=_asked(job),
            status_address=job.status_address or "",
            members=members,
            gap=gap,
        )

    def _members(self, registered: Registered, connection: Connection) -> tuple[list[str], str | None]:
        """Asked once in a job."""
        if self._cohort is None:
            self._cohort = cohort_before(self._services, self._run, registered, connection)
        return self._cohort

    def _move_on(self, phase: BulkPhase) -> None:
        with self._services.store.writing() as session:
            bulk_jobs.move_on(session, self._run.id, phase, now=self._services.clock())


def _asked(job: BulkJob) -> ExportAsked:
    if job.asked is None:
        raise StoreError(f"nobody knows what the export of pull {job.run_id} was asked for")
    return asked_in(job.asked)
