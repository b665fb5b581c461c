"""The access token of each clinic, sealed: all workers use the same one until it ends."""

from datetime import datetime

from sqlmodel import Session, col, delete

from abstractor.store import sealed
from abstractor.store.connection_tables import TokenRow
from abstractor.store.connection_values import KeptToken
from abstractor.store.rows import changed

__all__ = ["about", "forget_token", "keep_token", "token_of"]


def keep_token(session: Session, clinic_id: int, token: KeptToken, *, now: datetime) -> None:
    """In place of the one before it."""
    sealing = sealed.Sealing(session)
    session.merge(
        TokenRow(
            clinic_id=clinic_id,
            sealed=sealing.seal(token.access.encode(), about=about(clinic_id)),
            key_id=sealing.key_id,
            scope=token.scope,
            expires_at=token.expires_at,
            kept_at=now,
        )
    )
    session.flush()


def token_of(session: Session, clinic_id: int) -> KeptToken | None:
    row = session.get(TokenRow, clinic_id)
    if row is None:
        return None
    access = sealed.opened(session, row.sealed, about=about(clinic_id)).decode()
    return KeptToken(access=access, expires_at=row.expires_at, scope=row.scope)


def forget_token(session: Session, clinic_id: int) -> None:
    """A token that the clinic has refused is not tried again."""
    changed(session, delete(TokenRow).where(col(TokenRow.clinic_id) == clinic_id))


def about(clinic_id: int) -> bytes:
    """What a sealed token belongs to."""
    return b"token %d" % clinic_id
