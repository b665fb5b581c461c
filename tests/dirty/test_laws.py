"""What damage may do to an abstract, by the kind of damage, on one record of one patient at a time.

What could not be read counts as not seen; what was mended says so; no kind of damage makes a good verdict
appear out of a bad one.
"""

import json
import random
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from abstractor.abstract import ReportingPeriod, to_json
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import load_value_sets
from abstractor.rules.decide import abstract_chart
from fixtures.stories import W22, Story, all_stories
from tests.asking import ZONE, library
from tests.dirty import damage
from tests.dirty.asking import told

SEED = 20261122
CASES = 45
GOOD = frozenset({"met", "included", "preferred", "acceptable", "on-label"})
# Silence is no reason to take a patient out, once something could not be read.
TAKEN_OUT = "excluded"

Said = dict[str, str]


@cache
def stories() -> tuple[Story, ...]:
    return all_stories()


def said(bodies: list[bytes], patient: str) -> tuple[Said, int]:
    """What the abstract of these records says, and how many of them could not be read."""
    records = RecordSet(Reading(load_value_sets(), ZoneInfo(ZONE)))
    for number, body in enumerate(bodies):
        records.add(Received(body, f"{number}.ndjson:1"))
    abstract = abstract_chart(
        records.chart(patient),
        library(),
        library().line_policy,
        ReportingPeriod(*W22, ZONE),
        W22[1],
        definition="A",
        program="laws",
    )
    return told(json.loads(to_json(abstract))), len(records.quarantined())


@cache
def sound(place: int) -> tuple[Said, int]:
    story = stories()[place]
    return said([json.dumps(each).encode() for each in story.resources], story.patient)


class Hurt:
    """One record of one story damaged: what is said with it, without it, and what was before."""

    def __init__(self, chance: random.Random, harm: damage.Damage) -> None:
        harmed = None
        while harmed is None:
            place = chance.randrange(len(stories()))
            story = stories()[place]
            bodies = [json.dumps(each).encode() for each in story.resources]
            self.at = chance.randrange(len(bodies))
            harmed = harm(chance, bodies[self.at])
        self._others = [*bodies[: self.at], *bodies[self.at + 1 :]]
        self.patient = story.patient
        self.body = harmed
        self.before, unread = sound(place)
        self.after, found = said([*self._others, harmed], self.patient)
        self.unread = found > unread

    def without(self) -> Said:
        return said(self._others, self.patient)[0]

    def changes(self) -> dict[str, tuple[str, str]]:
        names = {*self.before, *self.after}
        pairs = {name: (self.before.get(name, "-"), self.after.get(name, "-")) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def hurts(harm: damage.Damage, cases: int = CASES) -> list[Hurt]:
    chance = random.Random(f"{SEED} {harm.__name__}")
    return [Hurt(chance, harm) for _ in range(cases)]


def no_better_than_without(hurt: Hurt) -> list[str]:
    """A record in quarantine gives no good verdict that its absence would not give."""
    without = hurt.without()
    return [
        name
        for name, verdict in hurt.after.items()
        if verdict in GOOD and without.get(name) not in (verdict, TAKEN_OUT)
    ]


def better_in_silence(hurt: Hurt) -> list[str]:
    """A verdict that became good while no flag was raised that says why."""
    changes = hurt.changes()
    if any(name.startswith("flag ") and after == "raised" for name, (_, after) in changes.items()):
        return []
    return [name for name, (_, after) in changes.items() if after in GOOD]


def laws_of(harm: damage.Damage, cases: int = CASES) -> None:
    for hurt in hurts(harm, cases):
        wrong = no_better_than_without(hurt) if hurt.unread else better_in_silence(hurt)
        assert wrong == [], f"{hurt.patient}, record {hurt.at}: {hurt.body[:2000]!r}"


@pytest.mark.parametrize("harm", damage.DAMAGES, ids=lambda harm: f"{harm.__name__}, seed {SEED}")
def test_no_good_verdict_comes_out_of_damage_in_silence(harm: damage.Damage) -> None:
    laws_of(harm, CASES // 3)


def test_a_value_of_another_type_is_refused_or_stands_where_nobody_reads() -> None:
    for hurt in hurts(damage.retype):
        assert hurt.unread or hurt.changes() == {}, hurt.body


def test_a_key_told_twice_is_refused_or_is_none_that_is_read() -> None:
    for hurt in hurts(damage.double):
        assert hurt.unread or hurt.changes() == {}, hurt.body


def test_a_time_without_its_zone_changes_the_flag_alone() -> None:
    """Every time of the stories is at noon or later in the day of their site."""
    for hurt in hurts(damage.unzone):
        assert not hurt.unread
        assert set(hurt.changes()) <= {"flag date-repaired"}, hurt.body


def test_a_status_in_another_spelling_changes_the_flag_alone() -> None:
    for hurt in hurts(damage.respell):
        assert not hurt.unread
        assert set(hurt.changes()) <= {"flag status-assumed"}, hurt.body
