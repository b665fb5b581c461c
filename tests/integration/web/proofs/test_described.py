"""The JSON interface holds to what it says of itself: schemathesis asks every operation of the served
document, with what fits and with what does not, as a signed-in user and as a service.
"""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckFunction, not_a_server_error
from schemathesis.python.asgi import ASGIClient
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from abstractor.web.access import routes_of
from tests.integration.web.proofs.world import World, world

WAYS = ("cookie", "bearer")
# Every refusal is declared as problem+json and nothing else, so that these see to its form too.
AS_DESCRIBED: tuple[CheckFunction, ...] = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
OF_A_SERVER = ("Traceback", 'File "', ".py", "sqlalchemy", "pydantic", "sqlite", "0x")
# Closed to who reviews in the audit while it is open, whatever else is asked.
AGREEMENT = "/api/v1/audits/{audit_id}/agreement"
# One asks for the tag of a list, one is for who settles two reviews; a draw is closed to its readers.
NOT_ANSWERED = {
    f"GET {AGREEMENT}",
    "GET /api/v1/audits/{audit_id}/drawn",
    "GET /api/v1/audits/{audit_id}/left-out",
    "GET /api/v1/cycles/{cycle_id}/charts/{patient_id}/evidence/{number}",
    "GET /api/v1/seats/{seat_id}/side-by-side",
}
DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture(scope="module")
def here() -> Iterator[World]:
    with world() as made:
        yield made


def operations(client: ASGIClient) -> list[APIOperation]:
    """What asks first, then what changes something, and what ends it last."""
    described = schemathesis.openapi.from_dict(client.get(DOCUMENT).json())
    found = [each.ok() for each in described.get_all_operations()]
    of_api = [each for each in found if each.path.startswith("/api/")]
    return sorted(of_api, key=lambda each: (each.method != "get", each.path.endswith("/close"), each.path))


def asks(
    here: World,
    operation: APIOperation,
    mode: GenerationMode,
    ask: Callable[[Case], None],
    *,
    most: int,
) -> None:
    """About half of the cases name what is there."""
    parts = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
    kinds = [operation.as_strategy(generation_mode=mode)]
    if parts:
        places = {name: here.named[name] for name in parts}
        kinds.append(operation.as_strategy(generation_mode=mode, path_parameters=places))
    few = settings(
        max_examples=most,
        database=None,
        derandomize=True,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    few(given(case=st.one_of(kinds))(ask))()


def asked_by(
    client: ASGIClient, *checks: CheckFunction, answered: set[str] | None = None
) -> Callable[[Case], None]:
    """`answered` is told of the operations that had something to answer."""

    def ask(case: Case) -> None:
        response = case.call(session=client)
        if answered is not None and response.status_code < 400:
            answered.add(case.operation.label)
        case.validate_response(response, checks=list(checks))
        if response.status_code >= 400:
            assert [word for word in OF_A_SERVER if word in response.text] == []

    return ask


def test_the_document_names_every_route(here: World) -> None:
    with here.asking("bearer") as client:
        named = {(each.method.upper(), each.path) for each in operations(client)}
    routes = {(method, path) for method, path, _ in routes_of(here.app) if path.startswith("/api/")}
    assert routes - named == {("GET", DOCUMENT)}


@pytest.mark.parametrize("way", WAYS)
def test_every_answer_is_as_described(way: str) -> None:
    answered: set[str] = set()
    with world() as anew, anew.asking(way) as client:
        every = operations(client)
        ask = asked_by(client, *AS_DESCRIBED, answered=answered)
        for operation in every:
            asks(anew, operation, GenerationMode.POSITIVE, ask, most=5)
    reads = {each.label for each in every if each.method == "get"}
    assert reads - answered == NOT_ANSWERED


@pytest.mark.parametrize("way", WAYS)
def test_what_does_not_fit_is_refused(here: World, way: str) -> None:
    checks = (*AS_DESCRIBED, negative_data_rejection)
    with here.asking(way) as client:
        for operation in operations(client):
            if operation.path_parameters or operation.query or operation.body:
                asks(here, operation, GenerationMode.NEGATIVE, asked_by(client, *checks), most=3)


def test_a_parameter_that_is_unknown_is_refused(here: World) -> None:
    with here.asking("bearer") as client:
        for operation in operations(client):
            path = operation.path.format(**here.named)
            response = client.request(operation.method, path, params={"Canarywell": "Zelda"})
            closed = operation.path == AGREEMENT
            assert response.status_code == (403 if closed else 422), operation.path
            assert response.headers["content-type"] == "application/problem+json"
            assert closed or "known" in response.json()["detail"]
            assert "Canarywell" not in response.text
            assert "Zelda" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/api/v1/audits", b"{", 422),
        ("POST", "/api/v1/audits", b"\xff\xfe", 422),
        ("POST", "/api/v1/audits", b"[" * 60_000, 400),
        ("POST", "/api/v1/audits", b" " * 70_000, 413),
        ("DELETE", "/api/v1/audits", b"", 405),
        ("GET", "/api/v1/canarywell", b"", 404),
        ("GET", "/api/v1/cycles/1e3", b"", 422),
    ],
)
def test_what_no_operation_takes_is_refused_in_the_same_form(
    here: World, method: str, path: str, content: bytes, status: int
) -> None:
    with here.asking("bearer") as client:
        response = client.request(method, path, data=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert set(response.json()) == {"type", "title", "status", "detail"}
    assert "canarywell" not in response.text.lower()
