"""What a tool wrote of an export that it downloaded, wherever: how much there is, and what did not come."""

from collections import Counter
from dataclasses import dataclass, field

from abstractor.fhir.bulk.requested import Requested, later
from abstractor.fhir.types import TYPES_READ

__all__ = ["ASIDE", "OUTPUT", "SINCE", "Told"]

# Files that hold no records of patients lie in folders of these names.
ASIDE = ("error", "deleted")
OUTPUT = "output"
SINCE = "_since"


@dataclass(frozen=True, slots=True)
class Told:
    """By type: how many `records` and how many `files` there are, and of which the records are `uncounted`
    in some file. By "error" and "deleted": how many files there are `aside`. `by`: of each of these, the name
    of the file that tells. `lost`: what did not come, as origins of records that are not there. `addresses`:
    of the files. `changed` are types of which what changed since a time was asked for, `unbounded` those of
    which everything was.
    """

    records: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)
    uncounted: set[str] = field(default_factory=set)
    aside: Counter[str] = field(default_factory=Counter)
    by: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set, repr=False)
    changed: set[str] = field(default_factory=set)
    unbounded: set[str] = field(default_factory=set)

    def request(self, request: Requested, *, by: str, ended: bool = True) -> None:
        """What an export was asked for; one that did not end does not have all of it."""
        types = TYPES_READ if request.types is None else request.types
        if request.since is not None and later(request.since, None):
            self.changed.update(types)
            self.by[SINCE] = by
        elif ended:
            self.unbounded.update(types)

    def take(self, item: str, kind: str | None, count: int | None, *, by: str) -> None:
        """A file of that item ("output", "error", "deleted") and type."""
        if item in ASIDE:
            self.aside[item] += 1
            self.by[item] = by
        elif item == OUTPUT and kind is not None:
            self.files[kind] += 1
            self.by[kind] = by
            if count is None:
                self.uncounted.add(kind)
            else:
                self.records[kind] += count

    def add(self, other: "Told") -> None:
        """Of another export: both are there."""
        self.records.update(other.records)
        self.files.update(other.files)
        self.uncounted.update(other.uncounted)
        self.aside.update(other.aside)
        self.by.update(other.by)
        self._join(other)
        self.changed.update(other.changed)
        self.unbounded.update(other.unbounded)

    def agree(self, other: "Told") -> None:
        """Of the same export: who tells of more is believed, and who tells that it was of changes alone."""
        self.uncounted.update(kind for kind in other.uncounted if kind not in self.records)
        for mine, theirs in (
            (self.records, other.records),
            (self.files, other.files),
            (self.aside, other.aside),
        ):
            self.by.update({key: other.by[key] for key in theirs if theirs[key] > mine[key]})
            mine |= theirs
        if not self.changed and other.changed:
            self.by[SINCE] = other.by[SINCE]
            self.changed.update(other.changed)
            self.unbounded.clear()
        elif not self.changed:
            self.unbounded.update(other.unbounded)
        self._join(other)

    def _join(self, other: "Told") -> None:
        self.lost.extend(other.lost)
        self.addresses.update(other.addresses)
