"""Sealing within a transaction: under a key that is registered and not retired, so that no row is ever kept
under a key that IT was told it may throw away.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, inspect
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from abstractor.errors import StoreError
from abstractor.store.database import SEALER, Store, refusals
from abstractor.store.rows import add_new
from abstractor.store.sealing import Sealer
from abstractor.store.tables import DataKeyRow

__all__ = ["Sealing", "derived", "keys_in_use", "opened", "require_at_hand", "require_keys"]


_HELD = "held"  # under which a session knows in which transaction the current key is held
# PostgreSQL: retiring waits for whoever holds this; SQLite has one writer at a time.
_HOLDING = (
    columns(col(DataKeyRow.retired_at))
    .where(col(DataKeyRow.id) == bindparam("of"))
    .with_for_update(read=True, key_share=True)
)


class Sealing:
    """Seals for the rows of one transaction; the current key stays unretired until that ends."""

    def __init__(self, session: Session) -> None:
        self._sealer = _sealer(session)
        self.key_id = self._sealer.current
        transaction = session.get_transaction()
        if session.info.get(_HELD) is transaction is not None:
            return
        found = session.connection().execute(_HOLDING, {"of": self.key_id}).one_or_none()
        if found is None:
            add_new(session, DataKeyRow, [{"id": self.key_id, "retired_at": None}])
            found = session.connection().execute(_HOLDING, {"of": self.key_id}).one()
        if found.retired_at is not None:
            raise StoreError(
                f"the data key {self.key_id} was retired by a rotation: start this process again with the "
                "present key file or secret"
            )
        session.info[_HELD] = session.get_transaction()

    def seal(self, data: bytes, *, about: bytes) -> bytes:
        return self._sealer.seal(data, about=about)


def derived(session: Session, key_id: str, purpose: bytes) -> bytes | None:
    """A key for that purpose from that data key; None where the data key is not there."""
    return _sealer(session).derived(key_id, purpose)


def opened(session: Session, sealed: bytes, *, about: bytes) -> bytes:
    return _sealer(session).open(sealed, about=about)


def keys_in_use(store: Store) -> tuple[str, ...]:
    """The ids of the keys that rows may be sealed under; none in a database from before sealing."""
    with refusals(), store.engine.connect() as connection:
        connection.execution_options(reads_only=True)
        if not inspect(connection).has_table(str(DataKeyRow.__tablename__)):
            return ()
    with store.reading() as session:
        found = session.exec(select(DataKeyRow.id).where(col(DataKeyRow.retired_at).is_(None)))
        return tuple(sorted(found))


def require_keys(store: Store) -> None:
    """`StoreError` names the keys that the database needs and that are not there."""
    require_at_hand(store, keys_in_use(store), sealed="the database")


def require_at_hand(store: Store, key_ids: Sequence[str], *, sealed: str) -> None:
    there = store.sealer.key_ids if store.sealer is not None else ()
    missing = [key_id for key_id in key_ids if key_id not in there]
    if missing:
        raise StoreError(
            f"{sealed} is sealed under the data key {', '.join(missing)}, which is missing: put it back "
            "into the key file (ABSTRACTOR_DATA_KEY_FILE) or secret (ABSTRACTOR_DATA_KEY)"
        )


def _sealer(session: Session) -> Sealer:
    sealer = session.info.get(SEALER)
    if not isinstance(sealer, Sealer):
        raise StoreError(
            "there is no data key: set ABSTRACTOR_DATA_KEY_FILE or ABSTRACTOR_DATA_KEY "
            "(`abstractor data new-key` makes a key)"
        )
    return sealer
