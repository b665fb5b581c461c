"""The law of pulling again: whatever the clinic does, asking for changes comes to the state of one full pull.

Against the sample clinic, over HTTP; some of the pulls fail.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from abstractor.fhir.tls import trusted
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.schema import upgrade
from fixtures.clinic.changes import Wrong
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.keeping import SEALER
from tests.property.pulled_again import Site

START = datetime(2023, 5, 1, 8, 0, tzinfo=UTC)
PATIENTS, NUMBERS = ("p1", "p2", "p3"), range(7)
KINDS = ("Condition", "Observation", "MedicationRequest")
FAULTS = (
    "forbidden-type=Observation",
    "missing-type=Condition",
    "unavailable-always=MedicationRequest",
    "unavailable-always=Medication",
    "unavailable-always=Patient",
    "unavailable-always",
    "outcome-as-200=Condition",
    "truncated-json=Observation",
    "missing-next",
    "page-expired",
    "null-entry=Condition",
    "foreign-patient=Observation",
)

patients, numbers = st.sampled_from(PATIENTS), st.sampled_from(NUMBERS)
seconds = st.sampled_from((0, 1, 59, 301, 86_400))
# Records are written most of the time; all else is to be met often enough, and not to leave nothing.
records = st.tuples(st.sampled_from(("write", "write", "delete")), st.sampled_from(KINDS), numbers, patients)
rarely = st.one_of(
    st.tuples(st.sampled_from(("drug", "drug", "no drug")), numbers),
    st.tuples(st.just("write all"), patients),
    st.tuples(st.just("merge"), patients, patients),
    st.tuples(st.just("delete patient"), patients),
    st.tuples(st.just("group"), st.sets(patients, min_size=1)),
    st.tuples(st.just("tick"), seconds),
    st.tuples(st.just("step"), st.sampled_from((-86_400, -3600, -120, 120, 3600))),
)
happenings = st.one_of(records, records, rarely)
rounds = st.tuples(
    st.lists(happenings, max_size=5), seconds, st.sampled_from((None, None, *FAULTS)), st.integers(0, 2)
)
# Making a history shorter that breaks the law would take longer than a test may.
AS_FOUND = (Phase.explicit, Phase.generate)
# Chance seldom finds it: many changes at once, and the second page of them is lost.
CUT_SHORT = [([("write all", "p1")], 301, "page-expired", 0), ([], 301, None, 0)]
histories = st.lists(rounds, min_size=1, max_size=3)


def record(kind: str, number: int, patient: str, said: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "resourceType": kind,
        "id": f"{kind.lower()}-{number}",
        "subject": {"reference": f"Patient/{patient}"},
        "note": [{"text": f"told {said}"}],
    }
    if kind == "Observation":
        told["category"] = [{"coding": [{"code": ("laboratory", "vital-signs")[number % 2]}]}]
    if kind == "MedicationRequest":
        told |= {"intent": "order", "medicationReference": {"reference": f"Medication/m{said % 4}"}}
    return told


def drug(number: int, said: int) -> dict[str, Any]:
    return {"resourceType": "Medication", "id": f"m{number}", "code": {"text": f"drug {number} of {said}"}}


def beginning() -> list[dict[str, Any]]:
    return [
        *({"resourceType": "Patient", "id": one, "active": True} for one in PATIENTS),
        *(record(kind, at, PATIENTS[at // 3], at) for kind in KINDS for at in NUMBERS[:5]),
        *(drug(at, 0) for at in NUMBERS[:3]),
    ]


class History:
    """One clinic from its beginning, and our clock, which goes on whatever is done to the clinic's."""

    def __init__(self, door: Door, site: Site) -> None:
        self._door, self._site = door, site
        self._said = 10

    def happen(self, happening: tuple[Any, ...]) -> None:
        self._said += 1
        match happening:
            case ("write", kind, number, patient):
                self._write(record(kind, number, patient, self._said))
            case ("write all", patient):
                for resource in self._door.live(patient).values():
                    self._door.edit({**resource, "language": f"x-{self._said}"})
            case ("delete", kind, number, _):
                self._door.delete(kind, f"{kind.lower()}-{number}")
            case ("drug", number):
                self._write(drug(number, self._said))
            case ("no drug", number):
                self._door.delete("Medication", f"m{number}")
            case ("merge", old, into):
                self._door.merge(old, into)
            case ("delete patient", patient):
                self._door.delete_patient(patient)
            case ("group", members):
                self._door.set_group(sorted(members))
            case ("tick", passed):
                self._door.advance(passed)
            case ("step", ahead):
                self._door.stop_clock(self._door.now() + timedelta(seconds=ahead))
                self._site.ahead += timedelta(seconds=ahead)

    def _write(self, resource: dict[str, Any]) -> None:
        try:
            self._door.edit(resource)
        except Wrong:
            self._door.add(resource)


