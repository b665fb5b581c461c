"""What the web says while something that it needs is missing, and where it may listen."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from abstractor.errors import OptionError, SetupError
from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store.database import open_store, sqlite_url
from abstractor.web.server import listening, serving
from abstractor.workflow import Services
from tests.integration.web.site import Site

READY = {"status": "ready", "missing": [], "pulls": [], "warnings": []}


@contextmanager
def without(services: Services, lacking: str, folder: Path) -> Iterator[httpx.Client]:
    nowhere = folder / "gone"
    if lacking == "database":
        left = replace(services, store=open_store(sqlite_url(nowhere / "abstractor.db")))
    else:
        left = replace(services, queue=open_queue(f"unix://{nowhere / 'queue.sock'}", retry_delays=()))
    with serving(left) as url, httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        client.cookies.set("abstractor_session", "x" * 43)
        yield client


def test_ready_when_all_is_there(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        assert client.get("/readyz").json() == READY


@pytest.mark.parametrize("lacking", ["database", "queue"])
def test_not_ready_says_what_is_missing_and_the_process_lives(
    site: Site, tmp_path: Path, lacking: str
) -> None:
    with without(site.services, lacking, tmp_path) as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["missing"]) == (503, [lacking])
        assert client.get("/healthz").status_code == 200


def test_without_a_database_nobody_passes_and_the_answer_says_where_to_look(
    site: Site, tmp_path: Path
) -> None:
    with without(site.services, "database", tmp_path) as client:
        page, api = client.get("/queue"), client.get("/api/v1/cycles")
    assert page.status_code == api.status_code == 503
    assert "/readyz says what" in page.text and "/readyz says what" in api.json()["detail"]


def test_only_a_proxy_with_tls_lets_it_be_reached_from_outside() -> None:
    outside = Settings(_env_file=None, host="192.0.2.1", port=0)
    with pytest.raises(OptionError, match="ABSTRACTOR_BEHIND_TLS"), listening(outside):
        pass
    # Behind TLS the address is tried; this one belongs to nobody.
    with pytest.raises(SetupError), listening(outside.model_copy(update={"behind_tls": True})):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_loopback_needs_nothing(host: str) -> None:
    with listening(Settings(_env_file=None, host=host, port=0)) as listener:
        assert listener.getsockname()[1] > 0


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = Settings(_env_file=None, port=taken.getsockname()[1])
        with pytest.raises(SetupError, match="ABSTRACTOR_PORT"), listening(settings):
            pass


def test_a_host_that_does_not_exist_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver's refusal is made up: a real one would ask a machine outside."""

    def knows_nobody(*_: object, **__: object) -> None:
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", knows_nobody)
    with (
        pytest.raises(OptionError, match="ABSTRACTOR_HOST"),
        listening(Settings(_env_file=None, host="no host")),
    ):
        pass
