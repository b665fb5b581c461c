"""What is asked of a chart, under which key, and what a question may give away."""

import re
from dataclasses import replace

import pytest

from abstractor.abstract import Abstract
from abstractor.workflow.auditing.design import Charts, Design, Hidden
from abstractor.workflow.auditing.items import Item, ItemKind, items_of, missed_number
from tests.asking import abstract_story

# Of each sort of chart one: a clean one, dirty records, switches of therapy, CDK4/6.
STORIES = ("v01", "v07", "v12", "v16")
TITLES = {"LVEF-BASE": "Heart function before the first dose"}


def asked(abstract: Abstract, **design: object) -> tuple[Item, ...]:
    wanted = Design(charts=Charts.FLAGGED, seed=1, **design)  # type: ignore[arg-type] # a test's own table
    return items_of(abstract, wanted, titles=TITLES)


@pytest.mark.parametrize("story", STORIES)
def test_each_criterion_line_and_finding_is_asked_once(story: str) -> None:
    abstract = abstract_story(story)
    items = asked(abstract)
    assert len({item.key for item in items}) == len(items)
    parts = (abstract.inclusion.criteria, abstract.lines, abstract.findings)
    assert [sum(item.kind is kind for item in items) for kind in list(ItemKind)[:3]] == [*map(len, parts)]
    assert items == asked(abstract)


@pytest.mark.parametrize("story", STORIES)
def test_what_the_program_says_can_be_chosen(story: str) -> None:
    for item in asked(abstract_story(story)):
        if item.kind is ItemKind.LINE:
            assert (item.program, item.choices) == ("right", ())
        else:
            assert item.program in item.choices


@pytest.mark.parametrize("story", STORIES)
def test_a_question_gives_no_verdict_and_no_edition_away(story: str) -> None:
    abstract = abstract_story(story)
    for item in asked(abstract):
        for edition in {finding.edition for finding in abstract.findings}:
            assert edition not in item.question
        if item.kind is ItemKind.FINDING:
            finding = abstract.findings[item.at]
            assert finding.statement not in item.question
            assert not re.search(
                rf"\b{re.escape(finding.verdict)}\b", item.question.replace("was it met", "")
            )


def test_the_keys_say_what_they_are_of() -> None:
    keys = [item.key for item in asked(abstract_story("v01"))]
    assert keys[:3] == ["criterion:her2-positive-mbc", "criterion:her2-lines", "criterion:visit-in-period"]
    assert "line:palliative:1" in keys
    assert "finding:sequencing:palliative:1:-:ASCO" in keys


def test_a_design_asks_for_less() -> None:
    abstract = abstract_story("v01")
    rules = asked(abstract, rules=("sequencing",), criteria=False, lines=False)
    assert {item.rule for item in rules} == {"sequencing"}
    assert {item.kind for item in asked(abstract, rules=("NO-SUCH",), lines=False)} == {ItemKind.CRITERION}


def test_what_only_the_period_can_answer_is_not_asked_where_the_wave_is_hidden() -> None:
    abstract = abstract_story("v01")
    left = {item.key for item in asked(abstract)} - {
        item.key for item in asked(abstract, hides=(Hidden.WAVE,))
    }
    assert left == {"criterion:visit-in-period"}


def test_a_second_finding_of_the_same_key_is_told_apart() -> None:
    abstract = abstract_story("v01")
    twice = replace(abstract, findings=(abstract.findings[0], *abstract.findings))
    keys = [item.key for item in asked(twice) if item.kind is ItemKind.FINDING][:2]
    assert keys[1] == keys[0].replace(":-:", ":-.2:")


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("missed:1", 1),
        ("missed:12", 12),
        ("missed:0", None),
        ("missed:01", None),
        ("missed:", None),
        ("missed:x", None),
        ("missed:²", None),
        ("missed:1234", None),
        ("criterion:1", None),
    ],
)
def test_a_missed_finding_has_a_number(key: str, number: int | None) -> None:
    assert missed_number(key) == number
