"""The flags that deriving lines raises: what a reader must know before believing them (contract, 2.3)."""

from collections.abc import Iterable, Iterator, Sequence

from abstractor.abstract import Flag, Severity, cite
from abstractor.chart import Patient, Source
from abstractor.dates import Truth
from abstractor.rules.line_policy import LinePolicy
from abstractor.rules.therapy.course import STATEMENT, Anchor, Exposure, TherapyLine, Unplaced
from abstractor.rules.therapy.draft import Break, Draft
from abstractor.rules.therapy.drug_facts import DrugFact
from abstractor.rules.therapy.ending import Ending
from abstractor.rules.therapy.exposures import Conflict
from abstractor.rules.therapy.progression import Progression
from abstractor.rules.therapy.setting import Boundary

__all__ = [
    "after_death",
    "agent_attribution",
    "breaks",
    "conflicts_of",
    "doubtful_dates",
    "not_given",
    "only_said",
    "replaced",
    "sorted_flags",
    "unexplained",
    "unplaced",
]


def sorted_flags(flags: Iterable[Flag]) -> tuple[Flag, ...]:
    order = list(Severity)
    return tuple(sorted(set(flags), key=lambda f: (order.index(f.severity), f.code, f.statement)))


def breaks(draft: Draft, line: TherapyLine, policy: LinePolicy) -> Iterator[Flag]:
    """Long times without treatment, and what another gap of the sensitivity analysis makes of them."""
    for gap in draft.breaks:
        shorter = [days for days in policy.sensitivity_gap_days if days < gap.days]
        yield _break(gap, f"{_line(line)}: {_rest(gap)}", shorter, "another line starts there")
    longer = [days for days in policy.sensitivity_gap_days if draft.rested and days >= draft.rested.days]
    if draft.rested is not None and longer and line.line.number > 1:
        said = f"{_line(line)} starts after {_rest(draft.rested)}"
        yield _break(draft.rested, said, longer, "it goes on with the line before")


def _rest(gap: Break) -> str:
    return f"{gap.days} days without treatment, from {gap.after.ends} to {gap.until.when}"


def _break(gap: Break, said: str, gaps: Sequence[int], consequence: str) -> Flag:
    if gaps:
        said += f"; by a gap of {' or '.join(map(str, gaps))} days {consequence}"
    sources = (*gap.after.sources, *gap.until.sources)
    return Flag("treatment-break", Severity.DATA_QUALITY, f"{said}.", cite(*sources))


def not_given(line: TherapyLine) -> Iterator[Flag]:
    """The line, or an infusion of one whose other drugs were taken."""
    if line.ordered_not_given:
        said = f"{_line(line)}: ordered on {line.decision}; no dose is on record"
        yield Flag("ordered-not-given", Severity.REVIEW, f"{said}.", line.line.evidence)
        return
    for agent in line.never_given:
        orders = [e for e in line.exposures_of((agent,)) if e.ordered]
        said = f"{_line(line)}: {agent} ordered on {orders[0].when}; no dose of it is on record"
        sources = (source for order in orders for source in order.sources)
        yield Flag("ordered-not-given", Severity.REVIEW, f"{said}.", cite(*sources))


def only_said(line: TherapyLine) -> Iterator[Flag]:
    """A line, or an agent of one, that nothing but statements tells of (section 3.3)."""
    firm = {e.agent for e in line.exposures if e.kind != STATEMENT}
    agents = [name for name in line.line.agents if name not in firm]
    if agents:
        what = "the line stands" if not firm else f"{', '.join(agents)} stands"
        sources = [s for e in line.exposures if e.agent in agents for s in e.sources]
        said = f"{_line(line)}: {what} on a medication statement alone"
        yield Flag("component-from-statement", Severity.REVIEW, f"{said}.", cite(*sources))


def unexplained(draft: Draft, line: TherapyLine) -> Iterator[Flag]:
    """Local therapy that may have been for progression or for pain, where a line hangs on it."""
    hanging = [doubt for doubt in draft.doubts if not doubt.of_dates]
    for when, signs in dict.fromkeys((doubt.exposure.when, doubt.signs) for doubt in hanging):
        together = [d.exposure for d in hanging if (d.exposure.when, d.signs) == (when, signs)]
        agents = ", ".join(dict.fromkeys(exposure.agent for exposure in together))
        said = f"{_line(line)}: {_named(signs)}, without a reason on record; if it was for progression,"
        sources = [s for exposure in together for s in exposure.sources]
        sources += [s for sign in signs for s in sign.sources]
        yield Flag(
            "partial-record",
            Severity.DATA_QUALITY,
            f"{said} another line starts with {agents} on {when}.",
            cite(*sources),
        )


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


def doubtful_dates(
    draft: Draft, line: TherapyLine, ending: Ending, *, anchor: Anchor, boundary: Boundary
) -> Iterator[Flag]:
    """A line whose start, decision or end is a range of days, or whose setting, extent or end a partial or
    missing date leaves open."""
    dates = [("start", line.line.start), ("decision", line.decision), ("end", line.line.end)]
    dates += [("intensification", step.decision) for step in line.intensified]
    uncertain = [(name, day) for name, day in dates if day is not None and not day.is_exact]
    open_to = [doubt for doubt in draft.doubts if doubt.of_dates]
    sources: list[Source] = [s for doubt in open_to for s in doubt.exposure.sources]
    sources += [s for doubt in open_to for sign in doubt.signs for s in sign.sources]
    said = [f"its {name} lies between {day.earliest} and {day.latest}" for name, day in uncertain]
    if uncertain:
        partial = [e for e in line.exposures if not e.when.is_exact]
        sources += [*line.decision_sources, *(s for e in partial for s in e.sources)]
    if boundary.palliative(line.line.start) is Truth.UNKNOWN:
        said.append("whether it started before the metastasis is uncertain")
        sources += [*anchor.sources, *line.exposures[0].sources]
    if any(not (doubt.signs or doubt.beside) for doubt in open_to):
        said.append("a partial date leaves open what belongs to it")
    for running, added in dict.fromkeys((d.beside, d.exposure) for d in open_to if d.beside):
        open_order = f"the order of {', '.join(running)} has no end"
        said.append(f"{open_order}, so that {added.agent} on {added.when} may be added to it or follow it")
    if any(doubt.signs for doubt in open_to):
        said.append("the date of a progression leaves open whether another line starts in it")
    if ending.perhaps:
        said.append(f"{_named(ending.perhaps)} may have ended it")
        sources += [s for sign in ending.perhaps for s in sign.sources]
    if ending.undated_death:
        said.append("the death that ended it has no date")
        sources += ending.sources
    if said:
        yield Flag("date-uncertain", Severity.REVIEW, f"{_line(line)}: {'; '.join(said)}.", cite(*sources))


def unplaced(drugs: Sequence[Unplaced]) -> Iterator[Flag]:
    """Drugs on record that are in no derived line: for want of a date, or against what was given then."""
    for each in drugs:
        if each.when is None:
            code, said = "date-uncertain", f"{each.agent}: {each.kind} without a date, in no derived line"
        else:
            code = "component-from-statement"
            said = (
                f"{each.agent}: said to be taken on {each.when}, while other treatment was given: in no line"
            )
        yield Flag(code, Severity.REVIEW, f"{said}.", cite(*each.sources))


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


def _named(signs: Sequence[Progression]) -> str:
    return ", ".join(dict.fromkeys(map(str, signs)))


def _line(line: TherapyLine) -> str:
    return f"{line.line.setting.capitalize()} line {line.line.number}"
