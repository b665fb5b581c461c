"""The audit trail: appended in the transaction of what it tells of, never changed, each entry chained to the
one before.

What a transaction records is written as its last thing: from then until it ends it holds the head of the
chain, and nobody else appends. It waits for nothing while it holds that, so no two wait for each other.
"""

import hmac
import os
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import ScalarSelect, bindparam, func, update
from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.errors import StoreError
from abstractor.store import sealed
from abstractor.store.chaining import GENESIS, PURPOSE, Entry, Head, witness_of
from abstractor.store.columns import in_utc
from abstractor.store.database import Store, at_end
from abstractor.store.rows import add_all, add_new, changed
from abstractor.store.tables import METADATA, DataKeyRow, TrailRow
from abstractor.store.trail_keys import keep_key, key_of
from abstractor.store.trail_reading import (
    HEAD,
    HEAD_ID,
    earlier,
    end_by_rows,
    greatest,
    head,
    head_of,
    last_number,
    newest,
    taken,
    was_chained,
)
from abstractor.store.trail_tables import TrailHeadRow
from abstractor.store.values import Action

__all__ = ["begin", "newest", "record"]

_PENDING = "trail"  # under which a session holds what it has recorded and not yet written
_SALT_BYTES = 16
_AT_ONCE = 1000  # numbers
_HOLD = HEAD.with_for_update()
_MOVE = (
    update(TrailHeadRow)
    .where(col(TrailHeadRow.id) == HEAD_ID)
    .values({name: bindparam(f"new_{name}") for name in ("began", "last", "last_mac", "key_id", "mac")})
)
# What entries refer to, by the name of the column, held in one statement: PostgreSQL holds the rows that a
# new row refers to, and would wait for them while it has the head.
_REFERRED = {"account_id": "account", "cycle_id": "cycle", "patient_id": "patient"}


def _held_rows(name: str, table: str) -> "ScalarSelect[int]":
    number = METADATA.tables[table].c.id
    these = columns(number).where(number.in_(bindparam(name, expanding=True))).order_by(number)
    held = these.with_for_update(read=True, key_share=True).cte(f"of_{name}")
    return columns(func.count()).select_from(held).scalar_subquery()


_HOLD_REFERRED = columns(*(_held_rows(name, table) for name, table in _REFERRED.items()))


def record(
    session: Session,
    *,
    action: Action,
    now: datetime,
    account_id: int | None,
    patient_id: int | None = None,
    cycle_id: int | None = None,
    resource: str | None = None,
    version: str | None = None,
    detail: str | None = None,
) -> None:
    """Tell of what this transaction does; it is kept with it, or not at all."""
    salt = os.urandom(_SALT_BYTES) if resource is not None and "/" in resource else None
    entry = Entry(
        id=0,
        at=now,
        action=action.value,
        account_id=account_id,
        patient_id=patient_id,
        cycle_id=cycle_id,
        resource=resource,
        version=version,
        detail=detail,
        salt=salt,
        witness=None if salt is None else witness_of(salt, resource, version),
        previous_mac=None,
        mac=None,
        key_id=None,
    )
    session.info.setdefault(_PENDING, []).append(entry)
    at_end(session, _append)


def begin(store: Store, now: datetime) -> None:
    """Where there are entries from before the chain: chain what they say now. The first that is recorded does
    so as well; with many of them it takes long.
    """
    with store.writing() as session:
        if head(session) is None and last_number(session):
            record(session, action=Action.TRAIL_BEGUN, account_id=None, now=now)


def _append(session: Session) -> None:
    """Chain and write what was recorded. Nothing is waited for once the head is held: what entries refer to
    is held before, where somebody who changes it, or purges it, may have to end first. The data key comes
    after that: whoever writes the first of all is waited for by the others.
    """
    pending: list[Entry] = session.info.pop(_PENDING)
    session.flush()
    _hold_referred(session, pending)
    sealing = sealed.Sealing(session)
    key = sealed.derived(session, sealing.key_id, PURPOSE)
    if key is None:
        raise StoreError(f"the data key {sealing.key_id} is missing")
    end, is_ours = _held(session, sealing.key_id)
    if end.key_id != sealing.key_id or end.last_mac == GENESIS:
        keep_key(session, sealing, key)
    chained: list[Entry] = []
    last, last_mac = end.last, end.last_mac
    wanted = _begun(session, end, pending) if is_ours else _broken(end, pending)
    for last, entry in zip(_free(session, end.last), wanted, strict=False):
        placed = replace(
            entry, id=last, at=in_utc(entry.at) or entry.at, previous_mac=last_mac, key_id=sealing.key_id
        )
        last_mac = placed.mac_under(key)
        chained.append(replace(placed, mac=last_mac))
    _write(session, chained, Head(end.began, last, last_mac, sealing.key_id), key)


