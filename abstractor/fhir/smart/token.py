"""A token, and the shelf on which workers share it."""

from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["OwnShelf", "Token", "TokenShelf"]


@dataclass(frozen=True, slots=True)
class Token:
    """`expires_at` is in seconds of the wall clock; `scope` is what was granted, perhaps less than asked."""

    access: str = field(repr=False)
    expires_at: float
    scope: str


class TokenShelf(Protocol):
    """Where a token stands between requests and workers. What is kept there must be sealed."""

    def read(self) -> Token | None: ...

    def keep(self, token: Token) -> None: ...


class OwnShelf:
    """For a connection that shares its token with nobody: nothing is kept outside of it."""

    def read(self) -> Token | None:
        return None

    def keep(self, token: Token) -> None:
        """The connection holds it already."""
