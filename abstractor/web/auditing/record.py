"""The record of a chart beside its questions, from what its reader may see: drawn in time, and in tables.

It has the names of the chart's own page, so that the same templates lay it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Abstract, Inclusion, LineRef, ReportingPeriod, Stamps, Verdict
from abstractor.web.chart_page import LineRow, Link
from abstractor.web.fact_lanes import Entry, FactLane, TrackTable, fact_lanes, track_tables, when_of
from abstractor.web.timeline import Timeline, draw_timeline
from abstractor.web.wording import line_in_words
from abstractor.workflow.auditing.seat_facts import SeatFacts
from abstractor.workflow.auditing.shown import ChartSeen, FlagSeen, line_between
from abstractor.workflow.chart_facts import Fact

__all__ = ["FlagShown", "Record", "record_of"]

_NO_DAY = date(2000, 1, 1)
_UNBOUNDED = frozenset({date.min, date.max})


@dataclass(frozen=True, slots=True)
class FlagShown:
    flag: FlagSeen
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """`show` names the parts that the chart's own templates may lay out."""

    seen: ChartSeen
    show: frozenset[str]
    lines: tuple[LineRow, ...]
    flags: tuple[FlagShown, ...]
    facts: SeatFacts
    tables: tuple[TrackTable, ...]
    timeline: Timeline


def record_of(seen: ChartSeen, links: Mapping[int, Link], facts: SeatFacts, records: str) -> Record:
    """`records` is the address of a stored record without its number."""

    def source(number: int) -> str:
        return f"{records}/{number}?chart={facts.tag}"

    def entry(fact: Fact) -> Entry:
        first, *others = fact.sources
        return Entry(
            when=when_of(fact),
            value=fact.value,
            href=source(first),
            cited=not facts.cited.isdisjoint(fact.sources),
            void=fact.void,
            doubt=fact.doubt,
            more=tuple(map(source, others)),
        )

    lanes = fact_lanes(
        facts.facts, tuple(dict.fromkeys(agent for each in seen.lines for agent in each.line.agents))
    )
    return Record(
        seen=seen,
        show=frozenset({"lines"} if seen.inclusion is None else {"lines", "findings"}),
        lines=_lines(seen, links),
        flags=tuple(FlagShown(flag, tuple(links[one] for one in flag.evidence)) for flag in seen.flags),
        facts=facts,
        tables=track_tables(lanes, entry),
        timeline=draw_timeline(
            _outline(seen, lanes), lanes, lambda fact: source(fact.sources[0]), dated=seen.period is not None
        ),
    )


def _lines(seen: ChartSeen, links: Mapping[int, Link]) -> tuple[LineRow, ...]:
    return tuple(
        LineRow(
            anchor=f"line-{number}",
            line=each.line,
            name=line_in_words(LineRef(each.line.setting, each.line.number)),
            clinician=each.clinician,
            evidence=tuple(links[one] for one in each.evidence),
        )
        for number, each in enumerate(seen.lines, 1)
    )


def _outline(seen: ChartSeen, lanes: tuple[FactLane, ...]) -> Abstract:
    """The lines alone. Where the period may not be seen, what goes on is drawn to the last day of a fact, and
    so is a day in doubt that only the period bounds.
    """
    days = [fact.days.earliest for lane in lanes for fact in lane.facts if fact.days is not None]
    spans = [span for each in seen.lines for span in (each.line.start, each.line.end) if span is not None]
    days += [day for span in spans for day in (span.earliest, span.latest) if day not in _UNBOUNDED]
    first, last = min(days, default=_NO_DAY), max(days, default=_NO_DAY)
    return Abstract(
        patient="",
        period=seen.period or ReportingPeriod(last, last, "UTC"),
        as_of=seen.as_of or last,
        inclusion=Inclusion(seen.cohort, Verdict.UNKNOWN, None, (), False, ()),
        lines=tuple(line_between(each.line, first, last) for each in seen.lines),
        findings=(),
        flags=(),
        flagged=False,
        completeness=(),
        stamps=Stamps("", (), "", "", ""),
    )
