"""The chart page as values: flags first, then what was decided and what it rests on; templates lay out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from abstractor.abstract import Abstract, Criterion, Evidence, Finding, Flag, Line, LineRef, Severity, Verdict
from abstractor.web.events import events_of
from abstractor.web.evidence import Numbered, finding_of, number_evidence
from abstractor.web.timeline import Timeline, draw_timeline
from abstractor.web.wording import flag_in_words, line_in_words
from abstractor.workflow import ChartView

__all__ = ["ChartPage", "CriterionRow", "EventRow", "FindingRow", "FlagRow", "LineRow", "Link", "chart_page"]


@dataclass(frozen=True, slots=True)
class Link:
    """One piece of evidence as a link to its source: `name` is the element without its resource's type."""

    href: str
    resource: str
    name: str
    value: str
    version: str | None


@dataclass(frozen=True, slots=True)
class FindingRow:
    anchor: str
    title: str
    line: str | None
    finding: Finding
    severity: Severity | None
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FlagRow:
    flag: Flag
    words: str
    raised_by: FindingRow | None
    evidence: tuple[Link, ...]

    @property
    def urgent(self) -> bool:
        """Its evidence is laid open; that of the others is folded."""
        return self.flag.severity in (Severity.CRITICAL, Severity.DISCORDANT)


@dataclass(frozen=True, slots=True)
class CriterionRow:
    criterion: Criterion
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    line: Line
    name: str
    clinician: str | None
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    when: str
    kind: str
    line: str | None
    link: Link


@dataclass(frozen=True, slots=True)
class ChartPage:
    view: ChartView
    flags: tuple[FlagRow, ...]
    criteria: tuple[CriterionRow, ...]
    findings: tuple[FindingRow, ...]
    lines: tuple[LineRow, ...]
    events: tuple[EventRow, ...]
    timeline: Timeline

    @property
    def worst(self) -> Severity | None:
        return self.flags[0].flag.severity if self.flags else None

    @property
    def undecided(self) -> tuple[CriterionRow, ...]:
        """The criteria that keep the verdict open; none where the verdict is not "review"."""
        if self.view.abstract.inclusion.verdict is not Verdict.REVIEW:
            return ()
        return tuple(row for row in self.criteria if row.criterion.verdict is Verdict.UNKNOWN)


@dataclass(frozen=True, slots=True)
class _Linker:
    base: str
    numbered: Numbered

    def link(self, evidence: Evidence) -> Link:
        number = self.numbered.numbers[evidence]
        name = evidence.path.partition(".")[2] or evidence.path
        value = "" if evidence.value is None else str(evidence.value)
        href = f"{self.base}/evidence/{number}?abstract={self.numbered.tag}"
        return Link(href, evidence.resource, name, value, evidence.version)

    def links(self, evidence: Iterable[Evidence]) -> tuple[Link, ...]:
        return tuple(self.link(item) for item in evidence)


def chart_page(view: ChartView, titles: Mapping[str, str]) -> ChartPage:
    """`titles` are the measures' own, by id."""
    abstract = view.abstract
    linker = _Linker(f"/cycles/{view.cycle.id}/charts/{view.patient_id}", number_evidence(abstract))
    raised = {id(finding_of(flag, abstract)): flag.severity for flag in abstract.flags}
    given_by = {each.line: each.clinician for each in view.clinicians}
    findings = tuple(
        _finding(finding, number, raised.get(id(finding)), linker, titles)
        for number, finding in enumerate(abstract.findings, 1)
    )
    return ChartPage(
        view=view,
        flags=tuple(_flag(flag, abstract, findings, linker, titles) for flag in abstract.flags),
        criteria=tuple(CriterionRow(c, linker.links(c.evidence)) for c in abstract.inclusion.criteria),
        findings=findings,
        lines=tuple(
            LineRow(line, _name(line), given_by.get(_ref(line)), linker.links(line.evidence))
            for line in abstract.lines
        ),
        events=_events(abstract, linker),
        timeline=draw_timeline(abstract),
    )


def _finding(
    finding: Finding, number: int, severity: Severity | None, linker: _Linker, titles: Mapping[str, str]
) -> FindingRow:
    title = titles.get(finding.rule, "Choice of therapy" if finding.rule == "sequencing" else finding.rule)
    line = line_in_words(finding.line) if finding.line else None
    return FindingRow(f"finding-{number}", title, line, finding, severity, linker.links(finding.evidence))


def _flag(
    flag: Flag, abstract: Abstract, findings: Iterable[FindingRow], linker: _Linker, titles: Mapping[str, str]
) -> FlagRow:
    raised_by = finding_of(flag, abstract)
    row = next((row for row in findings if row.finding is raised_by), None)
    return FlagRow(flag, flag_in_words(flag.code, flag.severity, titles), row, linker.links(flag.evidence))


def _ref(line: Line) -> LineRef:
    return LineRef(line.setting, line.number)


def _name(line: Line) -> str:
    return line_in_words(_ref(line))


def _events(abstract: Abstract, linker: _Linker) -> tuple[EventRow, ...]:
    """Every tick of the timeline as a row, in order of time."""
    of_line = {item.resource: _name(line) for line in abstract.lines for item in line.evidence}
    dated = events_of(linker.numbered.all, ZoneInfo(abstract.period.timezone))
    return tuple(
        EventRow(event.written, event.kind, of_line.get(event.evidence.resource), linker.link(event.evidence))
        for event in dated
    )
