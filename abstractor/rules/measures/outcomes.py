"""Outcomes that every measure shares: excluded by death, hospice, a short line, a line never given; open
where death or hospice has no day that tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from abstractor.abstract import Verdict
from abstractor.chart import Activity, Chart, Procedure, Standing, Visit
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext, Outcome
from abstractor.rules.measures.hospice_told import told_of_hospice
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.windows import Window
from abstractor.rules.therapy.course import TherapyLine

__all__ = [
    "care_ended",
    "excluded",
    "may_have_ended",
    "queried",
    "unless_ended",
    "unless_only_said",
    "without_exposure",
]

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED, Standing.ORDERED_ONLY)
_GIVEN = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL)
_AGAINST = (Verdict.NOT_MET, Verdict.PENDING)


def care_ended(chart: Chart, concepts: tuple[str, ...], day: date) -> Outcome | None:
    """Excluded where the patient died, or was in hospice care, before the window closed."""
    if chart.patient.death is not None and chart.patient.death.on_or_before(day) is Truth.YES:
        died = f"death on {chart.patient.death}, before the window closed"
        return Outcome(Verdict.EXCLUDED, died, "death", (), chart.patient.sources)
    for when, fact in _in_hospice(chart, concepts):
        if when is not None and when.on_or_before(day) is Truth.YES:
            return Outcome(Verdict.EXCLUDED, f"hospice care on {when}", "hospice", (), fact.sources)
    return None


def _in_hospice(
    chart: Chart, concepts: tuple[str, ...]
) -> Iterator[tuple[DateInterval | None, Visit | Procedure | Activity]]:
    wanted = set(concepts)
    facts: tuple[Visit | Procedure | Activity, ...] = (*chart.visits, *chart.procedures, *chart.activities)
    for fact in facts:
        if fact.standing in _RELIED_ON and not wanted.isdisjoint(fact.concepts):
            yield fact.starts if isinstance(fact, Visit) else fact.when, fact


def may_have_ended(context: MeasureContext, concepts: tuple[str, ...], day: date) -> Outcome | None:
    """Unknown where death, or hospice care, may have come by that day and nothing says when, or whether."""
    patient = context.chart.patient
    if patient.deceased and _may_lie_by(patient.death, day) and _last_alive(context) <= day:
        shows = f"death ({patient.death or 'no known day'}), which may have come before the window closed"
        return Outcome(Verdict.UNKNOWN, shows, "date-uncertain", (), patient.sources)
    for when, fact in _in_hospice(context.chart, concepts):
        if _may_lie_by(when, day):
            shows = f"hospice care ({when or 'no known day'}), which may have begun before the window closed"
            return Outcome(Verdict.UNKNOWN, shows, "date-uncertain", (), fact.sources)
    return told_of_hospice(context.chart, concepts, day)


def _may_lie_by(when: DateInterval | None, day: date) -> bool:
    return when is None or when.on_or_before(day) is Truth.UNKNOWN


def _last_alive(context: MeasureContext) -> date:
    """The last day of a dose or a visit."""
    given = (dose.when for dose in context.chart.administrations if dose.standing in _GIVEN)
    seen = (visit.starts or visit.ends for visit in context.visits())
    return max((when.earliest for when in (*given, *seen) if when is not None), default=date.min)


def unless_ended(
    context: MeasureContext, outcome: Outcome, hospice: tuple[str, ...], closes: date
) -> Outcome:
    """The outcome; unknown where it speaks against the care of a patient who may not have lived, or may have
    been in hospice care, when its window closed."""
    perhaps = None
    if outcome.verdict in _AGAINST:
        perhaps = may_have_ended(context, hospice, min(closes, context.as_of))
    if perhaps is None:
        return outcome
    shows, sources = f"{outcome.shows}; {perhaps.shows}", (*perhaps.sources, *outcome.sources)
    would_clear = (*outcome.would_clear, *perhaps.would_clear)
    return replace(perhaps, shows=shows, would_clear=would_clear, sources=sources)


def without_exposure(occasion: Occasion) -> Outcome | None:
    """Excluded where the line, or these drugs of it, were ordered and never given: nothing was there to be
    watched. A tablet that was dispensed was there, whatever became of the infusion beside it."""
    each = occasion.line
    if each is None:
        return None
    agents = occasion.agents or each.line.agents
    in_vain = set(agents) <= set(each.never_given)
    if not (in_vain or each.ordered_not_given) or any(e.given for e in each.exposures_of(agents)):
        return None
    what = "the line" if each.ordered_not_given else ", ".join(agents)
    shows = f"{what} was ordered and never given"
    return Outcome(Verdict.EXCLUDED, shows, "ordered-not-given", (), occasion.sources)


def excluded(
    context: MeasureContext,
    occasion: Occasion,
    window: Window,
    *,
    hospice: tuple[str, ...],
    least_days: int | None,
) -> Outcome | None:
    """What takes every measure's trigger out again (knowledge base, section 4): no exposure, death or hospice
    before the window closes, a line shorter than `least_days`, treatment elsewhere without a visit here. How
    long a line lasted whose drugs are only said to be taken is not known from the days that are told."""
    never_given = without_exposure(occasion)
    if never_given is not None:
        return never_given
    ended = care_ended(context.chart, hospice, min(window.closes, context.as_of))
    if ended is not None:
        return ended
    each = occasion.line
    if each is not None and least_days is not None and each.line.end is not None and not each.only_said:
        longest = (each.line.end.latest - each.line.start.earliest).days + 1
        if longest < least_days:
            shows = f"the line lasted {longest} day{'s' * (longest != 1)}, less than {least_days}"
            return Outcome(Verdict.EXCLUDED, shows, "short-line", (), occasion.sources)
    return _elsewhere(context, occasion, window)


def _elsewhere(context: MeasureContext, occasion: Occasion, window: Window) -> Outcome | None:
    """Drugs that are only told of (no dose, dispense or order of this site), and no visit here in the
    window."""
    if occasion.line is None and occasion.agents:
        return None  # a drug of no line: what there is of it is of this site
    told = _told_of(context, window) if occasion.line is None else (occasion.line,)
    if not told or not all(each.only_said for each in told) or not context.chart.seen_whole("Encounter"):
        return None
    if any(window.holds(visit.starts or visit.ends) is not Truth.NO for visit in context.visits()):
        return None
    shows = "the drug is only said to be taken, and there was no visit here in the window"
    sources = (source for each in told for dose in each.exposures[:1] for source in dose.sources)
    return Outcome(Verdict.EXCLUDED, shows, "treated-elsewhere", (), (*occasion.sources, *sources))


def _told_of(context: MeasureContext, window: Window) -> tuple[TherapyLine, ...]:
    """The lines that may have gone on in the window."""
    first, last = window.possible
    return tuple(
        each
        for each in context.therapy.lines
        if each.line.start.earliest <= last and context.last_day(each) >= first
    )


def unless_only_said(outcome: Outcome, occasion: Occasion) -> Outcome:
    """The outcome; unknown where it speaks against care round a drug that is only said to be taken: whoever
    gave it may have seen to that."""
    if outcome.verdict is not Verdict.NOT_MET or not occasion.only_said:
        return outcome
    shows = f"{outcome.shows}; the drug is only said to be taken, and may have been given elsewhere"
    return Outcome(Verdict.UNKNOWN, shows, "only-said", outcome.would_clear, outcome.sources)


def queried(chart: Chart, *types: str) -> str:
    """The record kinds that were searched, with how whole each was, for a verdict that rests on silence."""
    return ", ".join(f"{name} {chart.seen(name)}" for name in types)
