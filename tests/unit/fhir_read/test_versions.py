"""One resource under several bodies: the newest stands, and where that cannot be told, both do."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from abstractor.fhir.received import Received
from tests.unit.fhir_read.charting import Json, chart_of, condition, observation, order, record_set, row

OLD, NEW = {"status": "active"}, {"status": "stopped"}


def version(number: str | None = None, changed: str | None = None) -> dict[str, Any]:
    stamps = {"versionId": number, "lastUpdated": changed}
    return {"meta": {name: value for name, value in stamps.items() if value is not None}}


def statuses(*records: Json) -> list[str | None]:
    return [each.status for each in chart_of(*records).orders]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (version("1"), version("2")),
        (version("9"), version("10")),
        (version(None, "2022-01-01T00:00:00Z"), version(None, "2022-01-01T00:00:01Z")),
        (version(None, "2022-01-01T12:00:00+05:00"), version(None, "2022-01-01T08:00:00Z")),
        (version("a1", "2022-01-01T00:00:00Z"), version("b7", "2022-01-02T00:00:00Z")),
        (version("1", "2022-01-01T00:00:00Z"), version("1", "2022-01-02T00:00:00Z")),
        (version("1", "2022-01-02T00:00:00Z"), version("2", "2022-01-01T00:00:00Z")),  # numbers go first
    ],
)
def test_the_newest_stands_in_whatever_order_they_came(old: dict[str, Any], new: dict[str, Any]) -> None:
    former, latter = order(**OLD, **old), order(**NEW, **new)
    assert statuses(former, latter) == statuses(latter, former) == ["stopped"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        (version("1"), {}),
        (version("a"), version("b")),
        (version("1"), version(None, "2022-01-01T00:00:00Z")),
        (version(None, "soon"), version(None, "later")),
    ],
)
def test_where_it_cannot_be_told_both_stand_and_the_chart_says_so(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    records = [order(**OLD, **one), order(**NEW, **other)]
    chart = chart_of(*records)
    assert chart == chart_of(*reversed(records))
    assert sorted(str(each.status) for each in chart.orders) == ["active", "stopped"]
    (issue,) = chart.issues
    assert (issue.code, issue.sources[0].resource) == ("partial-record", "MedicationRequest/1")
    assert row(chart, "MedicationRequest").count == 1


def test_the_same_body_twice_is_one() -> None:
    held = record_set(condition(), condition())
    chart = held.chart("Patient/1")
    assert (len(chart.diagnoses), chart.issues) == (1, ())
    assert (held.counts()["Condition"].used, row(chart, "Condition").count) == (2, 1)


def test_bodies_that_differ_in_nothing_that_we_read_are_one() -> None:
    chart = chart_of(condition(note="a"), condition(note="b", **version("x")))
    assert (len(chart.diagnoses), chart.issues) == (1, ())


@pytest.mark.parametrize("make", [order, observation])
@pytest.mark.parametrize(
    ("inside", "same"),
    [
        ('{ "resourceType": "Medication",\n "id": "m", "status": "active", "extension": [1.0, 1e3] }', True),
        ('{"id":"m","extension":[1,1000],"status":"active","resourceType":"Medication"}', True),
        ('{"resourceType":"Medication","id":"m","extension":[1,1000],"status":"inactive"}', False),
        ('{"resourceType":"Medication","id":"m","extension":[1000,1],"status":"active"}', False),
        ('{"resourceType":"Medication","id":"m","extension":[true,1000],"status":"active"}', False),
        ('{"resourceType":"Medication","id":"m","extension":["1",1000],"status":"active"}', False),
    ],
)
def test_what_is_contained_is_compared_as_what_it_says(
    make: Callable[..., Json], inside: str, *, same: bool
) -> None:
    held = {"resourceType": "Medication", "id": "m", "status": "active", "extension": [1, 1000]}
    whole = json.dumps(make(contained=[held]))
    other = json.dumps(make(contained=["HERE"])).replace('"HERE"', inside)
    held_twice = record_set(Received(whole.encode(), "a:1"), Received(other.encode(), "b:1"))
    issues = held_twice.chart("Patient/1").issues
    assert [issue.code for issue in issues] == ([] if same else ["partial-record"])


def test_a_later_version_may_belong_to_another_patient() -> None:
    held = record_set(observation(**version("1")), observation(patient="Patient/2", **version("2")))
    assert [len(held.chart(patient).biomarkers) for patient in ("Patient/1", "Patient/2")] == [0, 1]


def test_one_identity_under_two_patients_without_versions_is_doubted_in_both() -> None:
    held = record_set(observation(), observation(patient="Patient/2"))
    for patient in held.patients():
        chart = held.chart(patient)
        assert len(chart.biomarkers) == 1
        assert [issue.code for issue in chart.issues] == ["partial-record"]


def test_one_body_may_name_two_patients_by_the_addresses_of_two_bundles() -> None:
    body = json.dumps(observation(patient="urn:uuid:p")).encode()
    held = record_set(
        Received(body, "a.json:entry[1]", links={"urn:uuid:p": "Patient/1"}),
        Received(body, "b.json:entry[1]", links={"urn:uuid:p": "Patient/2"}),
    )
    assert [len(held.chart(patient).biomarkers) for patient in held.patients()] == [1, 1]


def test_a_newer_version_that_was_a_mistake_takes_the_fact_away() -> None:
    chart = chart_of(order(**version("1")), order(status="entered-in-error", **version("2")))
    assert (chart.orders, chart.issues) == ((), ())
