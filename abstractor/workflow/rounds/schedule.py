"""Nightly pulls: which are due, and beginning each of them once.

Nothing is remembered beside the rounds themselves: what is due and was not begun is called for, whoever looks
and however often. So a night that nobody was up for is caught up with, a lost job is sent again, and any
number of machines may look.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from abstractor.errors import ClinicError, OptionError, SetupError, StoreError
from abstractor.store import runs, setups
from abstractor.store.connection_values import KeptSetup, PullRun, RunState
from abstractor.store.database import Session
from abstractor.workflow.clinic.clinics import registered_of
from abstractor.workflow.clinic.nights import due_after, due_before, require_cron
from abstractor.workflow.clinic.setups import setup_in
from abstractor.workflow.rounds.attempts import code_of
from abstractor.workflow.rounds.rounds import begin_round
from abstractor.workflow.services import Services

__all__ = ["Call", "Night", "Nights", "begin_night", "called_for", "due_next", "nights", "send", "zone_of"]

_log = logging.getLogger(__name__)
# A night that failed as a whole (the clinic's server was down for its own maintenance) is tried again.
_ATTEMPTS = 3
_BETWEEN = timedelta(minutes=30)
_HOLD = 1800  # seconds in which the same call is not sent again; by then its round is in the database


@dataclass(frozen=True, slots=True)
class Night:
    """A clinic that is pulled at set times; `since` when these times were set."""

    clinic_id: int
    name: str
    cron: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """That a round shall begin which was due then; `attempt` counts from 1."""

    clinic_id: int
    due: datetime
    attempt: int

    @property
    def job_id(self) -> str:
        return f"nightly-{self.clinic_id}-{int(self.due.timestamp())}-{self.attempt}"


class Nights(NamedTuple):
    """By name; `unusable` are the numbers of clinics whose setup or time nobody can read."""

    usable: tuple[Night, ...]
    unusable: tuple[int, ...]


def nights(services: Services) -> Nights:
    """Every clinic with a time. One that is of no use costs nobody else the night."""
    usable: list[Night] = []
    unusable: list[int] = []
    with services.store.reading() as session:
        for kept in setups.setups(session):
            try:
                cron = _cron(kept)
            except (OptionError, StoreError):
                unusable.append(kept.clinic_id)
                continue
            if cron is not None:
                usable.append(Night(kept.clinic_id, kept.name, cron, _since(session, kept, cron)))
    return Nights(tuple(usable), tuple(unusable))


def due_next(services: Services, night: Night, *, after: datetime) -> datetime:
    return due_after(night.cron, zone_of(services), after)


def called_for(services: Services, night: Night) -> Call | None:
    """The round that should have begun by now and has not. One that still runs is as good as begun."""
    now = services.clock()
    due = due_before(night.cron, zone_of(services), now)
    if due < night.since:
        return None
    with services.store.reading() as session:
        tonight = [run for run in runs.runs(session, night.clinic_id) if _is_of(run, due)]
    if any(run.state is not RunState.FAILED for run in tonight) or len(tonight) >= _ATTEMPTS:
        return None
    if any(run.ended_at is not None and now < run.ended_at + _BETWEEN for run in tonight):
        return None
    return Call(night.clinic_id, due, len(tonight) + 1)


def send(services: Services, call: Call) -> bool:
    """Have it begun by a worker; False where somebody has done so already."""
    numbers = (call.clinic_id, int(call.due.timestamp()), call.attempt)
    return services.queue.send_once("nightly", numbers, job_id=call.job_id, hold=_HOLD)


def begin_night(services: Services, clinic_id: int, *, due: int, attempt: int) -> None:
    """The body of the job: nothing where that night has begun in the meantime, or is not wanted any more.
    The round itself says how it failed.
    """
    for night in nights(services).usable:
        call = called_for(services, night) if night.clinic_id == clinic_id else None
        if call is None or (int(call.due.timestamp()), call.attempt) != (due, attempt):
            continue
        try:
            begin_round(services, registered_of(services, clinic_id), by_worker=True)
        except (ClinicError, OptionError, SetupError) as failure:
            _log.warning("clinic %s: the pull of the night failed: %s", clinic_id, code_of(failure))


def zone_of(services: Services) -> ZoneInfo:
    try:
        return ZoneInfo(services.settings.timezone)
    except (KeyError, ValueError, OSError):
        raise OptionError("ABSTRACTOR_TIMEZONE is no time zone: write one such as America/New_York") from None


def _is_of(run: PullRun, due: datetime) -> bool:
    """Does that round count for what was due then? One that began before and ended well after does."""
    if run.started_at >= due or run.state is RunState.RUNNING:
        return True
    return run.state is not RunState.FAILED and run.ended_at is not None and run.ended_at >= due


def _cron(kept: KeptSetup) -> str | None:
    cron = setup_in(kept).nightly
    if cron is not None:
        require_cron(cron)
    return cron


def _since(session: Session, kept: KeptSetup, cron: str) -> datetime:
    """A change of anything else does not begin the waiting anew."""
    since = kept.kept_at
    for version in setups.setup_history(session, kept.name):
        if version.clinic_id != kept.clinic_id or _time_in(version) != cron:
            break
        since = version.kept_at
    return since


def _time_in(version: KeptSetup) -> str | None:
    """Of a version that was removed, or that this program cannot read: none."""
    try:
        return setup_in(version).nightly
    except StoreError:
        return None
