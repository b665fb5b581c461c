"""Whatever a clinic sends: every record is counted once, nothing crashes, and their order says nothing."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abstractor.fhir.bundles import expand
from abstractor.fhir.received import Received
from abstractor.fhir.records import RecordSet
from tests.unit.fhir_read.charting import (
    HCPCS,
    Json,
    coded,
    condition,
    dispense,
    dose,
    observation,
    order,
    procedure,
    record_set,
    resource,
    visit,
)

_NAMED = {"reference": "MedicationRequest/1"}
WHOLE: tuple[Json, ...] = (
    resource("Patient", birthDate="1960-02", deceasedDateTime="2022-08-20"),
    condition(
        onsetDateTime="2019-03", stage=[{"summary": {"text": "Stage IV"}}], clinicalStatus=coded("active")
    ),
    order(
        requester={"reference": "PractitionerRole/1"},
        reasonReference=[{"reference": "Condition/1"}],
        dispenseRequest={"validityPeriod": {"start": "2022-06-14", "end": "2022-09-01"}},
        encounter={"reference": "Encounter/1"},
        meta={"versionId": "2", "source": "a"},
    ),
    order(
        id="2",
        medicationCodeableConcept=None,
        medicationReference={"reference": "#m"},
        contained=[
            {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": {"text": "x"}}]}
        ],
        dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": {"start": "2022"}}}}],
    ),
    dose(request=_NAMED, context={"reference": "Encounter/1"}, meta={"source": "b"}),
    dose(
        id="2", on="2022-06-15T09:00:00", identifier=[{"system": "urn:c"}], dosage={"route": {"text": "iv"}}
    ),
    dispense(authorizingPrescription=[_NAMED], daysSupply={"value": 30, "unit": "d"}),
    observation(valueCodeableConcept=coded("LA11843-2", "http://loinc.org")),
    observation(
        "49683-6",
        id="2",
        component=[{"code": coded("85318-4", "http://loinc.org"), "valueString": "amplified"}],
    ),
    observation(
        "8806-2",
        id="3",
        valueRatio={"numerator": {"value": 3}, "denominator": {"value": 5}},
        issued="2022-07-01",
    ),
    visit(
        participant=[{"individual": {"reference": "Practitioner/1"}, "type": [coded("ATND")]}],
        type=[coded("185317003")],
        serviceProvider={"reference": "Organization/1"},
    ),
    procedure("J9354", HCPCS),
    resource(
        "DiagnosticReport", status="final", code=coded("34552-0", "http://loinc.org"), issued="2022-06-14"
    ),
    resource("Medication", "1", None, code={"text": "Enhertu"}),
    resource("PractitionerRole", "1", None, practitioner={"reference": "Practitioner/1"}),
    resource("Practitioner", "1", None),
    resource("CarePlan", status="active"),
    resource("OperationOutcome", None, None, issue=[{"code": "suppressed"}]),
    resource("Coverage"),
)

strange = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(
        ["", "Patient/2", "#m", "entered-in-error", "9999-12-31", "0000", "2022-02-30", "1e400", "urn:uuid:1"]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "code", "start"]), inner)
    ),
    max_leaves=4,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inner for place in [(value, key), *places(each)]]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A whole resource with a few of its elements replaced, left out or said again, sometimes with its text
    broken."""
    record = json.loads(json.dumps(draw(st.sampled_from(WHOLE))))
    for _ in range(draw(st.integers(0, 3))):
        container, key = draw(st.sampled_from(places(record) or [({"x": 1}, "x")]))
        if draw(st.booleans()):
            container[key] = draw(strange)
        else:
            del container[key]
    body = json.dumps(record).encode()
    if isinstance(record, dict) and len(body) > 2 and draw(st.integers(0, 9)) == 0:
        key = draw(st.sampled_from(("id", "subject", "patient", "status", "resourceType")))
        value = draw(st.sampled_from(("1", "2", "final", {"reference": "Patient/2"}, {}, None)))
        body = body[:-1] + f", {json.dumps(key)}: {json.dumps(value)}}}".encode()
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.binary(max_size=3))
    return body


charts = st.lists(mutated(), max_size=25)


def everything(held: RecordSet) -> object:
    """All that a set of records says, but for where the records came from."""
    return (
        [held.chart(patient) for patient in held.patients()],
        held.counts(),
        sorted((q.type, q.path, q.reason, q.reference, str(q.patient)) for q in held.quarantined()),
    )


@given(charts)
def test_every_record_is_counted_once(bodies: Sequence[bytes]) -> None:
    held = record_set(*bodies)
    counts = held.counts()
    assert sum(each.read for each in counts.values()) == len(bodies)
    assert all(each.read == each.used + each.not_used + each.quarantined for each in counts.values())
    assert sum(each.quarantined for each in counts.values()) == len(held.quarantined())


@given(charts)
def test_every_patient_that_is_named_has_a_chart_with_a_row_for_every_type(bodies: Sequence[bytes]) -> None:
    held = record_set(*bodies)
    for patient in held.patients():
        chart = held.chart(patient)
        assert len(chart.completeness) == 20
        assert chart.patient.reference == patient
    named = {q.patient for q in held.quarantined() if q.patient is not None}
    assert named <= set(held.patients())


@given(charts, st.randoms(use_true_random=False))
def test_the_order_of_records_says_nothing(bodies: list[bytes], chance: Any) -> None:
    shuffled = list(bodies)
    chance.shuffle(shuffled)
    assert everything(record_set(*shuffled)) == everything(record_set(*bodies))


@given(charts)
def test_the_same_records_again_change_no_chart(bodies: list[bytes]) -> None:
    once = record_set(*bodies)
    good = [body for body in bodies if record_set(body).quarantined() == ()]
    again = record_set(*good, *good)
    assert set(again.patients()) <= set(once.patients())
    plain = record_set(*good)
    facts = [
        (c.diagnoses, c.orders, c.administrations, c.visits, c.issues)
        for c in map(plain.chart, plain.patients())
    ]
    assert facts == [
        (c.diagnoses, c.orders, c.administrations, c.visits, c.issues)
        for c in map(again.chart, again.patients())
    ]


@given(charts)
def test_a_bundle_gives_what_its_entries_give_alone(bodies: list[bytes]) -> None:
    readable = [json.loads(body) for body in bodies if _is_json(body)]
    entries = [{"resource": record} for record in readable if record is not None]
    bundle = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    whole = record_set(*expand(Received(bundle, "all.ndjson:1")))
    apart = record_set(*(json.dumps(entry["resource"]).encode() for entry in entries))
    assert everything(whole) == everything(apart)


def _is_json(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False
