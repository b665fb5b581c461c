"""What is held of a patient before a pull: through when each type is known, what is live, its bytes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.store import live, raw
from abstractor.store.connection_tables import SyncMarkRow
from abstractor.store.tables import RawRow

__all__ = ["KnownType", "bodies_of", "known_types"]


@dataclass(frozen=True, slots=True)
class KnownType:
    """`through`: its changes are known until then by the clinic's clock, which was `marked_at` by ours."""

    type: str
    ids: frozenset[str]
    through: datetime | None
    marked_at: datetime | None


def known_types(session: Session, patient_id: int) -> tuple[KnownType, ...]:
    """Every type that is marked or of which something is live, by name."""
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for one in live.live_of(session, patient_id):
        ids[one.type].add(one.fhir_id)
    rows = session.exec(select(SyncMarkRow).where(SyncMarkRow.patient_id == patient_id))
    marked = {row.type: (row.through, row.marked_at) for row in rows}
    return tuple(
        KnownType(type_, frozenset(ids.get(type_, ())), *marked.get(type_, (None, None)))
        for type_ in sorted({*ids, *marked})
    )


def bodies_of(session: Session, patient_id: int, types: Collection[str]) -> tuple[tuple[str, bytes], ...]:
    """What is live of these types, each with its name ("MedicationRequest/1")."""
    wanted = {one.number: f"{one.type}/{one.fhir_id}" for one in live.live_of(session, patient_id)}
    if not types:
        return ()
    rows = session.exec(
        select(RawRow)
        .where(col(RawRow.id).in_(wanted), col(RawRow.type).in_(sorted(types)))
        .order_by(col(RawRow.id))
    )
    return tuple((wanted[row.id or 0], raw.body_of(session, row)) for row in rows)
