"""Passwords by Argon2id, and tokens by their SHA-256: neither can be read from what is kept."""

import hashlib
import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

__all__ = ["hashed", "matches", "new_token", "nobody", "token_hash"]

_hasher = PasswordHasher()
# Each takes 64 MiB on purpose; whoever sends many sign-ins at once must not take all that the machine has.
_turn = BoundedSemaphore(4)


def hashed(password: str) -> str:
    with _turn:
        return _hasher.hash(password)


def matches(password_hash: str, password: str) -> bool:
    try:
        with _turn:
            return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def nobody() -> str:
    """A hash that no password matches, so that an unknown name takes as long as a wrong password."""
    return hashed(secrets.token_urlsafe(32))


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
