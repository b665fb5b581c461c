"""The flags that deriving lines raises: what a reader must know before believing them (contract, 2.3)."""

from collections.abc import Iterable, Iterator, Sequence

from abstractor.abstract import Flag, Severity, cite
from abstractor.chart import Patient, Source
from abstractor.dates import Truth
from abstractor.rules.therapy.course import Anchor, Exposure, TherapyLine, Unplaced
from abstractor.rules.therapy.draft import Draft
from abstractor.rules.therapy.drug_facts import DrugFact
from abstractor.rules.therapy.exposures import Conflict
from abstractor.rules.therapy.setting import Boundary

__all__ = [
    "after_death",
    "agent_attribution",
    "breaks",
    "conflicts_of",
    "doubtful_dates",
    "not_given",
    "replaced",
    "sorted_flags",
    "undated",
]


def sorted_flags(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    order = list(Severity)
    return tuple(sorted(set(flags), key=lambda f: (order.index(f.severity), f.code, f.statement)))


def breaks(draft: Draft, line: TherapyLine) -> Iterator[Flag]:
    for gap in draft.breaks:
        said = f"{_line(line)}: {gap.days} days without treatment, from {gap.after.ends} to {gap.until.when}"
        yield Flag(
            "treatment-break",
            Severity.DATA_QUALITY,
            f"{said}.",
            cite(*gap.after.sources, *gap.until.sources),
        )


def not_given(line: TherapyLine) -> Iterator[Flag]:
    if line.ordered_not_given:
        said = f"{_line(line)}: ordered on {line.decision}; no dose is on record"
        yield Flag("ordered-not-given", Severity.REVIEW, f"{said}.", line.line.evidence)


def replaced(never: Sequence[Exposure]) -> Iterator[Flag]:
    """One flag for each order that no dose answered and that other drugs replaced."""
    for reference in sorted({order.reference for order in never}):
        same = [order for order in never if order.reference == reference]
        agents = ", ".join(sorted({order.agent for order in same}))
        said = f"{agents}: ordered on {same[0].when}, no dose answers it and other drugs were given"
        sources = [s for order in same for s in order.sources]
        yield Flag("ordered-not-given", Severity.REVIEW, f"{said}: part of no line.", cite(*sources))


def conflicts_of(conflicts: Sequence[Conflict]) -> Iterator[Flag]:
    """One flag for each order that was cancelled and given all the same."""
    for reference in sorted({(each.order.agent, each.order.reference) for each in conflicts}):
        same = [each for each in conflicts if (each.order.agent, each.order.reference) == reference]
        said = f"{reference[0]}: the order is cancelled, doses were given from {same[0].dose.days}"
        sources = [s for each in same for s in (*each.order.sources, *each.dose.sources)]
        yield Flag("status-conflict", Severity.REVIEW, f"{said}.", cite(*sources))


def doubtful_dates(draft: Draft, line: TherapyLine, anchor: Anchor, boundary: Boundary) -> Iterator[Flag]:
    """A line whose start, decision or end is a range of days, or whose setting a partial date leaves open."""
    dates = [("start", line.line.start), ("decision", line.decision), ("end", line.line.end)]
    dates += [("intensification", step.decision) for step in line.intensified]
    uncertain = [(name, day) for name, day in dates if day is not None and not day.is_exact]
    sources: list[Source] = [s for e in draft.doubts for s in e.sources]
    said = [f"its {name} lies between {day.earliest} and {day.latest}" for name, day in uncertain]
    if uncertain:
        partial = [e for e in line.exposures if not e.when.is_exact]
        sources += [*line.decision_sources, *(s for e in partial for s in e.sources)]
    if boundary.palliative(line.line.start) is Truth.UNKNOWN:
        said.append("whether it started before the metastasis is uncertain")
        sources += [*anchor.sources, *line.exposures[0].sources]
    if draft.doubts:
        said.append("a partial date leaves open what belongs to it")
    if said:
        yield Flag("date-uncertain", Severity.REVIEW, f"{_line(line)}: {'; '.join(said)}.", cite(*sources))


def undated(unplaced: Sequence[Unplaced]) -> Iterator[Flag]:
    for each in unplaced:
        said = f"{each.agent}: {each.kind} without a date, in no derived line"
        yield Flag("date-uncertain", Severity.REVIEW, f"{said}.", cite(*each.sources))


def after_death(facts: Sequence[DrugFact], patient: Patient) -> Iterator[Flag]:
    if facts:
        first = min((fact.days for fact in facts), key=lambda day: day.earliest)
        said = f"treatment recorded from {first}, after the death on {patient.death}: not counted"
        sources = [s for fact in facts for s in fact.sources]
        yield Flag("event-after-death", Severity.DATA_QUALITY, f"{said}.", cite(*patient.sources, *sources))


def agent_attribution(facts: Sequence[DrugFact]) -> Iterator[Flag]:
    for agent in sorted({fact.agent for fact in facts}):
        said = f"{agent}: another cancer that it treats is active too, and no reason is given"
        sources = [s for fact in facts if fact.agent == agent for s in fact.sources]
        yield Flag("agent-attribution", Severity.REVIEW, f"{said}.", cite(*sources))


def _line(line: TherapyLine) -> str:
    return f"{line.line.setting.capitalize()} line {line.line.number}"
