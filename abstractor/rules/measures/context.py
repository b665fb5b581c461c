"""What a measure is decided on, and the finding that it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Finding, LineRef, Verdict, cite
from abstractor.chart import Chart, Source, Standing
from abstractor.dates import DateInterval, Period, Truth, exact
from abstractor.rules.found import STALE, Found
from abstractor.rules.therapy.course import Therapy

__all__ = ["AskedBy", "MeasureContext", "Outcome", "care_ended", "finding", "queried"]


@dataclass(frozen=True, slots=True)
class AskedBy:
    """The edition that asks for a measure."""

    edition: str
    authority: str
    title: str
    citation: str
    agents: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    next_review: date

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class MeasureContext:
    measure: str
    advisory: bool
    chart: Chart
    therapy: Therapy
    asked: Mapping[str, AskedBy]
    period: Period
    as_of: date

    def in_force(self, edition: str, day: date) -> AskedBy | None:
        """That edition, or for a label its successor for the same drug: the one in force on that day."""
        first = self.asked[edition]
        labels = [e for e in self.asked.values() if first.agents and e.agents == first.agents]
        later = [e for e in labels if e.authority == first.authority and e.valid_from > first.valid_from]
        return next((e for e in (first, *later) if e.in_force(day)), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A measure's verdict on one trigger; `reason` is a code wherever it is not simply met or not met."""

    verdict: Verdict
    shows: str
    reason: str | None = None
    would_clear: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def finding(
    context: MeasureContext,
    asked: AskedBy,
    outcome: Outcome,
    *,
    line: LineRef | None,
    trigger: DateInterval,
    window_end: date,
    expected: str,
) -> Found:
    """`in_period`: trigger to the end of its window shares a day with the period; doubt counts as
    sharing."""
    if trigger.latest > asked.next_review:
        shows = f"{asked.title} was due for review on {asked.next_review}"
        outcome = Outcome(Verdict.UNKNOWN, shows, STALE, (), outcome.sources)
    reason = f" ({outcome.reason})" if outcome.reason else ""
    last = exact(max(window_end, trigger.latest))
    decided = Finding(
        rule=context.measure,
        line=line,
        phase=None,
        decision_date=trigger,
        in_period=context.period.shares_a_day_with(trigger, last) is not Truth.NO,
        authority=asked.authority,
        edition=asked.edition,
        also=None,
        verdict=outcome.verdict,
        advisory=context.advisory,
        statement=f"{asked.title} expects {expected}. The chart shows: {outcome.shows}{reason}.",
        citation=asked.citation,
        later=(),
        would_clear=outcome.would_clear,
        evidence=cite(*outcome.sources),
    )
    return Found(decided, outcome.reason)


def care_ended(chart: Chart, concepts: tuple[str, ...], day: date) -> Outcome | None:
    """Excluded where the patient died, or was in hospice care, before the window closed."""
    if chart.patient.death is not None and chart.patient.death.on_or_before(day) is Truth.YES:
        died = f"death on {chart.patient.death}, before the window closed"
        return Outcome(Verdict.EXCLUDED, died, "death", (), chart.patient.sources)
    wanted = set(concepts)
    stays = [(v.starts, v.concepts, v.standing, v.sources) for v in chart.visits]
    done = [(p.when, p.concepts, p.standing, p.sources) for p in chart.procedures]
    for when, held, standing, sources in (*stays, *done):
        relied_on = standing in (Standing.COUNTS, Standing.ASSUMED, Standing.ORDERED_ONLY)
        if wanted & set(held) and relied_on and when is not None and when.on_or_before(day) is Truth.YES:
            return Outcome(Verdict.EXCLUDED, f"hospice care on {when}", "hospice", (), sources)
    return None


def queried(chart: Chart, *types: str) -> str:
    """The record kinds that were searched, with how whole each was, for a verdict that rests on silence."""
    return ", ".join(f"{name} {chart.seen(name)}" for name in types)
