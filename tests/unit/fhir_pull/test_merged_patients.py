"""A Patient in whose place another stands, by its own words."""

import json
from typing import Any

import pytest

from abstractor.fhir.about import was_merged


@pytest.mark.parametrize(
    ("link", "merged"),
    [
        ([{"type": "replaced-by", "other": {"reference": "Patient/p2"}}], True),
        ([{"type": "seealso"}, None, {"type": "replaced-by"}], True),
        ([{"type": "replaces", "other": {"reference": "Patient/p2"}}], False),
        ([{}], False),
        ([], False),
        (None, False),
        ("replaced-by", False),
    ],
)
def test_merged(link: Any, merged: bool) -> None:
    assert was_merged(json.dumps({"resourceType": "Patient", "link": link}).encode()) is merged


def test_what_cannot_be_read_says_nothing() -> None:
    assert not was_merged(b"\xff{")
