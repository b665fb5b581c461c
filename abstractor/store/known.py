"""What is held of a patient before a pull: through when each type is known, what is live, its bytes."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from abstractor.store import live, raw
from abstractor.store.connection_tables import LiveRow, SyncMarkRow
from abstractor.store.rows import kept
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
    rows = session.exec(
        select(SyncMarkRow.type, SyncMarkRow.through, SyncMarkRow.marked_at).where(
            SyncMarkRow.patient_id == patient_id
        )
    )
    marked = {type_: (through, marked_at) for type_, through, marked_at in rows}
    return tuple(
        KnownType(type_, frozenset(ids.get(type_, ())), *marked.get(type_, (None, None)))
        for type_ in sorted({*ids, *marked})
    )


def bodies_of(session: Session, patient_id: int, types: Collection[str]) -> tuple[tuple[str, bytes], ...]:
    """What is live of these types, each with its name ("MedicationRequest/1")."""
    if not types:
        return ()
    rows = session.connection().execute(
        columns(
            col(LiveRow.type),
            col(LiveRow.fhir_id),
            col(RawRow.id),
            col(RawRow.clinic_id),
            col(RawRow.sha256),
            col(RawRow.body),
            col(RawRow.key_id),
        )
        .join(RawRow, col(RawRow.id) == col(LiveRow.resource_id))
        .where(
            col(LiveRow.patient_id) == patient_id,
            col(LiveRow.gone_at).is_(None),
            col(RawRow.type).in_(sorted(types)),
        )
        .order_by(col(RawRow.id))
    )
    found = []
    for type_, fhir_id, number, clinic_id, digest, body, key_id in rows:
        about = raw.about(clinic_id, bytes(digest))
        opened = raw.opened(session, kept(number), body, key_id=key_id, about=about)
        found.append((f"{type_}/{fhir_id}", opened))
    return tuple(found)
