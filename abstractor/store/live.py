"""What each clinic has now: the newest version of each resource of a patient, and through when that is known.

A full pull and an incremental one must come to the same state: `state_hash` names it.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, Select, bindparam, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, delete, select

from abstractor.store import patients, raw
from abstractor.store.among import among_names, among_numbers, names_as_one, numbers_as_one
from abstractor.store.connection_tables import LiveRow, SyncMarkRow
from abstractor.store.connection_values import Live, Noted
from abstractor.store.rows import add_or_renew, changed, kept
from abstractor.store.tables import PatientRow, RawRow
from abstractor.store.values import RawCopy

__all__ = [
    "add_marks",
    "forget_marks",
    "let_go",
    "let_go_but",
    "let_go_of",
    "live_of",
    "mark",
    "marks",
    "note",
    "note_of",
    "state_hash",
    "unmark",
    "updated",
]

_Name = tuple[str, str]
_MARKS = columns(col(SyncMarkRow.type), col(SyncMarkRow.through)).where(
    col(SyncMarkRow.patient_id) == bindparam("of")
)
_LIVE = columns(
    col(LiveRow.type), col(LiveRow.fhir_id), col(LiveRow.resource_id), col(LiveRow.gone_at)
).where(col(LiveRow.patient_id) == bindparam("of"))


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
    return note_of(session, clinic_id, patient_id, copies, numbers=numbers, now=now)[0]


def note_of(
    session: Session,
    clinic_id: int,
    patient_id: int,
    copies: Sequence[RawCopy],
    *,
    numbers: Collection[int] = (),
    now: datetime,
) -> tuple[Noted, list[Live]]:
    """As `note`, of a patient of that clinic who is held; and what is live then, by type and id."""
    stored = raw.keep_by_digest(session, clinic_id, copies, now=now)
    brought = _newest(copies, stored)
    for name, number in _stored(session, numbers):
        if name not in brought or not _older_number(session, number, brought[name]):
            brought[name] = number
    held = {(row.type, row.fhir_id): row for row in _rows(session, patient_id)}
    new = {name: number for name, number in brought.items() if name not in held}
    other = {
        name: number
        for name, number in brought.items()
        if name in held and (held[name].number != number or held[name].gone)
    }
    _set(session, patient_id, new | other, now=now)
    everything = tuple(sorted({*(one.number for one in stored.values()), *numbers}))
    noted = Noted(len(new), len(other), len(brought) - len(new) - len(other), everything)
    standing = {name: row.number for name, row in held.items() if not row.gone} | brought
    return noted, [Live(*name, number) for name, number in sorted(standing.items())]


def let_go(session: Session, patient_id: int, type_: str, ids: Collection[str], *, now: datetime) -> int:
    """The clinic says that these are deleted; how many were live."""
    return let_go_of(session, patient_id, [(type_, fhir_id) for fhir_id in ids], now=now)


def let_go_of(session: Session, patient_id: int, names: Collection[tuple[str, str]], *, now: datetime) -> int:
    """As `let_go`, of any types: (type, id)."""
    if not names:
        return 0
    gone = {**names_as_one(names), "of_patient": patient_id, "now": now}
    return changed(session, _letting_go(session.connection().dialect.name), gone)


@cache
def _letting_go(dialect: str) -> Executable:
    return (
        update(LiveRow)
        .where(
            col(LiveRow.patient_id) == bindparam("of_patient"),
            col(LiveRow.gone_at).is_(None),
            among_names(dialect, col(LiveRow.type), col(LiveRow.fhir_id)),
        )
        .values(gone_at=bindparam("now"))
    )


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
    rows = sorted(_rows(session, patient_id))
    return tuple(Live(row.type, row.fhir_id, row.number) for row in rows if not row.gone)


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
    add_marks(session, patient_id, dict.fromkeys(types, through), now=now)


def add_marks(
    session: Session, patient_id: int, through: Mapping[str, datetime], *, now: datetime | None
) -> None:
    """As `mark`; of a type that has one it is moved."""
    marked = {"patient_id": patient_id, "marked_at": now}
    add_or_renew(
        session,
        SyncMarkRow,
        [{"type": type_, "through": at, **marked} for type_, at in sorted(through.items())],
    )


def marks(session: Session, patient_id: int) -> Mapping[str, datetime]:
    """Through when each type is known; a type that is not here must be asked for whole."""
    return {type_: through for type_, through in session.connection().execute(_MARKS, {"of": patient_id})}


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


class _Row(NamedTuple):
    type: str
    fhir_id: str
    number: int
    gone: bool


def _rows(session: Session, patient_id: int) -> list[_Row]:
    """As the database has them, gone ones too."""
    rows = session.connection().execute(_LIVE, {"of": patient_id})
    return [_Row(type_, fhir_id, number, gone_at is not None) for type_, fhir_id, number, gone_at in rows]


def _set(session: Session, patient_id: int, named: Mapping[_Name, int], *, now: datetime) -> None:
    """These are live; what was, or was gone, is another version now."""
    add_or_renew(
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
    if not numbers:
        return
    connection = session.connection()
    rows = connection.execute(_calling(connection.dialect.name), numbers_as_one(set(numbers)))
    for type_, fhir_id, digest, number in rows:
        yield raw.Stored(kept(number), type_, fhir_id, digest).named, kept(number)


@cache
def _calling(dialect: str) -> Select[str, str, bytes, int | None]:
    return (
        columns(col(RawRow.type), col(RawRow.fhir_id), col(RawRow.sha256), col(RawRow.id))
        .where(among_numbers(dialect, col(RawRow.id)))
        .order_by(col(RawRow.id))
    )


def _older_number(session: Session, number: int, other: int) -> bool:
    mine, its = session.get_one(RawRow, number), session.get_one(RawRow, other)
    return number != other and _older(raw.body_of(session, mine), raw.body_of(session, its))


def _newest(copies: Sequence[RawCopy], stored: Mapping[bytes, raw.Stored]) -> dict[_Name, int]:
    """Each resource once: what was updated last by its own word, else what came last."""
    newest: dict[_Name, tuple[RawCopy, int]] = {}
    for copy in copies:
        one = stored[raw.digest_of(copy.body)]
        before = newest.get(one.named)
        if before is None or not _older(copy.body, before[0].body):
            newest[one.named] = copy, one.number
    return {name: number for name, (_, number) in newest.items()}


def _older(body: bytes, other: bytes) -> bool:
    mine, its = updated(body), updated(other)
    return mine is not None and its is not None and mine < its


def updated(body: bytes) -> datetime | None:
    """`meta.lastUpdated`, where there is one with a zone."""
    try:
        said = datetime.fromisoformat(raw.head_of(body).updated or "")
    except ValueError:
        return None
    return said if said.tzinfo is not None else None
