"""The client assertion: its claims, and signatures that another library than ours finds good."""

import base64
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from abstractor.errors import SetupError
from abstractor.fhir.smart.assertion import Signer
from abstractor.fhir.smart.keys import SigningKey, public_jwks
from tests.unit.fhir_smart.scripted import CLIENT, TOKEN_URL, claims_of, es384, rs384

NOW = 1_700_000_000.9


def test_the_claims_are_those_of_smart() -> None:
    header, claims = claims_of(Signer(CLIENT, es384()).sign(TOKEN_URL, now=NOW))
    assert header == {"typ": "JWT", "alg": "ES384", "kid": es384().kid}
    jti = claims.pop("jti")
    assert claims == {"iss": CLIENT, "sub": CLIENT, "aud": TOKEN_URL, "exp": 1_700_000_240}
    assert 20 <= len(jti) <= 64


def test_it_is_good_for_less_than_five_minutes() -> None:
    _, claims = claims_of(Signer(CLIENT, es384()).sign(TOKEN_URL, now=NOW))
    assert 0 < claims["exp"] - NOW <= 240


def test_each_has_an_id_of_its_own() -> None:
    signer = Signer(CLIENT, es384())
    assert len({claims_of(signer.sign(TOKEN_URL, now=NOW))[1]["jti"] for _ in range(50)}) == 50


@pytest.mark.parametrize("key", [es384(), rs384()], ids=["ES384", "RS384"])
def test_the_signature_is_good_by_the_published_key(key: SigningKey) -> None:
    assertion = Signer(CLIENT, key).sign(TOKEN_URL, now=NOW)
    shown = public_jwks([key])["keys"][0]
    check(assertion, shown)
    head, body, signature = assertion.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    other = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "somebody"}).encode()).decode().rstrip("=")
    with pytest.raises(InvalidSignature):
        check(f"{head}.{other}.{signature}", shown)


def test_the_key_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(CLIENT, es384())
    monkeypatch.setattr("abstractor.fhir.smart.assertion.parsed", None)
    assert signer.sign(TOKEN_URL, now=NOW) != signer.sign(TOKEN_URL, now=NOW)


def test_a_key_for_another_algorithm_is_found_before_anything_is_sent() -> None:
    with pytest.raises(SetupError):
        Signer(CLIENT, SigningKey("k", "RS256", rs384().private_jwk))


def number(shown: dict[str, Any], name: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(shown[name] + "=="), "big")


def check(assertion: str, shown: dict[str, Any]) -> None:
    """By `cryptography` alone, as RFC 7518 says it."""
    signed, _, last = assertion.rpartition(".")
    signature = base64.urlsafe_b64decode(last + "==")
    if shown["kty"] == "RSA":
        public = rsa.RSAPublicNumbers(number(shown, "e"), number(shown, "n")).public_key()
        public.verify(signature, signed.encode(), padding.PKCS1v15(), hashes.SHA384())
        return
    assert len(signature) == 96
    der = encode_dss_signature(*(int.from_bytes(half, "big") for half in (signature[:48], signature[48:])))
    curve = ec.EllipticCurvePublicNumbers(number(shown, "x"), number(shown, "y"), ec.SECP384R1())
    curve.public_key().verify(der, signed.encode(), ec.ECDSA(hashes.SHA384()))
