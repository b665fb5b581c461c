"""Patients told for the care round their treatment: what each measure of section 4.2 says of them."""

from collections.abc import Callable

import pytest

from fixtures.stories import Story, clean_planning
from tests.asking import abstract_told

TOLD = {
    "ottilie": {"GBRCA": "met", "GOC": "met", "MDT": "met", "NAV": "met", "PALL": "met"},
    "pauline": {"GBRCA": "not-met", "GOC": "not-met", "MDT": "unknown", "PALL": "exception"},
    "rosina": {"BM-MDT": "met", "BRAIN-SX": "met"},
    "selma": {"BMA": "met", "BMA-SAFE": "met"},
    "thea": {"RETEST": "met", "PIK3CA-ESR1": "excluded"},
}


@pytest.mark.parametrize("story", clean_planning.STORIES, ids=lambda tell: tell.__name__)
def test_what_is_said_of_a_patient(story: Callable[[], Story]) -> None:
    told = story()
    found = {each.rule: str(each.verdict) for each in abstract_told(told).findings}
    assert {rule: found.get(rule) for rule in TOLD[told.id]} == TOLD[told.id]
