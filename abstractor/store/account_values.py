"""What leaves the store about accounts, beside the `Account` that a session or a token stands for."""

from dataclasses import dataclass
from datetime import datetime

from abstractor.store.values import Account

__all__ = ["KnownAccount", "ServiceToken"]


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as IT looks at it. `provider`: it signs in by OpenID Connect, or may claim to."""

    account: Account
    service: bool
    password: bool
    provider: bool
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServiceToken:
    """A token by its number; the token itself is shown once, where it is made."""

    id: int
    account: Account
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None
