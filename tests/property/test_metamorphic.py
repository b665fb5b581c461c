"""What must not change a verdict does not, and what it rests on does: the metamorphic properties of the
knowledge base, section 8, over every story and over generated ones."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.abstract import Abstract, ReportingPeriod, Verdict, to_plain
from abstractor.rules.decide import abstract_chart
from abstractor.rules.library import Library
from fixtures.stories import HP, TDM1, TDXD, Story, all_stories, tale
from tests.asking import ZONE, chart_of, library
from tests.property import changing

STORIES = {story.id: story for story in all_stories()}
# A month or a year cannot be moved by some days.
PARTIAL = {
    story.id
    for story in all_stories()
    if any(re.fullmatch(r"(19|20)\d\d(-\d\d)?", text) for text in changing.texts(story.resources))
}


def said(told: Story, known: Library | None = None) -> Abstract:
    known = known or library()
    period = ReportingPeriod(*told.period, ZONE)
    chart = chart_of(told.resources, told.patient)
    return abstract_chart(chart, known, known.line_policy, period, told.as_of, definition="A", program="test")


def verdicts(abstract: Abstract) -> dict[str, Any]:
    """Everything that is decided, without the words, the evidence and the dates."""
    return {
        "inclusion": abstract.inclusion.verdict,
        "criteria": [(c.criterion, c.verdict, c.reason) for c in abstract.inclusion.criteria],
        "definitions": abstract.inclusion.by_definition,
        "sensitive": abstract.inclusion.sensitive,
        "lines": [
            (x.setting, x.number, x.agents, x.regimen, x.end_reason, x.opened_because, len(x.phases))
            for x in abstract.lines
        ],
        "findings": [
            (f.rule, f.line, f.phase, f.authority, f.edition.rstrip("-0123456789"), f.verdict, f.in_period)
            for f in abstract.findings
        ],
        "flags": [(f.code, f.severity) for f in abstract.flags],
        "flagged": abstract.flagged,
    }


def same_but_for(told: Story, changed: tuple[dict[str, Any], ...]) -> None:
    before, after = said(told), said(replace(told, resources=changed))
    assert verdicts(after) == verdicts(before)


every_story = pytest.mark.parametrize("identity", sorted(STORIES))


@every_story
def test_the_order_of_the_records_does_not_matter(identity: str) -> None:
    told = STORIES[identity]
    first = to_plain(said(told))
    for seed in (1, 2, 3):
        mixed = changing.shuffled(told.resources, seed)
        assert to_plain(said(replace(told, resources=mixed))) == first


@every_story
def test_the_same_bundle_twice_is_the_same(identity: str) -> None:
    told = STORIES[identity]
    twice = (*told.resources, *told.resources)
    same_but_for(told, twice)  # an unreadable record is counted twice, so the counts may differ


@every_story
def test_a_brand_is_the_drug(identity: str) -> None:
    told = STORIES[identity]
    same_but_for(told, changing.renamed(told.resources))


@every_story
def test_an_instant_is_the_same_in_any_zone(identity: str) -> None:
    told = STORIES[identity]
    same_but_for(told, changing.in_another_zone(told.resources))


@every_story
def test_a_copy_entered_in_error_is_none(identity: str) -> None:
    told = STORIES[identity]
    same_but_for(told, changing.copied_in_error(told.resources))


@pytest.mark.parametrize("days", [1, 29, 400])
@pytest.mark.parametrize("identity", sorted(STORIES.keys() - PARTIAL))
def test_all_dates_moved_together_change_nothing(identity: str, days: int) -> None:
    told = STORIES[identity]
    by = timedelta(days=days)
    later = replace(
        told,
        resources=changing.moved(told.resources, days),
        period=(told.period[0] + by, told.period[1] + by),
        as_of=told.as_of + by,
    )
    assert verdicts(said(later, changing.later_knowledge(days))) == verdicts(said(told))


def test_few_stories_have_partial_dates() -> None:
    assert "v32" in PARTIAL
    assert len(PARTIAL) * 4 < len(STORIES)


@every_story
def test_unrelated_records_of_a_type_already_held_change_nothing(identity: str) -> None:
    told = STORIES[identity]
    same_but_for(told, (*told.resources, *changing.unrelated(told.resources, told.patient)))


@every_story
def test_without_its_evidence_a_criterion_is_not_met(identity: str) -> None:
    told = STORIES[identity]
    abstract = said(told)
    for at, criterion in enumerate(abstract.inclusion.criteria):
        if criterion.verdict is not Verdict.MET:
            continue
        cited = {each.resource for each in criterion.evidence}
        if criterion.criterion == "her2-lines":
            cited = {
                f"{r['resourceType']}/{r['id']}"
                for r in told.resources
                if r["resourceType"].startswith(("Medication", "Procedure"))
            }
        if criterion.criterion == "visit-in-period":
            cited |= {f"Encounter/{r['id']}" for r in told.resources if r["resourceType"] == "Encounter"}
        fewer = said(replace(told, resources=changing.without(told.resources, cited)))
        assert fewer.inclusion.criteria[at].verdict is not Verdict.MET, criterion


@every_story
def test_without_its_evidence_a_verdict_is_another(identity: str) -> None:
    """The records beside the drugs themselves that a verdict rests on: brain, lung, heart, receptors."""
    told = STORIES[identity]
    before = said(told)
    for finding in before.findings:
        excused = finding.verdict is Verdict.EXCEPTION
        if finding.rule != "sequencing" or not excused:
            continue
        taken = {
            f"{r['resourceType']}/{r['id']}"
            for r in told.resources
            if r["resourceType"].startswith("Medication") and r["status"] != "not-done"
        }
        cited = {e.resource for e in finding.evidence} - taken
        fewer = said(replace(told, resources=changing.without(told.resources, cited)))
        key = (finding.line, finding.authority, finding.phase)
        after = [f.verdict for f in fewer.findings if (f.line, f.authority, f.phase) == key]
        assert after != [finding.verdict], finding


def test_the_laws_on_evidence_are_asked_of_something() -> None:
    """Enough stories hold what the two laws above look at; else they would pass by silence."""
    told = [said(one) for one in STORIES.values()]
    excused = [f for each in told for f in each.findings if f.verdict is Verdict.EXCEPTION]
    met = [c for each in told for c in each.inclusion.criteria if c.verdict is Verdict.MET]
    assert len({(f.authority, f.citation) for f in excused}) >= 3
    assert {c.criterion for c in met} == {"her2-positive-mbc", "her2-lines", "visit-in-period"}


DRUGS = st.sampled_from(
    [
        ["docetaxel", *HP],
        ["paclitaxel", *HP],
        HP,
        TDM1,
        TDXD,
        ["capecitabine", "trastuzumab", "tucatinib"],
        ["capecitabine", "lapatinib"],
        ["trastuzumab", "vinorelbine"],
        ["letrozole"],
        ["capecitabine"],
    ]
)


@st.composite
def generated(draw: st.DrawFn) -> Story:
    """A patient with metastases, some courses, and perhaps what a guideline asks about."""
    start = date(2019, 1, 1) + timedelta(days=draw(st.integers(0, 900)))
    told = tale("someone", as_of=date(2024, 12, 31))
    told.her2_positive_mbc((start - timedelta(days=draw(st.integers(0, 20)))).isoformat(), "liver")
    at = start
    for _ in range(draw(st.integers(1, 4))):
        cycles = draw(st.integers(1, 9))
        told.course(draw(DRUGS), at.isoformat(), cycles=cycles)
        at += timedelta(days=21 * cycles + draw(st.sampled_from([0, 7, 28, 90, 181])))
    day = (start + timedelta(days=draw(st.integers(-400, 1200)))).isoformat()
    match draw(st.sampled_from(["none", "brain", "lung", "heart", "lvef", "receptors"])):
        case "brain":
            told.metastasis("brain", day)
        case "lung":
            told.condition("J84.10", "Pulmonary fibrosis, unspecified", day)
        case "heart":
            told.condition("I50.9", "Heart failure, unspecified", day)
        case "lvef":
            told.lvef(draw(st.sampled_from([38.0, 45.0, 61.0])), day)
        case "receptors":
            told.hormone_receptors("positive", day)
    return told.visit("2022-05-01").told()


@settings(max_examples=25)
@given(told=generated(), seed=st.integers(0, 99), days=st.integers(1, 800))
def test_generated_patients_keep_every_law(told: Story, seed: int, days: int) -> None:
    before = said(told)
    same = verdicts(before)
    mixed = changing.shuffled((*told.resources, *told.resources), seed)
    assert to_plain(said(replace(told, resources=mixed))) == to_plain(before)
    for changed in (
        changing.renamed(told.resources),
        changing.in_another_zone(told.resources),
        changing.copied_in_error(told.resources),
        (*told.resources, *changing.unrelated(told.resources, told.patient)),
    ):
        assert verdicts(said(replace(told, resources=changed))) == same
    by = timedelta(days=days)
    later = replace(
        told,
        resources=changing.moved(told.resources, days),
        period=(told.period[0] + by, told.period[1] + by),
        as_of=told.as_of + by,
    )
    assert verdicts(said(later, changing.later_knowledge(days))) == same
