"""A Bundle taken apart: every entry goes somewhere, and addresses of the Bundle are joined."""

import json
from typing import Any

import pytest

from abstractor.chart import Chart, Seen
from abstractor.fhir.bundles import expand
from abstractor.fhir.received import Received
from abstractor.fhir.records import RecordSet
from tests.unit.fhir_read.charting import condition, dose, observation, order, record_set, resource, row

UUID = "urn:uuid:9b2f4c1e-0a6d-4a53-9f3b-6d1f8a2e7c10"


def entry(record: Any, url: str | None = None, **more: Any) -> dict[str, Any]:
    return {"resource": record, **({"fullUrl": url} if url else {}), **more}


def bundle(*entries: Any, **more: Any) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", **more, "entry": list(entries)}
    ).encode()


def taken_apart(body: bytes) -> list[Received]:
    return list(expand(Received(body, "b.json")))


def held(body: bytes) -> RecordSet:
    return record_set(*taken_apart(body))


def the_chart(body: bytes, patient: str = "Patient/1") -> Chart:
    return held(body).chart(patient)


def test_the_entries_are_the_bytes_that_stood_there() -> None:
    spaced = (
        b'{ "resourceType":"Bundle", "entry":[ {"resource": {"resourceType" : "Patient", "id":"1" } } ] }'
    )
    (only,) = taken_apart(spaced)
    assert (only.body, only.origin) == (b'{"resourceType" : "Patient", "id":"1" }', "b.json:entry[0]")


def test_anything_else_is_left_as_it_is() -> None:
    for body in (b"not json", json.dumps(condition(note="Bundle")).encode(), b'{"type": "Bundle"}'):
        assert [(r.body, r.origin) for r in taken_apart(body)] == [(body, "b.json")]


def test_an_empty_bundle_holds_nothing() -> None:
    assert taken_apart(b'{"resourceType": "Bundle"}') == []
    assert taken_apart(b'{"resourceType": "Bundle", "entry": null}') == []


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"fullUrl": UUID},
        {"resource": None},
        {"resource": 5},
        {"resource": [condition()]},
        {"resource": {"id": "1"}},
        "an entry",
        17,
        [],
    ],
    ids=repr,
)
def test_an_entry_without_a_resource_is_quarantined_and_its_neighbours_go_on(broken: Any) -> None:
    found = held(bundle(entry(condition()), broken, entry(condition(id="2"))))
    (lost,) = found.quarantined()
    assert (lost.type, lost.origin) == ("(unknown)", "b.json:entry[1]")
    assert found.counts()["Condition"].used == 2
    # It could have been anything that such a Bundle holds.
    assert row(found.chart("Patient/1"), "Condition").state is Seen.PARTIAL


def test_an_entry_of_strange_form_still_gives_its_resource() -> None:
    found = held(bundle({"fullUrl": 5, "resource": condition()}))
    assert found.counts()["Condition"].used == 1


def test_one_entry_nested_too_deep_does_not_cost_its_neighbours() -> None:
    deep = json.dumps(condition(id="2", note=0)).replace('"note": 0', '"note": ' + "[" * 5_000 + "]" * 5_000)
    body = bundle(entry(condition()), "HERE").replace(b'"HERE"', b'{"resource": ' + deep.encode() + b"}")
    found = held(body)
    assert found.counts()["Condition"].used == 1
    assert [(q.reason, q.patient) for q in found.quarantined()] == [("too-deep", "Patient/1")]


def test_one_entry_with_an_odd_byte_does_not_cost_its_neighbours() -> None:
    found = held(bundle(entry(condition()), entry(condition(id="2", note="?"))).replace(b"?", b"\xe9"))
    assert found.counts()["Condition"].used == 1
    assert [(q.reason, q.origin) for q in found.quarantined()] == [("not-json", "b.json:entry[1]")]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (bundle(entry(condition()))[:-20], "not-json"),
        (b'{"resourceType": "Bundle", "entry": {"resource": 5}}', "not-expanded"),
        (b'{"resourceType": "Bundle", "entry": "all"}', "not-expanded"),
    ],
)
def test_a_bundle_that_cannot_be_taken_apart_is_quarantined_whole(body: bytes, reason: str) -> None:
    found = held(body)
    assert [(q.type, q.reason) for q in found.quarantined()] == [("Bundle", reason)]


