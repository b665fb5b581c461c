"""What of a clinic's records took a repair, and what could not be read: over the latest abstracts of its
latest cycle."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from abstractor.store.tables import AbstractRow, CycleRow, QuarantineRow, RepairRow
from abstractor.store.values import Repaired

__all__ = ["ClinicDirt", "Refused", "dirt_of_clinic"]


@dataclass(frozen=True, slots=True)
class Refused:
    """So many records of a type could not be read, for that reason."""

    type: str
    reason: str
    records: int


@dataclass(frozen=True, slots=True)
class ClinicDirt:
    """Of one cycle; a record that several charts hold counts in each of them where it was repaired."""

    cycle_id: int
    repaired: tuple[Repaired, ...]
    refused: tuple[Refused, ...]


def dirt_of_clinic(session: Session, clinic_id: int) -> ClinicDirt | None:
    """None where nothing of that clinic was abstracted yet."""
    cycle_id = session.exec(
        select(func.max(col(AbstractRow.cycle_id)))
        .join(CycleRow, col(CycleRow.id) == AbstractRow.cycle_id)
        .where(CycleRow.clinic_id == clinic_id)
    ).first()
    if cycle_id is None:
        return None
    latest = (
        select(func.max(col(AbstractRow.id)))
        .where(AbstractRow.cycle_id == cycle_id)
        .group_by(col(AbstractRow.patient_id))
    )
    repairs = (
        select(RepairRow.type, RepairRow.repair, func.sum(RepairRow.records))
        .where(col(RepairRow.abstract_id).in_(latest))
        .group_by(col(RepairRow.type), col(RepairRow.repair))
        .order_by(col(RepairRow.type), col(RepairRow.repair))
    )
    refused = (
        select(QuarantineRow.type, QuarantineRow.reason, func.count(func.distinct(QuarantineRow.origin)))
        .where(col(QuarantineRow.abstract_id).in_(latest))
        .group_by(col(QuarantineRow.type), col(QuarantineRow.reason))
        .order_by(col(QuarantineRow.type), col(QuarantineRow.reason))
    )
    return ClinicDirt(
        cycle_id,
        tuple(Repaired(kind, repair, int(number)) for kind, repair, number in session.exec(repairs)),
        tuple(Refused(kind, reason, number) for kind, reason, number in session.exec(refused)),
    )
