"""`python -m fixtures.clinic` as a process: ready, stopping, and what it says when it cannot open."""

import gzip
import json
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fixtures.clinic.changes import Wrong
from fixtures.clinic.door import remote_door
from fixtures.stories import all_stories, story, write_ndjson
from tests.integration.clinic.exporting import PREFER
from tests.integration.clinic.signing import ask_token, assertion, new_key, public

COMMAND = [sys.executable, "-m", "fixtures.clinic"]
ROOT = Path(__file__).parents[3]


@contextmanager
def started(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command on a free port, and its address once it says that it is ready."""
    with telling(*options) as (process, told):
        yield process, told["ready"]


@contextmanager
def telling(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The command, and all that it says until it is ready."""
    arguments = [*COMMAND, "--port", "0", *options]
    pipe = subprocess.PIPE
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
    try:
        assert process.stdout is not None
        told: dict[str, str] = {}
        while "ready" not in told and (line := process.stdout.readline()):
            what, _, words = line.strip().partition(" ")
            told[what] = words
        yield process, told
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def failed(*options: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [*COMMAND, *options], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_says_ready_serves_and_stops_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    ready_file = tmp_path / "ready"
    with started("--ready-file", str(ready_file)) as (process, url):
        assert url.startswith("http://127.0.0.1:")
        one_without_a_patient = 1
        total = httpx.get(f"{url}/Patient?_count=0").json()["total"]
        assert total == len(all_stories()) - one_without_a_patient
        assert ready_file.read_text() == f"{url}\n"
        process.send_signal(stop)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_it_stops_when_told_before_the_first_request() -> None:
    with started() as (process, _):
        process.terminate()
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_no_request_leaves_a_trace_on_its_streams() -> None:
    with started() as (process, url):
        httpx.get(f"{url}/Condition?patient=ann")
        httpx.get(f"{url}/Patient/ann-who-is-not-there")
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert (out, err) == ("", "")


def test_a_quirk_and_a_page_limit_by_option() -> None:
    with started("--quirk", "null-entry=Encounter", "--page-limit", "1") as (_, url):
        visits = httpx.get(f"{url}/Encounter?patient=v41").json()
        conditions = httpx.get(f"{url}/Condition?patient=v41&_count=50").json()
    assert [one is None for one in visits["entry"]] == [False, True]
    assert len(conditions["entry"]) == 1


def test_a_personality_and_its_control_address() -> None:
    with telling("--personality", "oracle", "--control") as (_, told):
        door = remote_door(told["ready"], told["control"])
        assert httpx.get(f"{door.url}/metadata").json()["publisher"] == "Oracle Health"
        door.reset([{"resourceType": "Patient", "id": "p1"}])
        door.add({"resourceType": "Encounter", "id": "e1", "subject": {"reference": "Patient/p1"}})
        assert httpx.get(f"{door.url}/Encounter?patient=p1").json()["total"] == 1
        assert set(door.live("p1")) == {"Patient/p1", "Encounter/e1"}
        with pytest.raises(Wrong, match="there is no Encounter/e9"):
            door.delete("Encounter", "e9")
        door.go_down()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{door.url}/metadata")
        door.come_up()
        assert httpx.get(f"{door.url}/metadata").status_code == 200
        wrong = [httpx.post(f"{told['control']}/add", content=body) for body in (b"{", b"[]", b"{}")]
        assert [one.status_code for one in wrong] == [400, 400, 400]
        assert "no order is called sulk" in httpx.post(f"{told['control']}/sulk").json()["wrong"]


def test_an_authorization_server_with_the_keys_of_a_file(tmp_path: Path) -> None:
    key = new_key("ES384", "now")
    (tmp_path / "jwks.json").write_text(json.dumps(public(key)))
    options = ("--client-id", "me", "--jwks", str(tmp_path / "jwks.json"), "--scopes", "v1")
    with started("--smart", *options, "--fault", "bare-400@2") as (_, url):
        assert httpx.get(f"{url}/Patient/ann").status_code == 401
        told = [
            ask_token(url, assertion(key, f"{url}/auth/token", iss="me", sub="me"), "system/Patient.read")
            for _ in range(2)
        ]
        headers = {"Authorization": f"Bearer {told[0].json()['access_token']}"}
        assert httpx.get(f"{url}/Patient/ann", headers=headers).status_code == 200
        assert (told[1].status_code, told[1].content) == (400, b"")


def test_bulk_export_over_tls(tmp_path: Path) -> None:
    with started("--tls", str(tmp_path), "--bulk", "--bulk-polls", "0") as (process, url):
        context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        with httpx.Client(verify=context, headers=PREFER) as client:
            status = client.get(f"{url}/Group/all/$export?_type=Patient").headers["content-location"]
            (told,) = client.get(status).json()["output"]
            assert len(client.get(told["url"]).text.splitlines()) == told["count"] > 50
        process.terminate()
        _, err = process.communicate(timeout=20)
    assert err == ""


def test_an_unknown_fault_is_a_wrong_option() -> None:
    code, _, err = failed("--fault", "sulk")
    assert code == 2
    assert "no fault is called sulk" in err


def test_a_fault_for_a_patient_who_is_not_there() -> None:
    code, _, err = failed("--port", "0", "--fault", "merged-patient=nobody")
    assert (code, err) == (1, "fixtures.clinic: there is no Patient/nobody\n")


def test_a_broken_connection_leaves_no_trace_on_its_streams() -> None:
    with started("--fault", "reset-mid-page=Encounter", "--fault", "read-timeout=Condition") as (
        process,
        url,
    ):
        with pytest.raises(httpx.ReadError):
            httpx.get(f"{url}/Encounter?patient=ann")
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(f"{url}/Condition?patient=ann", timeout=0.5)
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_no_control_address_unless_asked_for() -> None:
    with telling() as (_, told):
        assert set(told) == {"ready"}


def test_it_waits_before_an_answer_when_told() -> None:
    with started("--latency-ms", "150") as (_, url), httpx.Client() as client:
        assert min(client.get(f"{url}/metadata").elapsed.total_seconds() for _ in range(3)) >= 0.15


def test_a_folder_of_ndjson_plain_and_zipped(tmp_path: Path) -> None:
    write_ndjson(tmp_path, [story("ann"), story("xenia")])
    plain = tmp_path / "Condition.ndjson"
    (tmp_path / "Condition.000.ndjson.gz").write_bytes(gzip.compress(plain.read_bytes()))
    untyped = '{"id":"untyped","subject":{"reference":"Patient/ann"}}'
    plain.write_text('{"resourceType":"Condition"\n\n[1]\n' + untyped + "\n")
    with started("--data", str(tmp_path)) as (process, url):
        conditions = httpx.get(f"{url}/Condition?patient=ann").json()
        types = [one["type"] for one in httpx.get(f"{url}/metadata").json()["rest"][0]["resource"]]
        process.terminate()
        _, err = process.communicate(timeout=20)
    ids = [one["resource"]["id"] for one in conditions["entry"]]
    assert ids == ["ann-cancer-1", "ann-metastasis-1", "untyped"]
    assert "Immunization" not in types
    assert err == "fixtures.clinic: 2 lines are no JSON object and are not served\n"


def test_a_folder_gives_back_every_byte(tmp_path: Path) -> None:
    odd = (
        '{ "resourceType" : "Condition","id":"c1", "subject":{"reference":"Patient/p"}, "note":"caf\\u00e9" }'
    )
    (tmp_path / "Condition.ndjson").write_text(f"{odd}\n{odd}\n")
    with started("--data", str(tmp_path)) as (_, url):
        read = httpx.get(f"{url}/Condition/c1")
        search = httpx.get(f"{url}/Condition?patient=p")
    assert read.text == odd
    assert odd in search.text
    assert search.json()["total"] == 1  # the same line twice is one resource
    assert json.loads(read.text)["note"] == "café"


def test_two_bodies_under_one_id_are_both_served(tmp_path: Path) -> None:
    bodies = [{"resourceType": "Patient", "id": "p", "gender": sex} for sex in ("female", "male")]
    (tmp_path / "Patient.ndjson").write_text("".join(json.dumps(one) + "\n" for one in bodies))
    with started("--data", str(tmp_path)) as (_, url):
        search = httpx.get(f"{url}/Patient").json()
        read = httpx.get(f"{url}/Patient/p").json()
    assert [one["resource"] for one in search["entry"]] == bodies
    assert read == bodies[1]


def test_a_folder_that_is_missing_or_empty(tmp_path: Path) -> None:
    missing = failed("--data", str(tmp_path / "gone"))
    empty = failed("--data", str(tmp_path))
    assert missing[:2] == empty[:2] == (1, "")
    assert missing[2].startswith(f"fixtures.clinic: {tmp_path / 'gone'} is no folder:")
    assert empty[2].startswith(f"fixtures.clinic: no *.ndjson or *.ndjson.gz in {tmp_path}:")
    assert missing[2].count("\n") == empty[2].count("\n") == 1


@pytest.mark.parametrize(
    "body",
    [b"not gzip", gzip.compress(b'{"resourceType":"Patient"}\n' * 500)[:-20]],
    ids=["no gzip", "cut off"],
)
def test_a_file_that_is_no_gzip_or_is_cut_off(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "Patient.ndjson.gz").write_bytes(body)
    code, out, err = failed("--data", str(tmp_path))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "Patient.ndjson.gz cannot be read" in err


def test_a_folder_that_is_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "Patient.ndjson").mkdir()
    code, _, err = failed("--data", str(tmp_path))
    assert (code, err.count("\n")) == (1, 1)


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = failed("--port", str(port))
    assert (code, out) == (1, "")
    assert err == f"fixtures.clinic: port {port} is taken: choose another with --port, or 0 for any\n"


def test_a_ready_file_that_cannot_be_written(tmp_path: Path) -> None:
    code, out, err = failed("--port", "0", "--ready-file", str(tmp_path / "gone" / "ready"))
    assert (code, out, err.count("\n")) == (1, "", 1)


def test_a_host_that_others_can_reach_is_refused() -> None:
    code, out, err = failed("--host", "0.0.0.0", "--port", "0")  # noqa: S104 (it must be refused)
    assert (code, out) == (1, "")
    assert "--i-know-this-is-synthetic" in err


def test_an_unknown_quirk_is_a_wrong_option() -> None:
    code, _, err = failed("--quirk", "sulk")
    assert code == 2
    assert "no quirk is called sulk" in err


def test_every_story_is_served_once() -> None:
    with started() as (_, url):
        served = httpx.get(f"{url}/Group/all").json()["quantity"]
    assert served == len(all_stories())
