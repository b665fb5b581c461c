"""Ten thousand generated timelines: the engine and the plain reference derive the same lines, at every gap.

By hand: `make proof`. The seed is fixed; the numbers stand in docs/proof.md.
"""

from random import Random

import pytest

from tests.property.timelines import GAPS, disagreement, timeline

SEED = 20261121
TIMELINES = 10_000


@pytest.mark.proof
def test_ten_thousand_timelines_have_the_same_lines() -> None:
    chance = Random(SEED)
    for _ in range(TIMELINES):
        story, as_of = timeline(chance)
        for gap in GAPS:
            found = disagreement(story, as_of, gap)
            assert found is None, found
