"""Free seats that nobody may have: every reader has a seat of the chart or a conflict of interest with it, or
an account that is disabled or may not read here.

A lead who sees one adds a reader; why each of those there are may not have it is told with it.
"""

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing.seat_values import MayRead, StuckBecause, StuckSeat
from abstractor.store.auditing.tables import AuditChartRow, AuditReaderRow, ConflictRow, SeatRow
from abstractor.store.auditing.values import ADJUDICATION, SeatState
from abstractor.store.rows import kept

__all__ = ["stuck", "stuck_seats"]


def stuck(session: Session, audit_id: int, *kinds: "ColumnElement[bool]", able: MayRead | None = None) -> int:
    """How many, of these kinds."""
    which = [*_which(session, audit_id, able), *kinds]
    return session.exec(select(func.count()).select_from(SeatRow).where(*which)).one()


def stuck_seats(
    session: Session, audit_id: int, *kinds: "ColumnElement[bool]", able: MayRead | None = None, most: int
) -> tuple[StuckSeat, ...]:
    """So many of them at most, in the order of the queue, each with its readers by name."""
    rows = session.exec(
        select(SeatRow, AuditChartRow.code)
        .join(AuditChartRow, col(AuditChartRow.id) == SeatRow.audit_chart_id)
        .where(*_which(session, audit_id, able), *kinds)
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
        if able and member.account_id not in (able.adjudicate if row.number == ADJUDICATION else able.review):
            return StuckBecause.NO_ROLE
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


def _which(session: Session, audit_id: int, able: MayRead | None) -> "list[ColumnElement[bool]]":
    """Where there are two reviewers whose accounts may read here, one of them is left for every review but
    where there is a conflict: then those alone, and the adjudications, are looked at.
    """
    reviewers = session.exec(
        select(func.count())
        .select_from(AuditReaderRow)
        .where(AuditReaderRow.audit_id == audit_id, _reviews(able))
    ).one()
    some = [_in_doubt()] if reviewers > 1 else []
    return [col(SeatRow.audit_id) == audit_id, col(SeatRow.state) == SeatState.FREE, *some, ~_somebody(able)]


def _in_doubt() -> "ColumnElement[bool]":
    conflict = exists().where(col(ConflictRow.audit_chart_id) == SeatRow.audit_chart_id)
    return or_(col(SeatRow.place) < 0, conflict)


def _somebody(able: MayRead | None) -> "ColumnElement[bool]":
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
        and_(_reviews(able), col(SeatRow.place) > 0),
        and_(_adjudicates(able), col(SeatRow.place) < 0),
    )
    member = col(AuditReaderRow.audit_id) == SeatRow.audit_id
    return exists().where(member, set_to, ~has_one, ~conflicts)


def _reviews(able: MayRead | None) -> "ColumnElement[bool]":
    """Of a reader in a query, as the two after it."""
    return and_(col(AuditReaderRow.reviews), _is_able(None if able is None else able.review))


def _adjudicates(able: MayRead | None) -> "ColumnElement[bool]":
    return and_(col(AuditReaderRow.adjudicates), _is_able(None if able is None else able.adjudicate))


def _is_able(accounts: frozenset[int] | None) -> "ColumnElement[bool]":
    if accounts is not None:
        return col(AuditReaderRow.account_id).in_(sorted(accounts))
    disabled = select(AccountRow.id).where(col(AccountRow.disabled_at).is_not(None))
    return col(AuditReaderRow.account_id).not_in(disabled)
