"""The guard that keeps tests on this machine is itself put to the test; nothing here leaves it."""

import socket

import httpx
import pytest

from tests.loopback import Guard, OutsideConnection, is_local

ELSEWHERE = "192.0.2.1"  # TEST-NET-1, routed nowhere
CLINIC = "clinic.example"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        (b"localhost", True),
        (None, True),
        ("", True),
        (ELSEWHERE, False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse, not one to bind
        ("::ffff:192.0.2.1", False),
        ("10.0.0.1", False),
        ("localhost.example", False),
        (CLINIC, False),
    ],
)
def test_what_counts_as_this_machine(host: str | bytes | None, expected: bool) -> None:
    assert is_local(host) is expected


def test_a_connection_outside_is_refused_and_remembered(guard: Guard) -> None:
    with socket.socket() as connection:
        with pytest.raises(OutsideConnection):
            connection.connect((ELSEWHERE, 443))
        with pytest.raises(OutsideConnection):
            connection.connect_ex((ELSEWHERE, 443))
    with pytest.raises(OutsideConnection):
        socket.getaddrinfo(CLINIC, 443)
    assert guard.take() == [f"{ELSEWHERE}:443", f"{ELSEWHERE}:443", f"{CLINIC}:443"]


def test_an_http_client_is_stopped_too(guard: Guard) -> None:
    with pytest.raises(OutsideConnection):
        httpx.get(f"https://{CLINIC}/fhir/metadata")
    assert guard.take() == [f"{CLINIC}:443"]


def test_loopback_and_unix_sockets_pass(tmp_path_factory: pytest.TempPathFactory, guard: Guard) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    path = str(tmp_path_factory.mktemp("s") / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
    assert guard.take() == []


def test_a_test_that_swallows_the_refusal_fails_all_the_same(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("from tests.conftest import guard, no_outside_connection")
    pytester.makepyfile(
        f"""
        import contextlib, socket

        def test_swallows():
            with contextlib.suppress(Exception):
                socket.create_connection(("{ELSEWHERE}", 443))
        """
    )
    pytester.runpytest_inprocess("-p", "no:playwright").assert_outcomes(passed=1, errors=1)


@pytest.mark.parametrize(
    ("ci", "reason", "outcome"),
    [
        ("true", "no browser", {"errors": 1}),
        ("true", "cannot be had: no Chromium, and none may be installed here", {"skipped": 1}),
        ("", "no browser", {"skipped": 1}),
    ],
)
def test_a_skip_in_ci_names_what_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, reason: str, outcome: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest("from tests.conftest import pytest_runtest_makereport, pytest_make_collect_report")
    pytester.makepyfile(f"import pytest\n\n@pytest.mark.skip(reason={reason!r})\ndef test_it():\n    pass\n")
    pytester.runpytest_inprocess("-p", "no:playwright").assert_outcomes(**outcome)
