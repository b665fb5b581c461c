"""What the files of an export are made of: lines, whose they are, what went wrong, what is deleted."""

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.fhir.bulk.deletions import deleted_in
from abstractor.fhir.bulk.errors import complaints_in
from abstractor.fhir.bulk.lines import Line, lines_of, unpacked
from abstractor.fhir.bulk.manifest import FileKind, read_manifest
from abstractor.fhir.bulk.whose import Assigned, assigned
from abstractor.fhir.http import BrokenOff
from abstractor.fhir.ledger import Complaint, Said

LINES = [b'{"a":1}', "é ü".encode(), b"x" * 50]
FILE = b"\n".join(LINES) + b"\n"


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    yield from (body[at : at + size] for at in range(0, len(body), size))


def read(body: Iterable[bytes], **limits: int) -> list[tuple[int, bytes, bool]]:
    return [(one.number, one.body, one.whole) for one in lines_of(unpacked(body), **limits)]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    "packed",
    [FILE, gzip.compress(FILE), gzip.compress(FILE[:20]) + gzip.compress(FILE[20:])],
    ids=["plain", "gzip", "gzip in two members"],
)
def test_the_same_lines_come_however_they_are_packed_and_cut(packed: bytes, size: int) -> None:
    assert read(pieces(packed, size)) == [(n, line, True) for n, line in enumerate(LINES, start=1)]


@given(
    st.lists(st.binary(max_size=30).map(lambda one: one.replace(b"\n", b"")), max_size=8), st.integers(1, 9)
)
def test_no_line_is_lost_or_made_up(lines: list[bytes], size: int) -> None:
    plain = b"\r\n".join(lines)
    kept = [stripped for one in lines if (stripped := one.strip())]
    if plain.startswith((b"\x1f\x8b", b"\xef\xbb\xbf")):
        return
    assert [body for _, body, _ in read(pieces(plain, size))] == kept


def test_blank_lines_are_not_counted_and_a_mark_at_the_beginning_is_none_of_the_text() -> None:
    assert read([b"\xef\xbb\xbf\n\n {} \r\n\n[]"]) == [(1, b"{}", True), (2, b"[]", True)]


def test_a_line_that_is_too_long_keeps_its_beginning_and_its_neighbours() -> None:
    body = b"1\n" + b"y" * 30 + b"\n3\n"
    for size in (1, 4, 100):
        found = read(pieces(body, size), longest=10)
        assert found == [(1, b"1", True), (2, b"y" * 10, False), (3, b"3", True)]
    assert read([b"z" * 10 + b"\n"], longest=10) == [(1, b"z" * 10, True)]


@pytest.mark.parametrize("cut", [1, 5, 12])
def test_a_gzip_that_ends_too_early_is_no_whole_file(cut: int) -> None:
    with pytest.raises(BrokenOff, match="broken-transfer"):
        read([gzip.compress(FILE)[:-cut]])


def test_what_calls_itself_gzip_and_is_none_is_broken() -> None:
    with pytest.raises(BrokenOff, match="broken-transfer"):
        read([b"\x1f\x8b" + b"no gzip at all"])


def test_a_small_file_that_grows_without_end_is_stopped() -> None:
    bomb = zlib.compressobj(wbits=31)
    packed = b"".join([*(bomb.compress(b"\0" * 1_000_000) for _ in range(30)), bomb.flush()])
    assert len(packed) < 100_000
    with pytest.raises(BrokenOff, match="body-too-large"):
        list(lines_of(unpacked([packed]), largest=5_000_000))


def test_a_line_does_not_show_what_it_holds() -> None:
    assert "canary" not in repr(Line(1, b"canary"))


SUBJECT = {"subject": {"reference": "Patient/1"}}


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"resourceType": "Patient", "id": "1"}, ("Patient", "1", "Patient/1", True)),
        ({"resourceType": "Condition", "id": "c", **SUBJECT}, ("Condition", "c", "Patient/1", True)),
        (
            {
                "resourceType": "Immunization",
                "id": "i",
                "patient": {"reference": "https://x.example/Patient/1"},
            },
            ("Immunization", "i", "Patient/1", True),
        ),
        ({"resourceType": "Medication", "id": "m"}, ("Medication", "m", None, True)),
        (
            {"resourceType": "Condition", "id": "c", "subject": {"reference": "Group/1"}},
            ("Condition", "c", None, True, True),
        ),
        (
            {"resourceType": "Condition", "id": "c", "subject": {"display": "somebody"}},
            ("Condition", "c", None, True),
        ),
        (
            {"resourceType": "Condition", "id": "c", **SUBJECT, "patient": {"reference": "Patient/2"}},
            ("Condition", "c", None, True),
        ),
        ({"resourceType": "Condition", "id": 7, **SUBJECT}, ("Condition", None, "Patient/1", False)),
        ({"id": "nothing"}, (None, None, None, False)),
    ],
)
def test_a_line_belongs_to_the_one_patient_that_it_names(
    record: dict[str, object], expected: tuple[Any, ...]
) -> None:
    assert assigned(json.dumps(record).encode()) == Assigned(*expected)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"resourceType":"Condition",'])
