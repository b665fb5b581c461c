"""Damaged records by the hundred thousand: none stops the reader, none is lost, every chart is abstracted.

By hand: `make proof`. The seed is fixed; the numbers stand in docs/proof.md.
"""

import json
import random
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from abstractor.abstract import ReportingPeriod, from_plain, to_plain
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
from abstractor.rules.decide import abstract_chart
from fixtures.stories import W22, all_stories
from tests.asking import ZONE, library

RECORDS = 300_000
SEED = 20261121

Damage = Callable[[random.Random, bytes], bytes]


def _cut(chance: random.Random, body: bytes) -> bytes:
    return body[: chance.randrange(len(body))]


def _flip(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]


def _swap_value(chance: random.Random, body: bytes) -> bytes:
    """Another type of value somewhere: null, a number, a string, an array, an object."""
    resource = json.loads(body)
    name = chance.choice(sorted(resource))
    resource[name] = chance.choice([None, 7, -0.5, True, "", "2022-02-30", [], [None], {}, {"x": [1]}])
    return json.dumps(resource).encode()


def _drop(chance: random.Random, body: bytes) -> bytes:
    resource = json.loads(body)
    resource.pop(chance.choice(sorted(resource)))
    return json.dumps(resource).encode()


def _double(chance: random.Random, body: bytes) -> bytes:
    return body + chance.choice([b"", b"\n", body])


DAMAGES: tuple[Damage, ...] = (_cut, _flip, _swap_value, _drop, _double)


@pytest.mark.proof
def test_nothing_stops_the_reader_and_nothing_is_lost() -> None:
    chance = random.Random(SEED)
    bodies = [json.dumps(r).encode() for story in all_stories() for r in story.resources]
    records = RecordSet(Reading(load_value_sets(), ZoneInfo(ZONE)))
    for number in range(RECORDS):
        body = chance.choice(bodies)
        if chance.random() < 0.8:
            body = chance.choice(DAMAGES)(chance, body)
        records.add(Received(body, f"mutant:{number}"))
    abstracts = 0
    for patient in records.patients():
        chart = records.chart(patient)
        abstract = abstract_chart(
            chart,
            library(),
            library().line_policy,
            ReportingPeriod(*W22, ZONE),
            W22[1],
            definition="A",
            program="proof",
        )
        assert from_plain(to_plain(abstract)) == abstract
        abstracts += 1
    counts = records.counts()
    assert sum(row.read for row in counts.values()) == RECORDS
    for row in counts.values():
        assert row.read == row.used + row.not_used + row.quarantined
    assert abstracts >= len(all_stories())
    assert sum(row.quarantined for row in counts.values()) > RECORDS / 10
