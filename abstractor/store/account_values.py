"""What leaves the store about accounts, beside the `Account` that a session or a token stands for."""

from dataclasses import dataclass
from datetime import datetime

from abstractor.store.values import Account

__all__ = ["AccountSeen", "KnownAccount", "ServiceToken"]


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as IT looks at it. `provider`: it signs in by OpenID Connect, or may claim to; `issuer` is
    that of the one who has claimed it.
    """

    account: Account
    service: bool
    password: bool
    provider: bool
    issuer: str | None
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account on the page of accounts. `signed_in_at`: the last time, of a service the last use of a
    token; `link_until`: until when a link that sets its password is good; `sessions`: those not ended.

    `oidc_name` waits to be claimed where there is no `subject`; `by_groups`: its roles are those of its
    groups at the provider.
    """

    known: KnownAccount
    signed_in_at: datetime | None
    link_until: datetime | None
    sessions: int
    oidc_name: str | None
    issuer: str | None
    subject: str | None

    @property
    def by_groups(self) -> bool:
        return self.subject is not None and self.oidc_name is None


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token by its number; the token itself is shown once, where it is made."""

    id: int
    account: Account
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
