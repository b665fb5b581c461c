"""The clinic's authorization server as one connection knows it: its address, its scopes, its clock."""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace

from abstractor.errors import ClinicMisbehaved
from abstractor.fhir.address import Endpoint
from abstractor.fhir.http import Http
from abstractor.fhir.smart.assertion import Signer
from abstractor.fhir.smart.discovery import Discovery, discover
from abstractor.fhir.smart.exchange import Refusal, ask_for_token, refuse
from abstractor.fhir.smart.scopes import asked_scopes
from abstractor.fhir.smart.token import Token

__all__ = ["Authority"]

_LOG = logging.getLogger(__name__)
# Less may be the time that a request takes. A clock that is further off than the second is not made up for.
_LEAST_SKEW = 30.0
_MOST_SKEW = 900.0


class Authority:
    """Used by one thread at a time. A token is had over a connection of its own, which is closed again."""

    def __init__(
        self,
        endpoint: Endpoint,
        signer: Signer,
        *,
        types: Sequence[str],
        token_url: str | None,
        scopes: str | None,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._endpoint = replace(endpoint, requests_per_second=None, headers=())
        self._signer = signer
        self._types = types
        self._token_url = token_url
        self._scopes = scopes
        self._clock = clock
        self._sleep = sleep
        self._discovery: Discovery | None = None
        self._accepted: str | None = None
        self._skew = 0.0  # how far the server's clock was seen ahead of ours
        self._ahead = 0.0  # how far ahead of our clock assertions are dated

    def discovery(self) -> Discovery:
        """Asked once."""
        if self._discovery is None:
            with closing(Http(self._endpoint, sleep=self._sleep)) as http:
                self._discovery = discover(http, self._endpoint, token_url=self._token_url)
        return self._discovery

    def grant(self) -> Token:
        """A new token. ClinicRefused: the server does not want us; ClinicUnreachable: it cannot be asked."""
        token_url = self._where()
        with closing(Http(self._endpoint, sleep=self._sleep)) as http:
            for scope in self._tried():
                got = self._asked(http, token_url, scope)
                if isinstance(got, Token):
                    self._accepted = scope
                    return got
                refused = got
                if refused.code != "invalid_scope":
                    break
        refuse(refused, self._signer, token_url, clock_says=self._clock_says())

    def remarks(self) -> tuple[str, ...]:
        """What somebody should look at, although we could sign in."""
        said = [self._clock_says(), self._algorithm_says()]
        return tuple(one for one in said if one is not None)

    def _where(self) -> str:
        found = self.discovery()
        if found.token_url is None:
            places = "; ".join(f"{look.source}: {look.said}" for look in found.looked)
            raise ClinicMisbehaved(
                f"{self._endpoint.origin} names no token endpoint that may be used ({places}): set "
                "token_url, an https address, in the clinic's setup"
            )
        return found.token_url

    def _tried(self) -> tuple[str, ...]:
        """The scopes to ask for, in turn. What was accepted once is asked for again."""
        chosen = self._accepted or self._scopes
        if chosen is not None:
            return (chosen,)
        found = self.discovery()
        return asked_scopes(self._types, capabilities=found.capabilities, supported=found.scopes_supported)

    def _asked(self, http: Http, token_url: str, scope: str) -> Token | Refusal:
        got = self._ask(http, token_url, scope)
        if isinstance(got, Refusal) and got.may_be_the_clock and self._clock_corrected(got.date):
            return self._ask(http, token_url, scope)
        return got

    def _ask(self, http: Http, token_url: str, scope: str) -> Token | Refusal:
        return ask_for_token(http, self._signer, token_url, scope, clock=self._clock, ahead=self._ahead)

    def _clock_corrected(self, date: float | None) -> bool:
        """Whether the server told its clock, and it differs from what the assertion was dated by."""
        skew = self._ahead if date is None else date - self._clock()
        if abs(skew - self._ahead) < _LEAST_SKEW:
            return False
        self._skew = skew
        _LOG.warning("%s", self._clock_says())
        if abs(skew) <= _MOST_SKEW:
            self._ahead = skew
        return abs(skew) <= _MOST_SKEW

    def _clock_says(self) -> str | None:
        if abs(self._skew) < _LEAST_SKEW:
            return None
        way = "behind" if self._skew > 0 else "ahead of"
        return f"This machine's clock is {abs(self._skew):.0f} s {way} the server's: set it right"

    def _algorithm_says(self) -> str | None:
        listed = self._discovery.algorithms if self._discovery is not None else ()
        if not listed or self._signer.algorithm in listed:
            return None
        return f"{self._endpoint.origin} does not list {self._signer.algorithm}, which our key is for"
