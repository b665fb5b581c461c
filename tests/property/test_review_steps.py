"""Whatever is answered and taken back, in whatever order: what stands is what a plain reading gives."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from abstractor.store.auditing.values import Review, Step, StepKind
from abstractor.workflow.auditing.answers import Answer, Said, answer_to_json
from abstractor.workflow.auditing.folding import answers_in, next_number, stood_before, to_take_back

NOW = datetime(2023, 1, 1, tzinfo=UTC)
ITEMS = ("criterion:a", "line:palliative:1", "missed:1")
ANSWERS = (
    None,
    Answer(Said.AGREE),
    Answer(Said.CANNOT_TELL, missing=("note",)),
    Answer(Said.OWN, right="met", text="Ein Wort, 一言"),
)
# An undo is None; a deed is an item with an answer, or with none where it is taken away.
DEEDS = st.lists(
    st.one_of(st.none(), st.tuples(st.sampled_from(ITEMS), st.sampled_from(ANSWERS))), max_size=40
)


def review(steps: list[Step]) -> Review:
    return Review(id=1, seat_id=1, account_id=1, started_at=NOW, locked_at=None, steps=tuple(steps))


def written(steps: list[Step], deed: tuple[str, Answer | None] | None) -> Step | None:
    """The step that the use case would append."""
    number = len(steps) + 1
    if deed is not None:
        item, answer = deed
        body = None if answer is None else answer_to_json(answer)
        return Step(number, StepKind.ANSWER, item, None, NOW, body)
    taken = to_take_back(steps)
    if taken is None:
        return None
    return Step(number, StepKind.UNDO, taken.item, taken.number, NOW, stood_before(steps))


@given(DEEDS)
def test_what_stands_is_what_was_answered_last_and_not_taken_back(
    deeds: list[tuple[str, Answer | None] | None],
) -> None:
    steps: list[Step] = []
    plain: list[tuple[str, Answer | None]] = []
    for deed in deeds:
        step = written(steps, deed)
        if deed is not None:
            plain.append(deed)
        elif plain:
            plain.pop()
        else:
            assert step is None
        steps += [] if step is None else [step]
        standing = {item: answer for item, answer in dict(plain).items() if answer is not None}
        assert answers_in(review(steps)) == standing
        assert next_number(review(steps)) == len(steps)


@given(DEEDS)
def test_undone_to_the_end_nothing_stands(deeds: list[tuple[str, Answer | None] | None]) -> None:
    steps: list[Step] = []
    for deed in (*deeds, *[None] * (len(deeds) + 1)):
        step = written(steps, deed)
        steps += [] if step is None else [step]
    assert answers_in(review(steps)) == {}
    assert to_take_back(steps) is None


@given(DEEDS, st.lists(st.integers(0, 40), max_size=3))
def test_notes_change_nothing(deeds: list[tuple[str, Answer | None] | None], places: list[int]) -> None:
    steps: list[Step] = []
    for deed in deeds:
        step = written(steps, deed)
        steps += [] if step is None else [step]
    noted = list(steps)
    for place in places:
        noted.insert(place, Step(0, StepKind.ADDENDUM, ITEMS[0], None, NOW, "a note"))
    assert answers_in(review(noted)) == answers_in(review(steps))
    assert to_take_back(noted) == to_take_back(steps)
