"""The chart in time, as shapes with places: lines of therapy as bars, evidence as ticks, decisions as marks.

Only geometry and titles are decided here; the template draws. All that is drawn stands in the tables too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from abstractor.abstract import Abstract, Finding, Line, LineRef, Phase
from abstractor.web.events import Event, events_of
from abstractor.web.evidence import finding_of, number_evidence
from abstractor.web.scale import Label, Scale, scale_for
from abstractor.web.wording import Days, dates_in_words, line_in_words, standing_of, verdict_in_words

__all__ = ["Bar", "Lane", "Mark", "Span", "Tick", "Timeline", "draw_timeline"]

WIDTH, LEFT, RIGHT = 1000.0, 178.0, 984.0
TOP, LANE, MARK_LANE = 40.0, 52.0, 50.0
NEIGHBOURS = 16.0
LEVELS = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days; `look` is its style: "palliative", "curative", "maintenance", "unsure", "period"."""

    x: float
    width: float
    look: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """`reach` is how far to either side its day may lie (0: the day is known)."""

    x: float
    reach: float
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of therapy; `open_x` is where the arrow of an ongoing one stands."""

    spans: tuple[Span, ...]
    open_x: float | None


@dataclass(frozen=True, slots=True)
class Lane:
    y: float
    name: str
    detail: str
    bar: Bar | None
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """The findings of one decision date: `standing` is that of the worst, `level` keeps neighbours apart."""

    x: float
    reach: float
    standing: str
    flagged: bool
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    labels: tuple[Label, ...]
    period: Span
    as_of: Label
    lanes: tuple[Lane, ...]
    marks_y: float
    marks: tuple[Mark, ...]
    summary: str


def draw_timeline(abstract: Abstract) -> Timeline:
    zone = ZoneInfo(abstract.period.timezone)
    events = events_of(number_evidence(abstract).all, zone)
    scale = scale_for(_days(abstract, events), left=LEFT, right=RIGHT)
    lanes = _lanes(abstract, events, scale, zone)
    marks_y = TOP + LANE * len(lanes)
    period = abstract.period
    title = f"Abstraction period: {period.start} to {period.end}"
    return Timeline(
        width=WIDTH,
        height=marks_y + MARK_LANE + 16,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=marks_y + MARK_LANE,
        labels=scale.labels(),
        period=_span(scale, period.start, period.end, look="period", title=title),
        as_of=Label(scale.x(abstract.as_of), f"as of {abstract.as_of}"),
        lanes=lanes,
        marks_y=marks_y,
        marks=tuple(_marks(abstract, scale)),
        summary=_summary(abstract),
    )


def _days(abstract: Abstract, events: Sequence[Event]) -> Iterator[date]:
    yield from (abstract.as_of, abstract.period.start, abstract.period.end)
    for event in events:
        yield from (event.first, event.last)
    for line in abstract.lines:
        yield from (line.start.earliest, line.end.latest if line.end else abstract.as_of)
    for finding in abstract.findings:
        yield from (finding.decision_date.earliest, finding.decision_date.latest)


def _lanes(abstract: Abstract, events: Sequence[Event], scale: Scale, zone: ZoneInfo) -> tuple[Lane, ...]:
    """One lane a line of therapy, and one for every dated resource that belongs to none."""
    lanes: list[Lane] = []
    told: set[str] = set()
    for line in abstract.lines:
        own = events_of(line.evidence, zone)
        told |= {event.evidence.resource for event in own}
        name = line_in_words(LineRef(line.setting, line.number))
        detail = line.regimen or ", ".join(line.agents)
        ticks = tuple(_tick(event, scale) for event in own)
        lanes.append(Lane(TOP + LANE * len(lanes), name, detail, _bar(line, abstract.as_of, scale), ticks))
    others = tuple(_tick(event, scale) for event in events if event.evidence.resource not in told)
    lanes.append(Lane(TOP + LANE * len(lanes), "Other evidence", "diagnoses, results, visits", None, others))
    return tuple(lanes)


def _bar(line: Line, as_of: date, scale: Scale) -> Bar:
    until = line.end.latest if line.end else as_of
    agents = ", ".join(line.agents)
    title = f"{agents}: {dates_in_words(line.start)} to {dates_in_words(line.end)}"
    spans = [_span(scale, line.start.earliest, until, look=line.setting, title=title)]
    spans += [_phase(phase, until, scale) for phase in line.phases]
    spans += [
        _unsure(scale, days) for days in (line.start, line.end) if days and days.earliest != days.latest
    ]
    return Bar(tuple(spans), None if line.end else scale.x(until))


def _phase(phase: Phase, until: date, scale: Scale) -> Span:
    days = f"{dates_in_words(phase.start)} to {dates_in_words(phase.end)}"
    title = f"{phase.name}: {', '.join(phase.agents)}, {days}"
    return _span(
        scale, phase.start.earliest, phase.end.latest if phase.end else until, look=phase.name, title=title
    )


def _unsure(scale: Scale, days: Days) -> Span:
    return _span(
        scale, days.earliest, days.latest, look="unsure", title=f"Known only as {dates_in_words(days)}"
    )


def _span(scale: Scale, first: date, last: date, *, look: str, title: str) -> Span:
    x = scale.x(first)
    return Span(x, max(round(scale.x(last) - x, 1), 3.0), look, title)


def _tick(event: Event, scale: Scale) -> Tick:
    x, reach = _middle_and_reach(scale, event.first, event.last)
    return Tick(x, reach, event.kind, f"{event.written}: {event.kind} ({event.evidence.resource})")


def _middle_and_reach(scale: Scale, first: date, last: date) -> tuple[float, float]:
    low, high = scale.x(first), scale.x(last)
    return round((low + high) / 2, 1), round((high - low) / 2, 1)


def _marks(abstract: Abstract, scale: Scale) -> Iterator[Mark]:
    flagged = [finding_of(flag, abstract) for flag in abstract.flags]
    by_days = sorted(abstract.findings, key=_days_of)
    level, before = 0, -NEIGHBOURS
    for (first, last), group in groupby(by_days, key=_days_of):
        findings = list(group)
        x, reach = _middle_and_reach(scale, first, last)
        level = (level + 1) % LEVELS if abs(x - before) < NEIGHBOURS else 0
        before = x
        yield Mark(x, reach, _worst(findings), any(f in flagged for f in findings), level, _told(findings))


def _days_of(finding: Finding) -> tuple[date, date]:
    return finding.decision_date.earliest, finding.decision_date.latest


def _worst(findings: Sequence[Finding]) -> str:
    order = ("against", "unclear", "aside", "fine")
    return min((standing_of(finding.verdict) for finding in findings), key=order.index)


def _told(findings: Sequence[Finding]) -> str:
    lines = [f"Decided {dates_in_words(findings[0].decision_date)}"]
    lines += [f"{f.rule} ({f.authority}): {verdict_in_words(f.verdict)}" for f in findings]
    return "\n".join(lines)


def _summary(abstract: Abstract) -> str:
    lines = f"{len(abstract.lines)} lines of therapy" if len(abstract.lines) != 1 else "1 line of therapy"
    period = abstract.period
    return (
        f"{lines}, abstraction period {period.start} to {period.end}, known as of {abstract.as_of}. "
        "The tables below say the same."
    )
