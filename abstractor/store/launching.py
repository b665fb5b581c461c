"""Which chart of ours is meant, where an EHR opens this program from a patient's chart."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from abstractor.store.tables import AbstractRow, CycleRow, PatientRow

__all__ = ["latest_chart"]


def latest_chart(session: Session, clinic_ids: Collection[int], reference: str) -> tuple[int, int] | None:
    """The cycle and the patient by our numbers, of the newest abstract; None where there is none."""
    row = session.exec(
        select(AbstractRow.cycle_id, AbstractRow.patient_id)
        .join(PatientRow, col(PatientRow.id) == AbstractRow.patient_id)
        .join(CycleRow, col(CycleRow.id) == AbstractRow.cycle_id)
        .where(
            PatientRow.reference == reference,
            col(PatientRow.clinic_id).in_(clinic_ids),
            col(PatientRow.purged_at).is_(None),
            col(CycleRow.purged_at).is_(None),
        )
        .order_by(col(AbstractRow.id).desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1])
