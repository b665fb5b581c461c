"""Depth told without recursion."""

import json

import pytest

from abstractor.fhir.nesting import deeper_than, shallow


def nested(levels: int, inside: bytes = b"1") -> bytes:
    return b"[" * levels + inside + b"]" * levels


@pytest.mark.parametrize(
    ("body", "deeper"),
    [
        (nested(64), False),
        (nested(65), True),
        (nested(5_000), True),
        (b'{"a":' * 65 + b"1" + b"}" * 65, True),
        (b"[[],[],[]," * 60 + b"1" + b"]" * 60, False),
        (json.dumps({"text": "[" * 500}).encode(), False),
        (json.dumps({"text": 'a \\" quote ' + "{" * 500}).encode(), False),
        (b'{"unended": "' + b'\\"[' * 200_000, False),
        (b"", False),
    ],
)
def test_how_deep(body: bytes, deeper: bool) -> None:
    assert deeper_than(64, body) is deeper


@pytest.mark.parametrize(
    ("body", "levels", "kept"),
    [
        (b'{"a": {"b": 1}, "c": [2], "d": "}"}', 1, {"a": None, "c": None, "d": "}"}),
        (b'{"a": {"b": {"c": 1}}}', 2, {"a": {"b": None}}),
        (b'{"a": 1}', 1, {"a": 1}),
        (b'{"x": ' + nested(5_000) + b', "id": "1"}', 2, {"x": [None], "id": "1"}),
    ],
)
def test_what_lies_deeper_is_left_out(body: bytes, levels: int, kept: object) -> None:
    assert json.loads(shallow(body, levels=levels)) == kept
