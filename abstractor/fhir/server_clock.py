"""The clinic's time, as the Date of its answers says: records are stamped by its clock, not ours."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from abstractor.fhir.http_dates import http_date

__all__ = ["ServerClock", "Told", "instant", "utc_now"]


def utc_now() -> datetime:
    return datetime.now(UTC)


def instant(moment: datetime) -> str:
    """As FHIR writes it, in UTC: with Z there is no "+" that an address would take for a space."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Told:
    """The clinic's time in an answer, and ours when that came."""

    theirs: datetime
    ours: datetime

    @property
    def ahead(self) -> timedelta:
        return self.theirs - self.ours


class ServerClock:
    """Any number of threads may hear and ask at once."""

    def __init__(self, now: Callable[[], datetime] = utc_now) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._latest: Told | None = None

    def hear(self, date: str | None) -> None:
        theirs = http_date(date)
        if theirs is None:
            return
        told = Told(theirs.astimezone(UTC), self._now())
        with self._lock:
            self._latest = told

    def latest(self) -> Told | None:
        """What the last answer told: all that is asked from now on is not older. None: no answer told."""
        with self._lock:
            return self._latest
