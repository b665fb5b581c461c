"""Which lines of a stored resource are marked for which FHIR path."""

import json

import pytest

from abstractor.web import marking
from abstractor.web.marking import Found, MarkedSource, mark

CONDITION = b"""{
 "resourceType": "Condition", "id": "c1",
 "code": {"coding": [{"system": "s", "code": "C50.9"}, {"code": "C78.7", "version": 1.50}],
          "text": "caf\\u00e9"},
 "onsetDateTime": "2022", "onsetDateTime": "2023",
 "note": [{"text": "a"}, {"text": "b"}], "stage": [], "empty": {}}"""


def marked(source: MarkedSource) -> list[str]:
    return [line.text for line in source.lines if line.marked]


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("Condition.id", ['"id": "c1"']),
        ("Condition.code.coding[0].code", ['"code": "C50.9"']),
        ("Condition.code.coding[1].version", ['"version": 1.50']),
        ("Condition.code.coding.code", ['"code": "C50.9"', '"code": "C78.7"']),
        ("Condition.code.coding[0]", ["{", '"system": "s"', '"code": "C50.9"', "}"]),
        ("Condition.code.text", ['"text": "café"']),
        ("Condition.onset[x]", ['"onsetDateTime": "2022"', '"onsetDateTime": "2023"']),
        ("Condition.onset", ['"onsetDateTime": "2022"', '"onsetDateTime": "2023"']),
        ("Condition.code[0].text", ['"text": "café"']),
        ("Condition.note[1].text", ['"text": "b"']),
        ("Condition.stage", ['"stage": []']),
        ("id", ['"id": "c1"']),
    ],
)
def test_the_element_is_marked(path: str, lines: list[str]) -> None:
    source = mark(CONDITION, path)
    assert (source.found, marked(source)) == (Found.ELEMENT, lines)


@pytest.mark.parametrize(
    ("path", "found", "first"),
    [
        ("Condition.note[7].text", Found.NOTHING, None),
        ("Condition.note[0].author", Found.NEAREST, "{"),
        ("Condition.code.coding[0].display", Found.NEAREST, "{"),
        ("Condition.recorder.reference", Found.NOTHING, None),
        ("Condition", Found.WHOLE, None),
        ("Condition.code.where(x)", Found.NEAREST, '"code": {'),
    ],
)
def test_what_does_not_stand_there_is_said(path: str, found: Found, first: str | None) -> None:
    source = mark(CONDITION, path)
    assert source.found is found
    assert next(iter(marked(source)), None) == first


def test_only_the_first_mark_is_jumped_to() -> None:
    source = mark(CONDITION, "Condition.code.coding.code")
    assert [line.number for line in source.lines if line.first] == [8]


def test_line_numbers_and_indents_are_those_of_the_whole() -> None:
    source = mark(b'{"a": {"b": [1, 2]}}', "a.b")
    assert [(line.number, len(line.indent), line.text + line.tail) for line in source.lines] == [
        (1, 0, "{"),
        (2, 2, '"a": {'),
        (3, 4, '"b": ['),
        (4, 6, "1,"),
        (5, 6, "2"),
        (6, 4, "]"),
        (7, 2, "}"),
        (8, 0, "}"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"not json", b'{"a": ', b"\xff\xfe\x00", b"[" * 100_000, b'{"a": "\xc3("']
)
def test_what_is_no_json_is_shown_as_it_came(body: bytes) -> None:
    source = mark(body, "Condition.id")
    assert source.found is Found.UNREADABLE
    assert marked(source) == []
    assert all(len(line.text) < 1_100 for line in source.lines)


def test_a_byte_order_mark_is_no_part_of_the_resource() -> None:
    assert mark(b"\xef\xbb\xbf" + CONDITION, "Condition.id").found is Found.ELEMENT


def test_a_very_long_text_is_cut_and_says_so() -> None:
    body = json.dumps({"note": "x" * 10_000_000, "id": "c1"}).encode()
    source = mark(body, "note")
    assert source.found is Found.ELEMENT
    assert source.lines[1].text.endswith('" … (9,999,000 more characters)')
    assert len(source.lines[1].text) < 1_100


def test_a_very_long_resource_is_shown_round_the_mark() -> None:
    body = json.dumps({"entry": [{"id": n} for n in range(5_000)]}).encode()
    source = mark(body, "entry[4000].id")
    assert len(source.lines) == marking.MOST_LINES
    assert marked(source) == ['"id": 4000']
    first = next(line for line in source.lines if line.first)
    assert first.number == 2 + 3 * 4_000 + 2
    assert source.before == source.lines[0].number - 1
    assert source.before + len(source.lines) + source.after == 2 + 3 * 5_000 + 2
