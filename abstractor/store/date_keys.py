"""What the dates of de-identified exports are shifted with, for good: who has exports of two shifts of a
patient knows the true days better than by one.

It is derived from the data key of the first export, so that another database under that key shifts alike,
and kept sealed from then on, whatever data key comes after.
"""

from sqlalchemy import select as columns
from sqlmodel import Session, col

from abstractor.errors import StoreError
from abstractor.store import sealed
from abstractor.store.rows import add_new
from abstractor.store.tables import DateKeyRow

__all__ = ["about", "date_key"]

_ONE = 1
_PURPOSE = b"abstractor export dates"


def about(number: int) -> bytes:
    return f"date-key/{number}".encode()


def date_key(session: Session) -> bytes:
    """32 bytes, in a transaction that writes."""
    kept = _kept(session)
    if kept is None:
        sealing = sealed.Sealing(session)
        secret = sealed.derived(session, sealing.key_id, _PURPOSE)
        if secret is None:
            raise StoreError(f"the data key {sealing.key_id} is missing")
        body = sealing.seal(secret, about=about(_ONE))
        add_new(session, DateKeyRow, [{"id": _ONE, "sealed": body, "key_id": sealing.key_id}])
        kept = _kept(session)
    if kept is None:
        raise StoreError("the key of the dates of exports was not kept: try again")
    return sealed.opened(session, kept, about=about(_ONE))


def _kept(session: Session) -> bytes | None:
    return session.connection().scalar(columns(col(DateKeyRow.sealed)).where(col(DateKeyRow.id) == _ONE))
