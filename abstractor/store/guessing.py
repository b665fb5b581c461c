"""The brake on guessing: by the name that is tried, and by the address that tries.

A try is counted before the password is looked at, so that many tries at once get no further than one after
another; a success takes its own away again.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, update

from abstractor.store.account_tables import SignInFailureRow
from abstractor.store.accounts import plain
from abstractor.store.passwords import token_hash
from abstractor.store.rows import add_new, changed

__all__ = ["count_try", "forget", "seconds_to_wait"]

# Free tries, then 30 seconds, doubled with each failure, at most 15 minutes. Many may share an address.
_FREE_OF_A_NAME = 5
_FREE_OF_AN_ADDRESS = 30
_FIRST_WAIT = 30
_LONGEST_WAIT = 900


def seconds_to_wait(session: Session, name: str, *, now: datetime, address: str | None = None) -> int:
    """How long this name, or this address, must wait before its next try; 0: not at all."""
    waits = (_wait(session, key, free, now=now) for key, free in _keys(name, address))
    return max(waits)


def count_try(session: Session, name: str, *, now: datetime, address: str | None = None) -> None:
    """Counts of a day ago are forgotten."""
    changed(session, delete(SignInFailureRow).where(col(SignInFailureRow.last_at) < now - timedelta(days=1)))
    for key, _ in _keys(name, address):
        add_new(session, SignInFailureRow, [{"name_hash": key, "failures": 0, "last_at": now}])
        _add(session, key, 1, last_at=now)


def forget(session: Session, name: str, *, address: str | None = None) -> None:
    """After a success: the name begins anew; of the address only this try is taken back, or one who may sign
    in could guess at others for ever.
    """
    (of_name, _), *rest = _keys(name, address)
    changed(session, delete(SignInFailureRow).where(col(SignInFailureRow.name_hash) == of_name))
    for key, _ in rest:
        _add(session, key, -1)


def _add(session: Session, key: str, tries: int, **noted: datetime) -> None:
    """In the database's own arithmetic: many may try from one address at once."""
    mine = update(SignInFailureRow).where(col(SignInFailureRow.name_hash) == key)
    changed(session, mine.values(failures=SignInFailureRow.failures + tries, **noted))


def _keys(name: str, address: str | None) -> tuple[tuple[str, int], ...]:
    """No name that can be typed begins like the key of an address."""
    of_name = (token_hash(plain(name)), _FREE_OF_A_NAME)
    if address is None:
        return (of_name,)
    return (of_name, (token_hash(f"\0address\0{address}"), _FREE_OF_AN_ADDRESS))


def _wait(session: Session, key: str, free: int, *, now: datetime) -> int:
    row = session.get(SignInFailureRow, key)
    if row is None or row.failures < free:
        return 0
    wait = min(_FIRST_WAIT * 2 ** min(row.failures - free, 10), _LONGEST_WAIT)
    left = (row.last_at + timedelta(seconds=wait) - now).total_seconds()
    return max(0, round(left + 0.5))
