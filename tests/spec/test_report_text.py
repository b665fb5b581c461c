"""Sentences as pathologists and radiologists write them, each with the answer expected of the reader."""

import pytest

from abstractor.fhir.text import read_text
from tests.spec.reported import PAGE, Outcome, Sentence, judge, sentences, table

CASES = list(sentences())
# The sentences of which the reader says less than a person would: most are held-out ones, made to be hard.
MOST_LESS = 39


@pytest.mark.parametrize("sentence", CASES, ids=lambda sentence: sentence.group)
def test_nothing_is_wrong_and_confident(sentence: Sentence) -> None:
    told = [(t.about, t.reading, t.assertion) for t in read_text(sentence.text).told]
    assert judge(sentence) is not Outcome.WRONG, (sentence.note, told)


def test_most_of_them_are_read_as_a_person_would() -> None:
    assert len(CASES) >= 350
    assert sum(judge(each) is Outcome.LESS for each in CASES) <= MOST_LESS


def test_every_sentence_is_another_and_says_why_it_is_there() -> None:
    texts = [" ".join(each.text.split()) for each in CASES]
    assert len(set(texts)) == len(texts)
    assert all(each.note for each in CASES)


@pytest.mark.parametrize("sentence", CASES, ids=lambda sentence: sentence.group)
def test_a_quote_is_what_stands_there(sentence: Sentence) -> None:
    for told in read_text(sentence.text).told:
        assert told.quote == sentence.text[told.start : told.end] != ""


def test_the_page_shows_the_table_of_today() -> None:
    """Where it does not: `python -m tests.spec.reported` writes it."""
    assert table() in PAGE.read_text(encoding="utf-8")


def test_an_answer_that_is_not_in_the_sentence_is_called_wrong() -> None:
    made_up = Sentence("x", "x", "HER2 is positive.", frozenset(), "")
    assert judge(made_up) is Outcome.WRONG
