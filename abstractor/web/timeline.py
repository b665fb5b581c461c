"""The chart in time, as shapes with places: lines of therapy as bars, facts in lanes, decisions as marks.

Only geometry and titles are decided here; the template draws. All that is drawn stands in the tables too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from abstractor.abstract import Abstract, Finding, Line, LineRef, Phase
from abstractor.web.evidence import finding_of
from abstractor.web.fact_lanes import FactLane
from abstractor.web.lanes import Mark, Point, lay_out, merged_spans
from abstractor.web.scale import Label, Scale, scale_for
from abstractor.web.wording import Days, dates_in_words, line_in_words, standing_of, verdict_in_words
from abstractor.workflow.chart_facts import Fact

__all__ = ["Bar", "Lane", "Reach", "Span", "Timeline", "draw_timeline"]

WIDTH, LEFT, RIGHT = 1000.0, 176.0, 960.0
TOP, LINE_LANE, LANE, TRACK_GAP, DECISIONS = 38.0, 25.0, 19.0, 5.0, 34.0
DECISION_HALF = 9.0
MOST_DRUGS = 14
STANDINGS = ("against", "unclear", "aside", "fine")

Link = Callable[[Fact], str]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days; `look` is its style: "palliative", "curative", "maintenance", "unsure", "period"."""

    x: float
    width: float
    look: str
    title: str


@dataclass(frozen=True, slots=True)
class Reach:
    """From where to where a day may lie that is known in part."""

    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of therapy; `open_x` is where the arrow of an ongoing one stands."""

    spans: tuple[Span, ...]
    open_x: float | None


@dataclass(frozen=True, slots=True)
class Lane:
    """A line of therapy (`bar`), or the facts of one sort; `opens` is true where another track begins."""

    y: float
    height: float
    name: str
    title: str
    anchor: str
    opens: bool
    bar: Bar | None = None
    spans: tuple[Span, ...] = ()
    reaches: tuple[Reach, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Timeline:
    """`period` and `as_of` are null where a reader must not see them; `earlier` names the strip of days long
    before; `undated` facts stand in the tables only.
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    labels: tuple[Label, ...]
    period: Span | None
    as_of: Label | None
    earlier: Label | None
    lanes: tuple[Lane, ...]
    decisions_y: float | None
    decisions: tuple[Mark, ...]
    undated: int
    summary: str


def draw_timeline(
    abstract: Abstract, facts: Sequence[FactLane], link: Link, *, dated: bool = True
) -> Timeline:
    """`abstract` holds only what may be shown; without `dated`, neither the period nor as_of is drawn."""
    scale = _scale(abstract, facts, dated=dated)
    lanes = _stacked((*_lines(abstract, scale), *_fact_lanes(facts, link, scale)))
    bottom = lanes[-1].y + lanes[-1].height if lanes else TOP
    decisions = _decisions(abstract, scale)
    period, ends = abstract.period, bottom + (DECISIONS if decisions else 0)
    title = f"Abstraction period: {period.start} to {period.end}"
    earlier = scale.earlier
    return Timeline(
        width=WIDTH,
        height=ends + 18,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=ends,
        labels=scale.labels(),
        period=_span(scale, period.start, period.end, look="period", title=title) if dated else None,
        as_of=Label(scale.x(abstract.as_of), f"as of {abstract.as_of}") if dated else None,
        earlier=None if earlier is None else Label(earlier, "earlier"),
        lanes=lanes,
        decisions_y=bottom if decisions else None,
        decisions=decisions,
        undated=sum(fact.days is None for lane in facts for fact in lane.facts),
        summary=_summary(abstract, facts, dated=dated),
    )


def _scale(abstract: Abstract, facts: Sequence[FactLane], *, dated: bool) -> Scale:
    """Lines, drugs, decisions and the period are held; older facts may stand in one place at the left."""
    core: list[date] = [abstract.as_of]
    core += [abstract.period.start, abstract.period.end] if dated else []
    for line in abstract.lines:
        core += [line.start.earliest, line.end.latest if line.end else abstract.as_of]
    for finding in abstract.findings:
        core += [finding.decision_date.earliest, finding.decision_date.latest]
    others: list[date] = []
    for lane in facts:
        for fact in lane.facts:
            if fact.days is not None:
                into = core if lane.track == "drugs" else others
                into += [fact.days.earliest, min(fact.days.latest, abstract.as_of)]
    start = min(core)
    core += [day for day in others if day >= start]
    return scale_for(core, left=LEFT, right=RIGHT, before=[day for day in others if day < start])


def _stacked(lanes: Sequence[Lane]) -> tuple[Lane, ...]:
    y, placed = TOP, []
    for lane in lanes:
        y += TRACK_GAP if lane.opens else 0
        placed.append(replace(lane, y=y))
        y += lane.height
    return tuple(placed)


