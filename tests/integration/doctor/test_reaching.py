"""The way to a clinic, step by step, and what IT reads where it ends."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from abstractor.fhir.address import Endpoint
from abstractor.fhir.examining.reaching import the_way
from abstractor.fhir.examining.values import Mark, Step
from tests.integration.smart.certificates import Authority
from tests.integration.smart.guarded import Guarded, guarded_clinic
from tests.integration.smart.proxy import web_proxy
from tests.unit.fhir_smart.scripted import es384

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
NAME = "clinic.example"  # leads nowhere by itself: only the proxy knows that it is this machine


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def hospital(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "hospital")


Serve = Callable[..., str]


@pytest.fixture
def serve(hospital: Authority) -> Iterator[Serve]:
    """Clinics over TLS, each with its certificate."""
    open_clinics = []

    def one(*names: str, until: datetime | None = None) -> str:
        ends = {} if until is None else {"until": until}
        certificate = hospital.vouches_for(*names, **ends)
        clinic = guarded_clinic(Guarded([es384()]), certificate=certificate, name="localhost")
        open_clinics.append(clinic)
        return clinic.__enter__()

    yield one
    for clinic in open_clinics:
        clinic.__exit__(None, None, None)


def told(url: str, *, now: Callable[[], float] = time.time) -> dict[str, Step]:
    return {step.name: step for step in the_way(Endpoint(url, connect_timeout=10), now=now)}


def test_the_hospitals_own_authority(
    hospital: Authority, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    way = told(serve("localhost"))
    assert [step.mark for step in way.values()] == [Mark.FINE] * 3
    assert "vouched for by authority of the hospital until 2120-01-01" in way["certificate"].found
    assert "an authority that this machine was told to trust" in way["certificate"].found
    assert "(no proxy is set for it)" in way["address"].found


def test_an_authority_that_nobody_named(serve: Serve) -> None:
    way = told(serve("localhost"))
    assert way["connection"].mark is Mark.FINE
    assert way["certificate"].mark is Mark.STOP
    assert "SSL_CERT_FILE" in (way["certificate"].mend or "")


@pytest.mark.parametrize(
    ("names", "until", "mend"),
    [
        (("elsewhere.example",), None, "the certificate is for another name"),
        (("localhost",), datetime(2021, 1, 1, tzinfo=UTC), "the clinic's certificate has expired"),
    ],
)
def test_a_certificate_that_is_refused(
    hospital: Authority,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
    until: datetime | None,
    mend: str,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    step = told(serve(*names, until=until))["certificate"]
    assert step.mark is Mark.STOP
    assert (step.mend or "").startswith(mend)


def test_a_certificate_that_ends_soon(
    hospital: Authority, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    soon = datetime(2119, 12, 20, tzinfo=UTC).timestamp()
    step = told(serve("localhost"), now=lambda: soon)["certificate"]
    assert (step.mark, (step.mend or "")[:30]) == (Mark.LOOK, "ask who runs the endpoint to r")


def test_through_the_proxy_that_is_set(
    hospital: Authority, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hospital.file))
    url = serve(NAME).replace("localhost", NAME)
    with web_proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:canary-secret@{proxy.url}")
        way = told(url)
    assert [step.mark for step in way.values()] == [Mark.FINE] * 3, way
    assert "through the proxy" in way["address"].found and "HTTPS_PROXY" in way["address"].found
    assert proxy.asked[0].startswith(f"CONNECT {NAME}:")
    assert b"Proxy-Authorization: Basic" in proxy.read
    assert "canary" not in str(way)


def test_a_proxy_that_says_no(hospital: Authority, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    url = serve(NAME).replace("localhost", NAME)
    with web_proxy() as proxy:
        proxy.refuses = 403
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        step = told(url)["connection"]
    assert step.mark is Mark.STOP
    assert "HTTPS_PROXY" in (step.mend or "")


def test_nobody_listens() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        for scheme in ("http", "https"):
            way = told(f"{scheme}://127.0.0.1:{port}/fhir")
            assert way["connection"].mark is Mark.STOP, scheme
            assert "Connection refused" in way["connection"].found
            assert "certificate" not in way


def test_a_port_that_speaks_no_tls(tmp_path: Path) -> None:
    with guarded_clinic(Guarded([es384()])) as url:
        step = told(url.replace("http:", "https:"))["certificate"]
    assert (step.mark, step.found[:6]) == (Mark.STOP, "no TLS")


def test_plain_http_on_this_machine_is_fine() -> None:
    with guarded_clinic(Guarded([es384()])) as url:
        way = told(url)
    assert [step.mark for step in way.values()] == [Mark.FINE] * 3
    assert "does not leave this machine" in way["certificate"].found
