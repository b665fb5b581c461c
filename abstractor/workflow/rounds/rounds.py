"""Rounds: everything that is pulled from a clinic is pulled in one, for a cycle or for none.

A round lists the clinic's patients and makes the pull of each a row of work; then workers pull. Whoever is
killed in between, it goes on: a listing from its beginning, whose rows are there already; a pull where it
was.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from abstractor.errors import (
    AbstractorError,
    ClinicError,
    Conflict,
    OptionError,
    RoundUnderWay,
    SetupError,
    StoreError,
)
from abstractor.fhir.endpoint import Listed
from abstractor.store import cohorts, ledger, progress, raw, runs, work
from abstractor.store.connection_values import PullKind, PullRun, PullWay, RunState
from abstractor.store.database import Session
from abstractor.store.values import RawCopy, Stage, WorkKind
from abstractor.workflow.clinic.clinics import Registered, cohort_of, connection_to, registered_of
from abstractor.workflow.rounds.attempts import code_of
from abstractor.workflow.rounds.bulk.rounds import take_up_export
from abstractor.workflow.rounds.carrying import dispatch
from abstractor.workflow.rounds.ends import finish_rounds, hand_over
from abstractor.workflow.rounds.leases import kept_up, lease_end
from abstractor.workflow.services import Services

__all__ = ["Begun", "Cohort", "RoundProgress", "begin_round", "go_on_with", "round_progress", "rounds_of"]

_AT_ONCE = 500
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Whom a round is about. `unlisted` could not be read; `gap` says why the list may not be whole."""

    patients: int
    unlisted: int
    gap: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A round that runs. `followed`: somebody else has begun it. `cohort` is None until it is listed."""

    run_id: int
    followed: bool
    cohort: Cohort | None


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """`errors` holds (code, charts) of the pulls that failed for good; `said`, once it has ended, (type, what
    the ledger says, rows).
    """

    run: PullRun
    pulls: Stage
    errors: tuple[tuple[str, int], ...]
    said: tuple[tuple[str, str, int], ...]

    @property
    def ended(self) -> bool:
        return self.run.state is not RunState.RUNNING


def begin_round(
    services: Services,
    registered: Registered,
    *,
    full: bool = False,
    way: str | None = None,
    cycle_id: int | None = None,
    by_worker: bool = False,
) -> Begun:
    """Begin a round of that clinic and list its patients; or follow the one that runs already.

    Only what has changed is asked for where an earlier round got through, unless `full`; `way` goes before
    that of the setup. `RoundUnderWay` where the one that runs is not `full`, or not of that `way`.
    A list that breaks off keeps what came of it, and the round says so; one of which nothing came ends the
    round with an error.
    A worker does that in its turn where the clinic is exported in bulk, another round of it is under way, or
    `by_worker`: so a clinic is asked by one at a time.
    """
    run, is_new = _open(
        services, registered, full=full, way=None if way is None else PullWay(way), cycle_id=cycle_id
    )
    with services.store.reading() as session:
        busy = runs.others_under_way(session, run)
    if is_new and (by_worker or busy or run.way is PullWay.BULK):
        hand_over(services, run)
    elif is_new:
        _take_up(services, run.id, owner=services.queue.new_id())
    return Begun(run.id, followed=not is_new, cohort=_cohort(services, run.id))


def go_on_with(services: Services, run_id: int, *, owner: str) -> None:
    """The body of a job: the same of a round that was begun elsewhere. A clinic's error ends the round, and
    is told by it alone.
    """
    with services.store.reading() as session:
        run = runs.run_of(session, run_id)
    try:
        if run is not None and run.way is PullWay.BULK:
            take_up_export(services, run, owner=owner)
        else:
            _take_up(services, run_id, owner=owner)
    except (ClinicError, OptionError, SetupError) as failure:
        _log.warning("pull %s failed: %s", run_id, code_of(failure))


def _take_up(services: Services, run_id: int, *, owner: str) -> None:
    """List a round that nobody lists, or go on with one whose listing was killed; nothing where somebody is
    at it, or it is listed.
    """
    now = services.clock()
    with services.store.writing() as session:
        if not runs.hold(session, run_id, owner=owner, until=lease_end(services), now=now):
            return
        run = runs.run_of(session, run_id)
    if run is None:
        return

    def renew(session: Session, until: datetime) -> None:
        runs.hold(session, run_id, owner=owner, until=until, now=services.clock())

    with kept_up(services, renew):
        try:
            _list(services, run, owner)
        except Conflict:
            _log.info("pull %s was listed elsewhere", run_id)
        except StoreError:
            raise
        except AbstractorError as failure:
            _fail(services, run_id, failure)
            raise
        except BaseException:
            with services.store.writing() as session:
                runs.let_go(session, run_id, owner=owner)
            raise
    finish_rounds(services)
    dispatch(services)


def round_progress(services: Services, run_id: int) -> RoundProgress:
    with services.store.reading() as session:
        run = runs.run_of(session, run_id)
        if run is None:
            raise StoreError(f"there is no pull {run_id}")
        pulls, errors = progress.of_run(session, run_id)
        # Of a round that runs this is asked twice a second, and the ledger is long.
        said = () if run.state is RunState.RUNNING else ledger.counts_of_run(session, run_id)
        return RoundProgress(run, pulls, errors, said)


def rounds_of(services: Services, clinic_id: int, *, limit: int = 50) -> tuple[PullRun, ...]:
    """The latest first."""
    with services.store.reading() as session:
        return runs.runs(session, clinic_id, limit=limit)


def _open(
    services: Services, registered: Registered, *, full: bool, way: PullWay | None, cycle_id: int | None
) -> tuple[PullRun, bool]:
    """The round, and whether it is a new one."""
    clinic, setup = registered.clinic, registered.setup
    with services.store.writing() as session:
        cohorts.hold_clinic(session, clinic.id)
        if cycle_id is None:
            there = runs.under_way(session, clinic.id)
        else:
            there = runs.of_cycle(session, cycle_id)
        if there is not None:
            _require(there, setup.name, full=full, way=way)
            return there, False
        known = not full and runs.last_success(session, clinic.id) is not None
        run_id = runs.open_run(
            session,
            clinic.id,
            kind=PullKind.INCREMENTAL if known else PullKind.FULL,
            way=way or PullWay(setup.way),
            cycle_id=cycle_id,
            setup_name=setup.name,
            now=services.clock(),
        )
        run = runs.run_of(session, run_id)
    if run is None:
        raise StoreError(f"there is no pull {run_id}")
    return run, True


def _require(there: PullRun, name: str, *, full: bool, way: PullWay | None) -> None:
    """Nobody who asked for everything is to believe that the changes which another asked for are that."""
    amiss = ["a pull of what has changed alone"] if full and there.kind is not PullKind.FULL else []
    amiss += [f"by {there.way.value}"] if way is not None and there.way is not way else []
    if amiss:
        raise RoundUnderWay(
            f"pull {there.id} of {name} is under way already, and it is {' and '.join(amiss)}: go on with it "
            f'by `abstractor pull "{name}"`; once it has ended, give this command again'
        )


def _cohort(services: Services, run_id: int) -> Cohort | None:
    with services.store.reading() as session:
        run = runs.run_of(session, run_id)
    if run is None or run.listed_at is None:
        return None
    return Cohort(run.patients, run.unlisted, run.listing_gap)


def _list(services: Services, run: PullRun, owner: str) -> None:
    """Make each patient of the cohort a row of work, as the list comes in."""
    registered = registered_of(services, run.clinic_id)

    def granted(scope: str) -> None:
        with services.store.writing() as session:
            runs.note_scope(session, run.id, scope)

    unlisted = 0
    gap: str | None = None
    try:
        with connection_to(services, registered, granted=granted) as connection:
            for some in _cut(cohort_of(services, registered.setup, connection)):
                named = [one.reference for one in some if one.reference is not None]
                unlisted += len(some) - len(named)
                _add_charts(services, run, named, some)
    except ClinicError as failure:
        if not _listed(services, run):
            raise
        gap = str(failure)
    patients = _listed(services, run)
    with services.store.writing() as session:
        runs.note_listing(
            session,
            run.id,
            owner=owner,
            patients=patients,
            unlisted=unlisted,
            gap=gap,
            now=services.clock(),
        )


def _listed(services: Services, run: PullRun) -> int:
    """How many are to be pulled, also from a listing that was killed."""
    with services.store.reading() as session:
        return progress.of_run(session, run.id)[0].total


def _add_charts(services: Services, run: PullRun, references: list[str], some: list[Listed]) -> None:
    now = services.clock()
    copies = [
        RawCopy(body=one.received.body, origin=one.received.origin)
        for one in some
        if one.received is not None
    ]
    with services.store.writing() as session:
        raw.keep(session, run.clinic_id, copies, now=now)
        numbers = cohorts.add_patients(session, run.clinic_id, references, now=now)
        work.add_work(
            session, WorkKind.PULL, run_id=run.id, cycle_id=run.cycle_id, patient_ids=numbers, now=now
        )


def _fail(services: Services, run_id: int, failure: AbstractorError) -> None:
    with services.store.writing() as session:
        code, now = code_of(failure), services.clock()
        runs.end_run(session, run_id, RunState.FAILED, error_code=code, gap=str(failure), now=now)
        work.give_up(session, run_id, error_code=code, now=now)


def _cut(items: Iterable[Listed]) -> Iterator[list[Listed]]:
    """Lists of some hundreds; what came before an error is given before the error."""
    held: list[Listed] = []
    try:
        for item in items:
            held.append(item)
            if len(held) == _AT_ONCE:
                yield held
                held = []
    except ClinicError:
        yield held
        raise
    if held:
        yield held
