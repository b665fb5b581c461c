"""F01 to F20: what goes wrong between the client and the endpoint, on real sockets."""

import gzip
import json
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx
import pytest

from fixtures.clinic.changes import Wrong
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import code_of, ids, link, record

VISITS = [record("Encounter", f"e{one}", patient="p1") for one in range(4)]
RECORDS = [record("Patient", "p1"), record("Condition", "c1", patient="p1"), *VISITS]


@pytest.fixture
def door() -> Iterator[Door]:
    with open_clinic(most=2) as opened:
        opened.reset(RECORDS)
        yield opened


def get(door: Door, address: str = "Encounter?patient=p1") -> httpx.Response:
    return httpx.get(f"{door.url}/{address}", timeout=1)


def statuses(door: Door, count: int, address: str = "Encounter?patient=p1") -> list[int]:
    return [get(door, address).status_code for _ in range(count)]


def test_f01_nobody_listens(door: Door) -> None:
    door.arm("connection-refused")
    with pytest.raises(httpx.ConnectError):
        get(door)
    door.disarm()
    assert get(door).status_code == 200


def test_f01_nobody_listens_after_a_while(door: Door) -> None:
    door.arm("connection-refused@3")
    assert statuses(door, 2) == [200, 200]
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        get(door)
    for _ in range(50):
        try:
            get(door, "metadata")
        except httpx.ConnectError:
            break
        time.sleep(0.02)
    else:
        raise AssertionError("it still listens")


def test_f01_from_the_start() -> None:
    with open_clinic(faults=["connection-refused"]) as door, pytest.raises(httpx.ConnectError):
        get(door)


def test_f02_no_such_host() -> None:
    with open_clinic(faults=["name-unknown"]) as door:
        assert httpx.URL(door.url).host == "clinic.invalid"
        with pytest.raises(Wrong, match="open the clinic with it"):
            door.arm("name-unknown")


def test_f03_no_tls_behind_https() -> None:
    with open_clinic(faults=["tls-wrong"]) as door:
        assert door.url.startswith("https://")
        with pytest.raises(httpx.ConnectError, match="SSL"):
            get(door, "metadata")


def test_f04_a_connection_is_never_taken(door: Door) -> None:
    door.arm("connect-timeout")
    with pytest.raises(httpx.ConnectTimeout):
        httpx.get(f"{door.url}/metadata", timeout=0.5)
    door.disarm()
    assert get(door).status_code == 200


def test_f05_the_answer_stops_in_the_middle(door: Door) -> None:
    door.arm("read-timeout=Encounter@2")
    whole = get(door).content
    came = b""
    with (
        pytest.raises(httpx.ReadTimeout),
        httpx.stream("GET", f"{door.url}/Encounter?patient=p1", timeout=0.5) as answer,
    ):
        for piece in answer.iter_raw():
            came += piece
    assert came == whole[: len(whole) // 2]
    assert answer.headers["content-length"] == str(len(whole))


def test_f05_it_does_not_keep_the_clinic_open(door: Door) -> None:
    door.arm("read-timeout")
    with httpx.stream("GET", f"{door.url}/Encounter?patient=p1") as answer:
        assert answer.status_code == 200
        started = time.monotonic()
        door.go_down()
        assert time.monotonic() - started < 5


def test_f06_the_connection_is_reset_in_the_middle(door: Door) -> None:
    door.arm("reset-mid-page")
    with pytest.raises(httpx.ReadError) as broken:
        get(door)
    assert "reset" in str(broken.value).lower()


def test_f07_the_body_drips(door: Door) -> None:
    door.arm("slow-body")
    with httpx.stream("GET", f"{door.url}/Encounter?patient=p1", timeout=1) as answer:
        pieces = answer.iter_raw()
        first = [next(pieces) for _ in range(3)]
    assert [len(piece) for piece in first] == [1, 1, 1]


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ("unauthorised-once", [401, 200, 200]),  # F08
        ("unauthorised-once@2", [200, 401, 200]),
        ("unauthorised-always", [401, 401, 401]),  # F09
        ("forbidden-type=Encounter", [403, 403, 403]),  # F10
        ("missing-type=Encounter", [404, 404, 404]),  # F11
        ("throttled-seconds", [429, 200, 200]),  # F13
        ("throttled-date", [429, 200, 200]),  # F14
        ("throttled-hours", [429, 429, 429]),  # F15
        ("error-500-twice", [500, 500, 200]),  # F16
        ("unavailable-always", [503, 503, 503]),  # F17
    ],
)
def test_f08_to_f17_statuses(door: Door, fault: str, wanted: list[int]) -> None:
    door.arm(fault)
    assert statuses(door, 3) == wanted
    assert statuses(door, 3, "Patient/p1") == [200, 200, 200]
    if "=" in fault:
        assert get(door, "Condition?patient=p1").status_code == 200


def test_f12_every_page_after_the_first_has_expired(door: Door) -> None:
    first = get(door)
    following = str(link(first, "next"))
    assert httpx.get(following).status_code == 200
    door.arm("page-expired")
    assert get(door).status_code == 200
    assert code_of(httpx.get(following)) == (410, "not-found")


def test_f13_to_f15_when_to_come_back(door: Door) -> None:
    told = []
    for fault in ("throttled-seconds", "throttled-date", "throttled-hours"):
        door.disarm()
        door.arm(fault)
        told.append(get(door))
    assert told[0].headers["retry-after"] == "1"
    assert told[2].headers["retry-after"] == "18000"
    until, now = (parsedate_to_datetime(told[1].headers[name]) for name in ("retry-after", "date"))
    assert 0 <= (until - now).total_seconds() <= 2


def test_f18_a_sign_in_page(door: Door) -> None:
    door.arm("html-login")
    answer = get(door)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")


def test_f19_an_outcome_where_a_bundle_should_be(door: Door) -> None:
    door.arm("outcome-as-200")
    answer = get(door)
    assert (answer.status_code, answer.json()["resourceType"]) == (200, "OperationOutcome")


def test_f20_json_that_ends_in_its_middle(door: Door) -> None:
    door.arm("truncated-json")
    answer = get(door)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_f20b_gzip_that_ends_in_its_middle(door: Door) -> None:
    door.arm("truncated-gzip")
    with httpx.stream("GET", f"{door.url}/Encounter?patient=p1") as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    with pytest.raises(EOFError):
        gzip.decompress(body)


def test_f20c_gzip_that_is_none(door: Door) -> None:
    door.arm("garbled-gzip")
    with pytest.raises(httpx.DecodingError):
        get(door)


def test_two_faults_one_after_the_other(door: Door) -> None:
    door.arm("throttled-seconds")
    door.arm("error-500-twice@2")
    assert statuses(door, 4) == [429, 500, 500, 200]
    assert len(ids(get(door))) == 2
