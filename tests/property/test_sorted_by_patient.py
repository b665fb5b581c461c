"""Records sorted into parts give what a set of them gives that is held whole: charts, counts, quarantine."""

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abstractor.fhir.bundles import expand
from abstractor.fhir.charting import Reading
from abstractor.fhir.population import Population
from abstractor.fhir.received import Received
from abstractor.fhir.records import RecordSet
from tests.property.test_nothing_is_lost import WHOLE, mutated
from tests.unit.fhir_read.charting import NEW_YORK, value_sets

READING = Reading(value_sets(), NEW_YORK)
PATIENTS = ("Patient/1", "Patient/2", "Patient/3")
FILES = ("Condition.ndjson", "Observation.ndjson", "all.ndjson", "Patient.ndjson.gz")


@st.composite
def moved(draw: st.DrawFn) -> bytes:
    """A whole resource, perhaps in another version, of another patient, or under another identity."""
    record: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(WHOLE))))
    named = "patient" if "patient" in record else "subject"
    if named in record:
        record[named] = {"reference": draw(st.sampled_from(PATIENTS))}
    if draw(st.booleans()):
        record["meta"] = {"versionId": draw(st.sampled_from(("1", "2", "x")))}
    if draw(st.booleans()):
        record["id"] = draw(st.sampled_from(("1", "2")))
    return json.dumps(record).encode()


@st.composite
def bundled(draw: st.DrawFn) -> bytes:
    """Some of them in a Bundle whose patients are named by addresses that only it explains."""
    entries: list[dict[str, Any]] = []
    for body in draw(st.lists(moved(), max_size=5)):
        record = json.loads(body)
        address = f"urn:uuid:00000000-0000-0000-0000-00000000000{len(entries)}"
        entries.append({"fullUrl": address, "resource": record})
        if "subject" in record and draw(st.booleans()):
            record["subject"] = {"reference": draw(st.sampled_from(entries))["fullUrl"]}
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


lines = st.lists(
    st.tuples(
        st.one_of(mutated(), moved(), moved(), bundled()), st.sampled_from(FILES), st.sampled_from((0, 0, 1))
    ),
    max_size=25,
)


def received(bodies: Sequence[tuple[bytes, str, int]]) -> list[Received]:
    numbered = [
        Received(body, f"{file}:{number}", gone=bool(gone))
        for number, (body, file, gone) in enumerate(bodies)
    ]
    return [each for record in numbered for each in expand(record)]


def held_whole(records: Sequence[Received]) -> object:
    held = RecordSet(READING)
    for record in records:
        held.add(record)
    return [held.chart(patient) for patient in held.patients()], held.counts(), held.quarantined()


def sorted_into(records: Sequence[Received], parts: int, room: int) -> object:
    population = Population(READING, parts=parts, room=room)
    for record in records:
        population.add(record)
    held = population.sorted()
    charts = []
    for number in range(parts):
        part = held.part(number)
        charts += list(part)
        held.tally.add(part.tally)
    found = sorted(charts, key=lambda c: c.patient.reference), held.tally.counts(), held.tally.quarantined()
    held.close()
    return found


@given(lines, st.sampled_from((1, 2, 7)), st.sampled_from((0, 2_000, 10_000_000)))
def test_parts_give_what_the_whole_gives(bodies: list[tuple[bytes, str, int]], parts: int, room: int) -> None:
    records = received(bodies)
    assert sorted_into(records, parts, room) == held_whole(records)
