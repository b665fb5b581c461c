"""Sequencing: each palliative line, judged by each authority's edition in force on the day it was chosen.

Authorities are never averaged. For 90 days after a change (`grace_days`) the former edition's verdict is
accepted too, never one that was not published yet. A date that leaves two verdicts possible gives one
finding, indeterminate, that names both.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from abstractor.abstract import Criterion, Finding, LaterVerdict, LineRef, Verdict, cite, merged
from abstractor.chart import Administration, Dispense, Order
from abstractor.dates import DateInterval, Period, Truth
from abstractor.rules.found import STALE, Found
from abstractor.rules.judging import Judged, better, judge
from abstractor.rules.library import Edition, Library, Subject
from abstractor.rules.situation import Situation

__all__ = ["RULE", "in_period", "judge_label", "judge_line", "not_confirmed", "not_sure"]

RULE = "sequencing"
INTENSIFIED = "maintenance-intensified"


@dataclass(frozen=True, slots=True)
class _OnDay:
    """What one day of the decision's interval gives: the verdict, and the other edition where grace
    applied."""

    judged: Judged
    also: str | None
    stale: bool


def judge_line(situation: Situation, library: Library, period: Period) -> Iterator[Found]:
    """One finding for each authority that had an edition in force on the decision date."""
    for authority in library.sequencing_authorities:
        editions = [
            e
            for e in library.editions
            if e.authority == authority and e.subject is Subject.SEQUENCING and e.companion_of is None
        ]
        finding = _finding(situation, library, tuple(editions), period)
        if finding is not None:
            yield finding


def _finding(
    situation: Situation, library: Library, editions: tuple[Edition, ...], period: Period
) -> Found | None:
    days = _telling_days(situation.decision, editions, library.grace_days)
    on_days = [each for day in days if (each := _on_day(day, situation, library, editions)) is not None]
    if not on_days:
        return None
    verdicts = list(dict.fromkeys(each.judged.verdict for each in on_days))
    last = on_days[-1]
    if len(verdicts) > 1 or len(on_days) < len(days):
        return _range_finding(situation, on_days, period)
    if last.stale:
        return _stale_finding(situation, last, period)
    return _build(situation, last.judged, last.also, _later(last.judged.edition, situation, library), period)


def _telling_days(decision: DateInterval, editions: tuple[Edition, ...], grace: int) -> list[date]:
    """The first and last possible day, and every day between on which the answer could change."""
    changes = {decision.earliest, decision.latest}
    for edition in editions:
        after_grace = edition.valid_from + timedelta(days=grace + 1)
        changes |= {
            day for day in (edition.valid_from, after_grace) if decision.earliest < day <= decision.latest
        }
    return sorted(changes)


def _on_day(
    day: date, situation: Situation, library: Library, editions: tuple[Edition, ...]
) -> _OnDay | None:
    current = next((edition for edition in editions if edition.in_force(day)), None)
    if current is None:
        return None
    judged, also = judge(current, situation), None
    former = _former(current, editions)
    graced = current.authority in library.grace_authorities
    if graced and former is not None and (day - current.valid_from).days <= library.grace_days:
        judged, other = better(judged, judge(former, situation))
        also = other.edition.id
    return _OnDay(judged, also, stale=day > current.next_review)


def _former(current: Edition, editions: tuple[Edition, ...]) -> Edition | None:
    earlier = [e for e in editions if e.valid_from < current.valid_from]
    return max(earlier, key=lambda e: e.valid_from, default=None)


def _later(used: Edition, situation: Situation, library: Library) -> tuple[LaterVerdict, ...]:
    """What encoded editions of the same authority that came after the decision say of the same choice."""
    after = [
        e
        for e in library.editions
        if e.encoded
        and e.authority == used.authority
        and e.subject is used.subject
        and e.companion_of is None
        and e.agents == used.agents
        and e.valid_from > situation.decision.latest
        and e.id != used.id
    ]
    ordered = sorted(after, key=lambda e: e.valid_from)
    return tuple(LaterVerdict(edition.id, judge(edition, situation).verdict) for edition in ordered)


def judge_label(situation: Situation, library: Library, period: Period) -> Found | None:
    """On or off label: by the labels, in force on the decision date, of the line's own drugs.

    On label where one of them gives the use. Off label only where every one of them was encoded and none
    does.
    """
    agents = set(situation.step.agents if situation.step is not None else situation.line.first_agents)
    editions = [e for e in library.editions if e.subject is Subject.LABEL and set(e.agents) & agents]
    days = _telling_days(situation.decision, tuple(editions), 0)
    on_days = [_label_on_day(day, situation, editions) for day in days]
    held = [each for each in on_days if each is not None]
    if not held:
        return None
    if len({each.judged.verdict for each in held}) > 1 or len(held) < len(on_days):
        return _range_finding(situation, held, period)
    last = held[-1]
    if last.stale:
        return _stale_finding(situation, last, period)
    return _build(situation, last.judged, None, _later(last.judged.edition, situation, library), period)


def _label_on_day(day: date, situation: Situation, editions: list[Edition]) -> _OnDay | None:
    current = sorted((e for e in editions if e.in_force(day)), key=lambda e: (e.valid_from, e.id))
    if not current:
        return None
    judged = [judge(edition, situation) for edition in current]
    for wanted in (Verdict.ON_LABEL, Verdict.INDETERMINATE):
        chosen = [each for each in judged if each.verdict is wanted]
        if chosen:
            return _OnDay(chosen[-1], None, stale=day > chosen[-1].edition.next_review)
    return _OnDay(judged[-1], None, stale=day > judged[-1].edition.next_review)


def not_confirmed(found: Found, criterion: Criterion) -> Found:
    """The same finding where HER2-positive metastatic disease is not confirmed: nothing is judged."""
    finding = replace(
        found.finding,
        verdict=Verdict.INDETERMINATE,
        statement=f"Not judged ({criterion.reason}): HER2-positive metastatic disease is not confirmed; "
        f"{criterion.statement}.",
        later=(),
        would_clear=("a final tissue HER2 result that confirms HER2-positive metastatic disease",),
        evidence=merged((*found.finding.evidence, *criterion.evidence)),
    )
    return Found(finding, criterion.reason)


def not_sure(found: Found, record: Order | Administration | Dispense) -> Found:
    """The same finding where a drug on record may be another than it seems: the lines may be wrong."""
    finding = replace(
        found.finding,
        verdict=Verdict.INDETERMINATE,
        statement=f"Not judged (agent-unmapped): a drug on record may be {' or '.join(record.may_be)}, "
        "so the lines of therapy may be other ones.",
        later=(),
        would_clear=("a code or a text that says which drug it was",),
        evidence=merged((*found.finding.evidence, *cite(*record.sources))),
    )
    return Found(finding, "agent-unmapped")


def in_period(situation: Situation, period: Period) -> bool:
    """Does the line share a day with the period? Where it cannot be told, it is taken to."""
    line, step = situation.line.line, situation.step
    return period.shares_a_day_with(line.start if step is None else step.start, line.end) is not Truth.NO


def _build(
    situation: Situation, judged: Judged, also: str | None, later: tuple[LaterVerdict, ...], period: Period
) -> Found:
    line = situation.line.line
    reason = f" ({judged.reason})" if judged.reason else ""
    graced = f" Grace: {also} was in force or had just ended, and was read too." if also else ""
    shows = f" The chart shows: {judged.shows}." if judged.shows else ""
    decided_by = situation.line.decision_sources if situation.step is None else situation.step.sources
    finding = Finding(
        rule=RULE,
        line=LineRef(line.setting, line.number),
        phase=None if situation.step is None else INTENSIFIED,
        decision_date=situation.decision,
        in_period=in_period(situation, period),
        authority=judged.edition.authority,
        edition=judged.edition.id,
        also=also,
        verdict=judged.verdict,
        advisory=judged.advisory,
        statement=f"{judged.edition.title}, {situation.decision}: {judged.expected}{reason}.{shows}{graced}",
        citation=judged.citation,
        later=later,
        would_clear=judged.would_clear[:5],
        evidence=cite(*judged.sources, *decided_by),
    )
    return Found(finding, judged.reason)


def _range_finding(situation: Situation, on_days: list[_OnDay], period: Period) -> Found:
    """The decision's date leaves several answers possible."""
    last = on_days[-1]
    named = "; ".join(dict.fromkeys(f"{d.judged.edition.id} {d.judged.verdict}" for d in on_days))
    base = _build(situation, last.judged, None, (), period).finding
    first = on_days[0].judged.edition.id
    finding = replace(
        base,
        also=first if first != base.edition else last.also,
        verdict=Verdict.INDETERMINATE,
        statement=f"The decision lies anywhere from {situation.decision.earliest} to "
        f"{situation.decision.latest} (date-uncertain), where the answer changes: {named}.",
        would_clear=("the day of the decision",),
    )
    return Found(finding, "date-uncertain")


def _stale_finding(situation: Situation, last: _OnDay, period: Period) -> Found:
    base = _build(situation, last.judged, last.also, (), period).finding
    edition = last.judged.edition
    finding = replace(
        base,
        verdict=Verdict.INDETERMINATE,
        statement=f"{edition.title} was due for review on {edition.next_review} (guideline-stale): what it "
        f"says of a decision on {situation.decision} is no longer relied on.",
        would_clear=("an edition of the knowledge base that was reviewed after the decision",),
    )
    return Found(finding, STALE)
