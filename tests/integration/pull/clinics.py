"""Clinics for the tests of pulling: pages by the piece, a scripted clinic, a small clinic as files."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import respx

from abstractor.fhir.answers import Answer
from abstractor.fhir.endpoint import Connection, Endpoint, Pulled, connect

__all__ = [
    "BASE",
    "PATIENT",
    "answer",
    "bundle",
    "outcome",
    "quick",
    "record",
    "scripted",
    "statement",
    "write",
]

BASE = "https://clinic.example/fhir"
PATIENT = "Patient/p1"


def record(
    kind: str, identity: str | None = None, *, patient: str | None = "p1", **more: Any
) -> dict[str, Any]:
    named = (
        {"subject": {"reference": f"Patient/{patient}"}} if patient is not None and kind != "Patient" else {}
    )
    return {"resourceType": kind, **({"id": identity} if identity else {}), **named, **more}


def bundle(*entries: Any, total: int | None = None, following: str | None = None, **more: Any) -> bytes:
    """A page of a search; an entry that is a resource is wrapped, any other stands as given."""
    wrapped = [
        {"resource": one} if isinstance(one, dict) and "resourceType" in one else one for one in entries
    ]
    page: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "entry": wrapped, **more}
    if total is not None:
        page["total"] = total
    if following is not None:
        page["link"] = [{"relation": "self", "url": BASE}, {"relation": "next", "url": following}]
    return json.dumps(page).encode()


def outcome(code: str) -> bytes:
    issue = {"severity": "error", "code": code, "diagnostics": "Jane Canary, born 1970"}
    return json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}).encode()


def statement(types: Mapping[str, tuple[str, ...]], *, version: str = "4.0.1") -> bytes:
    listed = [
        {"type": kind, "searchParam": [{"name": name} for name in names]} for kind, names in types.items()
    ]
    return json.dumps(
        {
            "resourceType": "CapabilityStatement",
            "fhirVersion": version,
            "rest": [{"mode": "server", "resource": listed}],
        }
    ).encode()


def quick(base: str = BASE, **more: Any) -> Endpoint:
    """An endpoint that is not waited for."""
    return Endpoint(base, **{"tries": 3, "backoff": 0.0, "connect_timeout": 2, "read_timeout": 2, **more})


def answer(pulled: Pulled, kind: str) -> Answer:
    return next(one for one in pulled.answers if one.type == kind)


@contextmanager
def scripted(
    replies: Mapping[str, Any], *, sleep: Callable[[float], None] = lambda _: None, **more: Any
) -> Iterator[tuple[Connection, list[httpx.Request]]]:
    """A clinic that answers each path as told, and the list of what it is asked.

    A reply is bytes, an httpx answer or error, a function of the request, or a list of those to be used up.
    Unless told otherwise metadata lists nothing (so all is asked) and the patient is there. A request to
    another host, or for a path that nothing was told of, fails the test.
    """
    usual = {"metadata": statement({}), PATIENT: json.dumps(record("Patient", "p1")).encode()}
    told = {path: list(one) if isinstance(one, list) else one for path, one in {**usual, **replies}.items()}
    asked: list[httpx.Request] = []

    def reply(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        given = told[request.url.path.removeprefix("/fhir/")]
        given = given.pop(0) if isinstance(given, list) else given
        given = given(request) if callable(given) else given
        if isinstance(given, Exception):
            raise given
        return httpx.Response(200, content=given) if isinstance(given, bytes) else given

    with respx.mock(assert_all_called=False) as router:
        router.route(scheme="https", host="clinic.example").mock(side_effect=reply)
        with connect(quick(**more), sleep=sleep) as clinic:
            yield clinic, asked


def write(folder: Path, records: list[dict[str, Any]]) -> Path:
    """The records as the files that the sample clinic serves."""
    for kind in {one["resourceType"] for one in records}:
        lines = (json.dumps(one) for one in records if one["resourceType"] == kind)
        (folder / f"{kind}.ndjson").write_text("\n".join(lines) + "\n")
    return folder
