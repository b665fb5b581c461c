"""How much was seen of each type: from files, from a pull, and what takes it away."""

import pytest

from abstractor.chart import Seen
from abstractor.fhir.answers import Answer
from abstractor.fhir.received import Received
from abstractor.fhir.records import Counts
from abstractor.fhir.types import TYPES_READ
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


def test_a_row_for_each_of_the_twenty_types_sorted() -> None:
    rows = record_set(condition()).chart("Patient/1").completeness
    assert [each.type for each in rows] == sorted(TYPES_READ)
    assert len(rows) == 20


def test_from_files() -> None:
    held = record_set(condition(), condition(id="2"), dose(patient="Patient/2"))
    chart = held.chart("Patient/1")
    assert (row(chart, "Condition").state, row(chart, "Condition").count) == (Seen.COMPLETE, 2)
    assert row(chart, "MedicationAdministration").state is Seen.EMPTY
    assert row(chart, "Observation").state is Seen.NOT_ASKED


def test_a_record_that_says_next_to_nothing_is_counted() -> None:
    kinds = (
        "CarePlan",
        "CareTeam",
        "ServiceRequest",
        "DocumentReference",
        "MedicationStatement",
        "AdverseEvent",
    )
    given = {"resourceType": "Immunization", "id": "1", "patient": {"reference": "Patient/1"}}
    held = record_set(given, *(resource(kind) for kind in kinds))
    chart = held.chart("Patient/1")
    assert {row(chart, kind).count for kind in (*kinds, "Immunization")} == {1}
    assert held.counts()["CarePlan"] == Counts(1, 1, 0, 0)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        (Seen.PARTIAL, Seen.PARTIAL),
        (Seen.REFUSED, Seen.REFUSED),
        (Seen.NOT_ASKED, Seen.NOT_ASKED),
        (Seen.COMPLETE, Seen.COMPLETE),
        (Seen.EMPTY, Seen.COMPLETE),
    ],
)
def test_the_site_knows_better(said: Seen, state: Seen) -> None:
    chart = record_set(condition(), overrides={"Condition": said}).chart("Patient/1")
    assert (row(chart, "Condition").state, row(chart, "Condition").detail) == (state, "completeness.json")


def test_the_site_may_say_that_nothing_is_all_there_is() -> None:
    chart = record_set(condition(), overrides={"Encounter": Seen.COMPLETE}).chart("Patient/1")
    assert row(chart, "Encounter").state is Seen.EMPTY


def test_the_site_cannot_mend_what_is_in_quarantine() -> None:
    held = record_set(condition(), condition(id="2", code=5), overrides={"Condition": Seen.COMPLETE})
    assert row(held.chart("Patient/1"), "Condition").state is Seen.PARTIAL


def test_a_refused_record_that_names_nobody_is_everybodys() -> None:
    held = record_set(visit(), visit(id="2", patient="Patient/2"), visit(id="3", patient=None))
    assert {row(held.chart(patient), "Encounter").state for patient in held.patients()} == {Seen.PARTIAL}
    assert held.chart("Patient/1").issues == ()


def test_a_type_that_holds_only_refused_records() -> None:
    held = record_set(observation(status=5), condition(patient="Patient/2"))
    assert row(held.chart("Patient/1"), "Observation").state is Seen.PARTIAL
    assert row(held.chart("Patient/2"), "Observation").state is Seen.EMPTY


def test_a_refused_record_of_a_type_that_is_not_read_takes_nothing_away() -> None:
    held = record_set(condition(), b'{"resourceType": "Coverage", "id": ')
    assert row(held.chart("Patient/1"), "Condition").state is Seen.COMPLETE


@pytest.mark.parametrize(
    ("origin", "condition_state", "order_state"),
    [
        ("Condition.ndjson:9", Seen.PARTIAL, Seen.COMPLETE),
        ("export.Condition.000.ndjson.gz:9", Seen.PARTIAL, Seen.COMPLETE),
        ("https://clinic.example/fhir/Condition/9", Seen.PARTIAL, Seen.COMPLETE),
        ("everything.ndjson:9", Seen.PARTIAL, Seen.PARTIAL),
        ("MedicationRequest.ndjson:9", Seen.PARTIAL, Seen.PARTIAL),  # that file holds Conditions too
    ],
)
def test_a_line_without_a_type_counts_against_what_its_file_is_named_after(
    origin: str, condition_state: Seen, order_state: Seen
) -> None:
    held = record_set(
        Received(b"not json", origin),
        condition(),
        order(),
        Received(
            b'{"resourceType": "Condition", "id": "5", "subject": {"reference": "Patient/2"}}',
            "MedicationRequest.ndjson:1",
        ),
    )
    chart = held.chart("Patient/1")
    assert (row(chart, "Condition").state, row(chart, "MedicationRequest").state) == (
        condition_state,
        order_state,
    )
    assert row(chart, "Encounter").state is Seen.NOT_ASKED


def answer(kind: str, state: Seen, detail: str | None = None) -> Answer:
    return Answer(kind, state, 0, detail)


def test_from_a_pull_it_is_what_the_endpoint_answered() -> None:
    held = record_set(condition(), condition(id="2", code=5), order())
    held.answers(
        "Patient/1",
        [
            answer("Condition", Seen.COMPLETE),
            answer("MedicationRequest", Seen.PARTIAL, "outcome:suppressed"),
            answer("Observation", Seen.REFUSED, "http-403"),
            answer("Encounter", Seen.COMPLETE),
        ],
    )
    chart = held.chart("Patient/1")
    found = {each.type: (each.state, each.count, each.detail) for each in chart.completeness}
    assert found["Condition"] == (Seen.PARTIAL, 2 - 1, "1 quarantined")
    assert found["MedicationRequest"] == (Seen.PARTIAL, 1, "outcome:suppressed")
    assert found["Observation"] == (Seen.REFUSED, 0, "http-403")
    assert found["Encounter"] == (Seen.EMPTY, 0, None)
    assert found["Procedure"] == (Seen.NOT_ASKED, 0, None)


@pytest.mark.parametrize(
    ("said", "answered", "state"),
    [
        (Seen.PARTIAL, Seen.COMPLETE, Seen.PARTIAL),
        (Seen.COMPLETE, Seen.REFUSED, Seen.REFUSED),
        (Seen.EMPTY, Seen.COMPLETE, Seen.COMPLETE),
    ],
)
def test_of_site_and_endpoint_the_one_that_promises_less_is_believed(
    said: Seen, answered: Seen, state: Seen
) -> None:
    held = record_set(condition(), overrides={"Condition": said})
    held.answers("Patient/1", [answer("Condition", answered)])
    assert row(held.chart("Patient/1"), "Condition").state is state


def test_what_was_refused_stays_refused() -> None:
    held = record_set(condition(code=5))
    held.answers("Patient/1", [answer("Condition", Seen.REFUSED, "http-403")])
    found = row(held.chart("Patient/1"), "Condition")
    assert (found.state, found.detail) == (Seen.REFUSED, "http-403")


def test_a_patient_of_whom_only_answers_are_held_is_known() -> None:
    held = record_set()
    held.answers("Patient/9", [answer("Condition", Seen.EMPTY)])
    assert held.patients() == ("Patient/9",)
    assert held.chart("Patient/9").seen_whole("Condition")


def test_a_patient_whom_nobody_knows_has_an_empty_chart() -> None:
    held = record_set(condition())
    chart = held.chart("Patient/404")
    assert (chart.patient.reference, chart.diagnoses) == ("Patient/404", ())
    assert held.patients() == ("Patient/1",)
