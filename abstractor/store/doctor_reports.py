"""The last report of `abstractor doctor` on each clinic: the one before goes."""

from datetime import datetime

from sqlmodel import Session

from abstractor.store.connection_tables import DoctorReportRow

__all__ = ["keep", "report_of"]


def keep(session: Session, clinic_id: int, body: str, *, now: datetime) -> None:
    session.merge(DoctorReportRow(clinic_id=clinic_id, body=body, made_at=now))
    session.flush()


def report_of(session: Session, clinic_id: int) -> str | None:
    row = session.get(DoctorReportRow, clinic_id)
    return None if row is None else row.body
