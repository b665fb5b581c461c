"""From what a pull brought to an abstract: stored bytes, records, chart, decision. Nothing is fetched or
kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from abstractor.abstract import Abstract, ReportingPeriod
from abstractor.chart import Chart
from abstractor.dates import Period
from abstractor.fhir.answers import Answer
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.rules.attribution import clinicians_of
from abstractor.rules.decide import abstract_and_lines
from abstractor.rules.inclusion import HER2_MBC
from abstractor.rules.library import Library
from abstractor.store.values import LineClinician, PulledChart, Quarantine, Repaired

__all__ = ["Decide", "Question", "ReadChart", "decide", "question_over", "read_chart"]


@dataclass(frozen=True, slots=True)
class Question:
    """What a cycle asks of every chart; `program` is the version that asks."""

    period: Period
    as_of: date
    timezone: str
    definition: str
    gap_days: int
    program: str
    cohort: str = HER2_MBC


def question_over(
    period: ReportingPeriod,
    *,
    as_of: date,
    definition: str,
    gap_days: int,
    program: str,
    cohort: str = HER2_MBC,
) -> Question:
    """The question about that abstraction period, in its own zone."""
    days = Period(period.start, period.end)
    return Question(days, as_of, period.timezone, definition, gap_days, program, cohort)


ReadChart = Callable[[PulledChart, str, Reading], tuple[Chart, tuple[Quarantine, ...], tuple[Repaired, ...]]]
Decide = Callable[[Chart, Library, Question], tuple[Abstract, tuple[LineClinician, ...]]]


def read_chart(
    pulled: PulledChart, patient: str, reading: Reading
) -> tuple[Chart, tuple[Quarantine, ...], tuple[Repaired, ...]]:
    """The chart as one pull brought it, what of it could not be read, and what took a repair."""
    records = RecordSet(reading)
    for copy in pulled.copies:
        records.add(Received(body=copy.body, origin=copy.origin))
    records.answers(patient, [Answer(row.type, row.state, row.count, row.detail) for row in pulled.answers])
    quarantined = tuple(
        Quarantine(type=one.type, origin=one.origin, path=one.path, reason=str(one.reason))
        for one in records.quarantined()
    )
    repaired = tuple(
        Repaired(kind, str(repair), number)
        for kind, found in records.repaired().items()
        for repair, number in found.by_repair.items()
    )
    return records.chart(patient), quarantined, repaired


def decide(chart: Chart, library: Library, question: Question) -> tuple[Abstract, tuple[LineClinician, ...]]:
    """The abstract, and beside it who gave each line."""
    policy = library.line_policy.with_gap(question.gap_days)
    period = ReportingPeriod(question.period.start, question.period.end, question.timezone)
    abstract, therapy = abstract_and_lines(
        chart,
        library,
        policy,
        period,
        question.as_of,
        definition=question.definition,
        program=question.program,
        cohort=question.cohort,
    )
    clinicians = tuple(
        LineClinician(line=one.line, clinician=one.clinician, site=one.site, via=one.via)
        for one in clinicians_of(chart.as_of(question.as_of), therapy.lines)
    )
    return abstract, clinicians
