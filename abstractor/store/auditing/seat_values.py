"""What the queue of an audit shows: its seats by page, a reader's own, how far it has come."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from abstractor.store.auditing.values import ADJUDICATION, AuditPurpose, Seat, SeatState

__all__ = [
    "AuditProgress",
    "MayRead",
    "ReaderLoad",
    "SeatCount",
    "SeatOrder",
    "SeatView",
    "SeatsPage",
    "StuckBecause",
    "StuckSeat",
    "WaitedFor",
]


class SeatOrder(StrEnum):
    """As seats are handed out; or those in work alone, the longest unchanged first."""

    QUEUE = "queue"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True)
class SeatView:
    """`code` is the chart's name in the audit, `reader` who has the seat. `ran_out`: the lease did, and the
    chart is anybody's; `overdue`: the audit was due before today, and this seat is not done. `unnamed`: who
    has it is not told to whom this is shown.
    """

    seat: Seat
    code: str
    audit: str
    purpose: AuditPurpose
    due_on: date | None
    reader: str | None
    ran_out: bool
    overdue: bool
    unnamed: bool = False

    @property
    def differing(self) -> int | None:
        """On how many items the two reviews differ that are to be settled here."""
        return -self.seat.place if self.seat.number == ADJUDICATION else None


@dataclass(frozen=True, slots=True)
class SeatsPage:
    rows: tuple[SeatView, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class SeatCount:
    number: int
    state: SeatState
    seats: int


@dataclass(frozen=True, slots=True)
class ReaderLoad:
    """`ran_out` of the claimed ones are anybody's again."""

    account_id: int
    name: str
    claimed: int
    held: int
    done: int
    ran_out: int


class StuckBecause(StrEnum):
    """Why a reader of the audit may not have a seat: they have another of the chart, or have read it; have a
    conflict of interest with it; are not set to review, or to adjudicate, which the seat needs; have an
    account that is disabled, or one whose roles or clinics do not allow it here.
    """

    HAS_IT = "has-it"
    CONFLICT = "conflict"
    NOT_SET = "not-set"
    DISABLED = "disabled"
    NO_ROLE = "no-role"


@dataclass(frozen=True, slots=True)
class MayRead:
    """The accounts that may review, and adjudicate, at the clinic of an audit as they are now."""

    review: frozenset[int]
    adjudicate: frozenset[int]


@dataclass(frozen=True, slots=True)
class StuckSeat:
    """A free seat that no reader may have; `readers` are all of the audit, by name."""

    seat_id: int
    code: str
    number: int
    readers: tuple[tuple[str, StuckBecause], ...]


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """A reviewer for whom free charts wait while others have had their share: who last had one in hand at
    `since`, or could have begun then; others may have the charts from `until` on.
    """

    account_id: int
    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """Of all seats, or of reviews alone: then what readers differ on is null.

    `ran_out`: claims whose lease did. `overdue`: seats that are not done though the audit was due before
    today. `to_settle`, `settled`: charts on which two readers differ; `agreed`: those on which they do not.
    `skipped`: free seats that somebody has skipped; `stuck`: free ones that no reader may have, of which the
    first are listed. `waited_for`: none too where it is not asked for.
    """

    seats: int
    done: int
    by_state: tuple[SeatCount, ...]
    readers: tuple[ReaderLoad, ...]
    due_on: date | None
    ran_out: int
    overdue: int
    to_settle: int | None
    settled: int | None
    agreed: int | None
    skipped: int
    stuck: int
    stuck_seats: tuple[StuckSeat, ...]
    waited_for: tuple[WaitedFor, ...] = ()