@cache
def folder() -> "tempfile.TemporaryDirectory[str]":
    """Gone when this process ends."""
    return tempfile.TemporaryDirectory(prefix="again-")


@cache
def store() -> Store:
    opened = open_store(sqlite_url(Path(folder().name) / "abstractor.db"), SEALER)
    upgrade(opened)
    return opened


@pytest.fixture(scope="module")
def doors() -> Iterator[dict[str, Door]]:
    with ExitStack() as stack:
        # Reading the authorities takes longer than a history does, and nothing here is asked over TLS.
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr("abstractor.fhir.http.trusted", cache(trusted))
        names = ("plain", "oracle", "epic", "athena")
        yield {name: stack.enter_context(open_clinic(personality=name)) for name in names}


def lost(before: Mapping[str, set[str]], after: Mapping[str, set[str]], door: Door) -> set[str]:
    """What was held, is there still, and is held no more. Some clinics hide who was merged into another."""
    there = {one: set(door.live(one)) - {f"Patient/{one}"} | drugs_of(door, one) for one in before}
    return {gone for one in before for gone in before[one] & there[one] - after[one]}


def drugs_of(door: Door, patient: str) -> set[str]:
    orders = (one for one in door.live(patient).values() if one["resourceType"] == "MedicationRequest")
    return {one["medicationReference"]["reference"] for one in orders} & set(door.live())


def come_to_one_state(door: Door, history: list[Any]) -> None:
    door.stop_clock(START)
    door.reset(beginning())
    with store().reading() as session:  # nothing of it is kept
        again, once = Site(door, session, "again"), Site(door, session, "once")
        clinic = History(door, again)
        again.pull(door.members())
        for at, (changed, passed, fault, first) in enumerate(history):
            door.advance(passed)
            for happening in changed:
                with suppress(Wrong):
                    clinic.happen(happening)
            failing = fault is not None and at < len(history) - 1
            door.advance(passed)
            before = again.held()
            if failing:
                door.arm(f"{fault}@{first + 1}")
            again.pull(door.members())
            if failing:
                door.disarm()
                assert lost(before, again.held(), door) == set()
        once.ahead = again.ahead
        once.pull_whole(door.members())
        members = door.members()
        assert {one: again.state(one) for one in members} == {one: once.state(one) for one in members}


@settings(max_examples=100, phases=AS_FOUND)
@given(history=histories)
@example(history=CUT_SHORT)
def test_where_changes_can_be_asked_for(doors: dict[str, Door], history: list[Any]) -> None:
    come_to_one_state(doors["plain"], history)


@settings(max_examples=20, phases=AS_FOUND)
@given(history=histories)
def test_where_drugs_come_inside_of_their_orders(doors: dict[str, Door], history: list[Any]) -> None:
    come_to_one_state(doors["oracle"], history)


@settings(max_examples=10, phases=AS_FOUND)
@given(history=histories, name=st.sampled_from(("epic", "athena")))
def test_where_everything_is_asked_for_anew(doors: dict[str, Door], history: list[Any], name: str) -> None:
    come_to_one_state(doors[name], history)
