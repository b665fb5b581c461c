"""Damaged records by the hundred thousand: none stops the reader, none is lost, every chart is abstracted.

By hand: `make proof`. The seed is fixed; the numbers stand in docs/proof.md.
"""

import json
import random
from zoneinfo import ZoneInfo

import pytest

from abstractor.abstract import ReportingPeriod, from_plain, to_plain
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
from abstractor.rules.decide import abstract_chart
from fixtures.stories import W22, all_stories
from tests.asking import ZONE, library
from tests.dirty.damage import DAMAGES, Damage
from tests.dirty.test_laws import laws_of

RECORDS = 300_000
LAWS = 250
SEED = 20261121


@pytest.mark.proof
def test_nothing_stops_the_reader_and_nothing_is_lost() -> None:
    chance = random.Random(SEED)
    bodies = [json.dumps(r).encode() for story in all_stories() for r in story.resources]
    records = RecordSet(Reading(load_value_sets(), ZoneInfo(ZONE)))
    for number in range(RECORDS):
        body = chance.choice(bodies)
        if chance.random() < 0.8:
            body = chance.choice(DAMAGES)(chance, body) or body
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
    assert sum(row.records for row in records.repaired().values()) > RECORDS / 50


@pytest.mark.proof
@pytest.mark.parametrize("harm", DAMAGES, ids=lambda harm: harm.__name__)
def test_no_good_verdict_comes_out_of_damage_in_silence(harm: Damage) -> None:
    laws_of(harm, LAWS)
