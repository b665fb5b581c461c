"""How the pulls of each clinic stand: when the last one succeeded, whether one is overdue, and what is wrong.

Read from the database, so that the pages, the metrics and whoever tells IT say the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from abstractor.errors import StoreError
from abstractor.guidelines.ageing import stale_value_sets
from abstractor.store import alerts, gauges, runs, setups, signing_keys
from abstractor.store.connection_values import KeptSetup, KeyRole, PullRun, RunState
from abstractor.store.database import Session
from abstractor.workflow.clinic.nights import due_after, due_before
from abstractor.workflow.clinic.setups import setup_in
from abstractor.workflow.rounds.schedule import Night, nights, zone_of
from abstractor.workflow.services import Services
from abstractor.workflow.watching.alerts import Receiver, tell

__all__ = ["KEY_DAYS", "Trouble", "Watched", "look_after", "notices", "watched"]

KEY_DAYS = 365
_ENDED_BADLY = {"ClinicRefused": "clinic-refused"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """One of `alerts.CODES`; `detail` is a code or a number of ours, `run_id` the round that shows it."""

    code: str
    detail: str | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A clinic that is set up. `next_due`: null where it is not pulled by night."""

    clinic_id: int
    name: str
    tell: str | None
    last_success: datetime | None
    next_due: datetime | None
    latest: PullRun | None
    troubles: tuple[Trouble, ...]

    @property
    def overdue(self) -> bool:
        return any(trouble.code == "pull-overdue" for trouble in self.troubles)


def watched(services: Services) -> tuple[Watched, ...]:
    """Every clinic that was added and not removed, by name."""
    by_clinic = {night.clinic_id: night for night in nights(services).usable}
    with services.store.reading() as session:
        key_days = _key_days(session, services.clock())
        return tuple(
            _watched(services, session, kept, by_clinic.get(kept.clinic_id), key_days)
            for kept in setups.setups(session)
        )


def look_after(services: Services) -> int:
    """Note which troubles began and which are over, and tell IT of both; how many messages went out."""
    now = services.clock()
    clinics = watched(services)
    wanted = {(each.clinic_id, trouble.code): trouble for each in clinics for trouble in each.troubles}
    with services.store.writing() as session:
        there = {(alert.clinic_id, alert.code): alert for alert in alerts.not_over(session)}
        for (clinic_id, code), trouble in wanted.items():
            if (clinic_id, code) not in there:
                alerts.begin(session, clinic_id, code, run_id=trouble.run_id, detail=trouble.detail, now=now)
        alerts.end(session, [alert.id for key, alert in there.items() if key not in wanted], now=now)
    return tell(
        services,
        {each.clinic_id: Receiver(each.name, each.tell) for each in clinics if each.tell is not None},
    )


def notices(services: Services, clinics: Sequence[Watched]) -> tuple[str, ...]:
    """What a start and `/readyz` warn of, in a line each; clinics by their numbers."""
    said = [f"clinic {each.clinic_id}: {trouble.code}" for each in clinics for trouble in each.troubles]
    stale = stale_value_sets(services.clock().date())
    return (*said, *([stale] if stale is not None else []))


def _watched(
    services: Services, session: Session, kept: KeptSetup, night: Night | None, key_days: int | None
) -> Watched:
    now = services.clock()
    ended = [run for run in runs.runs(session, kept.clinic_id) if run.state is not RunState.RUNNING]
    latest = ended[0] if ended else None
    success = runs.last_success(session, kept.clinic_id)
    troubles = [*_of_round(session, latest)]
    address = None
    try:
        setup = setup_in(kept)
        address = setup.tell
        if setup.auth != "none" and key_days is not None and key_days > KEY_DAYS:
            troubles.append(Trouble("key-old", str(KEY_DAYS)))
    except StoreError:
        troubles.append(Trouble("setup-unusable"))
    if night is not None and _is_overdue(services, night, success, now):
        troubles.append(Trouble("pull-overdue"))
    due = due_after(night.cron, zone_of(services), now) if night is not None else None
    return Watched(kept.clinic_id, kept.name, address, success, due, latest, tuple(troubles))


def _is_overdue(services: Services, night: Night, success: datetime | None, now: datetime) -> bool:
    """Nothing has succeeded since a time that is longer ago than the grace."""
    grace = timedelta(seconds=services.settings.pull_grace)
    due = due_before(night.cron, zone_of(services), now - grace)
    return due >= night.since and (success is None or success < due)


def _of_round(session: Session, latest: PullRun | None) -> Iterator[Trouble]:
    if latest is None:
        return
    if latest.state is RunState.FAILED:
        code = _ENDED_BADLY.get(latest.error_code or "", "pull-failed")
        yield Trouble(code, latest.error_code, latest.id)
        return
    if latest.listing_gap is not None:
        yield Trouble("listing-incomplete", None, latest.id)
    failed = gauges.pulls_failed(session, latest.id)
    if failed:
        yield Trouble("charts-failed", str(failed), latest.id)


def _key_days(session: Session, now: datetime) -> int | None:
    """The age in days of the oldest key that signs."""
    made = [key.made_at for key in signing_keys.signing_keys(session) if key.role is KeyRole.CURRENT]
    return max(((now - each).days for each in made), default=None)
