"""Records that cannot be read: refused by code and path, never by value, never at their neighbours' cost."""

import json
from typing import Any

import pytest

from abstractor.chart import Seen, Source
from abstractor.fhir.decoding import Limits
from abstractor.fhir.quarantine import Defect, Quarantined
from abstractor.fhir.received import Received
from abstractor.fhir.records import Counts, Reading, RecordSet
from tests.unit.fhir_read.charting import (
    NEW_YORK,
    condition,
    dose,
    observation,
    order,
    received,
    record_set,
    resource,
    row,
    value_sets,
    visit,
)

CANARY = "WilhelminaCanary"


def refused(record: dict[str, Any] | bytes) -> Quarantined:
    (only,) = record_set(record).quarantined()
    return only


def deep(levels: int) -> bytes:
    plain = json.dumps(observation(note=0)).encode()
    return plain.replace(b'"note": 0', b'"note": ' + b"[" * levels + b"]" * levels)


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "(unknown)", Defect.NOT_JSON),
        (b"not json at all", "(unknown)", Defect.NOT_JSON),
        (b'\xff\xfe{"resourceType"', "(unknown)", Defect.NOT_JSON),
        (b'{"resourceType":"Condition","id":"1"', "Condition", Defect.NOT_JSON),
        (b'{"resourceType":"Condition","id":"1"} {}', "Condition", Defect.NOT_JSON),
        (b'{"resourceType":"Condition","id":"\xff"}', "Condition", Defect.NOT_JSON),
        (b'{"resourceType":"Coverage","id":', "Coverage", Defect.NOT_JSON),
        (b'{"resourceType":"Coverage","note":"\xe9"}', "Coverage", Defect.NOT_JSON),
        (b'{"resourceType":"Coverage","\xe9":1}', "Coverage", Defect.NOT_JSON),
        (b'{"id":"1","note":"\xed\xa0\x80","resourceType":"Coverage"}', "Coverage", Defect.NOT_JSON),
        (b"null", "(unknown)", Defect.NOT_FHIR),
        (b"17", "(unknown)", Defect.NOT_FHIR),
        (b"[]", "(unknown)", Defect.NOT_FHIR),
        (b'{"id":"1"}', "(unknown)", Defect.NOT_FHIR),
        (b'{"resourceType":null}', "(unknown)", Defect.NOT_FHIR),
        (b'{"resourceType":["Condition"]}', "(unknown)", Defect.NOT_FHIR),
        (b'{"resourceType":"Jane Doe"}', "(unknown)", Defect.NOT_FHIR),
        (b'{"resourceType":"Bundle","entry":5}', "Bundle", Defect.NOT_EXPANDED),
        (deep(5_000), "Observation", Defect.TOO_DEEP),
        (json.dumps(observation(note="x" * 10_000_000)).encode(), "Observation", Defect.TOO_LARGE),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_record_at_all(body: bytes, kind: str, reason: Defect) -> None:
    found = refused(body)
    assert (found.type, found.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("record", "reason", "path"),
    [
        (condition(code=[]), Defect.WRONG_TYPE, "Condition.code"),
        (condition(code={"coding": {}}), Defect.WRONG_TYPE, "Condition.code.coding"),
        (condition(code={"coding": [{}, {"code": 5}]}), Defect.WRONG_TYPE, "Condition.code.coding[1].code"),
        (condition(code={"coding": [None]}), Defect.WRONG_TYPE, "Condition.code.coding[0]"),
        (order(doNotPerform="true"), Defect.WRONG_TYPE, "MedicationRequest.doNotPerform"),
        (order(authoredOn=20220314), Defect.WRONG_TYPE, "MedicationRequest.authoredOn"),
        (visit(**{"class": [{"code": "AMB"}]}), Defect.WRONG_TYPE, "Encounter.class"),
        (observation(valueQuantity={"value": "62"}), Defect.WRONG_TYPE, "Observation.valueQuantity.value"),
        (resource("Patient", id=7), Defect.WRONG_TYPE, "Patient.id"),
        (resource("Patient", id="a b"), Defect.WRONG_TYPE, "Patient.id"),
        (order(authoredOn="2022-02-30"), Defect.IMPOSSIBLE_DATE, "MedicationRequest.authoredOn"),
        (order(authoredOn="06/14/2022"), Defect.IMPOSSIBLE_DATE, "MedicationRequest.authoredOn"),
        (order(authoredOn=""), Defect.IMPOSSIBLE_DATE, "MedicationRequest.authoredOn"),
        (order(authoredOn="0001-01-01T00:00:00"), Defect.IMPOSSIBLE_DATE, "MedicationRequest.authoredOn"),
        (order(authoredOn="0001-01-01T00:00:00Z"), Defect.IMPOSSIBLE_DATE, "MedicationRequest.authoredOn"),
        (condition(recordedDate="0001"), Defect.IMPOSSIBLE_DATE, "Condition.recordedDate"),
        (resource("Patient", birthDate="1799-12-31"), Defect.IMPOSSIBLE_DATE, "Patient.birthDate"),
        (
            dose(on="2022-06-14T25:00:00Z"),
            Defect.IMPOSSIBLE_DATE,
            "MedicationAdministration.effectiveDateTime",
        ),
        (visit(period={"end": "2022-13-01"}), Defect.IMPOSSIBLE_DATE, "Encounter.period.end"),
        (condition(patient=None), Defect.NO_SUBJECT, "Condition.subject"),
        (condition(subject={}), Defect.NO_SUBJECT, "Condition.subject"),
        (condition(subject={"identifier": {"value": "7"}}), Defect.NO_SUBJECT, "Condition.subject"),
        (condition(subject={"reference": "Group/1"}), Defect.NO_SUBJECT, "Condition.subject"),
        (condition(subject={"reference": "#p"}), Defect.NO_SUBJECT, "Condition.subject"),
        (resource("Immunization"), Defect.NO_SUBJECT, "Immunization.patient"),
        (resource("Patient", id=None), Defect.NO_SUBJECT, "Patient.id"),
        (
            order(
                medicationReference={"reference": "#m"}, contained=[{"resourceType": "Medication", "code": 5}]
            ),
            Defect.WRONG_TYPE,
            "MedicationRequest.contained[0].code",
        ),
    ],
)
def test_an_element_that_we_read_is_named_by_its_path(
    record: dict[str, Any], reason: Defect, path: str
) -> None:
    found = refused(record)
    assert (found.reason, found.path) == (reason, path)


