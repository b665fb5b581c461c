"""The keys that this program signs in with: made here, named by thumbprint, shown without what is private."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters, RSAKey

from abstractor.errors import OptionError, SetupError

__all__ = ["ALGORITHMS", "SigningKey", "new_key", "parsed", "public_jwks"]

# The two that SMART asks every server to take.
ALGORITHMS = ("RS384", "ES384")
_RSA_BITS = 3072
_LEAST_RSA_BITS = 2048
_CURVE = "P-384"
# What a key set may show of a key. A list of what is shown: a member that is not here stays at home.
_SHOWN = ("kty", "n", "e", "crv", "x", "y")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`kid` is the key's RFC 7638 thumbprint; `private_jwk` is JSON, and is shown nowhere."""

    kid: str
    algorithm: str
    private_jwk: str = field(repr=False)


def new_key(algorithm: str) -> SigningKey:
    named: KeyParameters = {"use": "sig", "alg": algorithm}
    match algorithm:
        case "RS384":
            made: RSAKey | ECKey = RSAKey.generate_key(_RSA_BITS, named, auto_kid=True)
        case "ES384":
            made = ECKey.generate_key(_CURVE, named, auto_kid=True)
        case _:
            raise OptionError(
                f"a signing key is made for one of {', '.join(ALGORITHMS)}, and for nothing else"
            )
    private = msgspec.json.encode(made.as_dict(private=True)).decode()
    return SigningKey(made.thumbprint(), algorithm, private)


def public_jwks(keys: Iterable[SigningKey]) -> dict[str, list[dict[str, str | list[str]]]]:
    """The key set that a clinic reads. Some servers take only keys that name `alg` and `key_ops`."""
    return {"keys": [_public(key) for key in keys]}


def parsed(key: SigningKey) -> RSAKey | ECKey:
    """The key as it signs. Parsing an RSA key is slow: whoever signs often keeps what comes back."""
    read = _read(key)
    if read is None or not read.is_private or not _fits(read, key.algorithm):
        raise SetupError(f"the signing key {key.kid} cannot be used for {key.algorithm}: make a new key")
    return read


def _read(key: SigningKey) -> RSAKey | ECKey | None:
    """None where it is no key; what the libraries say about it could hold a part of it."""
    try:
        held = msgspec.json.decode(key.private_jwk, type=dict[str, str | list[str]])
        return (RSAKey if held.get("kty") == "RSA" else ECKey).import_key(held)
    except (msgspec.MsgspecError, JoseError, ValueError, TypeError):
        return None


def _fits(read: RSAKey | ECKey, algorithm: str) -> bool:
    if isinstance(read, RSAKey):
        return algorithm == "RS384" and read.raw_value.key_size >= _LEAST_RSA_BITS
    return algorithm == "ES384" and read.curve_name == _CURVE


def _public(key: SigningKey) -> dict[str, str | list[str]]:
    held = parsed(key).as_dict(private=False)
    shown: dict[str, str | list[str]] = {name: held[name] for name in _SHOWN if name in held}
    return {**shown, "kid": key.kid, "alg": key.algorithm, "use": "sig", "key_ops": ["verify"]}
