"""The hard vignettes, told as stories, through the whole reader and engine."""

from fnmatch import fnmatch

import pytest

from abstractor.abstract import Abstract
from fixtures.stories import all_stories
from tests.asking import abstract_story
from tests.spec.vignettes import ROWS, Row


def _lines(abstract: Abstract) -> list[str]:
    return [f"{one.setting} {one.number} {one.regimen} {one.start}" for one in abstract.lines]


def _findings(abstract: Abstract) -> set[str]:
    found = set()
    for one in abstract.findings:
        if one.line is not None and one.line.setting == "palliative":
            who = one.authority if one.rule == "sequencing" else one.rule
            found.add(f"{one.line.number} {who} {one.verdict}")
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.story)
def test_vignette(row: Row) -> None:
    abstract = abstract_story(row.story)
    got = _lines(abstract)
    if row.lines:
        assert len(got) >= len(row.lines), got
        for wanted, line in zip(row.lines, got, strict=False):
            assert fnmatch(line, wanted), got
    if row.inclusion is not None:
        assert abstract.inclusion.verdict == row.inclusion, abstract.inclusion
    if row.by_definition:
        by = ", ".join(f"{name} {verdict}" for name, verdict in abstract.inclusion.by_definition)
        assert by == row.by_definition
    assert set(row.findings) <= _findings(abstract), _findings(abstract)
    assert set(row.flags) <= {flag.code for flag in abstract.flags}


def test_every_vignette_has_a_row() -> None:
    told = {story.id for story in all_stories() if story.group == "vignette"}
    assert told == {row.story for row in ROWS}


def test_what_these_rules_do_not_judge_is_named() -> None:
    assert all(row.missing for row in ROWS if row.inclusion is None)
