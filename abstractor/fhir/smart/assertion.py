"""The signed statement of who we are (RFC 7523), good for four minutes and for one request."""

import secrets

from joserfc import jwt

from abstractor.fhir.smart.keys import ALGORITHMS, SigningKey, parsed

__all__ = ["LIFE", "Signer"]

# SMART allows five minutes; the fifth is for the way and for clocks that differ.
LIFE = 240


class Signer:
    """One client with its key, parsed once."""

    def __init__(self, client_id: str, key: SigningKey) -> None:
        self.client_id = client_id
        self.kid = key.kid
        self.algorithm = key.algorithm
        self._key = parsed(key)

    def sign(self, audience: str, *, now: float) -> str:
        """A new one at each call. Without `iat`, which a server whose clock is behind would refuse."""
        header = {"alg": self.algorithm, "kid": self.kid}
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": audience,
            "exp": int(now) + LIFE,
            "jti": secrets.token_urlsafe(24),
        }
        # joserfc signs by these two only when they are named as allowed.
        return jwt.encode(header, claims, self._key, algorithms=ALGORITHMS)