@pytest.mark.parametrize(
    "record",
    [
        condition(vendorScore=7, note=[{"text": 5}], evidence="left"),
        condition(id=None),
        condition(code=None, recordedDate=None),
        order(authoredOn="2022"),
        order(authoredOn="2022-06-14T22:30"),
        order(contained=[{"resourceType": "Medication", "code": 5}]),
        observation(valueString=None, valueSampledData={"origin": 5}),
        resource("Practitioner", None, None),
    ],
)
def test_what_is_odd_and_can_be_read_is_not_refused(record: dict[str, Any]) -> None:
    assert record_set(record).quarantined() == ()


@pytest.mark.parametrize(
    "record",
    [
        condition(code=5),
        resource("Patient", birthDate="1960-02-31"),
        observation(note="x" * 9_000_000),
        deep(5_000),
        {"resourceType": "Immunization", "patient": {"reference": "Patient/1"}, "status": 5},
    ],
    ids=["wrong type", "impossible date", "too large", "too deep", "under another name"],
)
def test_a_refused_record_is_its_patients(record: dict[str, Any] | bytes) -> None:
    held = record_set(record)
    assert [q.patient for q in held.quarantined()] == ["Patient/1"]
    assert held.patients() == ("Patient/1",)


@pytest.mark.parametrize("named", [{}, {"display": "?"}], ids=["elsewhere", "beside the reference"])
def test_one_odd_byte_in_what_we_do_not_read_refuses_the_record_and_it_is_its_patients(
    named: dict[str, str],
) -> None:
    """Latin-1 in a note or a display: not JSON, though its names can still be read."""
    record = condition(id="7", subject={"reference": "Patient/1", **named}, note=[{"text": "?"}])
    found = refused(json.dumps(record).encode().replace(b"?", b"\xe9"))
    assert (found.reason, found.path) == (Defect.NOT_JSON, "Condition")
    assert (found.patient, found.reference) == ("Patient/1", "Condition/7")


@pytest.mark.parametrize("element", ["id", "subject"])
def test_a_name_with_an_odd_byte_is_no_name(element: str) -> None:
    odd = {"id": "?7", "subject": {"reference": "Patient/?1"}}
    record = condition(**{element: odd[element]})
    found = refused(json.dumps(record).encode().replace(b"?", b"\xe9"))
    assert found.patient == (None if element == "subject" else "Patient/1")
    assert found.reference.startswith("Condition/sha256:") == (element == "id")