def _lines(abstract: Abstract, scale: Scale) -> Iterator[Lane]:
    for number, line in enumerate(abstract.lines, 1):
        name = line_in_words(LineRef(line.setting, line.number))
        given = line.regimen or ", ".join(line.agents)
        short = f"{line.setting.capitalize()} {line.number}: {given}"
        bar = _bar(line, abstract.as_of, scale)
        title = f"{name}: {', '.join(line.agents)}"
        yield Lane(TOP, LINE_LANE, short, title, f"line-{number}", number == 1, bar)


def _fact_lanes(facts: Sequence[FactLane], link: Link, scale: Scale) -> Iterator[Lane]:
    """Drugs past the most that have a lane of their own share one."""
    drugs = [lane for lane in facts if lane.track == "drugs"]
    rest = drugs[MOST_DRUGS:]
    track = None
    for lane in facts:
        if lane in rest:
            continue
        yield _fact_lane(lane.name, lane.anchor, lane.facts, link, scale, opens=lane.track != track)
        track = lane.track
        if rest and lane is drugs[MOST_DRUGS - 1]:
            shared = tuple(fact for each in rest for fact in each.facts)
            yield _fact_lane(f"{len(rest)} other drugs", rest[0].anchor, shared, link, scale, opens=False)


def _fact_lane(
    name: str, anchor: str, facts: Sequence[Fact], link: Link, scale: Scale, *, opens: bool
) -> Lane:
    points, lasts = [], []
    reaches: set[Reach] = set()
    for fact in facts:
        if fact.days is None:
            continue
        low, high = scale.x(fact.days.earliest), scale.x(fact.days.latest)
        if high - low > 3:
            reaches.add(Reach(low, high))
        points.append(_point(fact, round((low + high) / 2, 1), link(fact)))
        if fact.until is not None and fact.until.latest > fact.days.earliest:
            lasts.append((low, max(scale.x(fact.until.latest), low + 2)))
    spans = tuple(Span(first, round(last - first, 1), "lasting", "") for first, last in merged_spans(lasts))
    ordered = tuple(sorted(reaches, key=lambda reach: (reach.first, reach.last)))
    marks = lay_out(points, lane=f"#{anchor}")
    return Lane(TOP, LANE, name, name, anchor, opens, None, spans, ordered, marks)


def _point(fact: Fact, x: float, target: str) -> Point:
    said = f"{fact.what} {fact.value}".strip()
    doubt = f", {fact.doubt}" if fact.doubt else ""
    title = f"{dates_in_words(fact.days)}: {said} ({fact.kind}{doubt})"
    return Point(x, fact.kind, title, target, fact.value, fact.void)


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
    last = phase.end.latest if phase.end else until
    return _span(scale, phase.start.earliest, last, look=phase.name, title=title)


def _unsure(scale: Scale, days: Days) -> Span:
    title = f"Known only as {dates_in_words(days)}"
    return _span(scale, days.earliest, days.latest, look="unsure", title=title)


def _span(scale: Scale, first: date, last: date, *, look: str, title: str) -> Span:
    x = scale.x(first)
    return Span(x, max(round(scale.x(last) - x, 1), 3.0), look, title)


def _decisions(abstract: Abstract, scale: Scale) -> tuple[Mark, ...]:
    """The findings of one decision date as one point, shown by the worst; neighbours as one mark."""
    flagged = [id(finding_of(flag, abstract)) for flag in abstract.flags]
    points = []
    for (first, last), group in groupby(sorted(abstract.findings, key=_days_of), key=_days_of):
        findings = list(group)
        middle = round((scale.x(first) + scale.x(last)) / 2, 1)
        raised = any(id(finding) in flagged for finding in findings)
        points.append(Point(middle, _worst(findings), _told(findings), "#findings", flagged=raised))
    return lay_out(points, lane="#findings", half=DECISION_HALF, worst=STANDINGS)


def _days_of(finding: Finding) -> tuple[date, date]:
    return finding.decision_date.earliest, finding.decision_date.latest


def _worst(findings: Sequence[Finding]) -> str:
    return min((standing_of(finding.verdict) for finding in findings), key=STANDINGS.index)


def _told(findings: Sequence[Finding]) -> str:
    lines = [f"Decided {dates_in_words(findings[0].decision_date)}"]
    lines += [f"{f.rule} ({f.authority}): {verdict_in_words(f.verdict)}" for f in findings]
    return "\n".join(lines)


def _summary(abstract: Abstract, facts: Sequence[FactLane], *, dated: bool) -> str:
    number, period = sum(len(lane.facts) for lane in facts), abstract.period
    count = len(abstract.lines)
    lines = f"{count} line{'s' if count > 1 else ''} of therapy, " if count else ""
    spans = (
        f" Abstraction period {period.start} to {period.end}, known as of {abstract.as_of}." if dated else ""
    )
    return f"{lines}{number} facts in {len(facts)} lanes.{spans} The tables below say the same."
