"""What is left out of a chart never makes a schedule better, and what the schedule does not ask for never
changes it; a shift of every day is a shift of nothing."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.abstract import Verdict
from fixtures.stories import Tale
from tests.unit.rules.cdk46 import finding, patient

FIRST = date(2022, 3, 1)
BEST_FIRST = (Verdict.MET, Verdict.PENDING, Verdict.UNKNOWN, Verdict.NOT_MET)
COUNTED = st.sets(st.integers(-30, 120), max_size=12)
FILLED = st.lists(st.integers(21, 45), min_size=1, max_size=3)


def told(counted: set[int], gaps: list[int], *, moved: int = 0) -> Tale:
    """Palbociclib filled again after so many days each, blood counts on those days of the course."""
    first = FIRST + timedelta(days=moved)
    days = [first]
    for gap in gaps:
        days.append(days[-1] + timedelta(days=gap))
    made = patient(as_of=date(2023, 6, 30)).order("palbociclib", first.isoformat())
    for day in days:
        made = made.dispensed("palbociclib", day.isoformat(), days=21)
    return made.blood_count(*(((first + timedelta(days=day)).isoformat()) for day in sorted(counted)))


def verdict(made: Tale) -> Verdict:
    found = finding(made, "CDK-CBC")
    assert found is not None
    return found.verdict


@settings(max_examples=40)
@given(COUNTED, COUNTED, FILLED)
def test_a_check_that_is_left_out_never_makes_it_better(
    counted: set[int], more: set[int], gaps: list[int]
) -> None:
    less, whole = verdict(told(counted, gaps)), verdict(told(counted | more, gaps))
    assert BEST_FIRST.index(whole) <= BEST_FIRST.index(less)


@settings(max_examples=25)
@given(COUNTED, FILLED, st.integers(-30, 120))
def test_another_test_never_changes_it(counted: set[int], gaps: list[int], day: int) -> None:
    on = (FIRST + timedelta(days=day)).isoformat()
    beside = told(counted, gaps).lvef(60, on).measured("1742-6", "ALT", on, amount=(20.0, "U/L"))
    assert finding(beside, "CDK-CBC") == finding(told(counted, gaps), "CDK-CBC")


@settings(max_examples=25)
@given(COUNTED, FILLED, st.integers(1, 60))
def test_a_shift_of_every_day_changes_nothing(counted: set[int], gaps: list[int], moved: int) -> None:
    assert verdict(told(counted, gaps, moved=moved)) is verdict(told(counted, gaps))