def _free(session: Session, number: int) -> Iterator[int]:
    """The numbers behind that one. Where somebody has put a row under one of them, that one is passed over:
    verifying names the row, or that it is missing, for good.
    """
    while number < greatest(session):
        there = taken(session, number, to=number + _AT_ONCE)
        yield from (each for each in range(number + 1, number + _AT_ONCE + 1) if each not in there)
        number += _AT_ONCE
    raise StoreError("the audit trail has no number left for another entry")


def _write(session: Session, chained: list[Entry], end: Head, key: bytes) -> None:
    add_all(session, TrailRow, [asdict(entry) for entry in chained])
    values = {
        "new_began": end.began,
        "new_last": end.last,
        "new_last_mac": end.last_mac,
        "new_key_id": end.key_id,
        "new_mac": end.mac_under(key),
    }
    changed(session, _MOVE, values)


def _hold_referred(session: Session, pending: list[Entry]) -> None:
    if session.connection().dialect.name != "postgresql":
        return
    named = {name: {getattr(entry, name) for entry in pending} - {None} for name in _REFERRED}
    if any(named.values()):
        session.connection().execute(_HOLD_REFERRED, {name: sorted(of) for name, of in named.items()}).all()


def _held(session: Session, key_id: str) -> tuple[Head, bool]:
    """The head, ours until the transaction ends, and whether it is as we wrote it; made by whoever is the
    first. One that was changed or taken away is put up again from the entries that there are.
    """
    there = head_of(session, _HOLD)
    if there is not None:
        return _believed(session, *there)
    by_rows = end_by_rows(session)
    last = last_number(session)
    first = by_rows or Head(began=last + 1, last=last, last_mac=GENESIS, key_id=key_id)
    add_new(session, TrailHeadRow, [{"id": HEAD_ID, **asdict(first), "mac": GENESIS}])
    there = head_of(session, _HOLD)
    if there is None:
        raise StoreError("the head of the audit trail is gone")
    if there[1] != GENESIS:
        return _believed(session, *there)
    return there[0], by_rows is None and not was_chained(session)


def _believed(session: Session, end: Head, mac: bytes) -> tuple[Head, bool]:
    key = key_of(session, end.key_id)
    if key is None and session.get(DataKeyRow, end.key_id) is not None:
        raise StoreError(
            f"the newest entry of the audit trail is under the data key {end.key_id}, which is missing: "
            "start this process again with the present key file or secret"
        )
    if key is not None and hmac.compare_digest(mac, end.mac_under(key)):
        return end, True
    return end_by_rows(session) or replace(end, last_mac=GENESIS), False


def _broken(end: Head, pending: list[Entry]) -> list[Entry]:
    """With an entry that tells for good that the head was not as it was written."""
    return [_bare(pending[0], Action.TRAIL_BROKEN, f"last={end.last}"), *pending]


def _begun(session: Session, end: Head, pending: list[Entry]) -> list[Entry]:
    """With the entry that begins the chain where there were others before: what those say, as of now."""
    told = [entry for entry in pending if entry.action != Action.TRAIL_BEGUN.value]
    if end.last_mac != GENESIS or not end.last:
        return told
    count, digest = earlier(session, end.began)
    return [_bare(pending[0], Action.TRAIL_BEGUN, f"before={count} sha256={digest}"), *told]


def _bare(like: Entry, action: Action, detail: str) -> Entry:
    """Of the same moment as another, about nobody."""
    return replace(
        like,
        action=action.value,
        account_id=None,
        patient_id=None,
        cycle_id=None,
        resource=None,
        version=None,
        detail=detail,
        salt=None,
        witness=None,
    )
