"""The hard vignettes, told as stories, through the whole reader and engine: whole rows of the table."""

from fnmatch import fnmatch

import pytest

from abstractor.abstract import Abstract, Finding, Line, LineRef, Severity
from fixtures.stories import all_stories
from tests.asking import abstract_story
from tests.spec.vignettes import NONE, ROWS, Row


def _lines(abstract: Abstract) -> list[str]:
    return [_line(one, abstract) for one in abstract.lines]


def _line(one: Line, abstract: Abstract) -> str:
    said = f"{one.setting} {one.number} {one.regimen} {one.start}"
    decided = {
        f.decision_date
        for f in abstract.findings
        if f.line == LineRef(one.setting, one.number) and not f.phase
    }
    phases = ", ".join(phase.name for phase in one.phases)
    apart = [f" decided {day}" for day in decided if day != one.start]
    return said + "".join(apart) + (f" {phases}" if phases else "")


def _findings(abstract: Abstract) -> list[str]:
    palliative = [f for f in abstract.findings if f.line is not None and f.line.setting == "palliative"]
    return [_finding(one) for one in palliative]


def _finding(one: Finding) -> str:
    number = one.line.number if one.line else 0
    rule = "" if one.rule == "sequencing" else f"{one.rule} "
    said = f"L{number}{'+' if one.phase else ''} {rule}{one.authority} {one.edition} {one.verdict}"
    also = f" also {one.also}" if one.also else ""
    later = "".join(f" later {each.edition} {each.verdict}" for each in one.later)
    return said + also + later


def _fits(wanted: str, got: str) -> bool:
    """What is told must be there: a grace period or later editions may be left untold."""
    return fnmatch(got, wanted) or any(fnmatch(got, f"{wanted} {more} *") for more in ("also", "later"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.story)
def test_vignette(row: Row) -> None:
    abstract = abstract_story(row.story)
    assert abstract.inclusion.verdict == row.inclusion, abstract.inclusion
    got = _lines(abstract)
    assert len(got) == len(row.lines), got
    for wanted, line in zip(row.lines, got, strict=True):
        assert fnmatch(line, wanted) or fnmatch(line, f"{wanted} *"), got
    if row.by_definition:
        by = ", ".join(f"{name} {verdict}" for name, verdict in abstract.inclusion.by_definition)
        assert by == row.by_definition
    if row.by_cohort:
        cohort, _, verdict = row.by_cohort.partition(" ")
        assert abstract_story(row.story, cohort=cohort).inclusion.verdict == verdict
    for rule, words in row.says:
        assert any(words in f.statement for f in abstract.findings if f.rule == rule), (rule, words)
    found = _findings(abstract)
    for wanted in row.findings:
        assert any(_fits(wanted, one) for one in found), (wanted, found)
    _flags_hold(row, abstract)


def _flags_hold(row: Row, abstract: Abstract) -> None:
    if row.flags == NONE:
        assert [f.code for f in abstract.flags if f.severity is not Severity.DATA_QUALITY] == []
    else:
        assert set(row.flags) <= {flag.code for flag in abstract.flags}
    sequencing = [f for f in abstract.findings if f.rule == "sequencing"]
    for line in row.no_flag_of:
        against = ("not-preferred", "not-recommended", "indeterminate")
        said = [_finding(f) for f in sequencing if _finding(f).startswith(f"{line} ") and not f.advisory]
        assert [one for one in said if one.split()[3] in against] == []
    if row.unjudged:
        assert sequencing == []


def test_every_vignette_has_a_row() -> None:
    told = {story.id for story in all_stories() if story.group == "vignette"}
    assert told == {row.story for row in ROWS}
