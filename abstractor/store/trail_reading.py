"""Reading the audit trail: its entries, and where its chain begins and ends.

Who owns the database may put into a column what it is not made for. Such a row is read as one that says
nothing (`Entry.unreadable`), so that it is found, and those beside it are read.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, get_args, get_type_hints

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, func, literal
from sqlalchemy import select as columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from abstractor.store.account_tables import AccountRow
from abstractor.store.chaining import GENESIS, Entry, Head, before_chain
from abstractor.store.no_text import is_no_text
from abstractor.store.tables import METADATA, TrailRow
from abstractor.store.trail_tables import TrailHeadRow, TrailKeyRow
from abstractor.store.values import Action, TrailEntry

__all__ = [
    "HEAD",
    "HEAD_ID",
    "MOST",
    "Wanted",
    "account_names",
    "below_all",
    "earlier",
    "end_by_rows",
    "entries",
    "greatest",
    "head",
    "head_of",
    "last_number",
    "newest",
    "rows_after",
    "taken",
    "was_chained",
]

HEAD_ID = 1
_ROW = METADATA.tables[str(TrailRow.__tablename__)]
_AT_ONCE = 5000
_LEAST, _FIRST, MOST = -(2**63), 1, 2**63 - 1
_MOST_IN_POSTGRESQL = 2**31 - 1
_ROOM = 2**24  # numbers left for the entries behind an end that nothing vouches for
_OF_BATCH = (DBAPIError, ValueError, TypeError, ArithmeticError)  # what a row may raise as it is read
HEAD = columns(
    col(TrailHeadRow.began),
    col(TrailHeadRow.last),
    col(TrailHeadRow.last_mac),
    col(TrailHeadRow.key_id),
    col(TrailHeadRow.mac),
).where(col(TrailHeadRow.id) == HEAD_ID)
_ENTRY = columns(*(_ROW.c[each.name] for each in fields(Entry)))
_TAKEN = columns(_ROW.c.id).where(
    _ROW.c.id > bindparam("behind", type_=BigInteger), _ROW.c.id <= bindparam("last", type_=BigInteger)
)
_KINDS = tuple(
    (hint,) if isinstance(hint, type) else get_args(hint) for hint in get_type_hints(Entry).values()
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; what is null is not asked for. Days and moments: from `since` on, before `until`."""

    account_id: int | None = None
    patient_id: int | None = None
    action: Action | None = None
    since: datetime | None = None
    until: datetime | None = None


def newest(session: Session, *, limit: int = 200) -> tuple[TrailEntry, ...]:
    """The newest entries, the newest first."""
    return entries(session, Wanted(), limit=limit)


def entries(
    session: Session, wanted: Wanted, *, limit: int, before: int | None = None
) -> tuple[TrailEntry, ...]:
    """Those entries, the newest first; `before`: only older ones than that number."""
    asked = _ENTRY.where(*_conditions(wanted)).order_by(_ROW.c.id.desc()).limit(limit)
    if before is not None:
        asked = asked.where(_ROW.c.id < before)
    return tuple(_told(entry) for entry in _read(session, asked))


def earlier(session: Session, began: int) -> tuple[int, str]:
    """How many entries there are from before the chain, and a digest of what they say."""
    whole = hashlib.sha256()
    number, count = _FIRST - 1, 0
    while rows := rows_after(session, number, to=began - 1):
        for entry in rows:
            whole.update(before_chain(entry))
        number, count = rows[-1].id, count + len(rows)
    return count, whole.hexdigest()


def below_all(session: Session) -> tuple[int, ...]:
    """The numbers of entries that have one before the first that is ever given."""
    found: list[int] = []
    number = _LEAST - 1
    while rows := rows_after(session, number, to=_FIRST - 1):
        found += (entry.id for entry in rows)
        number = rows[-1].id
    return tuple(found)


def account_names(session: Session, numbers: Collection[int] | None = None) -> dict[int, str]:
    """The names of those accounts; of all without numbers."""
    asked = columns(col(AccountRow.id), col(AccountRow.name))
    if numbers is not None:
        asked = asked.where(col(AccountRow.id).in_(numbers))
    return {number or 0: name for number, name in session.connection().execute(asked)}


def head(session: Session) -> tuple[Head, bytes] | None:
    """Where the chain begins and ends, and the digest that vouches for it; None where nothing is chained."""
    return head_of(session, HEAD)


