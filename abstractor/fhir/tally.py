"""What became of records: every one is used, of a type not used, or quarantined, and counted as that."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from abstractor.fhir.explaining import explain
from abstractor.fhir.quarantine import EXPLAINABLE, Quarantined
from abstractor.fhir.repairs import Repair

__all__ = ["Counts", "Repaired", "Tally"]

_EXPLAINED = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one resource type: `read` is the sum of the others."""

    read: int
    used: int
    not_used: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """How many of the used records of a type took a repair, and how many took each: one may take several."""

    records: int
    by_repair: Mapping[Repair, int]


class Tally:
    """Filled record by record; several of them add up to one."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()
        self._repaired: Counter[str] = Counter()
        self._repairs: Counter[tuple[str, Repair]] = Counter()
        self._not_used: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._quarantined: list[tuple[Quarantined, bytes]] = []

    def used(self, resource_type: str, repairs: Sequence[Repair] = ()) -> None:
        self._used[resource_type] += 1
        if repairs:
            self._repaired[resource_type] += 1
            self._repairs.update((resource_type, each) for each in repairs)

    def not_used(self, resource_type: str) -> None:
        self._not_used[resource_type] += 1

    def quarantine(self, record: Quarantined, body: bytes) -> None:
        self._refused[record.type] += 1
        self._quarantined.append((record, body if record.reason in EXPLAINABLE else b""))

    def add(self, other: "Tally") -> None:
        self._used.update(other._used)
        self._repaired.update(other._repaired)
        self._repairs.update(other._repairs)
        self._not_used.update(other._not_used)
        self._refused.update(other._refused)
        self._quarantined += other._quarantined

    @property
    def held(self) -> set[str]:
        """The types that we read, or would have read, of anybody."""
        return {*self._used, *self._refused}

    def counts(self) -> dict[str, Counts]:
        """Per type, sorted; "(unknown)" is what shows no type."""
        return {name: self._of(name) for name in sorted({*self._used, *self._not_used, *self._refused})}

    def _of(self, name: str) -> Counts:
        used, not_used, refused = self._used[name], self._not_used[name], self._refused[name]
        return Counts(used + not_used + refused, used, not_used, refused)

    def repaired(self) -> dict[str, Repaired]:
        """Per type, sorted; types of which every record was read as it stood are left out."""
        found: dict[str, dict[Repair, int]] = {}
        for (name, repair), number in sorted(self._repairs.items()):
            found.setdefault(name, {})[repair] = number
        return {name: Repaired(self._repaired[name], by_repair) for name, by_repair in found.items()}

    def quarantined(self) -> tuple[Quarantined, ...]:
        """Each record that could not be read, by type and origin; the first hundred are explained."""
        found = sorted(self._quarantined, key=lambda pair: _place_of(pair[0]))
        explained = [
            replace(q, explained=explain(q.type, body)) if body else q for q, body in found[:_EXPLAINED]
        ]
        return (*explained, *(q for q, _ in found[_EXPLAINED:]))


def _place_of(record: Quarantined) -> tuple[str, ...]:
    return record.type, record.origin, record.reference, record.path, record.reason
