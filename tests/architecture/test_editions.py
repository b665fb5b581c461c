"""Editions are dated, cited, tried on cases and signed by another; a released one never changes again."""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path

import pytest

from abstractor.guidelines import load_library
from abstractor.rules.library import Edition, Subject
from tests.spec.cases import Case, all_cases

EDITIONS = load_library().editions
ENCODED = [edition for edition in EDITIONS if edition.encoded]
JUDGING = [edition for edition in ENCODED if edition.subject is not Subject.MEASURE]
RELEASED = Path(__file__).with_name("released_editions.toml")


def digest(edition: Edition) -> str:
    return "sha256:" + hashlib.sha256(repr(edition).encode()).hexdigest()


def changed(editions: Iterable[Edition], released: dict[str, str]) -> list[str]:
    """Released editions whose content is another one, or is gone; and signed ones that nobody released."""
    held = {edition.id: edition for edition in editions}
    lost = [name for name in released if name not in held]
    other = [name for name, edition in held.items() if released.get(name) not in (None, digest(edition))]
    unlisted = [name for name, edition in held.items() if edition.checked_by and name not in released]
    return lost + other + unlisted


def untried(editions: Iterable[Edition], cases: Iterable[Case]) -> list[str]:
    """Recommendations, and the verdict where none fits, that no case shows."""
    tried = {(case.document or case.edition, case.row, case.verdict) for case in cases}
    wanted: list[tuple[str, str | None, str]] = [
        (e.id, row.id, str(row.verdict)) for e in editions for row in e.recommendations
    ]
    wanted += [(e.id, None, str(e.otherwise)) for e in editions]
    return [" ".join(map(str, each)) for each in wanted if each not in tried]


def out_of_turn(editions: Iterable[Edition]) -> list[str]:
    """Editions of one authority, subject and drug that overlap, or leave days between them without one."""

    def guideline(edition: Edition) -> tuple[str, str, tuple[str, ...], bool]:
        return edition.authority, edition.subject, edition.agents, edition.companion_of is not None

    found = []
    for _, group in groupby(sorted(editions, key=lambda e: (guideline(e), e.valid_from)), key=guideline):
        for earlier, later in pairwise(group):
            if earlier.valid_to is None or earlier.valid_to + timedelta(days=1) != later.valid_from:
                found.append(f"{earlier.id} -> {later.id}")
    return found


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_it_is_cited_and_reviewed(edition: Edition) -> None:
    assert edition.citation.strip()
    assert edition.title.strip()
    assert edition.next_review >= edition.valid_from
    assert edition.retrieved_on <= edition.next_review or edition.valid_to is not None
    assert all(row.section.strip() and row.expected.strip() for row in edition.recommendations)


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_who_wrote_it_does_not_sign_it(edition: Edition) -> None:
    assert edition.encoded_by.strip()
    assert edition.checked_by != edition.encoded_by
    assert bool(edition.checked_by) == (edition.checked_on is not None)


def test_no_two_are_in_force_at_once_and_none_is_missing_between() -> None:
    assert out_of_turn(EDITIONS) == []


def test_every_verdict_has_a_case() -> None:
    assert untried(JUDGING, all_cases()) == []


def test_every_case_is_of_a_recommendation_that_exists() -> None:
    rows = {(edition.id, row.id) for edition in JUDGING for row in edition.recommendations}
    told = [case for case in all_cases() if case.row]
    assert [case.says for case in told if (case.document or case.edition, case.row) not in rows] == []


def test_a_released_edition_never_changes() -> None:
    assert changed(EDITIONS, tomllib.loads(RELEASED.read_text(encoding="utf-8"))["released"]) == []


def test_an_open_edition_is_the_last_of_its_guideline() -> None:
    still_open = [edition for edition in EDITIONS if edition.valid_to is None]
    assert {edition.next_review for edition in still_open} == {date(2026, 12, 31)}


def test_the_guidelines_words_are_our_own() -> None:
    """Long sentences are where copied passages would hide; ours are short."""
    longest = max(len(row.expected.split()) for edition in ENCODED for row in edition.recommendations)
    assert longest <= 40


def test_a_change_would_be_found() -> None:
    first, second = EDITIONS[:2]
    released = {first.id: digest(first)}
    assert changed([first], released) == []
    assert changed([replace(first, citation="another")], released) == [first.id]
    assert changed([second], released) == [first.id]
    assert changed([replace(first, checked_by="A. Reader")], {}) == [first.id]


def test_a_gap_an_overlap_and_an_untried_row_would_be_found() -> None:
    asco = [edition for edition in EDITIONS if edition.id.startswith("asco-her2-")]
    assert out_of_turn(asco) == []
    assert out_of_turn([asco[0], asco[2]]) == [f"{asco[0].id} -> {asco[2].id}"]
    late = replace(asco[0], valid_to=asco[1].valid_from)
    assert out_of_turn([late, asco[1]]) == [f"{asco[0].id} -> {asco[1].id}"]
    assert "asco-her2-2022 second-line-tdxd preferred" in untried(JUDGING, [])
