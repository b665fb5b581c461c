"""A law on random histories: exports of changes lead to the state that a full pull by search finds."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import carried_out, open_at, states
from tests.integration.clinic.shared import record

DAY = 86_400.0
PEOPLE = ("p1", "p2", "p3", "p4")


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with open_clinic(bulk=Bulk(polls=0, file_records=3)) as opened:
        yield opened


def condition(patient: str, number: int, chance: random.Random) -> dict[str, Any]:
    return record("Condition", f"{patient}-c{number}", patient=patient, code={"text": str(chance.random())})


def order(patient: str, number: int, drug: str) -> dict[str, Any]:
    drug_of = {"medicationReference": {"reference": f"Medication/{drug}"}}
    return record("MedicationRequest", f"{patient}-o{number}", patient=patient, intent="order", **drug_of)


def begin(door: Door, chance: random.Random) -> None:
    drugs = [record("Medication", f"d{n}", code={"text": f"drug {n}"}) for n in range(3)]
    charts = [condition(one, n, chance) for one in PEOPLE for n in range(3)]
    orders = [order(one, 0, "d0") for one in PEOPLE]
    # A type that nothing is left of is known still.
    door.reset([*drugs, *(record("Patient", one) for one in PEOPLE), *charts, *orders])
    door.set_group(PEOPLE[:3])
    door.advance(DAY)


def change(door: Door, chance: random.Random, merged: set[str]) -> None:
    """One to six things that happen at a clinic in a day."""
    members = set(door.members())
    for _ in range(chance.randint(1, 6)):
        there = [one for one in PEOPLE[:3] if f"Patient/{one}" in door.live(one) and one not in merged]
        patient, number = chance.choice(there), chance.randint(0, 4)
        live = set(door.live(patient))
        match chance.choice(["condition", "condition", "order", "delete", "drug", "join", "leave", "end"]):
            case "condition":
                say = door.edit if f"Condition/{patient}-c{number}" in live else door.add
                say(condition(patient, number, chance))
            case "order":
                say = door.edit if f"MedicationRequest/{patient}-o{number}" in live else door.add
                say(order(patient, number, f"d{chance.randint(0, 2)}"))
            case "delete" if found := sorted(one for one in live if one.startswith("Condition/")):
                kind, _, identity = chance.choice(found).partition("/")
                door.delete(kind, identity)
            case "drug":
                door.edit(record("Medication", f"d{number % 3}", code={"text": str(chance.random())}))
            case "join":
                members.add(PEOPLE[3])
            case "leave":
                members.discard(PEOPLE[3])
            case "end" if patient != PEOPLE[0]:
                if chance.random() < 0.5:
                    door.merge(patient, PEOPLE[0])
                    merged.add(patient)
                else:
                    door.delete_patient(patient)
    door.set_group(sorted(members))
    door.advance(DAY)


@pytest.mark.parametrize("seed", range(8))
def test_exports_of_changes_lead_where_a_full_search_leads(
    make_services: MakeServices, door: Door, seed: int
) -> None:
    chance = random.Random(seed)
    begin(door, chance)
    services = make_services()
    registered = open_at(services, door)
    carried_out(services, registered)
    merged: set[str] = set()
    for _ in range(3):
        change(door, chance, merged)
        carried_out(services, registered)
    fresh = make_services()
    carried_out(fresh, open_at(fresh, door, way="search"))
    members, held, found = set(door.members()), states(services), states(fresh)
    assert {one: held[one] for one in members} == {one: found[one] for one in members}
