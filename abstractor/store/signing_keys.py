"""The keys that we sign with at clinics' token endpoints: private parts sealed, and gone once retired."""

from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.errors import StoreError
from abstractor.store import sealed
from abstractor.store.connection_tables import SigningKeyRow
from abstractor.store.connection_values import KeyRole, PublicKey
from abstractor.store.rows import add

__all__ = ["about", "keep_signing_key", "private_jwk", "promote", "signing_keys"]


def keep_signing_key(
    session: Session,
    kid: str,
    *,
    algorithm: str,
    private_jwk: str,
    public_jwk: str,
    role: KeyRole,
    now: datetime,
) -> None:
    """A new key as `current` or `next` of its algorithm; `Conflict` where that place is taken."""
    if role is KeyRole.RETIRED:
        raise StoreError("a new signing key is current or next, not retired")
    sealing = sealed.Sealing(session)
    add(
        session,
        SigningKeyRow(
            kid=kid,
            algorithm=algorithm,
            role=role.value,
            public_jwk=public_jwk,
            sealed=sealing.seal(private_jwk.encode(), about=about(kid)),
            key_id=sealing.key_id,
            made_at=now,
        ),
    )


def signing_keys(session: Session) -> tuple[PublicKey, ...]:
    """Every key, retired ones too, the newest first; the private parts stay sealed."""
    rows = session.exec(
        select(SigningKeyRow).order_by(col(SigningKeyRow.made_at).desc(), col(SigningKeyRow.kid))
    )
    return tuple(
        PublicKey(
            kid=row.kid,
            algorithm=row.algorithm,
            role=KeyRole(row.role),
            public_jwk=row.public_jwk,
            made_at=row.made_at,
            retired_at=row.retired_at,
        )
        for row in rows
    )


def private_jwk(session: Session, kid: str) -> str:
    row = session.get(SigningKeyRow, kid)
    if row is None or row.sealed is None:
        raise StoreError(
            f"there is no signing key {kid} to sign with; `abstractor clinic keys` shows what is"
        )
    return sealed.opened(session, row.sealed, about=about(kid)).decode()


def promote(session: Session, algorithm: str, *, now: datetime) -> str:
    """The next key of that algorithm becomes the current one, whose private part goes; the id of the new."""
    rows = session.exec(
        select(SigningKeyRow)
        .where(SigningKeyRow.algorithm == algorithm, SigningKeyRow.role != KeyRole.RETIRED)
        .with_for_update()
    ).all()
    following = next((row for row in rows if row.role == KeyRole.NEXT), None)
    if following is None:
        raise StoreError(f"there is no next {algorithm} key to go over to: make one first")
    for row in rows:
        if row.role == KeyRole.CURRENT:
            row.role, row.retired_at, row.sealed, row.key_id = KeyRole.RETIRED.value, now, None, None
    session.flush()
    following.role = KeyRole.CURRENT.value
    session.flush()
    return following.kid


def about(kid: str) -> bytes:
    """What a sealed private key belongs to."""
    return b"signing_key " + kid.encode()
