"""Which training audits calibrate the readers of an audit, and how far a reader has come in it."""

import json

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, AuditPurpose, AuditState, SeatState

__all__ = ["fair_share", "in_hand_of", "left_of", "listed", "open_rounds", "rounds"]

_LAST = "end"


def rounds(session: Session, audit_id: int) -> dict[tuple[int, str], int]:
    """The number of the training audit of each reader and stage; of one whose making was cut short, none."""
    rows = session.exec(
        select(ChartAuditRow.id, ChartAuditRow.design, AuditReaderRow.account_id)
        .join(AuditReaderRow, col(AuditReaderRow.audit_id) == col(ChartAuditRow.id))
        .where(
            ChartAuditRow.purpose == AuditPurpose.TRAINING.value,
            ChartAuditRow.state != AuditState.DRAFT.value,
        )
        .order_by(col(ChartAuditRow.id))
    )
    found: dict[tuple[int, str], int] = {}
    for number, design, account_id in rows:
        held = json.loads(design)
        if held.get("calibrates") == audit_id:
            found.setdefault((account_id, str(held["stage"])), int(number or 0))
    return found


def listed(session: Session) -> tuple[tuple[int, int, str, tuple[int, ...]], ...]:
    """Of every training audit that calibrates: its number, the audit that it calibrates, the stage, and its
    charts.
    """
    rows = session.exec(
        select(ChartAuditRow.id, ChartAuditRow.design)
        .where(ChartAuditRow.purpose == AuditPurpose.TRAINING.value)
        .order_by(col(ChartAuditRow.id))
    )
    designs = ((number, json.loads(design)) for number, design in rows)
    return tuple(
        (int(number or 0), int(held["calibrates"]), str(held["stage"]), tuple(held["listed"]))
        for number, held in designs
        if held.get("calibrates") is not None
    )


def open_rounds(session: Session, audit_id: int) -> dict[int, bool]:
    """Its training audits that are open, by number: False where nothing waits for the end of the audit any
    more, for the charts are those of the start or the middle, or are read.
    """
    found: dict[int, bool] = {}
    for (_, stage), number in sorted(rounds(session, audit_id).items(), key=lambda one: one[1]):
        if session.get_one(ChartAuditRow, number).state == AuditState.OPEN.value:
            found[number] = stage == _LAST and left_of(session, number)[0] > 0
    return found


def left_of(session: Session, audit_id: int) -> tuple[int, int]:
    """How many charts of that training audit are not read, and of how many; none where a lead closed it."""
    done = col(SeatRow.state) == SeatState.DONE.value
    counted = select(func.count(), func.sum(case((done, 1), else_=0))).where(SeatRow.audit_id == audit_id)
    charts, read = session.exec(counted).one()
    closed = session.get_one(ChartAuditRow, audit_id).state == AuditState.CLOSED.value
    return (0 if closed else charts - int(read or 0)), charts


def in_hand_of(session: Session, audit_id: int, account_id: int) -> int:
    """How many reviews of that audit this account has read or has in work."""
    mine = (SeatRow.audit_id == audit_id, SeatRow.account_id == account_id)
    return session.exec(select(func.count()).where(*mine, SeatRow.number != ADJUDICATION)).one()


def fair_share(session: Session, audit_id: int) -> float:
    """How many charts each reader of that audit would read, were all to read as many."""
    seats = select(func.count()).where(SeatRow.audit_id == audit_id, SeatRow.number != ADJUDICATION)
    readers = select(func.count()).where(AuditReaderRow.audit_id == audit_id, col(AuditReaderRow.reviews))
    return session.exec(seats).one() / max(1, session.exec(readers).one())
