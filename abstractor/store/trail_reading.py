"""Reading the audit trail: its entries, and where its chain begins and ends."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func
from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.store.account_tables import AccountRow
from abstractor.store.chaining import GENESIS, Entry, Head, before_chain
from abstractor.store.tables import METADATA, TrailRow
from abstractor.store.trail_tables import TrailHeadRow, TrailKeyRow
from abstractor.store.values import Action, TrailEntry

__all__ = [
    "HEAD",
    "HEAD_ID",
    "Wanted",
    "account_names",
    "earlier",
    "end_by_rows",
    "entries",
    "head",
    "head_of",
    "last_number",
    "newest",
    "rows_after",
    "was_chained",
]

HEAD_ID = 1
_ROW = METADATA.tables[str(TrailRow.__tablename__)]
_AT_ONCE = 5000
_LEAST = -(2**31)
HEAD = columns(
    col(TrailHeadRow.began),
    col(TrailHeadRow.last),
    col(TrailHeadRow.last_mac),
    col(TrailHeadRow.key_id),
    col(TrailHeadRow.mac),
).where(col(TrailHeadRow.id) == HEAD_ID)
_ENTRY = columns(*(_ROW.c[each.name] for each in fields(Entry)))


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
    return tuple(_told(Entry(*row)) for row in session.connection().execute(asked))


def earlier(session: Session, began: int) -> tuple[int, str]:
    """How many entries there are from before the chain, and a digest of what they say."""
    whole = hashlib.sha256()
    number, count = _LEAST, 0
    while rows := rows_after(session, number, to=began - 1):
        for entry in rows:
            whole.update(before_chain(entry))
        number, count = rows[-1].id, count + len(rows)
    return count, whole.hexdigest()


def account_names(session: Session, numbers: Collection[int] | None = None) -> dict[int, str]:
    """The names of those accounts; of all without numbers."""
    asked = columns(col(AccountRow.id), col(AccountRow.name))
    if numbers is not None:
        asked = asked.where(col(AccountRow.id).in_(numbers))
    return {number or 0: name for number, name in session.connection().execute(asked)}


def head(session: Session) -> tuple[Head, bytes] | None:
    """Where the chain begins and ends, and the digest that vouches for it; None where nothing is chained."""
    return head_of(session.connection().execute(HEAD).one_or_none())


def end_by_rows(session: Session) -> Head | None:
    """Where the chain begins and ends as its entries say, which nothing vouches for."""
    least = session.connection().scalar(columns(func.min(_ROW.c.id)).where(_ROW.c.mac.is_not(None)))
    if least is None:
        return None
    last = last_number(session)
    (entry,) = rows_after(session, last - 1, to=last)
    return Head(least, last, entry.mac or GENESIS, entry.key_id or "")


def last_number(session: Session) -> int:
    return session.connection().scalar(columns(func.max(_ROW.c.id))) or 0


def was_chained(session: Session) -> bool:
    """Whether there are keys of entries, and so were entries."""
    return session.connection().scalar(columns(col(TrailKeyRow.id)).limit(1)) is not None


def rows_after(session: Session, number: int, *, to: int) -> tuple[Entry, ...]:
    """The next entries behind that number, up to another, in order; a few thousand at once."""
    asked = _ENTRY.where(_ROW.c.id > number, _ROW.c.id <= to).order_by(_ROW.c.id).limit(_AT_ONCE)
    return tuple(Entry(*row) for row in session.connection().execute(asked))


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


def head_of(row: "Row[int, int, bytes, str, bytes] | None") -> tuple[Head, bytes] | None:
    """What `HEAD` has found."""
    if row is None:
        return None
    return Head(began=row.began, last=row.last, last_mac=row.last_mac, key_id=row.key_id), row.mac


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
