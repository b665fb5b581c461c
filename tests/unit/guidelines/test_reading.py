"""What a clinician reads: the table of editions, one edition in sentences, and what `check` finds."""

from datetime import date

import pytest

from abstractor.errors import OptionError
from abstractor.guidelines import NOT_SIGNED, check, listing, load_library, shown
from abstractor.rules.library import Edition
from tests.unit.guidelines.shelves import Shelf

ENCODED = [edition for edition in load_library().editions if edition.encoded]
REVIEWED = date(2026, 11, 21)


def test_the_table_has_every_edition_once() -> None:
    rows = listing(load_library())
    assert sorted(row.id for row in rows) == sorted(edition.id for edition in load_library().editions)
    assert [row.subject for row in rows] == sorted(
        (row.subject for row in rows), key=["sequencing", "label", "measure"].index
    )
    assert {row.signed for row in rows} == {NOT_SIGNED}


def test_a_row_of_the_table() -> None:
    row = next(row for row in listing(load_library()) if row.id == "asco-her2-2018")
    assert (row.authority, row.in_force_from, row.in_force_to) == (
        "ASCO",
        date(2018, 6, 25),
        date(2022, 5, 30),
    )
    assert not row.encoded
    assert row.next_review == row.in_force_to


@pytest.mark.parametrize("edition", ENCODED, ids=lambda edition: edition.id)
def test_every_recommendation_is_spoken(edition: Edition) -> None:
    text = shown(load_library(), edition.id)
    assert edition.citation in text
    assert NOT_SIGNED in text
    for recommendation in edition.recommendations:
        assert recommendation.expected in text
        assert recommendation.section in text
        assert all(condition.sentence().lower() in text.lower() for condition in recommendation.when)


def test_how_a_recommendation_reads() -> None:
    text = shown(load_library(), "fda-fam-trastuzumab-deruxtecan-2019-12-20")
    assert (
        "1. Choosing TDXD, after 2 or more HER2-directed regimens for metastatic disease: on-label." in text
    )
    assert "Any other choice: off-label." in text


def test_the_scope_reads() -> None:
    text = shown(load_library(), "asco-her2-2022")
    assert "Encoded for patients without CNS metastases" in text
    assert "not-yet-encoded" in text


def test_what_is_not_encoded_says_so() -> None:
    assert "not yet encoded: it judges nothing" in shown(load_library(), "nccn-bc-2022.1")
    assert "Part of the finding of asco-her2-2022" in shown(load_library(), "asco-bm-2022")


def test_an_edition_names_the_measures_that_it_asks_for() -> None:
    assert "Asks for BMA" in shown(load_library(), "asco-bma-2017")
    assert "Asks for LVEF-BASE" in shown(load_library(), "fda-trastuzumab-1998-09-25")


def test_an_unknown_edition() -> None:
    with pytest.raises(OptionError, match="guidelines list"):
        shown(load_library(), "asco-her2-2099")


def test_the_shipped_shelf_is_sound() -> None:
    assert check(on=REVIEWED) == ()


def test_a_review_that_is_past_is_a_warning() -> None:
    problems = check(on=date(2027, 1, 1))
    assert problems
    assert not any(problem.refused for problem in problems)
    due = {problem.message.split(":")[0] for problem in problems}
    assert due == {edition.id for edition in load_library().editions if edition.valid_to is None}
    assert check(on=date(2026, 12, 31)) == ()


def test_check_tells_every_refusal(shelf: Shelf) -> None:
    shelf.replace("regimens.toml", '"carboplatin"', '"moonicin"')
    shelf.replace("measures/bma.toml", '"asco-bma-2017"', '"asco-bma-2018"')
    problems = check(on=REVIEWED, root=shelf.root)
    assert [problem.refused for problem in problems] == [True, True]
    assert "moonicin" in problems[0].message
