"""Audits drawn some hundred times from a known truth: intervals of 95 % hold it about 95 times in 100."""

import random

import pytest

from abstractor.workflow.agreement.chance import gwet_ac1, kappa, raw_agreement
from abstractor.workflow.agreement.krippendorff import Scale, krippendorff_alpha
from tests.unit.agreement.drawing import audit, covered

PREVALENCE = (0.5, 0.3, 0.2)
TRUTH = 0.7
CHANCE = sum(share * share for share in PREVALENCE)
OBSERVED = CHANCE + TRUTH * (1 - CHANCE)
HARD = sum(share * (1 - share) for share in PREVALENCE) / 2


# All read twice, and one in five.
@pytest.mark.parametrize(("charts", "double"), [(80, 80), (400, 80)])
def test_intervals_hold_the_truth(charts: int, double: int) -> None:
    draw = random.Random(20)
    drawn = [
        audit(draw, kappa=TRUTH, prevalence=PREVALENCE, charts=charts, double=double) for _ in range(400)
    ]
    alphas = [krippendorff_alpha(one, scale=Scale.NOMINAL) for one in drawn]
    assert 0.92 <= covered([kappa(one) for one in drawn], TRUTH) <= 0.98
    assert 0.92 <= covered([gwet_ac1(one) for one in drawn], (OBSERVED - HARD) / (1 - HARD)) <= 0.98
    assert 0.92 <= covered(alphas, TRUTH) <= 0.98
    assert 0.92 <= covered([raw_agreement(one) for one in drawn], OBSERVED) <= 0.98