def test_bundles_within_bundles() -> None:
    inner = json.loads(bundle(entry(condition())))
    body = bundle(entry(inner), entry(resource("Patient")))
    assert [r.origin for r in taken_apart(body)] == ["b.json:entry[0]:entry[0]", "b.json:entry[1]"]


def test_bundles_without_end_are_given_up() -> None:
    record: Any = condition()
    for _ in range(12):
        record = json.loads(bundle(entry(record)))
    assert [q.reason for q in held(json.dumps(record).encode()).quarantined()] == ["not-expanded"]


def test_references_by_the_addresses_of_the_bundle() -> None:
    """A transaction Bundle: no ids, only addresses; every reference goes by them."""
    chart = the_chart(
        bundle(
            entry(resource("Patient", None, gender="female"), UUID),
            entry(resource("Medication", None, None, code={"text": "Enhertu"}), "urn:uuid:med"),
            entry(
                order(
                    id=None,
                    patient=UUID,
                    medicationCodeableConcept=None,
                    medicationReference={"reference": "urn:uuid:med"},
                ),
                "urn:uuid:order",
            ),
        ),
        f"Patient/{UUID.removeprefix('urn:uuid:')}",
    )
    assert chart.patient.gender == "female"
    assert chart.orders[0].unmapped is None


def test_an_address_may_stand_for_another_id() -> None:
    chart = the_chart(
        bundle(
            entry(resource("Patient", "1", gender="female"), UUID),
            entry(condition(patient=UUID), "urn:uuid:c"),
            entry(order(id=None, patient=f"{UUID}"), "http://clinic.example/fhir/MedicationRequest/77"),
        )
    )
    assert (chart.patient.gender, len(chart.diagnoses)) == ("female", 1)
    assert chart.orders[0].reference == "MedicationRequest/77"


def test_the_same_address_in_another_bundle_is_another_resource() -> None:
    found = record_set(
        *expand(
            Received(
                bundle(entry(resource("Patient", "1"), "urn:uuid:p"), entry(condition(patient="urn:uuid:p"))),
                "a",
            )
        ),
        *expand(
            Received(
                bundle(
                    entry(resource("Patient", "2"), "urn:uuid:p"),
                    entry(condition(id="2", patient="urn:uuid:p")),
                ),
                "b",
            )
        ),
    )
    assert found.patients() == ("Patient/1", "Patient/2")
    assert [len(found.chart(patient).diagnoses) for patient in found.patients()] == [1, 1]


def page(asked: str, *entries: Any) -> bytes:
    link = [
        {"relation": "next", "url": "x"},
        {"relation": "self", "url": f"https://clinic.example/fhir/{asked}"},
    ]
    return bundle(*entries, type="searchset", link=link)


def outcome(code: str) -> dict[str, Any]:
    said = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": code}]}
    return entry(said, search={"mode": "outcome"})


def test_an_outcome_among_the_entries_makes_the_type_that_was_asked_partial() -> None:
    chart = the_chart(page("MedicationAdministration?patient=1", entry(dose()), outcome("suppressed")))
    found = row(chart, "MedicationAdministration")
    assert (found.state, found.count, found.detail) == (Seen.PARTIAL, 1, "1 outcome entry")


def test_an_outcome_instead_of_any_entry_does_so_too() -> None:
    found = record_set(
        *expand(Received(page("Observation?patient=1", outcome("forbidden")), "o.json")),
        *expand(Received(page("Condition/_search?patient=1", entry(condition())), "c.json")),
    )
    chart = found.chart("Patient/1")
    assert (row(chart, "Observation").state, row(chart, "Condition").state) == (Seen.PARTIAL, Seen.COMPLETE)
    assert found.counts()["OperationOutcome"].not_used == 1


def test_an_outcome_of_no_one_type_makes_every_type_that_is_held_partial() -> None:
    chart = the_chart(bundle(entry(condition()), entry(observation()), outcome("incomplete")))
    assert row(chart, "Condition").state is row(chart, "Observation").state is Seen.PARTIAL
    assert row(chart, "Encounter").state is Seen.NOT_ASKED


def test_an_outcome_that_only_informs_changes_nothing() -> None:
    chart = the_chart(bundle(entry(condition()), outcome("informational")))
    assert row(chart, "Condition").state is Seen.COMPLETE
