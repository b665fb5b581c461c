"""Sequencing: each palliative line, judged by each authority's edition in force on the day it was chosen.

Authorities are never averaged. For 90 days after a change (`grace_days`) the former edition's verdict is
accepted too, never one that was not published yet. A date that leaves two verdicts possible gives one
finding, indeterminate, that names both.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from abstractor.abstract import Criterion, LaterVerdict, Verdict, cite, merged
from abstractor.dates import Period
from abstractor.rules.clearing import would_clear
from abstractor.rules.found import Found
from abstractor.rules.judging import better, judge, rows_of
from abstractor.rules.library import Edition, Library, Subject
from abstractor.rules.lines_criterion import Record
from abstractor.rules.situation import Situation
from abstractor.rules.writing_up import OnDay, Sides, telling_days, write_up

__all__ = ["judge_line", "not_confirmed", "not_sure"]


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
    def clears(on_day: OnDay) -> tuple[str, ...]:
        edition = on_day.judged.main
        rows = [row for _, row in rows_of(edition, situation, library)]
        return would_clear(
            on_day.judged.verdict, rows, situation, lambda other: judge(edition, other, library).verdict
        )

    def later(on_day: OnDay) -> tuple[LaterVerdict, ...]:
        after = [
            e
            for e in editions
            if e.encoded and e.valid_from > situation.decision.latest and e.id != on_day.judged.main.id
        ]
        ordered = sorted(after, key=lambda e: e.valid_from)
        return tuple(LaterVerdict(e.id, judge(e, situation, library).verdict) for e in ordered)

    days = telling_days(situation.decision, editions, library.grace_days)
    on_days = [_on_day(day, situation, library, editions) for day in days]
    return write_up(situation, on_days, Sides(later, clears), period)


def _on_day(day: date, situation: Situation, library: Library, editions: tuple[Edition, ...]) -> OnDay | None:
    current = next((edition for edition in editions if edition.in_force(day)), None)
    if current is None:
        return None
    judged, also = judge(current, situation, library), None
    former = _former(current, editions)
    graced = current.authority in library.grace_authorities
    if graced and former is not None and (day - current.valid_from).days <= library.grace_days:
        judged, other = better(judged, judge(former, situation, library))
        also = other.edition.id
    return OnDay(day, judged, also, stale=day > current.next_review)


def _former(current: Edition, editions: tuple[Edition, ...]) -> Edition | None:
    earlier = [e for e in editions if e.valid_from < current.valid_from]
    return max(earlier, key=lambda e: e.valid_from, default=None)


def not_confirmed(found: Found, criterion: Criterion) -> Found:
    """The same finding where HER2-positive metastatic disease is not confirmed: nothing is judged."""
    finding = replace(
        found.finding,
        verdict=Verdict.INDETERMINATE,
        statement=f"Not judged by {found.finding.edition} ({criterion.reason}): HER2-positive metastatic "
        f"disease is not confirmed; {criterion.statement}.",
        later=(),
        would_clear=("a final tissue HER2 result that confirms HER2-positive metastatic disease",),
        evidence=merged((*found.finding.evidence, *criterion.evidence)),
    )
    return Found(finding, criterion.reason)


def not_sure(found: Found, record: Record) -> Found:
    """The same finding where a drug on record may be another than it seems: the lines may be wrong."""
    finding = replace(
        found.finding,
        verdict=Verdict.INDETERMINATE,
        statement=f"Not judged by {found.finding.edition} (agent-unmapped): a drug on record may be "
        f"{' or '.join(record.may_be)}, so the lines of therapy may be other ones.",
        later=(),
        would_clear=("a code or a text that says which drug it was",),
        evidence=merged((*found.finding.evidence, *cite(*record.sources))),
    )
    return Found(finding, "agent-unmapped")
