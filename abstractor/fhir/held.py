"""What is held of a patient from pulls before, so that only what has changed since need be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

__all__ = ["NOTHING_HELD", "Held", "HeldType", "Kind", "Wanted"]


class Kind(StrEnum):
    """Of a pull: `incremental` where some type was asked for its changes alone."""

    FULL = "full"
    INCREMENTAL = "incremental"


@dataclass(frozen=True, slots=True)
class HeldType:
    """The live resources of one type by id. `through`: the changes until then are known, by the clinic's
    clock; `marked_at` is what our clock said when that was kept. Without both the type is asked for whole.
    """

    through: datetime | None = None
    ids: frozenset[str] = frozenset()
    marked_at: datetime | None = None

    @property
    def count(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Held:
    """`medications`: the reference to a Medication that a live order makes, by the order ("Type/id")."""

    types: Mapping[str, HeldType] = field(default_factory=lambda: MappingProxyType({}))
    medications: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


NOTHING_HELD = Held()


@dataclass(frozen=True, slots=True)
class Wanted:
    """`patient` is "Patient/1". Nothing held: the whole history is asked for."""

    patient: str
    held: Held = NOTHING_HELD
