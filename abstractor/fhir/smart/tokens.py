"""The way into `smart`: what `connect` takes as `auth` for a clinic that wants SMART Backend Services."""

import time
from collections.abc import Callable, Sequence

from abstractor.errors import OptionError
from abstractor.fhir.address import Endpoint, travels_safely
from abstractor.fhir.smart.assertion import Signer
from abstractor.fhir.smart.authority import Authority
from abstractor.fhir.smart.bearer import BackendServices
from abstractor.fhir.smart.keys import SigningKey
from abstractor.fhir.smart.renewal import Tokens
from abstractor.fhir.smart.token import OwnShelf, Token, TokenShelf
from abstractor.fhir.types import TYPES_READ

__all__ = ["BackendServices", "OwnShelf", "Token", "TokenShelf", "backend_services"]


def backend_services(
    endpoint: Endpoint,
    *,
    client_id: str,
    key: SigningKey,
    token_url: str | None = None,
    scopes: str | None = None,
    types: Sequence[str] = TYPES_READ,
    shelf: TokenShelf | None = None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> BackendServices:
    """Nothing is asked yet. `clock` is the wall clock; scopes are asked for `types` (see `types_needed`).

    `token_url` is used where nothing is discovered, `scopes` where what is asked by default is refused.
    """
    if not travels_safely(endpoint.base_url):
        raise OptionError(f"{endpoint.origin} is not https: a token would be read by anybody on the way")
    if token_url is not None and not travels_safely(token_url):
        raise OptionError("token_url must be an https address: what is sent there would be read on the way")
    if not client_id.strip():
        raise OptionError(
            "client_id is empty: it is the id that the clinic gave this program at registration"
        )
    authority = Authority(
        endpoint,
        Signer(client_id, key),
        types=types,
        token_url=token_url,
        scopes=scopes,
        clock=clock,
        sleep=sleep,
    )
    tokens = Tokens(authority.grant, shelf or OwnShelf(), clock=clock)
    return BackendServices(endpoint.origin, authority, tokens, types)