def test_what_cannot_be_read_belongs_to_nobody(body: bytes) -> None:
    found = assigned(body)
    assert (found.patient, found.readable) == (None, False)


def outcome(*issues: dict[str, Any]) -> bytes:
    return json.dumps({"resourceType": "OperationOutcome", "issue": list(issues)}).encode()


def epics(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "urn:oid:1.2.840.114350.1.13.0.1.7.2.657369", "code": code}]}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (outcome({"severity": "fatal", "code": "exception"}), (Said.TRUNCATED, "error-file:exception")),
        (outcome({"severity": "error", "code": "made-up"}), (Said.TRUNCATED, "error-file:unlisted")),
        (
            outcome({"severity": "information", "code": "informational"}),
            (Said.ANSWERED, "notice:error-file:informational"),
        ),
        (
            outcome({"severity": "success", "code": "informational"}),
            (Said.ANSWERED, "notice:error-file:informational"),
        ),
        (
            outcome({"severity": "warning", "code": "suppressed"}),
            (Said.PARTLY_AUTHORISED, "error-file:suppressed"),
        ),
        (
            outcome({"severity": "warning", "code": "forbidden"}),
            (Said.PARTLY_AUTHORISED, "error-file:forbidden"),
        ),
        (
            outcome({"severity": "warning", "code": "not-supported"}),
            (Said.IGNORED, "error-file:not-supported"),
        ),
        (outcome({"severity": "warning", "code": "not-found"}), (Said.TRUNCATED, "error-file:not-found")),
        (
            outcome({"severity": "information", "code": "processing"}),
            (Said.TRUNCATED, "error-file:processing"),
        ),
        (
            outcome({"severity": "information", "code": "incomplete"}),
            (Said.TRUNCATED, "error-file:incomplete"),
        ),
        (outcome(), (Said.TRUNCATED, "error-file:unlisted")),
        (
            b'{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"exception"}],'
            b'"issue":[{"severity":"information","code":"informational"}]}',
            (Said.TRUNCATED, "error-file:unreadable"),
        ),
        (outcome({"code": "exception"}), (Said.TRUNCATED, "error-file:exception")),
        (b'{"resourceType":"Patient"}', (Said.TRUNCATED, "error-file:unreadable")),
        (b"no json", (Said.TRUNCATED, "error-file:unreadable")),
    ],
)
def test_an_error_file_says_by_its_codes_whether_something_was_lost(
    line: bytes, expected: tuple[Said, str]
) -> None:
    assert complaints_in(line) == (Complaint(*expected),)


def test_an_epics_code_says_more_than_the_issue_that_it_stands_in() -> None:
    for issue in ("incomplete", "informational"):
        line = outcome({"severity": "information", "code": issue, "details": epics("59204")})
        assert complaints_in(line) == (
            Complaint(Said.PARTLY_AUTHORISED, f"error-file:{issue}"),
            Complaint(Said.PARTLY_AUTHORISED, "notice:59204"),
        )


def test_deletions_are_told_by_type_and_what_cannot_be_understood_is_counted() -> None:
    good = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"request": {"method": "DELETE", "url": "Condition/1"}},
            {"request": {"method": "DELETE", "url": "https://x.example/fhir/Condition/2"}},
            {"request": {"method": "DELETE", "url": "Patient/p"}},
        ],
    }
    odd = {"resourceType": "Bundle", "entry": [None, {"request": {"method": "PUT", "url": "Condition/3"}}]}
    found, strange = deleted_in([json.dumps(good).encode(), json.dumps(odd).encode(), b"{"])
    assert found == {"Condition": {"1", "2"}, "Patient": {"p"}}
    assert strange == 3