def test_its_neighbours_go_on_and_the_patients_type_is_partial() -> None:
    held = record_set(
        condition(), condition(id="2", recordedDate="2022-02-30"), condition(id="3", patient="Patient/2")
    )
    first, second = held.chart("Patient/1"), held.chart("Patient/2")
    assert len(first.diagnoses) == len(second.diagnoses) == 1
    assert (row(first, "Condition").state, row(first, "Condition").detail) == (Seen.PARTIAL, "1 quarantined")
    assert (row(second, "Condition").state, row(second, "Condition").detail) == (Seen.COMPLETE, None)
    assert held.counts() == {"Condition": Counts(read=3, used=2, not_used=0, quarantined=1)}


def test_the_chart_says_which_record_was_refused() -> None:
    (issue,) = record_set(condition(recordedDate="2022-02-30")).chart("Patient/1").issues
    assert (issue.code, issue.detail) == ("resource-quarantined", "impossible-date: Condition.recordedDate")
    assert issue.sources == (Source("Condition/1", "Condition.recordedDate", None, None),)


@pytest.mark.parametrize(
    ("meta", "version"),
    [
        ({"versionId": "7"}, "7"),
        ({"versionId": 7}, None),
        ({"versionId": "Jane Doe"}, None),
        (None, None),
        ("7", None),
    ],
)
def test_its_version_is_told_where_it_can_still_be_read(meta: object, version: str | None) -> None:
    (issue,) = record_set(condition(recordedDate="2022-02-30", meta=meta)).chart("Patient/1").issues
    assert [source.version for source in issue.sources] == [version]


def test_a_type_that_is_not_read_is_counted_and_not_used() -> None:
    held = record_set(resource("Coverage"), resource("Nonsense"), condition())
    assert held.counts() == {
        "Condition": Counts(1, 1, 0, 0),
        "Coverage": Counts(1, 0, 1, 0),
        "Nonsense": Counts(1, 0, 1, 0),
    }


@pytest.mark.parametrize(
    "record",
    [
        condition(code={"coding": [{"code": [CANARY]}]}, note=[{"text": CANARY}], **{CANARY: CANARY}),
        order(authoredOn=CANARY, requester={"display": CANARY}),
        observation(valueQuantity={"value": CANARY}, contained=[{"resourceType": CANARY}]),
        resource("Patient", birthDate=CANARY, name=[{"family": CANARY, CANARY: 1}]),
        condition(patient=None, subject={"display": CANARY}),
    ],
)
def test_no_value_is_ever_shown(record: dict[str, Any]) -> None:
    assert CANARY not in repr(refused(record))


def test_the_fhir_model_explains() -> None:
    assert refused(condition(recordedDate="2022-02-30")).explained == (
        "Condition.recordedDate: datetime_from_date_parsing",
    )


def test_a_model_that_breaks_explains_that() -> None:
    broken = order(authoredOn="2022-02-30", contained=[{"resourceType": "Nonsense"}])
    assert refused(broken).explained == ("MedicationRequest: KeyError",)


def test_a_record_without_an_id_is_told_apart_by_its_content() -> None:
    one, other = condition(id=None), condition("C79.51", id=None)
    chart = record_set(one, one, other).chart("Patient/1")
    assert len(chart.diagnoses) == 2
    assert row(chart, "Condition").count == 2
    assert chart.diagnoses[0].sources[0].resource.startswith("Condition/sha256:")


def test_origins_and_order() -> None:
    held = record_set(
        Received(b"x", "b.ndjson:2"), received(condition(code=5), "a.ndjson:1"), Received(b"x", "a.ndjson:3")
    )
    assert [(q.type, q.origin) for q in held.quarantined()] == [
        ("(unknown)", "a.ndjson:3"),
        ("(unknown)", "b.ndjson:2"),
        ("Condition", "a.ndjson:1"),
    ]


def test_the_limits_can_be_set() -> None:
    held = RecordSet(Reading(value_sets(), NEW_YORK, limits=Limits(max_bytes=300, max_depth=4)))
    held.add(received(condition()))
    held.add(received(condition(note="x" * 300)))
    held.add(received(condition(extension=[{"extension": [{}]}])))
    assert {q.reason for q in held.quarantined()} == {Defect.TOO_LARGE, Defect.TOO_DEEP}
