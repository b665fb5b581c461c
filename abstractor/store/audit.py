"""The audit trail: appended in the transaction of what it tells of, never changed."""

from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.store.tables import AuditRow
from abstractor.store.values import Action, AuditEntry

__all__ = ["record", "trail"]


def record(
    session: Session,
    *,
    action: Action,
    now: datetime,
    account_id: int | None,
    patient_id: int | None = None,
    cycle_id: int | None = None,
    resource: str | None = None,
    version: str | None = None,
    detail: str | None = None,
) -> None:
    session.add(
        AuditRow(
            at=now,
            action=action.value,
            account_id=account_id,
            patient_id=patient_id,
            cycle_id=cycle_id,
            resource=resource,
            version=version,
            detail=detail,
        )
    )


def trail(session: Session, *, limit: int = 200) -> tuple[AuditEntry, ...]:
    """The newest entries, the newest first."""
    rows = session.exec(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(limit))
    return tuple(
        AuditEntry(
            at=row.at,
            action=Action(row.action),
            account_id=row.account_id,
            patient_id=row.patient_id,
            cycle_id=row.cycle_id,
            resource=row.resource,
            version=row.version,
            detail=row.detail,
        )
        for row in rows
    )
