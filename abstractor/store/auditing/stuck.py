"""Free seats that nobody may have: every reader has a seat of the chart or a conflict of interest with it, or
an account that is disabled.

A lead who sees one adds a reader; why each of those there are may not have it is told with it.
"""

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing.seat_values import StuckBecause, StuckSeat
from abstractor.store.auditing.tables import AuditChartRow, AuditReaderRow, ConflictRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, SeatState
from abstractor.store.rows import kept

__all__ = ["stuck", "stuck_seats"]


def stuck(session: Session, audit_id: int, *kinds: "ColumnElement[bool]") -> int:
    """How many, of these kinds."""
    which = [*_which(session, audit_id), *kinds]
    return session.exec(select(func.count()).select_from(SeatRow).where(*which)).one()


def stuck_seats(
    session: Session, audit_id: int, *kinds: "ColumnElement[bool]", most: int
) -> tuple[StuckSeat, ...]:
    """So many of them at most, in the order of the queue, each with its readers by name."""
    rows = session.exec(
        select(SeatRow, AuditChartRow.code)
        .join(AuditChartRow, col(AuditChartRow.id) == SeatRow.audit_chart_id)
        .where(*_which(session, audit_id), *kinds)
        .order_by(col(SeatRow.place), col(SeatRow.id))
        .limit(most)
    ).all()
    charts = {row.audit_chart_id for row, _ in rows}
    members = session.exec(
        select(AuditReaderRow, AccountRow.name, col(AccountRow.disabled_at).is_not(None))
        .join(AccountRow, col(AccountRow.id) == AuditReaderRow.account_id)
        .where(AuditReaderRow.audit_id == audit_id)
        .order_by(AccountRow.name)
    ).all()
    conflicts = set(
        session.exec(
            select(ConflictRow.audit_chart_id, ConflictRow.account_id).where(
                col(ConflictRow.audit_chart_id).in_(charts)
            )
        )
    )

    def why(row: SeatRow, member: AuditReaderRow, *, disabled: bool) -> StuckBecause:
        if not (member.adjudicates if row.number == ADJUDICATION else member.reviews):
            return StuckBecause.NOT_SET
        if (row.audit_chart_id, member.account_id) in conflicts:
            return StuckBecause.CONFLICT
        if disabled:
            return StuckBecause.DISABLED
        return StuckBecause.HAS_IT

    return tuple(
        StuckSeat(
            kept(row.id),
            code,
            row.number,
            tuple((name, why(row, one, disabled=disabled)) for one, name, disabled in members),
        )
        for row, code in rows
    )


def _which(session: Session, audit_id: int) -> "list[ColumnElement[bool]]":
    """Where there are two reviewers with accounts that are not disabled, one of them is left for every review
    but where there is a conflict: then those alone, and the adjudications, are looked at.
    """
    reviewers = session.exec(
        select(func.count())
        .select_from(AuditReaderRow)
        .where(AuditReaderRow.audit_id == audit_id, col(AuditReaderRow.reviews), _is_enabled())
    ).one()
    some = [_in_doubt()] if reviewers > 1 else []
    return [col(SeatRow.audit_id) == audit_id, col(SeatRow.state) == SeatState.FREE, *some, ~_somebody()]


def _in_doubt() -> "ColumnElement[bool]":
    conflict = exists().where(col(ConflictRow.audit_chart_id) == SeatRow.audit_chart_id)
    return or_(col(SeatRow.place) < 0, conflict)


def _somebody() -> "ColumnElement[bool]":
    of_chart = aliased(SeatRow)
    reader = col(AuditReaderRow.account_id)
    has_one = (
        exists()
        .where(col(of_chart.audit_chart_id) == SeatRow.audit_chart_id, col(of_chart.account_id) == reader)
        .correlate(SeatRow, AuditReaderRow)
    )
    conflicts = (
        exists()
        .where(
            col(ConflictRow.audit_chart_id) == SeatRow.audit_chart_id, col(ConflictRow.account_id) == reader
        )
        .correlate(SeatRow, AuditReaderRow)
    )
    set_to = or_(
        and_(col(AuditReaderRow.reviews), col(SeatRow.place) > 0),
        and_(col(AuditReaderRow.adjudicates), col(SeatRow.place) < 0),
    )
    member = col(AuditReaderRow.audit_id) == SeatRow.audit_id
    return exists().where(member, set_to, _is_enabled(), ~has_one, ~conflicts)


def _is_enabled() -> "ColumnElement[bool]":
    """Of a reader in a query."""
    disabled = select(AccountRow.id).where(col(AccountRow.disabled_at).is_not(None))
    return col(AuditReaderRow.account_id).not_in(disabled)