DELETION = '{"resourceType":"Bundle","entry":[{"request":{"method":"DELETE","url":"Condition/1"}}]}'


@pytest.mark.parametrize(
    "line",
    [
        '{"resourceType":"Condition","id":"1"}',
        '{"resourceType":"Parameters","entry":[{"request":{"method":"DELETE","url":"Condition/1"}}]}',
        DELETION[:-1] + ',"entry":[]}',
        DELETION.replace('"url"', '"url":"Condition/2","url"'),
        DELETION.replace('"request"', '"request":{"method":"DELETE","url":"Condition/2"},"request"'),
        DELETION.replace("Condition/1", "Condition?source=https://x.example/Patient/1"),
        DELETION.replace("DELETE", "PUT"),
        '{"resourceType":"Bundle","entry":' + "[" * 100_000,
    ],
    ids=["a record", "no Bundle", "two lists", "two urls", "two requests", "a search", "no deletion", "deep"],
)
def test_what_is_no_deletion_in_the_expected_form_is_counted(line: str) -> None:
    found, strange = deleted_in([line.encode()])
    assert (dict(found), strange) == ({}, 1)


def test_a_bundle_that_deletes_nothing_is_not_strange() -> None:
    assert deleted_in([b'{"resourceType":"Bundle","type":"transaction"}']) == ({}, 0)


ORIGIN = "https://clinic.example"
STATUS = f"{ORIGIN}/bulk/1"


def manifest(**changed: object) -> bytes:
    told = {
        "transactionTime": "2026-01-01T00:00:00Z",
        "requiresAccessToken": True,
        "output": [{"type": "Patient", "url": f"{ORIGIN}/f/1", "count": 2}],
        "error": [],
    }
    return json.dumps(told | changed).encode()


def test_a_manifest_tells_files_time_and_whether_deletions_are_told() -> None:
    found = read_manifest(
        manifest(deleted=[{"type": "Bundle", "url": "/f/2"}]), status_address=STATUS, origin=ORIGIN
    )
    assert found is not None
    assert (found.transaction_time, found.tells_deletions, found.goes_on) == (
        "2026-01-01T00:00:00Z",
        True,
        False,
    )
    assert [(one.kind, one.url, one.count, one.signed) for one in found.files] == [
        (FileKind.OUTPUT, f"{ORIGIN}/f/1", 2, True),
        (FileKind.DELETED, f"{ORIGIN}/f/2", None, True),
    ]
    assert "clinic" not in repr(found.files[0])


@pytest.mark.parametrize(
    ("url", "needs", "signed", "objection"),
    [
        (f"{ORIGIN}/f", True, True, None),
        (f"{ORIGIN}/f", False, False, None),
        ("https://store.example/f", False, False, None),
        ("https://store.example/f", True, False, "foreign-host"),
        ("http://store.example/f", False, False, "unsafe-link"),
        ("ftp://store.example/f", False, False, "unusable-link"),
        ("file:///etc/passwd", False, False, "unusable-link"),
    ],
)
def test_the_token_goes_to_the_clinics_own_address_alone(
    url: str, needs: bool, signed: bool, objection: str | None
) -> None:
    told = manifest(requiresAccessToken=needs, output=[{"type": "Patient", "url": url}])
    found = read_manifest(told, status_address=STATUS, origin=ORIGIN)
    assert found is not None
    assert [(one.signed, one.objection) for one in found.files] == [(signed, objection)]


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"",
        manifest(transactionTime="yesterday"),
        manifest(transactionTime="2026-01-01T00:00:00"),
        manifest()[:-1] + b', "output": []}',
    ],
)
def test_what_is_no_manifest_is_none(body: bytes) -> None:
    assert read_manifest(body, status_address=STATUS, origin=ORIGIN) is None


def test_a_manifest_that_goes_on_elsewhere_says_so() -> None:
    found = read_manifest(
        manifest(link=[{"relation": "next", "url": "x"}]), status_address=STATUS, origin=ORIGIN
    )
    assert found is not None
    assert found.goes_on
    assert not found.tells_deletions


@pytest.mark.parametrize("request_told", [None, 7, "https://clinic.example/$export"])
def test_the_request_of_a_manifest_may_be_anything(request_told: object) -> None:
    found = read_manifest(manifest(request=request_told), status_address=STATUS, origin=ORIGIN)
    assert found is not None
    assert found.request == (request_told if isinstance(request_told, str) else None)
