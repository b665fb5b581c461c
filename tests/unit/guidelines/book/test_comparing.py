"""What changed between two editions: sentences, dates, and the cases that flip."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Verdict
from abstractor.errors import OptionError
from abstractor.guidelines import load_library
from abstractor.guidelines.book import compare, difference_in_words, open_book, predecessor
from abstractor.guidelines.book.cases import Case, Cases
from abstractor.guidelines.signing import digest_of
from abstractor.rules.library import Edition, Library, Subject
from tests.asking import worked_cases

LIBRARY = load_library()
CASES = worked_cases()


def with_edition(edition: Edition) -> Library:
    others = tuple(edition if each.id == edition.id else each for each in LIBRARY.editions)
    return replace(LIBRARY, editions=others)


def test_an_edition_and_itself() -> None:
    edition = LIBRARY.edition("asco-her2-2018")
    found = compare(edition, edition, LIBRARY, CASES)
    assert found.says_the_same and not found.dates and not found.flips
    assert found.tried == sum(case.edition == edition.id for case in CASES.editions)


def test_a_sentence_that_is_gone_flips_its_cases() -> None:
    edition = LIBRARY.edition("asco-bm-2018")
    (row,) = edition.recommendations
    without = replace(edition, recommendations=())
    found = compare(edition, without, with_edition(without), CASES)
    assert [each.id for each in found.removed] == [row.id] and not found.added
    decided = {case.says for case in CASES.editions if case.edition == edition.id and case.row == row.id}
    assert {flip.case.says for flip in found.flips} == decided
    assert {(flip.before, flip.after) for flip in found.flips} == {
        (Verdict.NOT_PREFERRED, Verdict.NOT_ADDRESSED)
    }


def test_two_editions_in_force_one_after_the_other() -> None:
    pair = LIBRARY.edition("asco-her2-2018"), LIBRARY.edition("asco-her2-2022")
    found = compare(*pair, LIBRARY, CASES)
    assert {"in force from", "citation"} <= {each.about for each in found.dates}
    assert {"second-line-tdxd"} <= {each.id for each in found.added}
    assert all(isinstance(flip.case, Case) and flip.before is not flip.after for flip in found.flips)
    flipped = [flip for flip in found.flips if "trastuzumab emtansine" in flip.case.lines[-1].drugs[0]]
    assert flipped
    text = difference_in_words(found)
    assert f"Worked cases that flip: {len(found.flips)} of {found.tried}" in text
    assert "+ " in text and "Sentences added:" in text and "Sentences changed:" in text
    assert max(map(len, text.splitlines())) <= 110


@pytest.mark.parametrize(
    ("changed", "about"),
    [
        ({"expected": "Otherwise"}, "expected"),
        ({"section": "another"}, "section"),
        ({"grade": "strong"}, "grade"),
        ({"verdict": Verdict.ACCEPTABLE}, "sentence"),
    ],
)
def test_what_of_a_sentence_changed(changed: dict[str, str], about: str) -> None:
    edition = LIBRARY.edition("asco-bm-2018")
    (row,) = edition.recommendations
    other = replace(edition, recommendations=(replace(row, **changed),))  # type: ignore[arg-type] # by name
    found = compare(edition, other, with_edition(other), Cases((), ()))
    assert [each.about for each in found.changed] == [f"{row.id}, {about}"]
    assert not found.says_the_same


def test_another_order_is_said() -> None:
    edition = LIBRARY.edition("asco-her2-2018")
    other = replace(edition, recommendations=edition.recommendations[::-1])
    found = compare(edition, other, with_edition(other), Cases((), ()))
    assert found.reordered and not found.added and not found.changed
    assert "another order" in difference_in_words(found)


def test_the_measures_that_only_one_asks_for() -> None:
    edition = LIBRARY.edition("asco-bma-2017")
    other = replace(edition, id="asco-bma-2099", valid_from=date(2099, 1, 1))
    library = replace(LIBRARY, editions=(*LIBRARY.editions, other))
    found = compare(edition, other, library, CASES)
    assert ("BMA", "not asked") in {(each.about, each.after) for each in found.measures}
    assert all(each.before.startswith("asked") for each in found.measures)
    told = [case for case in CASES.measures if case.measure == "BMA" and case.verdict is not None]
    assert {flip.case.says for flip in found.flips} >= {case.says for case in told}


@pytest.mark.parametrize(
    ("edition", "before"),
    [
        ("asco-her2-2018", "asco-her2-2014"),
        ("asco-bm-2022", "asco-bm-2018"),
        ("fda-tucatinib-2020-04-17", None),
        ("fda-pertuzumab-2013-09-30", "fda-pertuzumab-2012-06-08"),
        ("asco-hbv-2020", "asco-hbv-2015"),
        ("asco-fertility-2025", "asco-fertility-2018"),
        ("asco-palliative-2016", "asco-palliative-2012"),
        ("asco-palliative-2024", "asco-palliative-2016"),
        ("fda-capecitabine-2022-12-01", "fda-capecitabine-1998-04-30"),
        ("asco-fatigue-2024", "asco-fatigue-2014"),
        ("asco-fertility-2018", None),
        ("fda-neratinib-dosing-2021-06-01", None),
        ("asco-mutations-2022", None),
    ],
)
def test_the_edition_before(edition: str, before: str | None) -> None:
    found = predecessor(LIBRARY.edition(edition), LIBRARY)
    assert (found.id if found else None) == before


def test_no_pair_differs_in_what_it_is_about() -> None:
    """Every page of what changed is of one guideline, and every edition but the first of one has a page."""
    pairs = [(before, e) for e in LIBRARY.editions if (before := predecessor(e, LIBRARY)) is not None]
    said = [{(e.authority, e.subject, e.topic, e.agents) for e in pair} for pair in pairs]
    assert [each for each in said if len(each) != 1] == []
    for each in LIBRARY.editions:
        kin = (each.authority, each.subject, each.topic, each.agents, each.companion_of is None)
        earlier = [
            e
            for e in LIBRARY.editions
            if (e.authority, e.subject, e.topic, e.agents, e.companion_of is None) == kin
            and e.valid_from < each.valid_from
        ]
        assert bool(earlier) == (predecessor(each, LIBRARY) is not None)


def test_every_edition_about_care_says_its_topic() -> None:
    """Without one it would be paired with whatever else its authority says."""
    assert all(e.topic for e in LIBRARY.editions if e.subject is Subject.MEASURE)


@pytest.mark.parametrize(
    "pair",
    [
        ("asco-her2-2018", "asco-bma-2017"),
        ("asco-bma-2017", "asco-fertility-2018"),
        ("fda-tucatinib-2020-04-17", "fda-pertuzumab-2012-06-08"),
    ],
)
def test_editions_about_two_things_are_not_compared(pair: tuple[str, str]) -> None:
    with pytest.raises(OptionError, match="compare two on one subject"):
        compare(LIBRARY.edition(pair[0]), LIBRARY.edition(pair[1]), LIBRARY, CASES)
    assert open_book(LIBRARY, on=date(2026, 11, 22)).page(f"changes/{pair[0]}..{pair[1]}") is None


def test_a_digest_stands_for_what_is_said_and_not_for_who_signed() -> None:
    edition = LIBRARY.edition("asco-her2-2018")
    digest = digest_of(edition)
    signed = replace(edition, checked_by="A. Reader", checked_on=date(2027, 1, 1), valid_to=None)
    assert digest_of(signed) == digest
    assert digest_of(replace(edition, citation="another")) != digest
    rows = (*edition.recommendations[1:], edition.recommendations[0])
    assert digest_of(replace(edition, recommendations=rows)) != digest


def test_two_editions_that_ask_a_measure_otherwise() -> None:
    pair = LIBRARY.edition("nccn-antiemesis-2019.1"), LIBRARY.edition("nccn-antiemesis-2023.1")
    found = compare(*pair, LIBRARY, CASES)
    (asked,) = [each for each in found.measures if each.about == "CINV-TDXD"]
    assert asked.before == "asked: due: a 5-HT3 antagonist and dexamethasone"
    assert asked.after == "asked: due; the same is advised by MASCC/ESMO antiemesis, 2023"
    assert {flip.told_for for flip in found.flips} == {"CINV-TDXD"}
    assert (Verdict.MET, Verdict.NOT_MET) in {(flip.before, flip.after) for flip in found.flips}
    assert "CINV-TDXD: asked" in difference_in_words(found)
