"""A client's side of SMART Backend Services, written apart from the one under test: keys and assertions."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

__all__ = ["JWT_BEARER", "ask_token", "assertion", "new_key", "public"]

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def new_key(algorithm: str, kid: str) -> RSAKey | ECKey:
    told = {"kid": kid, "use": "sig", "alg": algorithm}
    if algorithm == "ES384":
        return ECKey.generate_key("P-384", parameters=told)
    return RSAKey.generate_key(2048, parameters=told)


def public(*keys: RSAKey | ECKey) -> dict[str, Any]:
    return dict(KeySet(list(keys)).as_dict(private=False))


def assertion(key: RSAKey | ECKey, audience: str, *, seconds: float = 240, **claims: Any) -> str:
    told = {
        "iss": "abstractor",
        "sub": "abstractor",
        "aud": audience,
        "exp": int(datetime.now(UTC).timestamp() + seconds),
        "jti": str(uuid.uuid4()),
    } | claims
    algorithm = "ES384" if isinstance(key, ECKey) else "RS384"
    return jwt.encode({"alg": algorithm, "kid": key.kid}, told, key, algorithms=[algorithm])


def ask_token(url: str, signed: str, scope: str = "system/*.rs", **more: str) -> httpx.Response:
    form: Mapping[str, str] = {
        "grant_type": "client_credentials",
        "scope": scope,
        "client_assertion_type": JWT_BEARER,
        "client_assertion": signed,
    } | more
    return httpx.post(f"{url}/auth/token", data=form)
