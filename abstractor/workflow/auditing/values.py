"""The values of audits, for pages and command line, which know no store."""

from abstractor.store.auditing.seat_values import AuditProgress, SeatOrder, SeatsPage, SeatView
from abstractor.store.auditing.values import (
    ADJUDICATION,
    Audit,
    AuditPurpose,
    AuditReader,
    AuditState,
    DrawnChart,
    LeftOut,
    Seat,
    SeatState,
    Why,
)

__all__ = [
    "ADJUDICATION",
    "Audit",
    "AuditProgress",
    "AuditPurpose",
    "AuditReader",
    "AuditState",
    "DrawnChart",
    "LeftOut",
    "Seat",
    "SeatOrder",
    "SeatState",
    "SeatView",
    "SeatsPage",
    "Why",
]
