"""A Patient in whose place another stands, by its own words or by the other's."""

import json
from typing import Any

import pytest

from abstractor.fhir.failure import Failure, Reason
from abstractor.fhir.patient_links import links_of
from abstractor.fhir.survivor import survivor_of

INTO_P2 = {"type": "replaced-by", "other": {"reference": "Patient/p2"}}


def patient(identity: str, **more: Any) -> bytes:
    return json.dumps({"resourceType": "Patient", "id": identity, **more}).encode()


@pytest.mark.parametrize(
    ("link", "merged", "readable"),
    [
        ([INTO_P2], True, True),
        (INTO_P2, True, True),
        ([{**INTO_P2, "type": "Replaced-By "}], True, True),
        ([{"type": "seealso"}, None, {"type": "replaced-by"}], True, True),
        ([{"type": "replaced-by", "other": None}], True, True),
        ([{"type": "replaces", "other": {"reference": "Patient/p2"}}], False, True),
        ([], False, True),
        (None, False, True),
        ([{}], False, False),
        ([{"type": "merged", "other": {"reference": "Patient/p2"}}], False, False),
        ("replaced-by", False, False),
        ([INTO_P2, 7], False, False),
        ([{"type": "replaced-by", "other": "Patient/p2"}], False, False),
    ],
)
def test_a_merge_is_read_or_the_links_are_said_to_be_unreadable(
    link: Any, merged: bool, readable: bool
) -> None:
    links = links_of(patient("p1", link=link))
    assert (links.merged, links.readable) == (merged, readable)


@pytest.mark.parametrize("body", [b"\xff{", b"", b'{"link":[{"type":"replaced-by"}],"link":[]}'])
def test_what_cannot_be_read_or_stands_there_twice_is_not_readable(body: bytes) -> None:
    assert not links_of(body).readable


@pytest.mark.parametrize(
    ("came", "pulled", "followed", "why"),
    [
        (patient("p1"), "Patient/p1", False, None),
        (patient("p1", link=INTO_P2), "Patient/p2", True, None),
        (patient("p1", link={"type": "replaced-by"}), None, False, "merged-into-unknown"),
        (patient("p9"), "Patient/p1", False, None),
        (
            patient("p9", link=[{"type": "replaces", "other": {"reference": "Patient/p1"}}]),
            "Patient/p9",
            True,
            None,
        ),
    ],
)
def test_another_patient_is_the_survivor_only_by_the_clinics_word(
    came: bytes, pulled: str | None, followed: bool, why: str | None
) -> None:
    def get(path: str) -> bytes | Failure:
        return patient("p2") if path == "Patient/p2" else Failure(Reason.STATUS, 404)

    survivor = survivor_of(get, "Patient/p1", came)
    assert (survivor.reference, survivor.followed, survivor.why) == (pulled, followed, why)
