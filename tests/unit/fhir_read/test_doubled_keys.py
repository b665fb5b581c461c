"""A key that stands twice in a record, with two values: refused where it decides whose it is or whether it
counts, since a decoder would keep the last and say nothing.
"""

import json
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.fhir.bundles import expand
from abstractor.fhir.page import Page, decode_page
from abstractor.fhir.quarantine import Defect
from abstractor.fhir.received import Received
from tests.unit.fhir_read.charting import (
    condition,
    dose,
    observation,
    order,
    record_set,
    resource,
    row,
    visit,
)

ELSEWHERE = {"reference": "Patient/2"}
VACCINE = {
    **resource("Immunization", patient=None),
    "patient": {"reference": "Patient/1"},
    "status": "completed",
}


def twice(record: dict[str, Any], key: str, value: object, *, first: bool = False, **layout: Any) -> bytes:
    """The record with one more of that key, in front of the others or after them."""
    body, more = json.dumps(record, **layout), json.dumps({key: value}, **layout)[1:-1]
    comma = layout["separators"][0] if "separators" in layout else ", "
    kind, rest = body[1:-1].split(",", 1)
    parts = (kind, more, rest.lstrip()) if first else (kind, rest.lstrip(), more)
    return f"{{{comma.join(parts)}}}".encode()


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("layout", [{}, {"separators": (",", ":")}, {"indent": 1}])
@pytest.mark.parametrize(
    ("record", "key", "value"),
    [
        (condition(), "subject", ELSEWHERE),
        (condition(), "subject", {"display": "somebody", **ELSEWHERE}),
        (condition(), "subject", {}),
        (VACCINE, "patient", ELSEWHERE),
        (resource("Patient"), "id", "2"),
    ],
)
def test_a_record_of_two_patients_is_nobodys_and_a_doubt_about_everybody(
    record: dict[str, Any], key: str, value: object, first: bool, layout: dict[str, Any]
) -> None:
    held = record_set(resource("Patient", "3", None), twice(record, key, value, first=first, **layout))
    (found,) = held.quarantined()
    kind = record["resourceType"]
    assert (found.reason, found.path, found.patient) == (Defect.TOLD_TWICE, f"{kind}.{key}", None)
    assert row(held.chart("Patient/3"), kind).state is Seen.PARTIAL


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("record", [order(), dose(), observation(), visit(status="finished"), VACCINE])
def test_a_record_of_two_statuses_is_not_taken_for_either(record: dict[str, Any], first: bool) -> None:
    held = record_set(twice(record, "status", "entered-in-error", first=first))
    (found,) = held.quarantined()
    assert (found.reason, found.patient) == (Defect.TOLD_TWICE, "Patient/1")
    assert found.path == f"{record['resourceType']}.status"


def test_a_second_type_is_refused_too() -> None:
    assert [q.reason for q in record_set(twice(condition(), "resourceType", "Procedure")).quarantined()] == [
        Defect.WRONG_TYPE
    ]


@pytest.mark.parametrize(
    "body",
    [
        twice(condition(), "subject", {"reference": "Patient/1"}),
        twice(condition(), "subject", {"reference": "Patient/1", "display": "x"}, first=True),
        twice(order(), "status", "active"),
        twice(order(), "priority", "urgent"),
        json.dumps(order(note=[{"text": 'the major "subject", injection "status"'}])).encode(),
        json.dumps({"text": {"status": "generated", "div": "<div/>"}, **order()}).encode(),
        json.dumps({**visit(status="finished"), "location": [{"status": "planned"}]}).encode(),
        json.dumps({"location": [{"status": "planned"}], **visit(status="finished")}).encode(),
        json.dumps(
            {
                "contained": [{"resourceType": "Group", "id": "g", "status": "x", "subject": ELSEWHERE}],
                **order(),
            }
        ).encode(),
    ],
)
def test_the_same_said_twice_or_said_of_a_part_is_read(body: bytes) -> None:
    assert record_set(body).quarantined() == ()


def test_a_record_of_two_patients_that_cannot_be_read_either_is_nobodys() -> None:
    (found,) = record_set(twice(condition(recordedDate="2022-13"), "subject", ELSEWHERE)).quarantined()
    assert (found.reason, found.patient) == (Defect.IMPOSSIBLE_DATE, None)


ONE = (
    b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":%s}]}'
    % json.dumps(condition()).encode()
)
TWO_RESOURCES = ONE.replace(b'[{"resource"', b'[{"resource":{"resourceType":"Condition"},"resource"')
TWO_LISTS = ONE.replace(b'"entry"', b'"entry":[{"resource":{"resourceType":"Patient","id":"2"}}],"entry"')


def test_of_two_resources_in_an_entry_none_is_dropped_in_silence() -> None:
    (only,) = expand(Received(TWO_RESOURCES, "b.json"))
    assert [q.reason for q in record_set(only).quarantined()] == [Defect.NOT_FHIR]
    page = decode_page(TWO_RESOURCES)
    assert isinstance(page, Page)
    assert [entry.complaint for entry in page.entries] == ["entry-without-resource"]


def test_of_two_lists_of_entries_none_is_dropped_in_silence() -> None:
    (only,) = expand(Received(TWO_LISTS, "b.json"))
    assert [q.reason for q in record_set(only).quarantined()] == [Defect.NOT_EXPANDED]
    assert not isinstance(decode_page(TWO_LISTS), Page)
    assert isinstance(decode_page(ONE), Page)
