"""F41 to F46: what goes wrong with tokens."""

from collections.abc import Iterator

import httpx
import pytest

from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from tests.integration.clinic.shared import record
from tests.integration.clinic.signing import ask_token, assertion, new_key, public

KEY = new_key("ES384", "now")
NEXT = new_key("ES384", "next")


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(smart=Smart(jwks=public(KEY, NEXT))) as opened:
        opened.reset([record("Patient", "p1"), record("Condition", "c1", patient="p1")])
        yield opened


def ask(door: Door, *, key: object = KEY, seconds: float = 240, scope: str = "system/*.rs") -> httpx.Response:
    assert key in (KEY, NEXT)
    chosen = KEY if key is KEY else NEXT
    return ask_token(door.url, assertion(chosen, f"{door.url}/auth/token", seconds=seconds), scope)


def reads(door: Door, access: str, count: int) -> list[int]:
    headers = {"Authorization": f"Bearer {access}"}
    return [httpx.get(f"{door.url}/Condition/c1", headers=headers).status_code for _ in range(count)]


def test_f41_a_token_expires_in_the_middle(door: Door) -> None:
    door.arm("token-expires@3")
    assert reads(door, ask(door).json()["access_token"], 4) == [200, 200, 401, 401]
    assert reads(door, ask(door).json()["access_token"], 4) == [200, 200, 200, 200]


def test_f42_the_key_that_signed_first_is_no_longer_taken(door: Door) -> None:
    door.arm("key-rotated@2")
    assert [ask(door).status_code for _ in range(3)] == [200, 400, 400]
    assert ask(door, key=NEXT).status_code == 200


def test_f43_a_bare_400(door: Door) -> None:
    door.arm("bare-400")
    answer = ask(door)
    assert (answer.status_code, answer.content) == (400, b"")
    door.disarm("bare-400")
    assert ask(door).status_code == 200


def test_f44_less_is_granted_than_was_asked(door: Door) -> None:
    door.arm("scope-downgraded=Condition")
    told = ask(door).json()
    assert told["scope"] == "system/Group.rs system/Patient.rs"
    assert reads(door, told["access_token"], 1) == [403]
    assert ask(door, scope="system/Condition.rs system/Patient.rs").json()["scope"] == "system/Patient.rs"


@pytest.mark.parametrize(
    ("fault", "wrong", "right"), [("clock-skew", 240, 540), ("clock-skew=-300", 240, -60)]
)
def test_f45_the_clinics_clock_is_wrong(door: Door, fault: str, wrong: float, right: float) -> None:
    door.arm(fault)
    assert ask(door, seconds=wrong).json()["error"] == "invalid_client"
    assert ask(door, seconds=right).status_code == 200


def test_f46_the_clients_keys_cannot_be_fetched(door: Door) -> None:
    door.arm("jwks-down")
    assert ask(door).json()["error"] == "invalid_client"
    door.disarm()
    assert ask(door).status_code == 200
