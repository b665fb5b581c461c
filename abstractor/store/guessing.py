"""The brake on guessing: by the name that is tried, and by the address that tries.

A try is counted before the password is looked at, so that many tries at once get no further than one after
another; a success takes its own away again, and those of its name before it. Many people share an address:
one failure there is forgotten for every few minutes, and who signs in holds nobody else up.
"""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from sqlalchemy import case, delete
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
_EASED_EVERY = timedelta(minutes=5)


def seconds_to_wait(session: Session, name: str, *, now: datetime, address: str | None = None) -> int:
    """How long this name, or this address, must wait before its next try; 0: not at all."""
    waits = (_wait(session, key, free, now=now) for key, free in _keys(name, address))
    return max(waits)


def count_try(session: Session, name: str, *, now: datetime, address: str | None = None) -> datetime | None:
    """When the last try from this address was; counts of a day ago are forgotten."""
    changed(session, delete(SignInFailureRow).where(col(SignInFailureRow.last_at) < now - timedelta(days=1)))
    (of_name, _), *rest = _keys(name, address)
    before = None
    for key, _ in rest:
        before = _ease(session, key, now=now)
        _count(session, key, now=now)
    _count(session, of_name, now=now)
    return before


def forget(
    session: Session,
    name: str,
    *,
    now: datetime,
    address: str | None = None,
    before: datetime | None = None,
) -> None:
    """After a success at `now`: the name begins anew. Of the address only the tries of this name are taken
    back, or one who may sign in could guess at others for ever; others there wait since `before`, as if this
    one had not tried.
    """
    (of_name, _), *rest = _keys(name, address)
    row = session.get(SignInFailureRow, of_name)
    own = 1 if row is None else row.failures
    changed(session, delete(SignInFailureRow).where(col(SignInFailureRow.name_hash) == of_name))
    failures = SignInFailureRow.failures
    for key, _ in rest:
        mine = update(SignInFailureRow).where(col(SignInFailureRow.name_hash) == key)
        changed(session, mine.values(failures=case((col(failures) > own, failures - own), else_=0)))
        if before is not None:
            last = mine.where(col(SignInFailureRow.last_at) == now)
            changed(session, last.values(last_at=before))


def _count(session: Session, key: str, *, now: datetime) -> None:
    """In the database's own arithmetic: many may try from one address at once."""
    add_new(session, SignInFailureRow, [{"name_hash": key, "failures": 0, "last_at": now}])
    mine = update(SignInFailureRow).where(col(SignInFailureRow.name_hash) == key)
    changed(session, mine.values(failures=SignInFailureRow.failures + 1, last_at=now))


def _ease(session: Session, key: str, *, now: datetime) -> datetime | None:
    """When that was tried last; what was forgotten since is taken off, unless somebody tries at once."""
    row = session.get(SignInFailureRow, key)
    if row is None:
        return None
    eased = (now - row.last_at) // _EASED_EVERY
    if eased > 0:
        mine = update(SignInFailureRow).where(
            col(SignInFailureRow.name_hash) == key, col(SignInFailureRow.last_at) == row.last_at
        )
        changed(session, mine.values(failures=max(0, row.failures - eased)))
    return row.last_at


def _keys(name: str, address: str | None) -> tuple[tuple[str, int], ...]:
    """No name that can be typed begins like the key of an address."""
    of_name = (token_hash(plain(name)), _FREE_OF_A_NAME)
    if address is None:
        return (of_name,)
    return (of_name, (token_hash(f"\0address\0{_place(address)}"), _FREE_OF_AN_ADDRESS))


def _place(address: str) -> str:
    """Of IPv6 the first 64 bits: whoever has a connection has all addresses behind them."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(ip_network((known, 64), strict=False))


def _wait(session: Session, key: str, free: int, *, now: datetime) -> int:
    row = session.get(SignInFailureRow, key)
    if row is None or row.failures < free:
        return 0
    wait = min(_FIRST_WAIT * 2 ** min(row.failures - free, 10), _LONGEST_WAIT)
    left = (row.last_at + timedelta(seconds=wait) - now).total_seconds()
    return max(0, round(left + 0.5))
