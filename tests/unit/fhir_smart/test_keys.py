"""Keys: what is made, what is shown of them, and that the private part stays where it is."""

import base64
import hashlib
import json
import pickle
import traceback

import pytest

from abstractor.errors import OptionError, SetupError
from abstractor.fhir.smart.keys import SigningKey, new_key, parsed, public_jwks
from tests.unit.fhir_smart.scripted import es384, rs384

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
SHOWN = {
    "RS384": {"kty", "n", "e", "kid", "alg", "use", "key_ops"},
    "ES384": {"kty", "crv", "x", "y", "kid", "alg", "use", "key_ops"},
}
KEYS = {"RS384": rs384, "ES384": es384}


@pytest.mark.parametrize("algorithm", KEYS)
def test_the_public_set_has_what_a_server_looks_for_and_nothing_private(algorithm: str) -> None:
    key = KEYS[algorithm]()
    (shown,) = public_jwks([key])["keys"]
    assert set(shown) == SHOWN[algorithm]
    assert (shown["kid"], shown["alg"], shown["use"], shown["key_ops"]) == (
        key.kid,
        algorithm,
        "sig",
        ["verify"],
    )
    secret = {name: value for name, value in json.loads(key.private_jwk).items() if name in PRIVATE}
    assert secret
    assert not any(str(value) in json.dumps(public_jwks([key])) for value in secret.values())


@pytest.mark.parametrize("algorithm", KEYS)
def test_the_kid_is_the_thumbprint_of_rfc_7638(algorithm: str) -> None:
    key = KEYS[algorithm]()
    held = json.loads(key.private_jwk)
    names = ("e", "kty", "n") if algorithm == "RS384" else ("crv", "kty", "x", "y")
    canonical = json.dumps({name: held[name] for name in names}, separators=(",", ":")).encode()
    digest = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).decode().rstrip("=")
    assert key.kid == held["kid"] == digest


def test_current_and_next_are_shown_together() -> None:
    keys = [es384(), rs384(), new_key("ES384")]
    assert [one["kid"] for one in public_jwks(keys)["keys"]] == [key.kid for key in keys]
    assert public_jwks([]) == {"keys": []}


def test_each_key_is_another() -> None:
    assert new_key("ES384").kid != new_key("ES384").kid


def test_the_sizes_are_what_servers_ask_for() -> None:
    rsa, ec = parsed(rs384()), parsed(es384())
    assert getattr(rsa.raw_value, "key_size", 0) == 3072
    assert ec.as_dict(private=False)["crv"] == "P-384"


@pytest.mark.parametrize("algorithm", ["RS256", "HS256", "none", "", "rs384"])
def test_a_key_of_another_algorithm_is_not_made(algorithm: str) -> None:
    with pytest.raises(OptionError, match="RS384, ES384"):
        new_key(algorithm)


def test_the_private_part_is_in_no_repr() -> None:
    key = es384()
    assert json.loads(key.private_jwk)["d"] not in repr(key) + str(key) + repr([key]) + repr(parsed(key))


@pytest.mark.parametrize(
    "broken",
    [
        "canary",
        '"canary"',
        '{"kty":"EC","crv":"P-384","x":"canary","y":"canary","d":"canary"}',
        '{"kty":"RSA","n":"canary","e":"AQAB","d":"canary"}',
        '{"kty":"oct","k":"canary"}',
        '{"kty":"EC"}',
        "",
    ],
)
def test_a_broken_key_is_refused_and_not_told(broken: str) -> None:
    with pytest.raises(SetupError, match="the signing key kid-1 cannot be used") as refused:
        parsed(SigningKey("kid-1", "ES384", broken))
    told = "".join(traceback.format_exception(refused.value))
    assert "canary" not in told.replace(f"broken = {broken!r}", "")
    assert refused.value.__context__ is None


def test_a_key_of_another_kind_or_without_its_private_part_signs_nothing() -> None:
    public = json.dumps(public_jwks([es384()])["keys"][0])
    for key in (
        SigningKey("k", "RS384", es384().private_jwk),
        SigningKey("k", "ES384", rs384().private_jwk),
        SigningKey("k", "ES384", public),
    ):
        with pytest.raises(SetupError):
            parsed(key)


def test_a_key_can_be_stored_and_read_back() -> None:
    key = es384()
    again = SigningKey(key.kid, key.algorithm, key.private_jwk)
    assert (again, pickle.loads(pickle.dumps(again))) == (key, key)  # noqa: S301 - made here
    assert public_jwks([again]) == public_jwks([key])
