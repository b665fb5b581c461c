"""A hundred random histories: who asks by `_lastUpdated` and counts what is there sees what the clinic holds.

The reader is the plainest that there can be, and no code of the product: this shows that the clinic itself
keeps the law that incremental pulls are tried by, and that it is quick enough for it.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from fixtures.clinic.changes import Wrong
from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from tests.integration.clinic.shared import record

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TYPES = ("Patient", "Condition", "Encounter")


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with open_clinic(clock=NOON) as opened:
        opened.reset([record(kind, "known") for kind in TYPES])
        yield opened


@pytest.fixture(scope="module")
def client(door: Door) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=door.url) as opened:
        yield opened


class Reader:
    """Holds what it has read; asks for what is newer, and for the ids that are still there."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._since: str | None = None
        self.held: dict[str, dict[str, Any]] = {}

    def read(self, now: datetime) -> None:
        for kind in TYPES:
            bounds = {"_lastUpdated": f"ge{self._since}"} if self._since else {}
            for resource in self._found(kind, **bounds):
                self.held[f"{kind}/{resource['id']}"] = resource
            there = {f"{kind}/{one['id']}" for one in self._found(kind)}
            gone = {name for name in self.held if name.startswith(f"{kind}/")} - there
            for name in gone:
                del self.held[name]
        self._since = now.isoformat()

    def _found(self, kind: str, **parameters: str) -> list[dict[str, Any]]:
        answer = (
            self._client.get(f"/{kind}", params={"_count": "200", **parameters}).raise_for_status().json()
        )
        assert answer["total"] <= 200
        return [one["resource"] for one in answer.get("entry", ())]


def change(door: Door, chance: random.Random, serial: int) -> None:
    """One random thing that may happen in a clinic; what cannot happen now does not."""
    live = door.live()
    known = [name.partition("/")[2] for name in live if name.startswith("Patient/")]
    patients = [one for one in known if live[f"Patient/{one}"].get("active", True)]
    kind = chance.choice(TYPES[1:])
    one, other = chance.choice(patients), chance.choice(patients)
    held = [name for name in live if name.startswith(f"{kind}/")]
    try:
        match chance.randrange(6):
            case 0:
                door.add(record("Patient", f"new-{serial}"))
            case 1:
                door.add(record(kind, f"{kind.lower()}-{serial}", patient=one))
            case 2 if held:
                identity = chance.choice(held).partition("/")[2]
                door.edit(record(kind, identity, patient=one, note=[{"text": str(serial)}]))
            case 3 if held:
                door.delete(kind, chance.choice(held).partition("/")[2])
            case 4 if len(patients) > 1:
                door.delete_patient(one)
            case 5 if one != other:
                door.merge(one, into=other)
            case _:
                door.set_group(patients)
    except Wrong as problem:
        raise AssertionError("every change above can be made") from problem


@pytest.mark.parametrize("decade", range(10))
def test_incremental_reading_sees_what_is_there(door: Door, client: httpx.Client, decade: int) -> None:
    for seed in range(decade * 10, decade * 10 + 10):
        chance = random.Random(seed)
        door.reset([record("Patient", "p1"), record("Condition", "c1", patient="p1")])
        reader = Reader(client)
        for serial in range(12):
            door.advance(chance.choice((0, 0.001, 1, 3600)))
            change(door, chance, serial)
            if chance.random() < 0.3:
                reader.read(door.now())
        reader.read(door.now())
        live = {name: one for name, one in door.live().items() if not name.startswith("Group/")}
        assert reader.held == live, f"seed {seed}"
