"""One token for many threads and workers: had once, renewed before its end and after it was refused."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from random import SystemRandom

from abstractor.errors import ClinicError, ClinicUnreachable
from abstractor.fhir.smart.token import Token, TokenShelf

__all__ = ["Tokens"]

_EARLY = 60.0
_OF_ITS_LIFE = 10
# How long a failure holds, before the server is asked again: threads do not each ask for the same no.
_LATER = 15.0


@dataclass(frozen=True, slots=True)
class _Held:
    """`renew_at` differs by chance: workers with one token should not all renew it in the same second."""

    token: Token
    renew_at: float


class Tokens:
    """`grant` gets a new token and is called by one thread at a time."""

    def __init__(
        self,
        grant: Callable[[], Token],
        shelf: TokenShelf,
        *,
        clock: Callable[[], float],
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._grant = grant
        self._shelf = shelf
        self._clock = clock
        self._chance = chance or SystemRandom().random
        self._lock = threading.Lock()
        self._held: _Held | None = None
        self._failed: tuple[ClinicError, float] | None = None

    @property
    def last(self) -> Token | None:
        return self._held.token if self._held is not None else None

    def current(self) -> Token:
        """While one thread renews a token that is still good, the others go on with it."""
        held, now = self._held, self._clock()
        if held is None:
            with self._lock:
                return self._renewed()
        if now < held.renew_at:
            return held.token
        if not self._lock.acquire(blocking=now >= held.token.expires_at):
            return held.token
        try:
            return self._renewed()
        finally:
            self._lock.release()

    def after(self, refused: Token) -> tuple[Token, bool]:
        """Another token than this one, and whether it is new: what another thread or worker had already may
        have been taken back as well.
        """
        with self._lock:
            held = self._held
            if held is not None and held.token.access != refused.access:
                return held.token, False
            shelved = self._from_shelf(refused)
            return (shelved, False) if shelved is not None else (self._granted(), True)

    def _renewed(self) -> Token:
        held = self._held
        if held is not None and self._clock() < held.renew_at:
            return held.token
        shelved = self._from_shelf(held.token if held is not None else None)
        if shelved is not None:
            return shelved
        try:
            return self._granted()
        except ClinicUnreachable:
            # Read again: to fail takes a while.
            if held is None or self._clock() >= held.token.expires_at:
                raise
            return held.token

    def _from_shelf(self, known: Token | None) -> Token | None:
        """The shelf's token, where it is another one and good for a while."""
        shelved = self._shelf.read()
        if shelved is None or shelved.expires_at - self._clock() <= _EARLY:
            return None
        if known is not None and shelved.access == known.access:
            return None
        return self._hold(shelved, _EARLY)

    def _granted(self) -> Token:
        if self._failed is not None and self._clock() < self._failed[1]:
            raise self._failed[0].with_traceback(None)
        try:
            token = self._grant()
        except ClinicError as failed:
            self._failed = failed, self._clock() + _LATER
            raise
        self._shelf.keep(token)
        return self._hold(token, min(_EARLY, (token.expires_at - self._clock()) / _OF_ITS_LIFE))

    def _hold(self, token: Token, early: float) -> Token:
        """A half more than `early` at most, by chance."""
        self._held = _Held(token, token.expires_at - early * (1 + self._chance() / 2))
        return token
