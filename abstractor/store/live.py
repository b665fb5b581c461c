"""What each clinic has now: the newest version of each resource of a patient, and through when that is known.

A full pull and an incremental one must come to the same state: `state_hash` names it.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, delete, select

from abstractor.store import patients, raw
from abstractor.store.connection_tables import LiveRow, SyncMarkRow
from abstractor.store.connection_values import Live, Noted
from abstractor.store.rows import add_all, changed, kept
from abstractor.store.tables import PatientRow, RawRow
from abstractor.store.values import RawCopy

__all__ = [
    "forget_marks",
    "let_go",
    "let_go_but",
    "live_of",
    "mark",
    "marks",
    "note",
    "state_hash",
    "unmark",
    "updated",
]

_AT_ONCE = 500
_Name = tuple[str, str]


def note(
    session: Session,
    patient_id: int,
    copies: Sequence[RawCopy],
    *,
    numbers: Collection[int] = (),
    now: datetime,
) -> Noted:
    """Keep what a pull brought and make it what is live; of two copies of one resource the newer counts.

    `numbers` are resources that it brought and that are stored already. `Conflict` where the patient was
    purged meanwhile.
    """
    clinic_id = patients.clinic_of(session, patient_id)
    kept_now = raw.keep(session, clinic_id, copies, now=now)
    by_digest = raw.numbers_of(session, clinic_id, [raw.digest_of(copy.body) for copy in copies])
    brought = {name: by_digest[raw.digest_of(body)] for name, body in _newest(copies).items()}
    for name, number in _stored(session, numbers):
        if name not in brought or not _older_number(session, number, brought[name]):
            brought[name] = number
    held = {(row.type, row.fhir_id): row for row in _rows(session, patient_id)}
    new = [name for name in brought if name not in held]
    other = [
        name
        for name in brought
        if name in held and (held[name].resource_id != brought[name] or held[name].gone_at is not None)
    ]
    _add(session, patient_id, {name: brought[name] for name in new}, now=now)
    for name in other:
        row = held[name]
        row.resource_id, row.seen_at, row.gone_at = brought[name], now, None
    session.flush()
    everything = tuple(sorted({*kept_now, *numbers}))
    return Noted(
        new=len(new), changed=len(other), same=len(brought) - len(new) - len(other), numbers=everything
    )


def let_go(session: Session, patient_id: int, type_: str, ids: Collection[str], *, now: datetime) -> int:
    """The clinic says that these are deleted; how many were live."""
    found = 0
    ordered = sorted(ids)
    for at in range(0, len(ordered), _AT_ONCE):
        some = col(LiveRow.fhir_id).in_(ordered[at : at + _AT_ONCE])
        found += changed(
            session,
            update(LiveRow)
            .where(
                col(LiveRow.patient_id) == patient_id,
                col(LiveRow.type) == type_,
                col(LiveRow.gone_at).is_(None),
                some,
            )
            .values(gone_at=now),
        )
    return found


def let_go_but(
    session: Session, patient_id: int, type_: str, numbers: Collection[int], *, now: datetime
) -> int:
    """All of that type was asked for anew and only these came: the others are deleted; how many."""
    came = set(numbers)
    gone = [
        live.fhir_id
        for live in live_of(session, patient_id)
        if live.type == type_ and live.number not in came
    ]
    return let_go(session, patient_id, type_, gone, now=now)


def live_of(session: Session, patient_id: int) -> tuple[Live, ...]:
    """What the clinic has now, by type and id."""
    return tuple(
        Live(row.type, row.fhir_id, row.resource_id)
        for row in sorted(_rows(session, patient_id), key=lambda row: (row.type, row.fhir_id))
        if row.gone_at is None
    )


def state_hash(session: Session, patient_id: int) -> str:
    """Names exactly what is live of a patient: type, id and bytes of every resource, in no order."""
    rows = session.exec(
        select(LiveRow.type, LiveRow.fhir_id, RawRow.sha256)
        .join(RawRow, col(RawRow.id) == LiveRow.resource_id)
        .where(LiveRow.patient_id == patient_id, col(LiveRow.gone_at).is_(None))
    )
    state = sorted((type_, fhir_id, bytes(digest).hex()) for type_, fhir_id, digest in rows)
    return f"sha256:{hashlib.sha256(repr(state).encode()).hexdigest()}"


def mark(
    session: Session,
    patient_id: int,
    types: Collection[str],
    *,
    through: datetime,
    now: datetime | None = None,
) -> None:
    """The changes of these types are known through that moment of the clinic's clock, which is `now` of ours;
    in the transaction that keeps them.
    """
    unmark(session, patient_id, types)
    marked = {"patient_id": patient_id, "through": through, "marked_at": now}
    add_all(session, SyncMarkRow, [{"type": type_, **marked} for type_ in sorted(types)])


def marks(session: Session, patient_id: int) -> Mapping[str, datetime]:
    """Through when each type is known; a type that is not here must be asked for whole."""
    rows = session.exec(select(SyncMarkRow).where(SyncMarkRow.patient_id == patient_id))
    return {row.type: row.through for row in rows}


def unmark(session: Session, patient_id: int, types: Collection[str]) -> None:
    """These types are asked for whole the next time."""
    for_good = delete(SyncMarkRow).where(
        col(SyncMarkRow.patient_id) == patient_id, col(SyncMarkRow.type).in_(sorted(types))
    )
    if types:
        changed(session, for_good)


def forget_marks(session: Session, clinic_id: int) -> int:
    """Everything of that clinic is asked for whole the next time; how many marks there were."""
    ours = select(PatientRow.id).where(PatientRow.clinic_id == clinic_id)
    return changed(session, delete(SyncMarkRow).where(col(SyncMarkRow.patient_id).in_(ours)))


def _rows(session: Session, patient_id: int) -> Sequence[LiveRow]:
    # As the database has them: what went in this transaction went beside the session's own objects.
    fresh = select(LiveRow).where(LiveRow.patient_id == patient_id).execution_options(populate_existing=True)
    return session.exec(fresh).all()


def _add(session: Session, patient_id: int, named: Mapping[_Name, int], *, now: datetime) -> None:
    add_all(
        session,
        LiveRow,
        [
            {
                "patient_id": patient_id,
                "type": type_,
                "fhir_id": fhir_id,
                "resource_id": number,
                "seen_at": now,
                "gone_at": None,
            }
            for (type_, fhir_id), number in named.items()
        ],
    )


def _stored(session: Session, numbers: Collection[int]) -> Iterator[tuple[_Name, int]]:
    """What stored resources are called, in the order in which they came."""
    ordered = sorted(set(numbers))
    for at in range(0, len(ordered), _AT_ONCE):
        rows = session.exec(
            select(RawRow.type, RawRow.fhir_id, RawRow.sha256, RawRow.id)
            .where(col(RawRow.id).in_(ordered[at : at + _AT_ONCE]))
            .order_by(col(RawRow.id))
        )
        for type_, fhir_id, digest, number in rows:
            named = bool(type_ and fhir_id)
            yield (type_, fhir_id if named else _nameless(bytes(digest))), kept(number)


def _older_number(session: Session, number: int, other: int) -> bool:
    mine, its = session.get_one(RawRow, number), session.get_one(RawRow, other)
    return number != other and _older(raw.body_of(session, mine), raw.body_of(session, its))


def _nameless(digest: bytes) -> str:
    return f"#{digest.hex()}"


def _newest(copies: Sequence[RawCopy]) -> dict[_Name, bytes]:
    """Each resource once: what was updated last by its own word, else what came last."""
    newest: dict[_Name, bytes] = {}
    for copy in copies:
        head = raw.head_of(copy.body)
        name = (head.type, head.id) if head.reference else (head.type, _nameless(raw.digest_of(copy.body)))
        if name not in newest or not _older(copy.body, newest[name]):
            newest[name] = copy.body
    return newest


def _older(body: bytes, other: bytes) -> bool:
    mine, its = updated(body), updated(other)
    return mine is not None and its is not None and mine < its


def updated(body: bytes) -> datetime | None:
    """`meta.lastUpdated`, where there is one with a zone."""
    try:
        said = datetime.fromisoformat(json.loads(body)["meta"]["lastUpdated"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return said if said.tzinfo is not None else None
