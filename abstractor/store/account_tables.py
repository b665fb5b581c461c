"""The tables of who may sign in: accounts with their roles and clinics, sessions, links, service tokens.

Of a session, a link and a service token the SHA-256 is kept, never the token.
"""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from abstractor.store.columns import Moment
from abstractor.store.tables import METADATA

__all__ = [
    "METADATA",
    "AccountLinkRow",
    "AccountRoleRow",
    "AccountRow",
    "AccountSiteRow",
    "ServiceTokenRow",
    "SessionRow",
    "SignInFailureRow",
]


class AccountRow(SQLModel, table=True):
    """A person, or a service with tokens. No password: it signs in by a provider, or not yet.

    `oidc_name` is what the provider calls who may claim this account; once claimed, it is known by issuer and
    subject alone.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject", name="uq_account_oidc"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    password_hash: str | None = None
    all_sites: bool = False
    service: bool = False
    oidc_name: str | None = Field(default=None, unique=True)
    oidc_issuer: str | None = None
    oidc_subject: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    disabled_at: datetime | None = Field(default=None, sa_type=Moment)


class AccountRoleRow(SQLModel, table=True):
    __tablename__ = "account_role"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    role: str = Field(primary_key=True)


class AccountSiteRow(SQLModel, table=True):
    """A clinic whose charts the account may see, unless it is of all."""

    __tablename__ = "account_site"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    clinic_id: int = Field(foreign_key="clinic.id", primary_key=True)


class SessionRow(SQLModel, table=True):
    """A sign-in; the token itself is only in the browser, its SHA-256 here."""

    __tablename__ = "session"
    token_hash: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    started_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)


class AccountLinkRow(SQLModel, table=True):
    """By whose token the account's password may be set, once; a newer link takes the place of an older."""

    __tablename__ = "account_link"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)


class ServiceTokenRow(SQLModel, table=True):
    """`used_at` is the last use, to the minute."""

    __tablename__ = "service_token"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    token_hash: str = Field(unique=True)
    made_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)


class SignInFailureRow(SQLModel, table=True):
    """Failed sign-ins by the SHA-256 of the name typed, for people type passwords into the wrong field; and
    by that of the address that they came from.
    """

    __tablename__ = "sign_in_failure"
    name_hash: str = Field(primary_key=True)
    failures: int
    last_at: datetime = Field(sa_type=Moment)
