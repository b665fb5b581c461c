"""Which training audits calibrate the readers of an audit, and how far a reader has come in it."""

import json

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, AuditPurpose, SeatState

__all__ = ["fair_share", "is_done", "read_by", "rounds"]


def rounds(session: Session, audit_id: int) -> dict[tuple[int, str], int]:
    """The number of the training audit of each reader and stage."""
    rows = session.exec(
        select(ChartAuditRow.id, ChartAuditRow.design, AuditReaderRow.account_id)
        .join(AuditReaderRow, col(AuditReaderRow.audit_id) == col(ChartAuditRow.id))
        .where(ChartAuditRow.purpose == AuditPurpose.TRAINING.value)
        .order_by(col(ChartAuditRow.id))
    )
    found = {}
    for number, design, account_id in rows:
        held = json.loads(design)
        if held.get("calibrates") == audit_id:
            found[account_id, str(held["stage"])] = int(number or 0)
    return found


def is_done(session: Session, audit_id: int) -> bool:
    """Every seat of that audit is done."""
    left = select(func.count()).where(SeatRow.audit_id == audit_id, SeatRow.state != SeatState.DONE.value)
    return session.exec(left).one() == 0


def read_by(session: Session, audit_id: int, account_id: int) -> int:
    done = (SeatRow.audit_id == audit_id, SeatRow.state == SeatState.DONE.value)
    mine = select(func.count()).where(*done, SeatRow.account_id == account_id, SeatRow.number < ADJUDICATION)
    return session.exec(mine).one()


def fair_share(session: Session, audit_id: int) -> float:
    """How many charts each reader of that audit would read, were all to read as many."""
    seats = select(func.count()).where(SeatRow.audit_id == audit_id, SeatRow.number < ADJUDICATION)
    readers = select(func.count()).where(AuditReaderRow.audit_id == audit_id, col(AuditReaderRow.reviews))
    return session.exec(seats).one() / max(1, session.exec(readers).one())
