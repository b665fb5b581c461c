"""One pass over chained entries in their order: what is wrong with them, and where."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from abstractor.store.chaining import GENESIS, Entry
from abstractor.store.trail_names import Names
from abstractor.store.values import Action

__all__ = ["Fault", "Found", "KeyOf", "PlaceAfter", "Purges", "Walk", "Wrong", "moved_from"]


class Fault(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    MOVED = "moved"
    FOREIGN = "of another history"
    FORGOTTEN = "text gone without a purge"
    KEY_GONE = "under a key that is not there"
    KEY_RETIRED = "under a key that was retired before"
    HEAD = "the head was changed or cut back"
    HEAD_GONE = "the head is gone"
    EARLIER = "entries from before the chain were changed"
    NAMED = "the account that it names has another name by now, or is gone"
    NOTED = "not what was noted outside"


@dataclass(frozen=True, slots=True)
class Wrong:
    """Entries `first` to `last` and what is wrong with them; `was`: which entry the first of them is."""

    fault: Fault
    first: int
    last: int
    was: int | None = None


Found = Callable[[Wrong], None]
KeyOf = Callable[[str], bytes | None]
# Which place is behind the entry with that digest; null where there is none.
PlaceAfter = Callable[[bytes], int | None]


@dataclass(frozen=True, slots=True)
class Purges:
    """The number of the last entry that tells of a purge, by patient and by cycle."""

    patients: Mapping[int, int]
    cycles: Mapping[int, int]

    def excuse(self, entry: Entry) -> bool:
        patient = self.patients.get(entry.patient_id or 0, 0)
        return max(patient, self.cycles.get(entry.cycle_id or 0, 0)) > entry.id


@dataclass(slots=True)
class Walk:
    """Takes entries in order. A fault of neighbours is told once, as one stretch."""

    key_of: KeyOf
    place_after: PlaceAfter
    purges: Purges
    found: Found
    expected: int
    entries: int = 0
    forgotten: int = 0
    names: Names = field(default_factory=Names)
    _before: bytes | None = GENESIS  # what the next entry must name; null where that cannot be said
    _retired: set[str] = field(default_factory=set)
    _held: Wrong | None = None

    def take(self, entry: Entry) -> None:
        if entry.id > self.expected:
            self._tell(Wrong(Fault.MISSING, self.expected, entry.id - 1))
            self._before = None
        self.expected = entry.id + 1
        self.entries += 1
        wrong = self._wrong_with(entry)
        if wrong is None:
            self._note(entry)
            self._before = entry.mac
            return
        if wrong.fault is Fault.MOVED and self._held == Wrong(Fault.CHANGED, entry.id - 1, entry.id - 1):
            if wrong.was == entry.id - 1:
                self._held = Wrong(Fault.INSERTED, entry.id - 1, entry.id - 1)
        self._tell(wrong)
        # After a fault in place the next one still names the digest that stood here, or this one is not ours.
        self._before = None

    def end(self, last: int) -> None:
        """Behind the newest entry that the head knows of."""
        if self.expected <= last:
            self._tell(Wrong(Fault.MISSING, self.expected, last))
        self.tell_held()

    def tell_held(self) -> None:
        if self._held is not None:
            self.found(self._held)
        self._held = None

    def _wrong_with(self, entry: Entry) -> Wrong | None:
        key = None if entry.key_id is None else self.key_of(entry.key_id)
        if entry.is_chained and key is None:
            return _at(Fault.KEY_GONE, entry)
        if key is None or not entry.holds(key):
            was = moved_from(entry, key, self.place_after)
            return _at(Fault.CHANGED, entry) if was is None else Wrong(Fault.MOVED, entry.id, entry.id, was)
        if self._before is not None and entry.previous_mac != self._before:
            return _at(Fault.FOREIGN, entry)
        if entry.key_id in self._retired:
            return _at(Fault.KEY_RETIRED, entry)
        if entry.action == Action.TRAIL_BROKEN.value:
            return _at(Fault.HEAD, entry)
        if entry.is_forgotten and not self.purges.excuse(entry):
            return _at(Fault.FORGOTTEN, entry)
        return None

    def _note(self, entry: Entry) -> None:
        self.forgotten += entry.is_forgotten
        self.names.note(entry)
        if entry.action == Action.KEY_RETIRED.value and entry.detail is not None:
            self._retired.add(entry.detail.removeprefix("key="))

    def _tell(self, wrong: Wrong) -> None:
        held = self._held
        if held is not None and _goes_on(held, wrong):
            self._held = Wrong(held.fault, held.first, wrong.last, held.was)
            return
        self.tell_held()
        self._held = wrong


def moved_from(entry: Entry, key: bytes | None, place_after: PlaceAfter) -> int | None:
    """Where the entry was written, if that is another place than where it stands."""
    if key is None or entry.previous_mac is None:
        return None
    for place in (entry.id - 1, entry.id + 1):
        if entry.holds_as(place, key):
            return place
    behind = place_after(entry.previous_mac)
    return behind if behind is not None and entry.holds_as(behind, key) else None


def _goes_on(held: Wrong, wrong: Wrong) -> bool:
    if held.fault is not wrong.fault or wrong.first != held.last + 1:
        return False
    if held.was is None or wrong.was is None:
        return held.was is wrong.was
    return wrong.was - held.was == wrong.first - held.first


def _at(fault: Fault, entry: Entry) -> Wrong:
    return Wrong(fault, entry.id, entry.id)
