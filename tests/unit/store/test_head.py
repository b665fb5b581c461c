"""How a resource calls itself, read from bytes of any kind."""

import pytest

from abstractor.store.raw import Head, head_of


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (
            b'{"resourceType": "Condition", "id": "c1", "meta": {"versionId": "3"}}',
            Head("Condition", "c1", "3"),
        ),
        (b'{"resourceType": "Condition", "id": "c1"}', Head("Condition", "c1", None)),
        (b'{"resourceType": "Condition", "meta": {"versionId": ""}}', Head("Condition", "", None)),
        (b'{"resourceType": ["Condition"], "id": 7, "meta": "1"}', Head("", "", None)),
        (b'{"resourceType": "Condition", "id": "c\\u0000"}', Head("Condition", "", None)),
        (b'{"resourceType": "Condition", "id": "\\ud800c"}', Head("Condition", "c", None)),
        (b'{"id": "' + b"x" * 201 + b'"}', Head("", "", None)),
        (b'["resourceType"]', Head("", "", None)),
        (b"<html>", Head("", "", None)),
        (b"\xff\xfe\x00", Head("", "", None)),
        (b"[" * 200_000, Head("", "", None)),
        (b"", Head("", "", None)),
    ],
)
def test_a_head_is_read_as_far_as_it_can_be(body: bytes, head: Head) -> None:
    assert head_of(body) == head
