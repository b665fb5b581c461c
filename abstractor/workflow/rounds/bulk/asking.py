"""What the export of a round is asked for: everything, or what has changed since all of it was known."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from abstractor.errors import ClinicMisbehaved
from abstractor.fhir.bulk.asked import ExportAsked, asked_in
from abstractor.fhir.bulk.exporter import Exporter
from abstractor.fhir.changes import clock_doubt
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.server_clock import Told
from abstractor.fhir.smart.scopes import granted_by
from abstractor.fhir.types import TYPES_READ
from abstractor.store import bulk_jobs, bulk_seen, runs
from abstractor.store.connection_values import BulkJob, BulkPhase, PullKind, PullRun, RunState
from abstractor.store.database import Session
from abstractor.workflow.clinic.clinics import Registered
from abstractor.workflow.rounds.bulk.loading import why_not_everybody
from abstractor.workflow.services import Services

__all__ = ["FULL_EVERY", "cohort_before", "of_everything", "to_ask", "to_go_on_with"]

FULL_EVERY = 7  # rounds: what a clinic deletes and does not tell is noticed at the latest then
_OVERLAP = timedelta(minutes=5)
_AT_THE_CLINIC = frozenset({BulkPhase.WAITING, BulkPhase.READY, BulkPhase.LOADED})
_ENDED_WELL = frozenset({RunState.DONE, RunState.INCOMPLETE})


def cohort_before(
    services: Services, run: PullRun, registered: Registered, connection: Connection
) -> tuple[list[str], str | None]:
    """Who is known to be meant before any file comes, and why that may not be all: the members of the Group,
    or, where an export of changes brings only whom something changed of, those of before.
    """
    group = registered.setup.group
    if group is None:
        return ([] if run.kind is PullKind.FULL else _everybody(services, run)), None
    members: list[str] = []
    try:
        members.extend(connection.references(group=group))
    except ClinicMisbehaved as failure:
        return members, str(failure)
    return members, None


def to_ask(
    services: Services,
    run: PullRun,
    registered: Registered,
    exporter: Exporter,
    members: Sequence[str],
    *,
    scope: str | None,
) -> ExportAsked:
    """`scope` is what was granted, null where nobody signs in."""
    granted = None if scope is None else granted_by(scope, TYPES_READ)
    asked = exporter.asked(TYPES_READ, group=registered.setup.group, granted=granted)
    if run.kind is PullKind.FULL or exporter.plan.dialect.default.since is None:
        return asked
    return _of_changes(services, run, asked, members, exporter.clock())


def to_go_on_with(services: Services, run: PullRun, asked: ExportAsked, exporter: Exporter) -> BulkJob | None:
    """An export that was not ready when its round gave up, and that will do for this one. One that will not
    do is deleted at the clinic.
    """
    with services.store.reading() as session:
        latest = bulk_jobs.latest_jobs(session, run.clinic_id, before=run.id, limit=1)
    if not latest or latest[0].phase not in _AT_THE_CLINIC:
        return None
    (older,) = latest
    if older.asked is None or older.status_address is None:
        return None
    before = asked_in(older.asked)
    same = (before.path, before.types) == (asked.path, asked.types)
    if same and older.phase is BulkPhase.WAITING and not (before.since and not asked.since):
        return older
    exporter.delete(older.status_address)
    with services.store.writing() as session:
        bulk_jobs.move_on(session, older.run_id, BulkPhase.FAILED, now=services.clock())
    return None


def _of_changes(
    services: Services, run: PullRun, asked: ExportAsked, members: Sequence[str], clock: Told | None
) -> ExportAsked:
    """Everything is asked for where of most patients too little is known, where the last exports told no
    deletions but by what is in them, or where a clock does not go on from the marks.
    """
    with services.store.reading() as session:
        latest = bulk_jobs.latest_jobs(session, run.clinic_id, before=run.id, limit=FULL_EVERY - 1)
        marks = bulk_seen.known_through(session, run.clinic_id, members, asked.types)
        full = any(_of_everybody(session, one) for one in latest)
    if not full or 2 * len(marks) <= len(members):
        return asked
    why_all = clock_doubt(clock, max(one.ahead for one in marks.values()))
    if why_all is not None:
        return asked.of_all(why_all)
    since: datetime = min(one.through for one in marks.values()) - _OVERLAP
    return asked.of_changes(since.astimezone(UTC).isoformat(timespec="seconds"))


def _everybody(services: Services, run: PullRun) -> list[str]:
    """Whom the clinic has, as far as it is known: what an export of changes does not name is unchanged. Who
    was not in the last export of everything that was had whole is there no more.
    """
    with services.store.reading() as session:
        latest = bulk_jobs.latest_jobs(session, run.clinic_id, before=run.id, limit=FULL_EVERY)
        base = next((one.run_id for one in latest if _of_everybody(session, one)), None)
        return bulk_seen.patients_standing(session, run.clinic_id, pulled_from=base)


def of_everything(job: BulkJob) -> bool:
    """Everything was asked for, and what was there was loaded."""
    return job.phase is BulkPhase.DELETED and job.asked is not None and asked_in(job.asked).since is None


def _of_everybody(session: Session, job: BulkJob) -> bool:
    """Everything was asked for, and nobody is known to be missing."""
    if not of_everything(job):
        return False
    run = runs.run_of(session, job.run_id)
    if run is None or run.state not in _ENDED_WELL or run.listing_gap is not None:
        return False
    return why_not_everybody(bulk_jobs.bulk_files(session, job.run_id), job.said) is None
