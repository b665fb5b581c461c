"""Holding a patient for the length of a transaction, so that a pull and a purge of the same one do not cross.

PostgreSQL makes the two wait for each other; SQLite has one writer at a time.
"""

from sqlmodel import Session

from abstractor.errors import Conflict
from abstractor.store.tables import PatientRow

__all__ = ["clinic_of", "hold_alone"]


def clinic_of(session: Session, patient_id: int) -> int:
    """The clinic of a patient whose rows are about to be written; `Conflict` where they were purged."""
    patient = session.get_one(PatientRow, patient_id, with_for_update={"read": True})
    if patient.purged_at is not None:
        raise Conflict("the patient was purged while their chart was pulled")
    return patient.clinic_id


def hold_alone(session: Session, patient_id: int) -> PatientRow | None:
    """For a purge: until it ends nobody writes a row of this patient."""
    return session.get(PatientRow, patient_id, with_for_update=True)
