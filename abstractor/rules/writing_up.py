"""From verdicts to findings: the sentence, the citation and the evidence, all of the row that decided."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from abstractor.abstract import Finding, LaterVerdict, LineRef, Verdict, cite
from abstractor.dates import DateInterval, Period, Truth
from abstractor.rules.found import STALE, Found
from abstractor.rules.judging import Judged
from abstractor.rules.library import Edition
from abstractor.rules.situation import Situation

__all__ = ["RULE", "OnDay", "Sides", "in_period", "telling_days", "write_up"]

RULE = "sequencing"
INTENSIFIED = "maintenance-intensified"


@dataclass(frozen=True, slots=True)
class OnDay:
    """What one day of the decision's interval gives: the verdict, and the other edition where grace
    applied. `stale`: the edition in force on that day was due for review before it."""

    day: date
    judged: Judged
    also: str | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """What a finding says besides its verdict, asked for only where the verdict stands."""

    later: Callable[[OnDay], tuple[LaterVerdict, ...]]
    would_clear: Callable[[OnDay], tuple[str, ...]]


def telling_days(decision: DateInterval, editions: tuple[Edition, ...], grace: int | None) -> list[date]:
    """The first and last possible day, and every day between on which the answer could change.

    `grace`: the days after a change in which the former edition is accepted too; null where none is.
    """
    changes = {decision.earliest, decision.latest}
    for edition in editions:
        days = [edition.valid_from]
        if grace is not None:
            days.append(edition.valid_from + timedelta(days=grace + 1))
        changes |= {day for day in days if decision.earliest < day <= decision.latest}
    return sorted(changes)


def write_up(situation: Situation, on_days: list[OnDay | None], sides: Sides, period: Period) -> Found | None:
    """One finding for what the days of a decision give; none where no edition was in force on any."""
    held = [each for each in on_days if each is not None]
    if not held:
        return None
    last = held[-1]
    if len({each.judged.verdict for each in held}) > 1 or len(held) < len(on_days):
        return _range_finding(situation, held, period, whole=len(held) == len(on_days))
    if last.stale:
        return _stale_finding(situation, last, period)
    finding = _build(situation, last, period)
    complete = replace(finding, later=sides.later(last), would_clear=sides.would_clear(last))
    return Found(complete, last.judged.reason)


def in_period(situation: Situation, period: Period) -> bool:
    """Does the line share a day with the period? Where it cannot be told, it is taken to."""
    line, step = situation.line.line, situation.step
    return period.shares_a_day_with(line.start if step is None else step.start, line.end) is not Truth.NO


def _build(situation: Situation, on_day: OnDay, period: Period) -> Finding:
    line, judged = situation.line.line, on_day.judged
    reason = f" ({judged.reason})" if judged.reason else ""
    graced = f" Grace: {on_day.also} was in force or had just ended, and was read too." if on_day.also else ""
    shows = f" The chart shows: {judged.shows}." if judged.shows else ""
    decided_by = situation.line.decision_sources if situation.step is None else situation.step.sources
    return Finding(
        rule=RULE,
        line=LineRef(line.setting, line.number),
        phase=None if situation.step is None else INTENSIFIED,
        decision_date=situation.decision,
        in_period=in_period(situation, period),
        authority=judged.edition.authority,
        edition=judged.edition.id,
        also=on_day.also,
        verdict=judged.verdict,
        advisory=judged.advisory,
        statement=f"{judged.edition.title}, {situation.decision}: {judged.expected}{reason}.{shows}{graced}",
        citation=judged.citation,
        later=(),
        would_clear=(),
        evidence=cite(*judged.sources, *decided_by),
    )


def _range_finding(situation: Situation, on_days: list[OnDay], period: Period, *, whole: bool) -> Found:
    """The decision's date leaves several answers possible; not `whole`: on some days nothing was in force."""
    last = on_days[-1]
    said = [f"{d.judged.edition.id} {d.judged.verdict}" for d in on_days]
    named = "; ".join(dict.fromkeys(said if whole else ["nothing in force yet", *said]))
    base = _build(situation, last, period)
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


def _stale_finding(situation: Situation, last: OnDay, period: Period) -> Found:
    edition = last.judged.edition
    finding = replace(
        _build(situation, last, period),
        verdict=Verdict.INDETERMINATE,
        statement=f"{edition.title} was due for review on {edition.next_review} (guideline-stale): what it "
        f"says of a decision on {situation.decision} is no longer relied on.",
        would_clear=("an edition of the knowledge base that was reviewed after the decision",),
    )
    return Found(finding, STALE)
