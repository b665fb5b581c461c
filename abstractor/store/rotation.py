"""Sealing anew what is stored: rows from before sealing, and every row when the data key changes.

It goes in batches, each kept by itself, and what is left to do follows from the rows: stopped anywhere, it is
simply run again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, SQLModel, col

from abstractor.errors import Damaged
from abstractor.store import (
    bulk_jobs,
    date_keys,
    raw,
    sealed,
    setups,
    signing_keys,
    tokens,
    trail,
    trail_keys,
)
from abstractor.store.append_only import Door, door
from abstractor.store.auditing import about
from abstractor.store.auditing.tables import CaseShiftRow, ReviewStepRow, SeatEventRow
from abstractor.store.connection_tables import (
    BulkFileRow,
    BulkJobRow,
    ClinicSetupRow,
    SigningKeyRow,
    TokenRow,
)
from abstractor.store.database import Store
from abstractor.store.tables import DataKeyRow, DateKeyRow, RawRow
from abstractor.store.trail_tables import TrailKeyRow
from abstractor.store.values import Action

__all__ = ["Rotation", "Told", "plain_rows", "rotate", "seal_plain"]

Told = Callable[[int, int], None]
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did, in rows; `left` are keys that damaged rows still stand under."""

    resealed: int
    damaged: int
    retired: tuple[str, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where sealed bytes stand: the table, its key, the column, and what the bytes of a row belong to."""

    table: type[SQLModel]
    key: str
    column: str
    about: Callable[[Any], bytes]

    def col(self, name: str) -> Mapped[Any]:
        return col(getattr(self.table, name))


_RESOURCES = _Place(RawRow, "id", "body", lambda row: raw.about(row.clinic_id, row.sha256))
_PLACES = (
    _RESOURCES,
    _Place(SigningKeyRow, "kid", "sealed", lambda row: signing_keys.about(row.kid)),
    _Place(ClinicSetupRow, "id", "sealed", lambda row: setups.about(row.clinic_id, row.name)),
    _Place(TokenRow, "clinic_id", "sealed", lambda row: tokens.about(row.clinic_id)),
    _Place(BulkJobRow, "run_id", "sealed", lambda row: bulk_jobs.about(row.run_id)),
    _Place(BulkFileRow, "id", "sealed", lambda row: bulk_jobs.about_file(row.run_id, row.number)),
    _Place(TrailKeyRow, "id", "sealed", lambda row: trail_keys.about(row.id)),
    _Place(DateKeyRow, "id", "sealed", lambda row: date_keys.about(row.id)),
    _Place(SeatEventRow, "id", "sealed", lambda row: about.of_seat_event(row.seat_id)),
    _Place(ReviewStepRow, "id", "sealed", lambda row: about.of_review_step(row.review_id, row.number)),
    _Place(CaseShiftRow, "patient_id", "sealed", lambda row: about.of_case_shift(row.patient_id)),
)


def plain_rows(session: Session) -> bool:
    """Whether resources from before sealing are still there."""
    found = select(RawRow.id).where(col(RawRow.key_id).is_(None)).limit(1)  # type: ignore[call-overload] # SQLModel's column is typed as its value
    return session.connection().scalar(found) is not None


def seal_plain(store: Store, *, told: Told | None = None) -> int:
    """Seal the resources from before sealing; how many. `told` hears after each batch: so many of so many."""
    return _sweep(store, _RESOURCES, _RESOURCES.col("key_id").is_(None), told)[0]


def rotate(store: Store, *, now: datetime, told: Told | None = None) -> Rotation:
    """Seal every row under the current key and retire the others: then, and only then, IT may remove them.

    Whoever still runs with an old key as the current one can keep nothing from then on. A damaged row stays
    as it is, and its key in use.
    """
    with store.writing() as session:
        current = sealed.Sealing(session).key_id
    swept = sum(_sweep(store, place, _under_another(place, current), told)[0] for place in _PLACES)
    return _retire(store, current, swept, now=now)


def _under_another(place: _Place, current: str) -> "ColumnElement[bool]":
    sealed_bytes, key_id = place.col(place.column), place.col("key_id")
    return and_(sealed_bytes.is_not(None), or_(key_id != current, key_id.is_(None)))


def _sweep(store: Store, place: _Place, which: "ColumnElement[bool]", told: Told | None) -> tuple[int, int]:
    """Go over the table once by its key; (rows sealed, rows damaged)."""
    with store.reading() as session:
        total = session.connection().scalar(select(func.count()).select_from(place.table).where(which)) or 0
    after: object = None
    done = damaged = 0
    while total:
        with store.writing() as session:
            after, changed, broken = _batch(session, place, which, after)
        done, damaged = done + changed, damaged + broken
        if after is None:
            break
        if told is not None:
            told(done + damaged, max(total, done + damaged))
    return done, damaged


def _batch(
    session: Session, place: _Place, which: "ColumnElement[bool]", after: object
) -> tuple[object, int, int]:
    """The next rows in the order of their key; the last key, or None where there were none."""
    key, key_id = place.col(place.key), place.col("key_id")
    wanted = select(place.table).where(which).order_by(key).limit(_AT_ONCE).with_for_update()
    rows = session.execute(wanted if after is None else wanted.where(key > after)).scalars().all()
    if not rows:
        return None, 0, 0
    sealing = sealed.Sealing(session)
    anew = []
    for row in rows:
        body, about = getattr(row, place.column), place.about(row)
        former = row.key_id
        try:
            plain = body if former is None else sealed.opened(session, body, about=about)
        except Damaged:
            continue
        anew.append(
            {"row_key": getattr(row, place.key), "former": former, "anew": sealing.seal(plain, about=about)}
        )
    if anew:
        with door(session, Door.SEAL):
            session.connection().execute(
                update(place.table)
                .where(key == bindparam("row_key"), key_id.is_not_distinct_from(bindparam("former")))
                .values({place.column: bindparam("anew"), "key_id": sealing.key_id}),
                anew,
            )
    return getattr(rows[-1], place.key), len(anew), len(rows) - len(anew)


def _retire(store: Store, current: str, swept: int, *, now: datetime) -> Rotation:
    """Close the keys that no row stands under any more. Whoever seals under one of them ends before this goes
    on, so what came in since the sweep is sealed here, and nothing comes in after it.
    """
    retired, left = [], []
    with store.writing() as session:
        others = select(DataKeyRow).where(col(DataKeyRow.id) != current, col(DataKeyRow.retired_at).is_(None))
        old = session.execute(others.with_for_update()).scalars().all()
        late, damaged = _seal_the_rest(session, current)
        for row in old:
            if any(_stands_under(session, place, row.id) for place in _PLACES):
                left.append(row.id)
            else:
                row.retired_at = now
                retired.append(row.id)
                trail.record(
                    session, action=Action.KEY_RETIRED, account_id=None, detail=f"key={row.id}", now=now
                )
    return Rotation(swept + late, damaged, tuple(sorted(retired)), tuple(sorted(left)))


def _seal_the_rest(session: Session, current: str) -> tuple[int, int]:
    done = damaged = 0
    for place in _PLACES:
        after: object = None
        while True:
            after, changed, broken = _batch(session, place, _under_another(place, current), after)
            if after is None:
                break
            done, damaged = done + changed, damaged + broken
    return done, damaged


def _stands_under(session: Session, place: _Place, key_id: str) -> bool:
    found = select(place.col(place.key)).where(place.col("key_id") == key_id).limit(1)
    return session.connection().scalar(found) is not None
