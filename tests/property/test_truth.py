"""Laws of the three-valued logic and of comparison of partial dates."""

from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.truth import Decided, all_of, any_of

truths = st.sampled_from(Truth)
days = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@st.composite
def intervals(draw: st.DrawFn) -> DateInterval:
    first = draw(days)
    return DateInterval(first, first + timedelta(days=draw(st.integers(0, 400))))


@given(truths, truths, truths)
def test_conjunction_and_disjunction_are_kleenes(a: Truth, b: Truth, c: Truth) -> None:
    assert ~(a & b) is (~a | ~b)
    assert (a & b) is (b & a)
    assert (a & (b & c)) is ((a & b) & c)
    assert (a & (b | c)) is ((a & b) | (a & c))


@given(st.lists(truths, max_size=5))
def test_joining_decisions_is_the_fold_of_their_truths(parts: list[Truth]) -> None:
    decided = [Decided(truth, str(truth)) for truth in parts]
    conjunction, disjunction = Truth.YES, Truth.NO
    for truth in parts:
        conjunction, disjunction = conjunction & truth, disjunction | truth
    assert all_of(decided).truth is conjunction
    assert any_of(decided).truth is disjunction


@given(intervals(), intervals())
def test_before_holds_for_all_pairs_of_days_or_none(one: DateInterval, other: DateInterval) -> None:
    ends = product((one.earliest, one.latest), (other.earliest, other.latest))
    answers = {a < b for a, b in ends}
    expected = Truth.UNKNOWN if len(answers) == 2 else Truth.of(answers.pop())
    assert one.before(other) is expected


@given(intervals(), days)
def test_narrowing_a_date_never_turns_a_certain_answer_round(one: DateInterval, day: date) -> None:
    sure = one.before(day)
    for narrowed in (one.not_before(day), one.not_after(day), exact(one.earliest), exact(one.latest)):
        if sure is not Truth.UNKNOWN:
            assert narrowed.before(day) is sure
