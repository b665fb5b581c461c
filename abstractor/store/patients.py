"""Holding a patient for the length of a transaction, so that a pull and a purge of the same one do not cross.

PostgreSQL makes the two wait for each other; SQLite has one writer at a time.
"""

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.errors import Conflict
from abstractor.store.tables import PatientRow

__all__ = ["clinic_of", "hold_alone"]

_HOLDING = (
    columns(col(PatientRow.clinic_id), col(PatientRow.purged_at))
    .where(col(PatientRow.id) == bindparam("of"))
    .with_for_update(read=True)
)


def clinic_of(session: Session, patient_id: int) -> int:
    """The clinic of a patient whose rows are about to be written; `Conflict` where they were purged."""
    patient = session.connection().execute(_HOLDING, {"of": patient_id}).one()
    if patient.purged_at is not None:
        raise Conflict("the patient was purged while their chart was pulled")
    return int(patient.clinic_id)


def hold_alone(session: Session, patient_id: int) -> PatientRow | None:
    """For a purge: until it ends nobody writes a row of this patient."""
    return session.get(PatientRow, patient_id, with_for_update=True)
