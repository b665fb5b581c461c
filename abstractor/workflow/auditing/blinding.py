"""Puts a chart into the values of a reader's page, without what is hidden from that reader."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from abstractor.abstract import (
    Abstract,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Line,
    LineRef,
    Phase,
    Severity,
    Verdict,
)
from abstractor.chart import Completeness, Seen
from abstractor.store.values import ChartView
from abstractor.workflow.auditing.answers import Answer
from abstractor.workflow.auditing.items import OF_THE_PERIOD, Item, ItemKind
from abstractor.workflow.auditing.masking import Mask, mask_of
from abstractor.workflow.auditing.shown import (
    ChartSeen,
    CompletenessSeen,
    EvidenceSeen,
    FlagSeen,
    ItemSeen,
    LineSeen,
    QuarantineSeen,
    Told,
    UnseenType,
)
from abstractor.workflow.auditing.sight import Sight

__all__ = ["Blinded", "blinded", "numbered"]

Spanned = TypeVar("Spanned", Line, Phase)


def numbered(abstract: Abstract, sight: Sight, of_the_period: Collection[str]) -> tuple[Evidence, ...]:
    """Every distinct piece of evidence that this reader may see cited, in an order that tells nothing of what
    cites it: that of the lines, which all see; that of criteria, findings and flags with the verdict, since
    what a verdict rests on gives it away; that of what the period makes due (`of_the_period`) with the wave.
    """
    cited = _cited(abstract.lines)
    if sight.verdict:
        hidden = frozenset() if sight.wave else OF_THE_PERIOD.union(of_the_period)
        cited |= _cited(each for each in abstract.inclusion.criteria if each.criterion not in hidden)
        cited |= _cited(each for each in abstract.findings if each.rule not in hidden)
        cited |= _cited(abstract.flags) if sight.wave else set()
    return tuple(sorted(cited, key=lambda e: (e.resource, e.path, e.version or "", str(e.value))))


def _cited(parts: Iterable[Criterion | Line | Finding | Flag]) -> set[Evidence]:
    return {cited for each in parts for cited in each.evidence}


@dataclass(frozen=True, slots=True)
class Blinded:
    """A chart, and what of it one reader may see."""

    view: ChartView
    code: str
    sight: Sight
    mask: Mask
    evidence: tuple[Evidence, ...]
    numbers: Mapping[Evidence, int]

    def chart(self, unseen: Iterable[UnseenType]) -> ChartSeen:
        view, abstract, sight = self.view, self.view.abstract, self.sight
        return ChartSeen(
            code=self.code,
            cohort=abstract.inclusion.cohort,
            definition=abstract.inclusion.definition,
            inclusion=str(self._inclusion()) if sight.verdict else None,
            flags=tuple(map(self._flag, abstract.flags)) if sight.verdict and sight.wave else (),
            lines=tuple(map(self._line, abstract.lines)),
            evidence=tuple(map(self.evidence_seen, range(len(self.evidence)))),
            completeness=tuple(map(self._completeness, abstract.completeness)),
            unseen=tuple(map(self._unseen, unseen)),
            quarantined=tuple(
                QuarantineSeen(each.type, each.path, self.mask.text(each.reason)) for each in view.quarantined
            ),
            clinic=view.cycle.clinic if sight.site else None,
            timezone=abstract.period.timezone if sight.site else None,
            period=abstract.period if sight.wave else None,
            as_of=abstract.as_of if sight.wave else None,
            cycle_id=view.cycle.id if sight.whole else None,
            abstracted_at=view.abstracted_at if sight.wave else None,
            editions=abstract.stamps.editions if sight.verdict and sight.wave else (),
            patient=abstract.patient if sight.whole else None,
            patient_id=view.patient_id if sight.whole else None,
        )

    def item(self, item: Item, answer: Answer | None, proposed: Answer | None = None) -> ItemSeen:
        shown = self.sight.verdict or item.kind is ItemKind.LINE
        finding = self._finding(item)
        return ItemSeen(
            item=replace(
                item,
                program=item.program if shown else None,
                question=self.mask.statement(item.question),
                # It counts what the period makes due too.
                at=item.at if self.sight.wave else -1,
            ),
            authority=finding.authority if finding else None,
            phase=finding.phase if finding else None,
            day=self.mask.span(finding.decision_date) if finding else None,
            told=self._told(item) if self.sight.verdict else None,
            answer=answer,
            proposed=None if proposed is None else replace(proposed, text=self.mask.text(proposed.text)),
        )

    def evidence_seen(self, number: int) -> EvidenceSeen:
        cited = self.evidence[number]
        return EvidenceSeen(
            number=number,
            resource=self.mask.resource(cited.resource),
            version=None if self.mask.hides else cited.version,
            path=cited.path,
            value=self.mask.value(cited.value),
        )

    def _inclusion(self) -> Verdict:
        """Where the wave is hidden, by the criteria that no period decides."""
        told = self.view.abstract.inclusion
        if self.sight.wave:
            return told.verdict
        verdicts = {each.verdict for each in told.criteria if each.criterion not in OF_THE_PERIOD}
        if Verdict.NOT_MET in verdicts:
            return Verdict.EXCLUDED
        return Verdict.INCLUDED if verdicts <= {Verdict.MET} else Verdict.REVIEW

    def _numbers(self, evidence: Iterable[Evidence]) -> tuple[int, ...]:
        return tuple(sorted({self.numbers[each] for each in evidence if each in self.numbers}))

    def _finding(self, item: Item) -> Finding | None:
        return self.view.abstract.findings[item.at] if item.kind is ItemKind.FINDING else None

    def _told(self, item: Item) -> Told | None:
        match item.kind:
            case ItemKind.CRITERION:
                return self._of_criterion(self.view.abstract.inclusion.criteria[item.at])
            case ItemKind.FINDING:
                return self._of_finding(self.view.abstract.findings[item.at])
            case _:
                return None

    def _of_criterion(self, told: Criterion) -> Told:
        return Told(
            verdict=str(told.verdict),
            statement=self.mask.statement(told.statement),
            reason=told.reason,
            edition=None,
            also=None,
            citation=None,
            later=(),
            would_clear=(),
            advisory=False,
            in_period=None,
            severity=None,
            evidence=self._numbers(told.evidence),
        )

    def _of_finding(self, told: Finding) -> Told:
        return Told(
            verdict=str(told.verdict),
            statement=self.mask.statement(told.statement),
            reason=None,
            edition=told.edition,
            also=told.also,
            citation=told.citation,
            later=told.later,
            would_clear=tuple(map(self.mask.statement, told.would_clear)),
            advisory=told.advisory,
            in_period=told.in_period if self.sight.wave else None,
            severity=self._severity(told) if self.sight.wave else None,
            evidence=self._numbers(told.evidence),
        )

    def _severity(self, finding: Finding) -> Severity | None:
        """Of the flag that it raised: of the same rule, with the same statement."""
        raised = (
            flag.severity
            for flag in self.view.abstract.flags
            if flag.code == finding.rule and flag.statement == finding.statement
        )
        return next(raised, None)

    def _flag(self, flag: Flag) -> FlagSeen:
        return FlagSeen(
            flag.code, flag.severity, self.mask.statement(flag.statement), self._numbers(flag.evidence)
        )

    def _line(self, line: Line) -> LineSeen:
        ref = LineRef(line.setting, line.number)
        given = next((each for each in self.view.clinicians if each.line == ref), None)
        seen = given if self.sight.site else None
        shown = _spanned(line, self.mask)
        return LineSeen(
            line=replace(shown, phases=tuple(_spanned(each, self.mask) for each in line.phases), evidence=()),
            evidence=self._numbers(line.evidence),
            clinician=seen.clinician if seen else None,
            site=seen.site if seen else None,
        )

    def _completeness(self, row: Completeness) -> CompletenessSeen:
        empty = row.state is Seen.EMPTY and not self.sight.wave
        return CompletenessSeen(
            row.type,
            Seen.COMPLETE if empty else row.state,
            row.count if self.sight.wave else None,
            None if self.mask.hides else row.detail,
        )

    def _unseen(self, row: UnseenType) -> UnseenType:
        if not self.mask.hides:
            return row
        why = tuple(map(self.mask.text, row.why))
        return replace(row, asked="", why=why, since=None, count=None, total=None)


def _spanned(part: Spanned, mask: Mask) -> Spanned:
    """A line or a phase, without the days that only the abstraction period bounds."""
    return replace(part, start=mask.span(part.start), end=None if part.end is None else mask.span(part.end))


def blinded(
    view: ChartView,
    sight: Sight,
    *,
    code: str,
    names: Iterable[str] = (),
    people: Iterable[str] = (),
    of_the_period: Collection[str] = (),
) -> Blinded:
    """`names` and `people`: what the place and its people are called in this chart, to be hidden with it.
    `of_the_period`: the measures that the period makes due.
    """
    evidence = numbered(view.abstract, sight, of_the_period)
    mask = mask_of(
        site=not sight.site,
        wave=not sight.wave,
        zone=ZoneInfo(view.abstract.period.timezone),
        names=(view.cycle.clinic, *names),
        people=people,
        days=_bounds(view),
    )
    return Blinded(view, code, sight, mask, evidence, {each: at for at, each in enumerate(evidence)})


def _bounds(view: ChartView) -> tuple[date, ...]:
    """The days that bound what is asked, and those beside them: a window can end on the day after."""
    abstract = view.abstract
    known = (abstract.period.start, abstract.period.end, abstract.as_of)
    return tuple(day + timedelta(days=by) for day in known for by in (-1, 0, 1))
