"""The chart page as values: flags first, then what was decided and what it rests on; templates lay out."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from abstractor.abstract import (
    Abstract,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Inclusion,
    Line,
    LineRef,
    ReportingPeriod,
    Severity,
    Stamps,
    Verdict,
)
from abstractor.web.evidence import Numbered, finding_of, number_evidence
from abstractor.web.fact_lanes import Entry, TrackTable, fact_lanes, track_tables, when_of
from abstractor.web.timeline import Timeline, draw_timeline
from abstractor.web.unseen import Seeing, seeing_of
from abstractor.web.wording import flag_in_words, line_in_words, standing_of
from abstractor.workflow import ChartView
from abstractor.workflow.chart_facts import ChartFacts, Fact
from abstractor.workflow.clinic.pages import Unseen
from abstractor.workflow.guidance import Guidance

__all__ = [
    "ChartPage",
    "CriterionRow",
    "FindingRow",
    "FlagRow",
    "Head",
    "Known",
    "LineRow",
    "Link",
    "chart_page",
]

PARTS = frozenset({"flags", "inclusion", "findings", "lines", "record"})
_SHOWS = ". The chart shows: "


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the chart: measures' titles by id, what a guideline says, the ledger's words."""

    titles: Mapping[str, str]
    guidance: Callable[[Finding], Guidance]
    unseen: tuple[Unseen, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """One piece of evidence as a link to its source: `name` is the element without its resource's type."""

    href: str
    resource: str
    name: str
    value: str
    version: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """What names the chart, and what it was asked for."""

    label: str
    reference: str
    clinic: str
    cycle_id: int
    period: ReportingPeriod
    as_of: date
    abstracted_at: datetime


@dataclass(frozen=True, slots=True)
class FindingRow:
    """`expected` and `shows` are the two halves of the statement; `shows` is empty where it has one only."""

    anchor: str
    title: str
    line: str | None
    finding: Finding
    severity: Severity | None
    guidance: Guidance
    expected: str
    shows: str
    blocked: Seeing
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FlagRow:
    flag: Flag
    words: str
    raised_by: FindingRow | None
    blocked: Seeing
    evidence: tuple[Link, ...]

    @property
    def urgent(self) -> bool:
        """Its evidence is laid open; that of the others is folded."""
        return self.flag.severity in (Severity.CRITICAL, Severity.DISCORDANT)


@dataclass(frozen=True, slots=True)
class CriterionRow:
    criterion: Criterion
    blocked: Seeing
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    anchor: str
    line: Line
    name: str
    clinician: str | None
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ChartPage:
    """`seeing` is how the record as a whole was seen. `show` names the parts that templates lay out, which
    other pages have too, and not all of them.
    """

    head: Head
    inclusion: Inclusion
    flags: tuple[FlagRow, ...]
    criteria: tuple[CriterionRow, ...]
    findings: tuple[FindingRow, ...]
    lines: tuple[LineRow, ...]
    timeline: Timeline
    tables: tuple[TrackTable, ...]
    facts: ChartFacts
    seeing: Seeing
    stamps: Stamps
    show: frozenset[str] = PARTS

    @property
    def worst(self) -> Severity | None:
        return self.flags[0].flag.severity if self.flags else None

    @property
    def undecided(self) -> tuple[CriterionRow, ...]:
        """The criteria that keep the verdict open; none where the verdict is not "review"."""
        if self.inclusion.verdict is not Verdict.REVIEW:
            return ()
        return tuple(row for row in self.criteria if row.criterion.verdict is Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Linker:
    base: str
    numbered: Numbered
    facts: ChartFacts

    def link(self, evidence: Evidence) -> Link:
        number = self.numbered.numbers[evidence]
        name = evidence.path.partition(".")[2] or evidence.path
        value = "" if evidence.value is None else str(evidence.value)
        href = f"{self.base}/evidence/{number}?abstract={self.numbered.tag}"
        return Link(href, evidence.resource, name, value, evidence.version)

    def links(self, evidence: Iterable[Evidence]) -> tuple[Link, ...]:
        return tuple(self.link(item) for item in evidence)

    def source(self, number: int) -> str:
        return f"{self.base}/facts/{number}?chart={self.facts.tag}"

    def fact(self, fact: Fact) -> str:
        return self.source(fact.sources[0]) if fact.sources else "#facts"


def chart_page(view: ChartView, facts: ChartFacts, known: Known) -> ChartPage:
    abstract = view.abstract
    linker = _Linker(f"/cycles/{view.cycle.id}/charts/{view.patient_id}", number_evidence(abstract), facts)
    seeing = seeing_of(view, known.unseen)
    raised = {id(finding_of(flag, abstract)): flag.severity for flag in abstract.flags}
    findings = tuple(
        _finding(finding, number, raised.get(id(finding)), linker, known, seeing)
        for number, finding in enumerate(abstract.findings, 1)
    )
    agents = tuple(dict.fromkeys(agent for line in abstract.lines for agent in line.agents))
    lanes = fact_lanes(facts.facts, agents)
    cited = {(each.resource, each.version) for each in linker.numbered.all}
    return ChartPage(
        head=_head(view),
        inclusion=abstract.inclusion,
        flags=tuple(_flag(flag, abstract, findings, linker, known, seeing) for flag in abstract.flags),
        criteria=tuple(
            CriterionRow(c, seeing.of(c.statement), linker.links(c.evidence))
            for c in abstract.inclusion.criteria
        ),
        findings=findings,
        lines=_lines(view, linker),
        timeline=draw_timeline(abstract, lanes, linker.fact),
        tables=track_tables(lanes, lambda fact: _entry(fact, linker, cited)),
        facts=facts,
        seeing=seeing,
        stamps=abstract.stamps,
    )


def _head(view: ChartView) -> Head:
    abstract, cycle = view.abstract, view.cycle
    return Head(
        view.label,
        abstract.patient,
        cycle.clinic,
        cycle.id,
        abstract.period,
        abstract.as_of,
        view.abstracted_at,
    )


def _lines(view: ChartView, linker: _Linker) -> tuple[LineRow, ...]:
    given_by = {each.line: each.clinician for each in view.clinicians}
    return tuple(
        LineRow(
            f"line-{number}",
            line,
            line_in_words(LineRef(line.setting, line.number)),
            given_by.get(LineRef(line.setting, line.number)),
            linker.links(line.evidence),
        )
        for number, line in enumerate(view.abstract.lines, 1)
    )


def _finding(
    finding: Finding, number: int, severity: Severity | None, linker: _Linker, known: Known, seeing: Seeing
) -> FindingRow:
    title = known.titles.get(finding.rule, "Choice of therapy" if finding.rule == "sequencing" else "")
    expected, _, shows = finding.statement.partition(_SHOWS)
    return FindingRow(
        anchor=f"finding-{number}",
        title=title or finding.rule,
        line=line_in_words(finding.line) if finding.line else None,
        finding=finding,
        severity=severity,
        guidance=known.guidance(finding),
        expected=f"{expected}." if shows else expected,
        shows=shows,
        blocked=seeing.of(finding.statement) if standing_of(finding.verdict) == "unclear" else Seeing(),
        evidence=linker.links(finding.evidence),
    )


def _flag(
    flag: Flag,
    abstract: Abstract,
    findings: Iterable[FindingRow],
    linker: _Linker,
    known: Known,
    seeing: Seeing,
) -> FlagRow:
    raised_by = finding_of(flag, abstract)
    row = next((row for row in findings if row.finding is raised_by), None)
    words = flag_in_words(flag.code, flag.severity, known.titles)
    blocked = seeing.of(flag.statement) if raised_by is None or (row and row.blocked.rows) else Seeing()
    return FlagRow(flag, words, row, blocked, linker.links(flag.evidence))


def _entry(fact: Fact, linker: _Linker, cited: Collection[tuple[str, str | None]]) -> Entry:
    return Entry(
        when=when_of(fact),
        value=fact.value,
        href=linker.fact(fact),
        cited=any((each.resource, each.version) in cited for each in fact.elements),
        void=fact.void,
        doubt=fact.doubt,
        more=tuple(linker.source(number) for number in fact.sources[1:]),
    )
