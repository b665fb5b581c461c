"""Verifying the audit trail: every entry against its own digest, its place and the entry before.

It goes through all entries in batches, whatever their number, and tells every place that is not as it was
written. Of entries with text that a purge took out it tells how many; text that is gone without a purge is a
fault as any other.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import BigInteger, cast, func
from sqlalchemy import select as columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from abstractor.store import trail_reading as trail
from abstractor.store.chaining import Head
from abstractor.store.database import Store
from abstractor.store.tables import TrailRow
from abstractor.store.trail_keys import key_of
from abstractor.store.trail_walk import Fault, Found, Purges, Walk, Wrong, moved_from
from abstractor.store.values import Action

__all__ = ["Fault", "Noted", "Verified", "Wrong", "verify"]

Told = Callable[[int, int], None]
_LOOK_UPS = 100  # each reads all entries; who moved more than that is told of as changed


@dataclass(frozen=True, slots=True)
class Noted:
    """The newest entry as it was noted outside of the database: its number and its digest."""

    number: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Verified:
    """`earlier` stand from before the chain; `wrong` counts entries, `first` is the first fault."""

    entries: int
    earlier: int
    forgotten: int
    wrong: int
    first: Wrong | None
    head: Head | None

    @property
    def is_whole(self) -> bool:
        return self.first is None


class _Told:
    """Faults as they are found: counted, passed on, the first kept."""

    def __init__(self, found: Found | None) -> None:
        self.first: Wrong | None = None
        self.wrong = 0
        self._found = found

    def __call__(self, wrong: Wrong) -> None:
        self.first = self.first or wrong
        self.wrong += wrong.last - wrong.first + 1
        if self._found is not None:
            self._found(wrong)


class _Reading:
    """What the pass asks the database for, each in a short session of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, bytes | None] = {}
        self._look_ups = 0

    def key_of(self, key_id: str) -> bytes | None:
        if key_id not in self._keys:
            with self._store.reading() as session:
                self._keys[key_id] = key_of(session, key_id)
        return self._keys[key_id]

    def place_after(self, mac: bytes) -> int | None:
        self._look_ups += 1
        if self._look_ups > _LOOK_UPS:
            return None
        with self._store.reading() as session:
            found = columns(col(TrailRow.id)).where(col(TrailRow.mac) == mac).limit(1)
            number = session.connection().scalar(found)
        return None if number is None else number + 1


def verify(
    store: Store, *, noted: Noted | None = None, found: Found | None = None, told: Told | None = None
) -> Verified:
    """`found` hears of each fault in the order of the entries, `told` after each batch how far it is."""
    faults, reading = _Told(found), _Reading(store)
    with store.reading() as session:
        end = _end(session, store, reading, faults)
        purges = _purges(session)
    if end is None:
        if noted is not None:
            faults(Wrong(Fault.NOTED, noted.number, noted.number))
        return Verified(0, _count(store), 0, faults.wrong, faults.first, None)
    walk = Walk(reading.key_of, reading.place_after, purges, faults, expected=end.began)
    earlier = _earlier(store, end, faults)
    number = end.began - 1
    while number < end.last:
        with store.reading() as session:
            rows = trail.rows_after(session, number, to=end.last)
        if not rows:
            break
        for entry in rows:
            walk.take(entry)
        number = rows[-1].id
        if told is not None:
            told(number - end.began + 1, end.last - end.began + 1)
    walk.end(end.last)
    _named(store, walk, faults)
    _newest(store, end, faults)
    _beyond(store, end, reading, faults)
    if noted is not None:
        _as_noted(store, noted, faults)
    return Verified(walk.entries, earlier, walk.forgotten, faults.wrong, faults.first, end)


def _end(session: Session, store: Store, reading: _Reading, faults: _Told) -> Head | None:
    """The head where it can be believed; else what the entries themselves say, and the fault."""
    there = trail.head(session)
    if there is None:
        by_rows = trail.end_by_rows(session)
        if by_rows is not None or trail.was_chained(session):
            last = 0 if by_rows is None else by_rows.last
            faults(Wrong(Fault.HEAD_GONE, last, last))
        return None if by_rows is None else replace(by_rows, key_id="")
    end, mac = there
    key = reading.key_of(end.key_id)
    ours = store.sealer is not None and end.key_id in store.sealer.key_ids
    if ours and key is not None and mac == end.mac_under(key):
        return end
    faults(Wrong(Fault.HEAD, end.last, end.last))
    return replace(trail.end_by_rows(session) or end, key_id="")


def _earlier(store: Store, end: Head, faults: _Told) -> int:
    """How many entries are from before the chain; they must be those that it began with. What has a number
    below the first was put in.
    """
    with store.reading() as session:
        count, digest = trail.earlier(session, end.began)
        strange = trail.below_all(session)
        first = trail.rows_after(session, end.began - 1, to=end.began)
    for number in strange:
        faults(Wrong(Fault.INSERTED, number, number))
    begins = bool(first) and first[0].action == Action.TRAIL_BEGUN.value
    said = first[0].detail if begins else None
    if said != f"before={count} sha256={digest}" and (begins or count):
        faults(Wrong(Fault.EARLIER, 1, max(end.began - 1, 1)))
    return count


def _named(store: Store, walk: Walk, faults: _Told) -> None:
    """Accounts are called as the entries say that added them and by which they signed in."""
    with store.reading() as session:
        belied = tuple(walk.names.belied(session))
    for number in belied:
        faults(Wrong(Fault.NAMED, number, number))


def _newest(store: Store, end: Head, faults: _Told) -> None:
    """The digest that the head has of the newest entry is the one that stands there."""
    with store.reading() as session:
        rows = trail.rows_after(session, end.last - 1, to=end.last)
    if end.key_id and rows and rows[0].mac != end.last_mac:
        faults(Wrong(Fault.FOREIGN, end.last, end.last))


def _beyond(store: Store, end: Head, reading: _Reading, faults: _Told) -> None:
    """Entries behind the newest that the head knows of, as it stands now: others append meanwhile."""
    with store.reading() as session:
        there = trail.head(session)
        number = end.last if there is None or not end.key_id else max(there[0].last, end.last)
        while rows := trail.rows_after(session, number, to=trail.MOST):
            for entry in rows:
                key = None if entry.key_id is None else reading.key_of(entry.key_id)
                was = moved_from(entry, key, reading.place_after)
                fault = Fault.INSERTED if was is None else Fault.MOVED
                faults(Wrong(fault, entry.id, entry.id, was))
            number = rows[-1].id


def _as_noted(store: Store, noted: Noted, faults: _Told) -> None:
    with store.reading() as session:
        rows = trail.rows_after(session, noted.number - 1, to=noted.number)
    if not rows or rows[0].mac != noted.mac:
        faults(Wrong(Fault.NOTED, noted.number, noted.number))


def _purges(session: Session) -> Purges:
    def last(action: Action, number: Mapped[int | None]) -> dict[int, int]:
        whole = cast(number, BigInteger)  # zero of what is none
        asked = (
            columns(whole, func.max(col(TrailRow.id)))
            .where(col(TrailRow.action) == action.value, whole != 0)
            .group_by(whole)
        )
        return {of: entry or 0 for of, entry in session.connection().execute(asked)}

    return Purges(
        last(Action.PATIENT_PURGED, col(TrailRow.patient_id)),
        last(Action.CYCLE_PURGED, col(TrailRow.cycle_id)),
    )


def _count(store: Store) -> int:
    with store.reading() as session:
        return session.connection().scalar(columns(func.count()).select_from(TrailRow)) or 0
