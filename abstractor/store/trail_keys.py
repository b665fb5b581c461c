"""The keys that entries of the audit trail are chained under: each derived from a data key, and kept sealed.

Whoever owns the database alone has none of them, and cannot make an entry that verifies. The entries stay as
they were written when the data key changes: what was derived from the old one is sealed under the new one.
"""

from sqlalchemy import select as columns
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col

from abstractor.errors import Damaged, StoreError
from abstractor.store import sealed
from abstractor.store.chaining import PURPOSE
from abstractor.store.no_text import is_no_text
from abstractor.store.rows import add_new
from abstractor.store.trail_tables import TrailKeyRow

__all__ = ["about", "keep_key", "key_of"]


def about(data_key_id: str) -> bytes:
    return f"trail-key/{data_key_id}".encode()


def key_of(session: Session, data_key_id: str) -> bytes | None:
    """The key of entries that name this data key; None where neither that nor what is kept of it is there."""
    derived = sealed.derived(session, data_key_id, PURPOSE)
    if derived is not None:
        return derived
    kept = _kept(session, data_key_id)
    if not isinstance(kept, bytes):
        return None
    try:
        return sealed.opened(session, kept, about=about(data_key_id))
    except (Damaged, StoreError):
        return None


def keep_key(session: Session, sealing: sealed.Sealing, key: bytes) -> None:
    """Before the first entry under it."""
    data_key_id = sealing.key_id
    row = {
        "id": data_key_id,
        "sealed": sealing.seal(key, about=about(data_key_id)),
        "key_id": data_key_id,
    }
    add_new(session, TrailKeyRow, [row])


def _kept(session: Session, data_key_id: str) -> bytes | None:
    asked = columns(col(TrailKeyRow.sealed)).where(col(TrailKeyRow.id) == data_key_id)
    try:
        return session.connection().scalar(asked)
    except DBAPIError as error:
        if not is_no_text(error):
            raise
        return None
