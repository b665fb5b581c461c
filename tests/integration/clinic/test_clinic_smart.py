"""The clinic's authorization server: what it tells, what it takes for an assertion, what a token may do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from tests.integration.clinic.shared import code_of, record
from tests.integration.clinic.signing import ask_token, assertion, new_key, public

KEY = new_key("RS384", "now")
NEXT = new_key("ES384", "next")
STRANGER = new_key("RS384", "now")


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with open_clinic(smart=Smart(jwks=public(KEY, NEXT))) as opened:
        opened.reset([record("Patient", "p1"), record("Condition", "c1", patient="p1")])
        yield opened


def audience(door: Door) -> str:
    return f"{door.url}/auth/token"


def token(door: Door, scope: str = "system/*.rs") -> str:
    answer = ask_token(door.url, assertion(KEY, audience(door)), scope)
    return str(answer.raise_for_status().json()["access_token"])


def get(door: Door, address: str, access: str) -> httpx.Response:
    return httpx.get(f"{door.url}/{address}", headers={"Authorization": f"Bearer {access}"})


def error_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def test_it_tells_where_and_how(door: Door) -> None:
    told = httpx.get(f"{door.url}/.well-known/smart-configuration").json()
    assert told["token_endpoint"] == audience(door)
    assert told["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert {"permission-v1", "permission-v2"} <= set(told["capabilities"])
    assert httpx.get(f"{door.url}/metadata").status_code == 200


@pytest.mark.parametrize("key", [KEY, NEXT], ids=["RS384", "ES384"])
def test_a_good_assertion_gets_a_token_that_reads(door: Door, key: Any) -> None:
    answer = ask_token(door.url, assertion(key, audience(door))).json()
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("bearer", 300, "system/*.rs")
    assert get(door, "Condition?patient=p1", answer["access_token"]).json()["total"] == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"seconds": -1},
        {"seconds": 400},
        {"aud": "https://elsewhere.example/token"},
        {"iss": "somebody"},
        {"sub": "somebody"},
        {"jti": None},
        {"exp": "soon"},
    ],
    ids=lambda claims: "-".join(claims),
)
def test_an_assertion_that_is_not_accepted(door: Door, claims: dict[str, Any]) -> None:
    assert error_of(ask_token(door.url, assertion(KEY, audience(door), **claims))) == (400, "invalid_client")


def test_an_assertion_is_used_once(door: Door) -> None:
    signed = assertion(KEY, audience(door))
    assert ask_token(door.url, signed).status_code == 200
    assert error_of(ask_token(door.url, signed)) == (400, "invalid_client")


def test_a_signature_of_somebody_else(door: Door) -> None:
    assert error_of(ask_token(door.url, assertion(STRANGER, audience(door)))) == (400, "invalid_client")


@pytest.mark.parametrize("signed", ["", "x", "e30.e30.", "W10.e30.x", "\xe9.e30.x"])
def test_what_is_no_assertion(door: Door, signed: str) -> None:
    assert error_of(ask_token(door.url, signed)) == (400, "invalid_client")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "invalid_request"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": "system/Condition.rs system/Observation.read"}, "invalid_scope"),
    ],
)
def test_a_form_that_is_refused(door: Door, more: dict[str, str], error: str) -> None:
    assert error_of(ask_token(door.url, assertion(KEY, audience(door)), **more)) == (400, error)


def test_without_a_token_nothing_is_read(door: Door) -> None:
    bare = httpx.get(f"{door.url}/Condition?patient=p1")
    assert code_of(bare) == (401, "login")
    assert bare.headers["www-authenticate"].startswith("Bearer")
    assert get(door, "Condition/c1", "made-up").status_code == 401


@pytest.mark.parametrize(
    ("scope", "address", "status"),
    [
        ("system/Condition.rs", "Condition?patient=p1", 200),
        ("system/Condition.read", "Condition?patient=p1", 200),
        ("system/Condition.rs", "Patient/p1", 403),
        ("system/Condition.r", "Condition/c1", 200),
        ("system/Condition.r", "Condition?patient=p1", 403),
        ("system/Condition.s", "Condition/c1", 403),
    ],
)
def test_a_token_does_what_its_scopes_say(door: Door, scope: str, address: str, status: int) -> None:
    assert get(door, address, token(door, scope)).status_code == status


def test_a_token_ends(door: Door) -> None:
    access = token(door)
    door.advance(299)
    assert get(door, "Patient/p1", access).status_code == 200
    door.advance(2)
    assert get(door, "Patient/p1", access).status_code == 401
    door.advance(-301)


def test_what_is_allowed_and_understood_limits_what_is_granted() -> None:
    smart = Smart(jwks=public(KEY), allowed="system/Condition.rs system/Patient.r", honours=("v2",))
    with open_clinic(smart=smart) as door:
        answer = ask_token(door.url, assertion(KEY, audience(door)), "system/*.rs")
        assert answer.json()["scope"] == "system/Condition.rs system/Patient.r"
        refused = ask_token(door.url, assertion(KEY, audience(door)), "system/Condition.read")
        assert error_of(refused) == (400, "invalid_scope")
        nothing = ask_token(door.url, assertion(KEY, audience(door)), "system/Encounter.rs")
        assert error_of(nothing) == (400, "invalid_scope")


@pytest.mark.parametrize(("discovery", "told"), [("capability", True), ("none", False)])
def test_where_the_token_endpoint_is_told(discovery: Any, told: bool) -> None:
    with open_clinic(smart=Smart(jwks=public(KEY), discovery=discovery)) as door:
        assert httpx.get(f"{door.url}/.well-known/smart-configuration").status_code == 404
        rest = httpx.get(f"{door.url}/metadata").json()["rest"][0]
        found = rest.get("security", {}).get("extension", [{}])[0].get("extension", [{}])[0].get("valueUri")
        assert found == (audience(door) if told else None)


def test_keys_from_a_file_are_read_again_when_one_is_not_known(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(public(KEY)))
    with open_clinic(smart=Smart(jwks=str(file))) as door:
        assert ask_token(door.url, assertion(KEY, audience(door))).status_code == 200
        assert ask_token(door.url, assertion(NEXT, audience(door))).status_code == 400
        file.write_text(json.dumps(public(NEXT)))
        assert ask_token(door.url, assertion(NEXT, audience(door))).status_code == 200


def test_keys_from_an_address() -> None:
    class Published(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(public(KEY)).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Published)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/jwks.json"
    with open_clinic(smart=Smart(jwks=address)) as door:
        assert ask_token(door.url, assertion(KEY, audience(door))).status_code == 200
        server.shutdown()
        server.server_close()
        # What was fetched is kept; a key that is not known cannot be fetched any more.
        assert ask_token(door.url, assertion(KEY, audience(door))).status_code == 200
        assert ask_token(door.url, assertion(NEXT, audience(door))).status_code == 400