def head_of(session: Session, asked: "Select[int, int, bytes, str, bytes]") -> tuple[Head, bytes] | None:
    """What is found as `HEAD` is asked, maybe to hold it; what cannot be there vouches for nothing."""
    try:
        row = session.connection().execute(asked).one_or_none()
    except DBAPIError as error:
        if not is_no_text(error):
            raise
        return Head(began=0, last=0, last_mac=GENESIS, key_id=""), GENESIS
    if row is None:
        return None
    began, last, last_mac, key_id, mac = row[:5]
    if [type(each) for each in row[:5]] != [int, int, bytes, str, bytes]:
        began, last = (each if isinstance(each, int) else 0 for each in (began, last))
        last = min(last, greatest(session) - _ROOM)
        return Head(began=began, last=last, last_mac=GENESIS, key_id=""), GENESIS
    return Head(began=began, last=last, last_mac=last_mac, key_id=key_id), mac


def end_by_rows(session: Session) -> Head | None:
    """Where the chain begins and ends as its entries say, which nothing vouches for. One so near to the
    greatest number that none could follow is no end.
    """
    chained = _ROW.c.mac.is_not(None), _ROW.c.id <= greatest(session) - _ROOM
    least = session.connection().scalar(columns(func.min(_ROW.c.id)).where(*chained))
    if least is None:
        return None
    last = last_number(session)
    there = columns(_ROW.c.mac, _ROW.c.key_id).where(_ROW.c.id == literal(last, BigInteger))
    try:
        mac, key_id = session.connection().execute(there).one()
    except DBAPIError as error:
        if not is_no_text(error):
            raise
        mac = key_id = None
    if not isinstance(mac, bytes) or not isinstance(key_id, str):
        return Head(least, last, GENESIS, "")
    return Head(least, last, mac, key_id)


def last_number(session: Session) -> int:
    """The greatest that others can follow."""
    followed = _ROW.c.id <= greatest(session) - _ROOM
    return session.connection().scalar(columns(func.max(_ROW.c.id)).where(followed)) or 0


def greatest(session: Session) -> int:
    """The greatest number that an entry can have."""
    return _MOST_IN_POSTGRESQL if session.connection().dialect.name == "postgresql" else MOST


def taken(session: Session, number: int, *, to: int) -> frozenset[int]:
    """The numbers behind that one, up to another, under which something stands."""
    return frozenset(session.connection().scalars(_TAKEN, {"behind": number, "last": min(to, MOST)}))


def was_chained(session: Session) -> bool:
    """Whether there are keys of entries, and so were entries."""
    return session.connection().scalar(columns(literal(1)).select_from(TrailKeyRow).limit(1)) is not None


def rows_after(session: Session, number: int, *, to: int) -> tuple[Entry, ...]:
    """The next entries behind that number, up to another, in order; a few thousand at once."""
    to = min(to, MOST)
    if number >= to or to < _LEAST:
        return ()
    asked = _ENTRY.where(_ROW.c.id <= literal(to, BigInteger)).order_by(_ROW.c.id).limit(_AT_ONCE)
    if number >= _LEAST:  # else before all that there can be
        asked = asked.where(_ROW.c.id > literal(number, BigInteger))
    return _read(session, asked)


def _read(session: Session, asked: "Select[Any]") -> tuple[Entry, ...]:
    """Together, or one by one where that fails."""
    try:
        rows = session.connection().execute(asked).all()
    except _OF_BATCH:
        numbers = session.connection().scalars(asked.with_only_columns(_ROW.c.id)).all()
        return tuple(_alone(session, number) for number in numbers)
    return tuple(_entry(row) for row in rows)


def _alone(session: Session, number: int) -> Entry:
    try:
        return _entry(session.connection().execute(_ENTRY.where(_ROW.c.id == number)).one())
    except _OF_BATCH:
        return Entry.unreadable(number)


def _entry(row: Sequence[Any]) -> Entry:
    return Entry(*row) if _can_be(tuple(map(type, row))) else Entry.unreadable(row[0])


@lru_cache
def _can_be(kinds: tuple[type, ...]) -> bool:
    """SQLite keeps in a column what it is given."""
    return all(kind in possible for kind, possible in zip(kinds, _KINDS, strict=True))


def _conditions(wanted: Wanted) -> "Iterator[ColumnElement[bool]]":
    if wanted.account_id is not None:
        yield _ROW.c.account_id == wanted.account_id
    if wanted.patient_id is not None:
        yield _ROW.c.patient_id == wanted.patient_id
    if wanted.action is not None:
        yield _ROW.c.action == wanted.action.value
    if wanted.since is not None:
        yield _ROW.c.at >= wanted.since
    if wanted.until is not None:
        yield _ROW.c.at < wanted.until


def _told(entry: Entry) -> TrailEntry:
    return TrailEntry(
        id=entry.id,
        at=entry.at,
        action=entry.action,
        account_id=entry.account_id,
        patient_id=entry.patient_id,
        cycle_id=entry.cycle_id,
        resource=entry.resource,
        version=entry.version,
        detail=entry.detail,
        mac=entry.mac,
    )
