"""Of which clinic something is that an address names by its number."""

from sqlmodel import Session, col, select

from abstractor.store.auditing.tables import ChartAuditRow, SeatRow
from abstractor.store.connection_tables import PullRunRow
from abstractor.store.tables import CycleRow, PatientRow

__all__ = ["clinic_of_audit", "clinic_of_cycle", "clinic_of_patient", "clinic_of_round", "clinic_of_seat"]


def clinic_of_cycle(session: Session, cycle_id: int) -> int | None:
    return session.exec(select(CycleRow.clinic_id).where(CycleRow.id == cycle_id)).first()


def clinic_of_round(session: Session, run_id: int) -> int | None:
    return session.exec(select(PullRunRow.clinic_id).where(PullRunRow.id == run_id)).first()


def clinic_of_patient(session: Session, patient_id: int) -> int | None:
    return session.exec(select(PatientRow.clinic_id).where(PatientRow.id == patient_id)).first()


def clinic_of_audit(session: Session, audit_id: int) -> int | None:
    return session.exec(
        select(CycleRow.clinic_id)
        .join(ChartAuditRow, col(ChartAuditRow.cycle_id) == CycleRow.id)
        .where(ChartAuditRow.id == audit_id)
    ).first()


def clinic_of_seat(session: Session, seat_id: int) -> int | None:
    audit = session.exec(select(SeatRow.audit_id).where(SeatRow.id == seat_id)).first()
    return None if audit is None else clinic_of_audit(session, audit)
