"""By how much each chart is moved in test case files, kept for good: a second shift of the same chart would
narrow both down, whoever made the files, of whichever audit, under whichever data key.
"""

import json
from dataclasses import asdict

from sqlmodel import Session, col, select

from abstractor.errors import StoreError
from abstractor.store.auditing import about
from abstractor.store.auditing.tables import CaseShiftRow
from abstractor.store.auditing.values import CaseShift
from abstractor.store.sealed import Sealing, opened
from abstractor.store.tables import ClinicRow, PatientRow

__all__ = ["keep_shift", "kept_under", "shift_of"]


def kept_under(session: Session, patient_id: int) -> int:
    """The number under which the shift of that patient is kept: another one, where the same address is
    registered twice (under another name or group) and a shift was kept for the first.
    """
    one = session.get_one(PatientRow, patient_id)
    address = select(ClinicRow.base_url).where(ClinicRow.id == one.clinic_id).scalar_subquery()
    found = session.exec(
        select(CaseShiftRow.patient_id)
        .join(PatientRow, col(PatientRow.id) == CaseShiftRow.patient_id)
        .join(ClinicRow, col(ClinicRow.id) == PatientRow.clinic_id)
        .where(col(ClinicRow.base_url) == address, PatientRow.reference == one.reference)
        .order_by(col(CaseShiftRow.patient_id))
        .limit(1)
    ).first()
    return patient_id if found is None else found


def shift_of(session: Session, patient_id: int) -> CaseShift | None:
    row = session.get(CaseShiftRow, patient_id)
    return None if row is None else _read(session, row)


def keep_shift(session: Session, patient_id: int, shift: CaseShift, *, before: CaseShift | None) -> None:
    """In place of `before`. `StoreError` where something else is kept by now: then another run made cases of
    the chart meanwhile, and nothing may be told of it that was reckoned without them.
    """
    wanted = select(CaseShiftRow).where(CaseShiftRow.patient_id == patient_id).with_for_update()
    row = session.exec(wanted).one_or_none()
    if (None if row is None else _read(session, row)) != before:
        raise StoreError(
            "cases of this chart are being made by another run: run this again when it has ended"
        )
    if shift == before:
        return
    sealing = Sealing(session)
    told = json.dumps(asdict(shift)).encode()
    if row is None:
        row = CaseShiftRow(patient_id=patient_id, sealed=b"", key_id=sealing.key_id)
    row.sealed, row.key_id = sealing.seal(told, about=about.of_case_shift(patient_id)), sealing.key_id
    session.add(row)
    session.flush()


def _read(session: Session, row: CaseShiftRow) -> CaseShift:
    held = json.loads(opened(session, row.sealed, about=about.of_case_shift(row.patient_id)))
    left = held["left"]
    return CaseShift(held["seed"], held["days"], None if left is None else tuple(left))
