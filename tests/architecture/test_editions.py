"""Editions are dated, cited, tried on cases and signed by another; a released one never changes again."""

import tomllib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, pairwise

import pytest

from abstractor.guidelines import load_library
from abstractor.guidelines.signing import digest_of
from abstractor.rules.library import Edition, Subject
from tests.architecture.releasing import changed, refusals, released, written
from tests.spec.cases import Case, all_cases

EDITIONS = load_library().editions
ENCODED = [edition for edition in EDITIONS if edition.encoded]
JUDGING = [edition for edition in ENCODED if edition.subject is not Subject.MEASURE]


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

    def guideline(edition: Edition) -> tuple[str, str, tuple[str, ...], bool, str]:
        beside = edition.companion_of is not None
        return edition.authority, edition.subject, edition.agents, beside, edition.topic or ""

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


def test_no_edition_changed_since_it_was_written_down() -> None:
    """`make release-editions` writes them down, once CHANGELOG.md says what changed."""
    assert changed(EDITIONS, released()) == []


def test_an_open_edition_is_the_last_of_its_guideline() -> None:
    still_open = [edition for edition in EDITIONS if edition.valid_to is None]
    assert {edition.next_review for edition in still_open} == {date(2026, 12, 31)}


def test_the_guidelines_words_are_our_own() -> None:
    """Long sentences are where copied passages would hide; ours are short."""
    longest = max(len(row.expected.split()) for edition in ENCODED for row in edition.recommendations)
    assert longest <= 40


def test_a_change_would_be_found() -> None:
    first, second = EDITIONS[:2]
    known = {first.id: digest_of(first)}
    assert changed([first], known) == []
    assert changed([replace(first, citation="another")], known) == [first.id]
    assert changed([second], known) == [first.id]
    assert changed([first, replace(second, checked_by="A. Reader")], known) == [second.id]
    # Who signs it, and that another follows it, is no change of what it says.
    assert changed([replace(first, checked_by="A. Reader", valid_to=first.valid_from)], known) == []


@pytest.mark.parametrize(
    ("edit", "changelog", "refused"),
    [
        ({}, "", ""),
        (
            {"citation": "another"},
            "## [Unreleased]\n### Changed\n- another edition\n",
            "say so in CHANGELOG.md",
        ),
        ({"citation": "another"}, "## [Unreleased]\n- asco-bma-2017\n", "say so in CHANGELOG.md"),
        ({"citation": "another"}, "## [Unreleased]\n- {id}: all periods\n\n## [0.1.0]\n", ""),
        (
            {"citation": "another"},
            "## [Unreleased]\n\n## [0.1.0]\n- {id}: all periods\n",
            "say so in CHANGELOG.md",
        ),
        ({"citation": "another", "checked_by": "A. Reader"}, "## [Unreleased]\n- {id}\n", "is signed"),
    ],
    ids=["as it was", "not named", "another named", "named", "named in another version", "signed"],
)
def test_what_may_be_written_down(edit: dict[str, str], changelog: str, refused: str) -> None:
    edition = next(each for each in EDITIONS if each.id == "asco-her2-2018")
    other = replace(edition, **edit)  # type: ignore[arg-type] # by the names of its fields
    found = refusals([other], {edition.id: digest_of(edition)}, changelog.replace("{id}", edition.id))
    assert len(found) == bool(refused)
    assert all(refused in each for each in found)


def test_a_new_edition_is_written_down_without_a_line() -> None:
    assert refusals(EDITIONS[:1], {}, "") == []
    assert tomllib.loads(written(EDITIONS))["released"] == {e.id: digest_of(e) for e in EDITIONS}


def test_a_gap_an_overlap_and_an_untried_row_would_be_found() -> None:
    asco = [edition for edition in EDITIONS if edition.id.startswith("asco-her2-")]
    assert out_of_turn(asco) == []
    assert out_of_turn([asco[0], asco[2]]) == [f"{asco[0].id} -> {asco[2].id}"]
    late = replace(asco[0], valid_to=asco[1].valid_from)
    assert out_of_turn([late, asco[1]]) == [f"{asco[0].id} -> {asco[1].id}"]
    assert "asco-her2-2022 second-line-tdxd preferred" in untried(JUDGING, [])
