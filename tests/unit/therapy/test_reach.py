"""A reach knows for which other numbers of days all that it was asked would have been answered alike."""

from hypothesis import given
from hypothesis import strategies as st

from abstractor.rules.therapy.reach import Reach

days = st.integers(-10, 400)


def test_what_was_asked_nothing_answers_as_any_other() -> None:
    assert Reach(180).answers_as(0) and Reach(180).answers_as(10_000)


@given(days, st.lists(days, max_size=8), days)
def test_it_answers_as_another_where_every_answer_is_the_same(own: int, asked: list[int], other: int) -> None:
    reach = Reach(own)
    answers = [reach.passed_by(each) for each in asked]
    again = Reach(other)
    assert reach.answers_as(other) == (answers == [again.passed_by(each) for each in asked])
