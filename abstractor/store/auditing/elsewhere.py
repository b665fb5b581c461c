"""Charts that somebody is still to read blind in another open audit: until then no seat tells them there what
is hidden here.

A chart waits for who may review it while one of its reviews is not done, and for who may settle it while it
may still come to that; not for who has read it, or never reads it for a conflict of interest.
"""

import json
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from abstractor.store.auditing.tables import (
    AuditChartRow,
    AuditReaderRow,
    ChartAuditRow,
    ConflictRow,
    SeatRow,
)
from abstractor.store.auditing.values import ADJUDICATION, AuditState, SeatState
from abstractor.store.rows import kept

__all__ = ["blind_elsewhere", "telling", "waiting", "waits_in"]

# What of a design's `hides` is about the chart; the other review is of one audit alone.
_OF_THE_CHART = frozenset({"verdict", "site", "wave"})


def blind_elsewhere(session: Session, account_id: int, audit_id: int) -> dict[int, frozenset[str]]:
    """Of each other open audit in which that account reads and which hides something of its charts: what."""
    found = session.exec(
        select(ChartAuditRow.id, ChartAuditRow.design)
        .join(AuditReaderRow, col(AuditReaderRow.audit_id) == col(ChartAuditRow.id))
        .where(AuditReaderRow.account_id == account_id, ChartAuditRow.state == AuditState.OPEN.value)
        .where(col(AuditReaderRow.reviews) | col(AuditReaderRow.adjudicates), ChartAuditRow.id != audit_id)
        .order_by(col(ChartAuditRow.id))
    )
    hides = {kept(number): _hides(design) for number, design in found}
    return {number: held for number, held in hides.items() if held}


def telling(session: Session, account_id: int, audit_id: int) -> tuple[int, ...]:
    """The audits of `blind_elsewhere` that hide something which this audit shows from the first."""
    design = session.exec(select(ChartAuditRow.design).where(ChartAuditRow.id == audit_id)).one_or_none()
    own = _hides(design or "{}")
    found = blind_elsewhere(session, account_id, audit_id)
    return tuple(number for number, hides in found.items() if hides - own)


def waits_in(session: Session, account_id: int, audit_chart_id: int, audits: Collection[int]) -> int | None:
    """In which of those audits the chart that is drawn here waits for this account; None: in none."""
    if not audits:
        return None
    here, there = aliased(AuditChartRow), aliased(AuditChartRow)
    wanted = (
        select(there.audit_id)
        .join(here, col(here.patient_id) == there.patient_id)
        .where(here.id == audit_chart_id, col(there.audit_id).in_(audits), _unread(there, account_id))
    )
    return session.exec(wanted.order_by(col(there.audit_id))).first()


def waiting(account_id: int, audits: Collection[int]) -> "ColumnElement[bool]":
    """Of a seat in a query: its chart waits in one of those audits."""
    here, there = aliased(AuditChartRow), aliased(AuditChartRow)
    return (
        exists()
        .where(col(here.id) == SeatRow.audit_chart_id, col(there.patient_id) == here.patient_id)
        .where(col(there.audit_id).in_(audits), _unread(there, account_id))
        .correlate(SeatRow)
    )


def _unread(there: type[AuditChartRow], account_id: int) -> "ColumnElement[bool]":
    seat, own, reader = aliased(SeatRow), aliased(SeatRow), aliased(AuditReaderRow)
    could_be_theirs = (
        exists()
        .where(col(seat.audit_chart_id) == there.id, col(seat.state) != SeatState.DONE.value)
        .where(col(reader.audit_id) == there.audit_id, col(reader.account_id) == account_id)
        .where(
            or_(
                and_(col(reader.reviews), col(seat.number) < ADJUDICATION),
                and_(col(reader.adjudicates), col(there.readers) == 2),
            )
        )
        .correlate(there)
    )
    has_read = (
        exists()
        .where(col(own.audit_chart_id) == there.id, col(own.account_id) == account_id)
        .where(col(own.state) == SeatState.DONE.value)
        .correlate(there)
    )
    conflicts = (
        exists()
        .where(col(ConflictRow.audit_chart_id) == there.id, col(ConflictRow.account_id) == account_id)
        .correlate(there)
    )
    return and_(could_be_theirs, ~has_read, ~conflicts)


def _hides(design: str) -> frozenset[str]:
    return _OF_THE_CHART.intersection(json.loads(design).get("hides", ()))
