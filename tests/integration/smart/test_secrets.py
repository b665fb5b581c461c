"""Canaries: no token, assertion or key in a log line, in an error, or in what hangs on an error."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any

import httpx
import pytest

from abstractor.errors import AbstractorError, ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from abstractor.fhir.endpoint import Connection
from abstractor.fhir.smart.tokens import BackendServices
from tests.clock import Clock
from tests.integration.smart.guarded import Guarded, guarded_clinic
from tests.integration.smart.test_signing_in import signed_in
from tests.unit.fhir_smart.scripted import claims_of, es384, granted, scripted_clinic
from tests.unit.fhir_smart.scripted import signed_in as scripted_signed_in

TOKEN = "canary-token-90210"  # noqa: S105 - made up
PERSON = "canary-person"
PRIVATE = json.loads(es384().private_jwk)["d"]
WELL_KNOWN = ".well-known/smart-configuration"

# What goes wrong: the token endpoint's answers, the patient's, and the error that it ends with.
FAULTS: dict[str, tuple[Any, Any, type[AbstractorError] | None]] = {
    "401 always": (granted(TOKEN), httpx.Response(401), ClinicRefused),
    "a bare 400": (httpx.Response(400), None, ClinicRefused),
    "the assertion told back": (
        lambda request: httpx.Response(400, content=request.content),
        None,
        ClinicRefused,
    ),
    "the assertion in an error code": (
        lambda request: httpx.Response(401, json={"error": request.content.decode()}),
        None,
        ClinicRefused,
    ),
    "a token of another kind": (granted(TOKEN, token_type="mac"), None, ClinicMisbehaved),  # noqa: S106
    "a token of two lines": (granted(f"{TOKEN}\r\nHost: x"), None, ClinicMisbehaved),
    "a token in what is no token": (httpx.Response(200, json=[TOKEN]), None, ClinicMisbehaved),
    "a redirect of the token request": (
        httpx.Response(307, headers={"Location": "https://evil.example/token"}),
        None,
        ClinicRefused,
    ),
    "no connection for a token": (httpx.ConnectError("Connection refused"), None, ClinicUnreachable),
    "a token that does not come": (httpx.ReadTimeout("slow"), None, ClinicUnreachable),
    "a token that breaks off": (httpx.RemoteProtocolError("ended"), None, ClinicUnreachable),
    "no connection for data": (granted(TOKEN), httpx.ConnectError("Connection refused"), ClinicUnreachable),
    "data that does not come": (granted(TOKEN), httpx.ReadTimeout("slow"), ClinicUnreachable),
    "data that is throttled": (granted(TOKEN), httpx.Response(429), ClinicUnreachable),
    "data that is no data": (granted(TOKEN), httpx.Response(200, content=b"<html>"), None),
    "data that is not for us": (granted(TOKEN), httpx.Response(403), None),
}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "httpcore.proxy"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_goes_wrong_no_secret_is_told(fault: str, lines: pytest.LogCaptureFixture) -> None:
    tokens, patient, error = FAULTS[fault]
    paths = {f"Patient/{PERSON}": patient} if patient is not None else {}
    auth, clinic = scripted_signed_in(Clock())
    with scripted_clinic(tokens, paths=paths) as asked, clinic:
        told = outcome_of(clinic, auth, error)
    secrets = [form["client_assertion"] for form in asked.tokens]
    assert secrets
    assert PERSON not in lines.text
    kept_quiet(told + lines.text, *secrets, *(claims_of(one)[1]["jti"] for one in secrets))


def test_a_whole_pull_is_silent(lines: pytest.LogCaptureFixture) -> None:
    """Over real sockets: httpcore tells every header and every line, if it is let."""
    clock = Clock()
    there = Guarded([es384()], clock)
    with guarded_clinic(there) as url:
        auth, clinic = signed_in(url, es384(), clock)
        with clinic:
            told = outcome_of(clinic, auth, None)
            there.tokens.clear()
            told += outcome_of(clinic, auth, None)
            there.keys.clear()
            there.tokens.clear()
            told += outcome_of(clinic, auth, ClinicRefused)
    assert len(there.assertions) == 3
    given = [bearer for _, bearer in there.seen if bearer]
    kept_quiet(told + lines.text, *there.assertions, *given)
    assert "127.0.0.1" in told


def test_a_bad_discovery_tells_no_secret(lines: pytest.LogCaptureFixture) -> None:
    auth, clinic = scripted_signed_in(Clock(), token_url="https://auth.example/token")  # noqa: S106
    paths = {WELL_KNOWN: httpx.Response(200, json={"token_endpoint": "https://name:word@auth.example/"})}
    with scripted_clinic(httpx.Response(400), paths=paths), clinic:
        told = outcome_of(clinic, auth, ClinicRefused)
    assert "name:word" not in told + lines.text
    kept_quiet(told + lines.text)


def test_the_watch_itself_sees_secrets_wherever_they_hang() -> None:
    """A proof that the tests above can fail."""

    def leaky() -> None:
        secret = TOKEN
        try:
            raise ValueError("no connection") from httpx.ReadTimeout("x", request=_request(secret))
        except ValueError as failed:
            raise ClinicUnreachable("quiet words") from failed

    with pytest.raises(ClinicUnreachable) as caught:
        leaky()
    with pytest.raises(AssertionError):
        kept_quiet(everything(caught.value))


def _request(secret: str) -> httpx.Request:
    return httpx.Request("GET", f"https://clinic.example/{PERSON}", headers={"Authorization": secret})


def outcome_of(clinic: Connection, auth: BackendServices, error: type[AbstractorError] | None) -> str:
    """All that can be seen of a pull and of how it ended, without the frames of the tests themselves."""
    with expected(error) as told:
        told.append(repr(clinic.pull(f"Patient/{PERSON}", ["Patient"]).answers))
    return "\n".join([*told, repr(auth), repr(auth.granted()), repr(auth.remarks())])


@contextmanager
def expected(error: type[AbstractorError] | None) -> Iterator[list[str]]:
    told: list[str] = []
    if error is None:
        yield told
        return
    with pytest.raises(error) as caught:
        yield told
    told.append(everything(caught.value))


def everything(error: BaseException) -> str:
    """The error, all that it came from or came after, their attributes, and the frames that they passed."""
    told, left = [], [error]
    while left:
        one = left.pop()
        told += [str(one), repr(one.args), repr(vars(one)), *_frames(one.__traceback__)]
        request = getattr(one, "_request", None)
        told += (
            [] if request is None else [str(request.url), repr(request.headers.raw), repr(request.content)]
        )
        left += [other for other in (one.__cause__, one.__context__) if other is not None]
    return "\n".join(told)


def _frames(passed: TracebackType | None) -> Iterator[str]:
    while passed is not None:
        yield from _locals(passed.tb_frame)
        passed = passed.tb_next


def _locals(frame: FrameType) -> list[str]:
    """Of our own program: what a debugger or a crash report would show."""
    ours = "/abstractor/" in frame.f_code.co_filename and "/tests/" not in frame.f_code.co_filename
    return [f"{name}={value!r}" for name, value in frame.f_locals.items()] if ours else []


def kept_quiet(told: str, *more: str) -> None:
    for secret in (TOKEN, PRIVATE, *more):
        assert secret not in told
