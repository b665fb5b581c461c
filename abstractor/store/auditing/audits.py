"""Audits: defined on a cycle, read by whoever is set to, opened once and closed once."""

from datetime import date, datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select, update
from sqlmodel.sql.expression import SelectOfScalar

from abstractor.errors import Conflict
from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing.tables import AuditReaderRow, ChartAuditRow
from abstractor.store.auditing.values import Audit, AuditPurpose, AuditReader, AuditState
from abstractor.store.rows import add, add_or_renew, changed, kept
from abstractor.store.tables import CycleRow

__all__ = [
    "audit_by_id",
    "audits",
    "define",
    "design_digest",
    "mark_closed",
    "mark_opened",
    "note_digest",
    "readers_of",
    "set_reader",
    "take_reader_out",
]


def define(
    session: Session,
    cycle_id: int,
    *,
    title: str,
    purpose: AuditPurpose,
    design: str,
    due_on: date | None,
    created_by: int | None,
    now: datetime,
) -> Audit:
    """A draft: nothing is drawn yet."""
    row = ChartAuditRow(
        cycle_id=cycle_id,
        title=title,
        purpose=purpose.value,
        state=AuditState.DRAFT.value,
        design=design,
        due_on=due_on,
        created_by=created_by,
        created_at=now,
    )
    add(session, row)
    return _audit(row)


def audit_by_id(session: Session, audit_id: int) -> Audit | None:
    # As it is now: this transaction may have changed it below the session.
    wanted = _there().where(ChartAuditRow.id == audit_id).execution_options(populate_existing=True)
    row = session.exec(wanted).one_or_none()
    return None if row is None else _audit(row)


def audits(session: Session) -> tuple[Audit, ...]:
    """Every audit whose cycle is not purged, the latest first."""
    return tuple(_audit(row) for row in session.exec(_there().order_by(col(ChartAuditRow.id).desc())))


def set_reader(
    session: Session, audit_id: int, account_id: int, *, reviews: bool, adjudicates: bool, now: datetime
) -> None:
    """What this account may do in the audit from now on."""
    row = {
        "audit_id": audit_id,
        "account_id": account_id,
        "reviews": reviews,
        "adjudicates": adjudicates,
        "added_at": now,
    }
    add_or_renew(session, AuditReaderRow, [row])


def take_reader_out(session: Session, audit_id: int, account_id: int) -> None:
    """What the account has read stays."""
    this = (col(AuditReaderRow.audit_id) == audit_id, col(AuditReaderRow.account_id) == account_id)
    changed(session, delete(AuditReaderRow).where(*this))


def readers_of(session: Session, audit_id: int) -> tuple[AuditReader, ...]:
    """By name."""
    rows = session.exec(
        select(AuditReaderRow, AccountRow.name)
        .join(AccountRow, col(AccountRow.id) == AuditReaderRow.account_id)
        .where(AuditReaderRow.audit_id == audit_id)
        .order_by(AccountRow.name)
    )
    return tuple(AuditReader(row.account_id, name, row.reviews, row.adjudicates) for row, name in rows)


def mark_opened(session: Session, audit_id: int, *, now: datetime) -> None:
    """Nobody else opens it from here on; `Conflict` where it is no draft any more."""
    values = {"state": AuditState.OPEN.value, "opened_at": now}
    _change(session, audit_id, (AuditState.DRAFT,), values)


def note_digest(session: Session, audit_id: int, digest: str) -> None:
    """What was drawn, by which design, in one digest."""
    _change(session, audit_id, (AuditState.OPEN,), {"design_digest": digest})


def design_digest(session: Session, audit_id: int) -> str | None:
    return session.exec(select(ChartAuditRow.design_digest).where(ChartAuditRow.id == audit_id)).first()


def mark_closed(session: Session, audit_id: int, *, now: datetime) -> None:
    """`Conflict` where it is closed already. A draft that is closed was given up."""
    values = {"state": AuditState.CLOSED.value, "closed_at": now}
    _change(session, audit_id, (AuditState.DRAFT, AuditState.OPEN), values)


def _there() -> SelectOfScalar[ChartAuditRow]:
    return (
        select(ChartAuditRow)
        .join(CycleRow, col(CycleRow.id) == ChartAuditRow.cycle_id)
        .where(col(CycleRow.purged_at).is_(None))
    )


def _change(
    session: Session, audit_id: int, states: tuple[AuditState, ...], values: dict[str, object]
) -> None:
    this = (col(ChartAuditRow.id) == audit_id, col(ChartAuditRow.state).in_(states))
    if not changed(session, update(ChartAuditRow).where(*this).values(values)):
        raise Conflict(f"audit {audit_id} is not {' or '.join(states)} any more: look at it again")


def _audit(row: ChartAuditRow) -> Audit:
    return Audit(
        id=kept(row.id),
        cycle_id=row.cycle_id,
        title=row.title,
        purpose=AuditPurpose(row.purpose),
        state=AuditState(row.state),
        design=row.design,
        due_on=row.due_on,
        created_by=row.created_by,
        created_at=row.created_at,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
    )
