"""What a clinician reads: the table of editions, one edition in sentences, and what `check` finds."""

from datetime import date

import pytest

from abstractor.errors import OptionError
from abstractor.guidelines import NOT_SIGNED, Problem, check, listing, load_library, shown
from abstractor.rules.kinds import ReasonRecorded
from abstractor.rules.library import Confidence, Edition
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
    edition = load_library().edition("asco-her2-2018")
    assert row.encoded and row.recommendations == len(edition.recommendations)
    assert row.confidence == "high"
    assert row.next_review == row.in_force_to


def text_of(edition_id: str) -> str:
    """Without the breaks of its lines."""
    return " ".join(shown(load_library(), edition_id).split())


@pytest.mark.parametrize("edition", ENCODED, ids=lambda edition: edition.id)
def test_every_recommendation_is_spoken(edition: Edition) -> None:
    text = text_of(edition.id)
    assert edition.citation in text
    assert NOT_SIGNED in text
    for recommendation in edition.recommendations:
        assert recommendation.expected.lower() in text.lower()
        assert recommendation.section in text
        spoken = [each for each in recommendation.when if not isinstance(each, ReasonRecorded)]
        assert all(condition.sentence().lower() in text.lower() for condition in spoken)


@pytest.mark.parametrize("edition", ENCODED, ids=lambda edition: edition.id)
def test_no_line_is_longer_than_a_reader_takes_in(edition: Edition) -> None:
    _, _, *rows = shown(load_library(), edition.id).split("\n\n")
    assert all(len(line) <= 110 for row in rows for line in row.splitlines())


def test_how_a_recommendation_reads() -> None:
    text = shown(load_library(), "fda-fam-trastuzumab-deruxtecan-2019-12-20")
    assert (
        "1. Choosing TDXD, after 2 or more HER2-directed regimens for metastatic disease: on-label.\n"
        "   On label: alone, after two or more HER2-directed regimens for metastatic disease.\n"
    ) in text
    assert "Any other choice: off-label." in text
    assert "TDXD: trastuzumab deruxtecan." in text


def test_reasons_read_by_their_names() -> None:
    for reason in load_library().terms.reasons:
        assert reason.id not in text_of("asco-her2-2022")
    assert "an ejection fraction under 40 % or heart failure on record" in text_of("asco-her2-2022")


def test_exceptions_read_first_as_they_are_asked_first() -> None:
    rows = text_of("asco-her2-2022")
    assert rows.rindex(": exception.") < rows.index(": preferred.")


def test_a_document_and_its_companion_name_each_other() -> None:
    assert "Part of the finding of asco-her2-2022" in text_of("asco-bm-2022")
    assert "ASCO 2022, brain metastases in HER2-positive breast cancer is read with it" in text_of(
        "asco-her2-2022"
    )
    assert text_of("asco-bm-2022").count("Any other choice: as asco-her2-2022 says.") == 1


def test_a_label_for_two_drugs_names_both() -> None:
    said = "Gives the use of fam-trastuzumab deruxtecan and pertuzumab."
    assert text_of("fda-fam-trastuzumab-deruxtecan-2025-12-15").count(said) == 1


def test_a_label_without_a_use_here_says_so() -> None:
    text = text_of("fda-neratinib-2017-07-17")
    assert "It gives no use in HER2-positive metastatic disease." in text
    assert "Any choice: off-label." in text


def test_a_maintenance_step_reads() -> None:
    assert "1. Adding palbociclib to maintenance beside letrozole" in text_of("fda-palbociclib-2026-06-24")


def test_doubtful_content_reads_as_advisory() -> None:
    low = [e for e in ENCODED for row in e.recommendations if row.confidence is Confidence.LOW]
    assert all("(advisory: never a flag)" in text_of(edition.id) for edition in low)
    assert "(advisory: never a flag)" not in text_of("asco-her2-2022")


def test_what_is_not_encoded_says_so() -> None:
    assert "not yet encoded: it judges nothing" in text_of("abc-7")


def test_an_edition_names_the_measures_that_it_asks_for() -> None:
    assert "Asks for BMA" in shown(load_library(), "asco-bma-2017")
    assert "Asks for LVEF-BASE" in shown(load_library(), "fda-trastuzumab-1998-09-25")


def test_an_unknown_edition() -> None:
    with pytest.raises(OptionError, match="guidelines list"):
        shown(load_library(), "asco-her2-2099")


def checked(on: date) -> list[Problem]:
    """Without the warnings on what only a site can load (codes that are not shipped)."""
    return [problem for problem in check(on=on) if "add its codes to codes.csv" not in problem.message]


def test_the_shipped_shelf_is_sound() -> None:
    assert checked(REVIEWED) == []


def test_a_review_that_is_past_is_a_warning() -> None:
    problems = checked(date(2027, 1, 1))
    assert problems
    assert not any(problem.refused for problem in problems)
    due = {problem.message.split(":")[0] for problem in problems}
    assert due == {edition.id for edition in load_library().editions if edition.valid_to is None}
    assert checked(date(2026, 12, 31)) == []


def test_check_tells_every_refusal(shelf: Shelf) -> None:
    shelf.replace("regimens.toml", '"carboplatin"', '"moonicin"')
    shelf.replace("measures/bma.toml", '"asco-bma-2017"', '"asco-bma-2018"')
    problems = check(on=REVIEWED, root=shelf.root)
    assert [problem.refused for problem in problems] == [True, True]
    assert "moonicin" in problems[0].message
