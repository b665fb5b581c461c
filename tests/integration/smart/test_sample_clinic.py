"""Signing in at the sample clinic's authorization server, which was written apart from this client."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.errors import ClinicError, ClinicMisbehaved, ClinicRefused
from abstractor.fhir.endpoint import Connection, Endpoint, connect
from abstractor.fhir.smart.discovery import Source
from abstractor.fhir.smart.keys import SigningKey, new_key, public_jwks
from abstractor.fhir.smart.tokens import BackendServices, backend_services
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from tests.unit.fhir_smart.scripted import es384, rs384

NEXT = new_key("ES384")
TYPES = ["Patient", "Condition"]
RECORDS: list[dict[str, Any]] = [
    {"resourceType": "Patient", "id": "p1"},
    {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}},
]
WHOLE = [("Patient", Seen.COMPLETE, 1), ("Condition", Seen.COMPLETE, 1)]


@contextmanager
def clinic(**smart: Any) -> Iterator[Door]:
    keys = public_jwks([es384(), rs384(), NEXT])
    with open_clinic(smart=Smart(client_id="abstractor", jwks=keys, **smart)) as door:
        door.reset(RECORDS)
        yield door


def signed_in(door: Door, key: SigningKey, **more: Any) -> tuple[BackendServices, Connection]:
    endpoint = Endpoint(door.url, tries=2, backoff=0.0)
    auth = backend_services(endpoint, client_id="abstractor", key=key, sleep=lambda _: None, **more)
    return auth, connect(endpoint, auth=auth, sleep=lambda _: None)


def pulled(connection: Connection) -> list[tuple[str, Seen, int]]:
    with connection as open_one:
        return [(one.type, one.state, one.count) for one in open_one.pull("Patient/p1", TYPES).answers]


@pytest.mark.parametrize("key", [es384(), rs384()], ids=["ES384", "RS384"])
@pytest.mark.parametrize(
    ("versions", "written"), [(("v1", "v2"), "rs"), (("v2",), "rs"), (("v1",), "read")], ids=str
)
def test_either_algorithm_and_either_version(
    key: SigningKey, versions: tuple[str, ...], written: str
) -> None:
    allowed = f"system/*.{written}"
    with clinic(versions=versions, allowed=allowed) as door:
        auth, connection = signed_in(door, key)
        assert pulled(connection) == WHOLE
    granted = auth.granted()
    assert granted is not None
    assert {scope.rpartition(".")[2] for scope in granted.scope.split()} == {written}
    assert granted.not_granted == ()


def test_v2_that_is_advertised_and_not_understood() -> None:
    with clinic(versions=("v1", "v2"), honours=("v1",), allowed="system/*.read") as door:
        auth, connection = signed_in(door, es384())
        assert pulled(connection) == WHOLE
        assert auth.sign_in().scope.split()[0].endswith(".read")


@pytest.mark.parametrize(
    ("told", "found"), [("well-known", Source.WELL_KNOWN), ("capability", Source.STATEMENT)]
)
def test_where_the_token_endpoint_is_told(told: str, found: Source) -> None:
    with clinic(discovery=told) as door:
        auth, connection = signed_in(door, es384())
        assert pulled(connection) == WHOLE
        assert auth.discovery().source is found


def test_a_token_endpoint_that_is_told_nowhere_is_configured() -> None:
    with clinic(discovery="none") as door:
        auth, connection = signed_in(door, es384(), token_url=f"{door.url}/auth/token")
        assert pulled(connection) == WHOLE
        assert auth.discovery().source is Source.SETUP
        _, connection = signed_in(door, es384())
        with pytest.raises(ClinicMisbehaved, match="set token_url"):
            pulled(connection)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_token_that_expires_in_the_middle_of_a_chart(turn: int) -> None:
    with clinic() as door:
        _, connection = signed_in(door, es384())
        door.arm(f"token-expires@{turn}")
        assert pulled(connection) == WHOLE


@pytest.mark.parametrize(
    ("fault", "error", "told"),
    [
        ("bare-400", ClinicRefused, "bare 400 is how Epic says"),
        ("jwks-down", ClinicRefused, "JWKS address"),
        ("key-rotated", ClinicRefused, "JWKS address"),
    ],
)
def test_a_refusal_names_what_to_check(fault: str, error: type[ClinicError], told: str) -> None:
    with clinic() as door:
        door.arm(fault)
        _, connection = signed_in(door, es384())
        with pytest.raises(error, match=told):
            pulled(connection)
        door.disarm()
        _, connection = signed_in(door, NEXT)
        assert pulled(connection) == WHOLE


def test_a_scope_that_was_taken_down_is_told_and_costs_its_type_alone() -> None:
    with clinic() as door:
        door.arm("scope-downgraded=Condition")
        auth, connection = signed_in(door, es384())
        assert pulled(connection) == [("Patient", Seen.COMPLETE, 1), ("Condition", Seen.REFUSED, 0)]
    granted = auth.granted()
    assert granted is not None
    assert "Condition" in granted.not_granted
    assert "Patient" in granted.whole


@pytest.mark.parametrize(
    ("fault", "way"),
    [("clock-skew", "behind"), ("clock-skew=300", "behind"), ("clock-skew=-300", "ahead of")],
)
def test_a_clock_that_is_five_minutes_off(fault: str, way: str) -> None:
    with clinic() as door:
        door.arm(fault)
        auth, connection = signed_in(door, es384())
        assert pulled(connection) == WHOLE
        (said,) = auth.remarks()
    assert f"s {way} the server's: set it right" in said
