"""The engine against a plain reference over generated timelines, and what a partial date may not hide."""

from datetime import date, timedelta
from random import Random

import pytest

from tests.builders import told
from tests.property.timelines import GAPS, ORIGIN, disagreement, timeline
from tests.therapy_knowledge import therapy_of

SEED = 20261121
TIMELINES = 300  # 10,000 by hand: tests/proof/test_timelines.py
BLURRED = 120


@pytest.mark.parametrize("gap", GAPS)
def test_the_plain_reference_finds_the_same_lines(gap: int) -> None:
    chance = Random(SEED)
    for _ in range(TIMELINES):
        story, as_of = timeline(chance)
        assert disagreement(story, as_of, gap) is None, disagreement(story, as_of, gap)


def shape(story: str, as_of: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(x.line.setting, x.line.agents) for x in therapy_of(told(story), as_of).lines]


def days_of(month: str) -> list[str]:
    first = date.fromisoformat(f"{month}-01")
    days = (first + timedelta(days=n) for n in range(31))
    return [day.isoformat() for day in days if day.isoformat().startswith(month)]


def test_a_month_for_a_day_hides_no_other_reading() -> None:
    """Where the days of a month give different lines, the chart says that its dates leave something open."""
    chance = Random(SEED)
    differing = 0
    for _ in range(BLURRED):
        story, number = timeline(chance)
        as_of = (ORIGIN + timedelta(days=number)).isoformat()
        lines = story.splitlines()
        dated = [n for n, line in enumerate(lines) if not line.startswith(("metastasis", "progression"))]
        at = chance.choice(dated)
        drug, day = lines[at].replace("fill ", "").replace("said ", "").split()[:2]
        month = day[:7]
        if any(n != at and month in line for n, line in enumerate(lines)) or "not-done" in lines[at]:
            continue  # another record of that month may be the same occasion
        rest = [line for n, line in enumerate(lines) if n != at]
        readings = {
            str(shape("\n".join([*rest, f"{drug} {one}"]), as_of)) for one in days_of(month) if one <= as_of
        }
        therapy = therapy_of(told("\n".join([*rest, f"{drug} {month}"])), as_of)
        told_so = any(flag.code == "date-uncertain" for flag in therapy.flags)
        differing += len(readings) > 1
        assert len(readings) <= 1 or told_so, (story, lines[at], readings)
    assert differing > 0
