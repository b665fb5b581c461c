"""The chart of a worked case.

What real records do to facts is tried elsewhere, through FHIR; a case is about what is decided on them.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import assert_never

from abstractor.chart import Chart
from abstractor.guidelines.book.cases import Case, Course, Fact, FactKind, MeasureCase, Story
from abstractor.guidelines.book.records import Records
from abstractor.rules.agents import Agent

__all__ = ["chart_of", "known_by"]

_REFUSAL = "stop-reason:refusal"
# Long enough after the last thing told for every window of a case to have closed.
_AFTER = timedelta(days=120)


def known_by(story: Story) -> date:
    """The day until which the facts of a case are known."""
    if isinstance(story, MeasureCase) and story.as_of is not None:
        return story.as_of
    told = [course.start for course in (*story.lines, *([story.adds] if story.adds else []))]
    if isinstance(story, Case):
        return told[-1] + _AFTER
    days = [*told, *(fact.on for fact in story.facts), *([story.metastatic] if story.metastatic else [])]
    return max(days, default=date.min) + _AFTER


def chart_of(story: Story, agents: Mapping[str, Agent]) -> Chart:
    """The patient of the case, treated as told."""
    records = Records(agents=frozenset(agents), born=story.born, gender=story.gender)
    end = known_by(story)
    _disease(story, records)
    if story.adjuvant is not None:
        _course(records, story.adjuvant, end, agents)
    for number, line in enumerate(story.lines):
        following = story.lines[number + 1].start if number + 1 < len(story.lines) else end
        _course(records, line, following - timedelta(days=7), agents)
    if story.adds is not None:
        _course(records, story.adds, end, agents)
    _on_record(story, records)
    for fact in story.facts:
        _tell(fact, records, agents)
    return records.chart(story.unseen)


def _disease(story: Story, records: Records) -> None:
    """The cancer and its HER2 result, three weeks before anything was done about it."""
    starts = [story.adjuvant.start if story.adjuvant else story.metastatic]
    starts += [course.start for course in story.lines] + [fact.on for fact in story.facts]
    first = next((day for day in starts if day is not None), date(2000, 1, 1)) - timedelta(days=21)
    records.diagnosis(("breast-cancer",), first)
    records.biomarker("her2", story.her2, first)
    if story.metastatic is not None:
        records.diagnosis(("distant-metastasis", "liver-metastasis"), story.metastatic)
        if "Procedure" not in story.unseen:
            records.procedure((), story.metastatic)
    if story.receptors is not None:
        on = (story.metastatic or first) - timedelta(days=3)
        for marker in ("er", "pr"):
            records.biomarker(marker, story.receptors, on)


def _course(records: Records, course: Course, through: date, agents: Mapping[str, Agent]) -> None:
    for drug in course.drugs:
        until, last = (course.until, True) if course.until is not None else (through, False)
        records.course(drug, course.start, until=until, last=last, oral=_is_oral(drug, agents))


def _on_record(story: Story, records: Records) -> None:
    if story.brain is not None:
        records.diagnosis(("cns-metastasis", "distant-metastasis"), story.brain)
    if story.brain_treated is not None:
        records.procedure(("cns-local-therapy",), story.brain_treated)
    if story.lung is not None:
        records.diagnosis(("ild-pneumonitis",), story.lung)
    if story.heart is not None:
        records.diagnosis(("heart-failure",), story.heart)
    if story.stable is not None:
        records.result("disease-status", story.stable, answer="answer:stable")
    if story.lvef is not None:
        records.result("lvef", story.lvef.on, number=story.lvef.value, unit="%")
    if story.ecog is not None:
        records.result("ecog", story.ecog.on, number=story.ecog.value, unit="{score}")
    if story.refused is not None:
        records.dose(story.refused.drug, story.refused.on, oral=False, against=True, why=_REFUSAL)


def _tell(fact: Fact, records: Records, agents: Mapping[str, Agent]) -> None:
    kind, means, on = fact.kind, fact.means, fact.on
    match kind:
        case FactKind.DIAGNOSIS:
            named = tuple(means.split("+"))
            records.diagnosis(
                named,
                on,
                severity=fact.severity,
                until=fact.until,
                against=fact.against,
                grade=fact.grade,
                unsure=fact.quote,
            )
        case FactKind.RESULT:
            records.result(means, on, number=fact.value, unit=fact.unit, answer=fact.answer)
        case FactKind.MARKER:
            records.biomarker(_MARKERS.get(means, means), fact.answer, on, tissue=fact.tissue)
        case FactKind.PROCEDURE:
            records.procedure((means,), on, against=fact.against, why=fact.why)
        case FactKind.REPORT:
            records.procedure((means,), on, resource="DiagnosticReport")
        case FactKind.SENTENCE:
            records.sentence(means, fact.quote or "", on, reading=fact.answer, assertion=fact.assertion)
        case FactKind.ORDER:
            records.order(means, on, against=fact.against, why=fact.why, urgent=fact.urgent)
        case FactKind.DOSE:
            records.dose(means, on, oral=_is_oral(means, agents), against=fact.against, why=fact.why)
        case FactKind.VISIT:
            records.visit((means,) if means else (), on)
        case FactKind.DEATH:
            records.death = on
        case FactKind.REFERRAL | FactKind.PLAN | FactKind.NOTE | FactKind.VACCINATION | FactKind.TEAM:
            records.activity(_ACTIVITIES[kind], means, on, against=fact.against, why=fact.why)
        case _ as never:
            assert_never(never)


# A marker that goes by another name than the test that shows it.
_MARKERS = {"her2-ihc": "her2"}
_ACTIVITIES: Mapping[FactKind, str] = {
    FactKind.REFERRAL: "ServiceRequest",
    FactKind.PLAN: "CarePlan",
    FactKind.NOTE: "DocumentReference",
    FactKind.VACCINATION: "Immunization",
    FactKind.TEAM: "CareTeam",
}


def _is_oral(drug: str, agents: Mapping[str, Agent]) -> bool:
    return drug in agents and agents[drug].route == "oral"
