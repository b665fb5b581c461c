"""The second pass: the records of one part, patient by patient, each read once and dropped with its chart."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from zlib import crc32

from abstractor.chart import Chart
from abstractor.fhir.charting import Charting, Own, Reading, standing_records
from abstractor.fhir.completeness import Doubt
from abstractor.fhir.decoding import Decoded, decode
from abstractor.fhir.doubts import Doubts
from abstractor.fhir.elements.datatypes import Resource
from abstractor.fhir.facts.desk import Record
from abstractor.fhir.population.spill import Spill
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.tally import Tally
from abstractor.fhir.versions import Held

__all__ = ["PartCharts", "Parts", "Shelf"]

_BUCKETS = 4096
_REMEMBERED = 8192


class Shelf:
    """Records by identity, wherever they lie: those of no one patient, and those of several."""

    def __init__(self, room: int) -> None:
        self._spill = Spill(_BUCKETS, room=room)

    def put(self, reference: str, received: Received) -> None:
        self._spill.put(crc32(reference.encode()) % _BUCKETS, reference, received)

    def received(self, reference: str) -> list[Received]:
        part = crc32(reference.encode()) % _BUCKETS
        return [each for key, each in self._spill.records(part) if key == reference]

    def close(self) -> None:
        self._spill.close()


class Parts:
    """All records, sorted by patient into parts, and what is known of them as a whole.

    `tally` counts the records that belong to no one patient; `types` are those of which any record was held.
    """

    def __init__(
        self,
        reading: Reading,
        spill: Spill,
        shelf: Shelf,
        strays: Shelf,
        *,
        tally: Tally,
        doubts: Doubts,
        types: set[str],
    ) -> None:
        self.reading = reading
        self.number = spill.parts
        self.tally = tally
        self.doubts = doubts
        self.types = types
        self._spill = spill
        self._shelf = shelf
        self._strays = strays
        self._contested: frozenset[int] = frozenset()
        self.shared = lru_cache(maxsize=_REMEMBERED)(self._shared)

    def _shared(self, reference: str) -> tuple[Held, ...]:
        """The versions of a record that belongs to no one patient."""
        return self._held(reference, self._shelf)

    def contested(self, reference: str) -> tuple[Held, ...]:
        """The versions of a record that stands under several patients; none where it stands under one."""
        contested = self._contested and hash(reference) in self._contested
        return self._held(reference, self._strays) if contested else ()

    def _held(self, reference: str, shelf: Shelf) -> tuple[Held, ...]:
        kind = reference.partition("/")[0]
        found: list[Held] = []
        for received in shelf.received(reference):
            decoded = decode(received, self.reading.zone, self.reading.limits)
            if isinstance(decoded, Decoded) and not _held_already(found, received.body, decoded.patient):
                found.append(Held(kind, decoded.patient, received.body, received.links))
        return tuple(found)

    def gather(self, contested: frozenset[int]) -> None:
        """Lay aside every version of the identities with these hashes, for all patients that they name."""
        self._contested = contested
        for part in range(self.number):
            for _, received in self._spill.records(part):
                decoded = decode(received, self.reading.zone, self.reading.limits)
                if isinstance(decoded, Decoded) and hash(decoded.reference) in contested:
                    self._strays.put(decoded.reference, received)

    def part(self, part: int) -> "PartCharts":
        return PartCharts(self, self._spill.records(part))

    def close(self) -> None:
        """Nothing of them can be read any more."""
        for each in (self._spill, self._shelf, self._strays):
            each.close()


def _held_already(found: list[Held], body: bytes, patient: str | None) -> bool:
    return any(held.body == body and held.patient == patient for held in found)


class PartCharts:
    """The charts of one part, patients by reference; `tally` is whole once they are used up."""

    def __init__(self, parts: Parts, records: Iterator[tuple[str, Received]]) -> None:
        self.tally = Tally()
        self._parts = parts
        self._charting = Charting(parts.reading, parts.shared)
        self._of: defaultdict[str, list[Received]] = defaultdict(list)
        for patient, received in records:
            self._of[patient].append(received)

    def __iter__(self) -> Iterator[Chart]:
        for patient in sorted(self._of):
            yield self._chart(patient, self._of.pop(patient))

    def _chart(self, patient: str, records: list[Received]) -> Chart:
        read: dict[str, list[tuple[Held, Resource]]] = {}
        quarantined: list[Quarantined] = []
        doubts = Doubts()
        for received in records:
            match decode(received, self._parts.reading.zone, self._parts.reading.limits):
                case Decoded() as decoded:
                    self.tally.used(decoded.type, decoded.repairs)
                    held = Held(decoded.type, patient, received.body, received.links)
                    read.setdefault(decoded.reference, []).append((held, decoded.resource))
                case Quarantined() as record:
                    self.tally.quarantine(record, received.body)
                    doubts.quarantined(record)
                    quarantined.append(record)
                case _:
                    raise AssertionError("a record of a type that is not used belongs to no patient")
        standing: list[Record[Any]] = []
        split: list[str] = []
        for reference in sorted(read):
            found, several = self._standing(reference, read[reference], patient)
            standing += found
            split += [reference] if several else []
        met: Counter[Doubt] = self._parts.doubts.of(patient) + doubts.of(patient)
        own = Own(patient, standing, split, read, quarantined, met)
        return self._charting.chart(own, self._parts.types)

    def _standing(
        self, reference: str, read: list[tuple[Held, Resource]], patient: str
    ) -> tuple[list[Record[Any]], bool]:
        """What stands of one identity; nearly always there is one version, of one patient, read already."""
        versions = self._parts.contested(reference)
        if not versions:
            versions = _distinct(read) if len(read) > 1 else (read[0][0],)
            if len(versions) == 1:
                held, resource = read[0]
                version = resource.meta.version_id if resource.meta is not None else None
                return [Record(held.type, reference, resource, held.links, version)], False
        return standing_records(reference, versions, patient, self._parts.reading.zone)


def _distinct(read: list[tuple[Held, Resource]]) -> tuple[Held, ...]:
    found: list[Held] = []
    for held, _ in read:
        if not _held_already(found, held.body, held.patient):
            found.append(held)
    return tuple(found)
