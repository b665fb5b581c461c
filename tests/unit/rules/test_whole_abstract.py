"""The whole abstract: the order of its findings, the editions that it was made with, whose drugs count."""

import pytest

from abstractor.abstract import Abstract, Verdict
from fixtures.stories import all_stories, tale
from tests.asking import abstract_story, abstract_told, library

STORIES = sorted(story.id for story in all_stories())


@pytest.mark.parametrize("story", STORIES)
def test_findings_stand_by_line_then_the_patient_by_rule_and_authority(story: str) -> None:
    abstract = abstract_story(story)
    lines = [(line.setting, line.number) for line in abstract.lines]
    places = [
        (len(lines) if f.line is None else lines.index((f.line.setting, f.line.number)), f.rule, f.authority)
        for f in abstract.findings
    ]
    assert places == sorted(places)


@pytest.mark.parametrize("story", STORIES)
def test_every_edition_that_a_finding_names_is_stamped_once(story: str) -> None:
    abstract = abstract_story(story)
    stamped = list(abstract.stamps.editions)
    assert stamped == sorted(set(stamped))
    assert named(abstract) <= set(stamped)


def named(abstract: Abstract) -> set[str]:
    both = ((f.edition, f.also) for f in abstract.findings)
    return {edition for pair in both for edition in pair if edition is not None}


def test_the_stamps_name_what_it_was_made_with() -> None:
    stamps = abstract_story("v01").stamps
    assert stamps.program == "test"
    assert stamps.line_policy == library().line_policy.id
    assert stamps.value_sets == library().value_sets
    assert stamps.chart.startswith("sha256:")


@pytest.mark.parametrize(
    ("drug", "verdict", "reason"),
    [
        ("ado-trastuzumab emtansine", Verdict.UNKNOWN, "date-uncertain"),
        ("letrozole", Verdict.NOT_MET, "fewer-than-two-lines"),
        ("capecitabine", Verdict.NOT_MET, "fewer-than-two-lines"),
    ],
)
def test_only_an_undated_her2_drug_may_be_another_line(drug: str, verdict: Verdict, reason: str) -> None:
    told = tale("someone").her2_positive_mbc("2019-02-11").thp("2019-03-20", through="2021-02-08")
    told.given(drug, "2022-06-01").but(effectiveDateTime=None)
    lines = abstract_told(told.told()).inclusion.criteria[1]
    assert (lines.verdict, lines.reason) == (verdict, reason), lines.statement
