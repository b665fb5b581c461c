"""The criterion `visit-in-period`: a qualifying Encounter on any day of the abstraction period (section
6.3)."""

from abstractor.abstract import Criterion, Verdict, cite
from abstractor.chart import Chart, Standing, Visit
from abstractor.dates import DateInterval, Period, Truth
from abstractor.rules.inclusion_policy import InclusionPolicy
from abstractor.rules.truth import Decided, any_of

__all__ = ["after_death", "visit_in_period"]


def visit_in_period(chart: Chart, policy: InclusionPolicy, period: Period) -> Criterion:
    """Met by one; not met by silence only where Encounter was seen whole."""
    judged = (_decide(visit, chart, policy, period) for visit in chart.visits)
    decided = any_of(each for each in judged if each is not None)
    if decided.truth is Truth.YES:
        return Criterion(
            "visit-in-period", Verdict.MET, None, decided.shows.split("; ")[0], cite(*decided.sources)
        )
    if decided.truth is Truth.UNKNOWN:
        return Criterion(
            "visit-in-period", Verdict.UNKNOWN, decided.reason, decided.shows, cite(*decided.sources)
        )
    if not chart.seen_whole("Encounter"):
        said = f"no visit seen in the period, and Encounter was not seen whole ({chart.seen('Encounter')})"
        return Criterion("visit-in-period", Verdict.UNKNOWN, "encounters-not-seen-whole", said, ())
    said = (
        f"no qualifying visit from {period.start} to {period.end}; {len(chart.visits)} encounters on record"
    )
    return Criterion("visit-in-period", Verdict.NOT_MET, "no-visit-in-period", said, ())


def after_death(visit: Visit, chart: Chart) -> Truth:
    """An encounter after the day of death is a defect of the record, never a visit. Where only its end is
    known, that is its day."""
    day = visit.starts or visit.ends
    if chart.patient.death is None or day is None:
        return Truth.NO
    return chart.patient.death.before(day)


def _decide(visit: Visit, chart: Chart, policy: InclusionPolicy, period: Period) -> Decided | None:
    """None where it surely is no visit in the period."""
    if visit.standing not in (Standing.COUNTS, Standing.ASSUMED, Standing.CONTEXT):
        return None
    counts = not visit.concepts or set(policy.no_visit_concepts).isdisjoint(visit.concepts)
    if not counts or after_death(visit, chart) is Truth.YES:
        return None
    starts = visit.starts or visit.ends
    if starts is None:
        return Decided(Truth.UNKNOWN, "a visit without a date", "date-uncertain", visit.sources)
    touches = period.shares_a_day_with(starts, _last_day(visit, starts))
    if touches is Truth.NO:
        return None
    said = f"visit on {starts}"
    if touches is Truth.UNKNOWN:
        return Decided(Truth.UNKNOWN, f"{said}, which may lie in the period", "date-uncertain", visit.sources)
    if visit.standing is Standing.CONTEXT:
        return Decided(Truth.UNKNOWN, f"{said}, of unknown status", "status-unknown", visit.sources)
    if visit.class_code not in policy.visit_classes:
        return Decided(
            Truth.UNKNOWN, f"{said}, of a class that is not known as a visit", "visit-class", visit.sources
        )
    return Decided(Truth.YES, said, None, visit.sources)


def _last_day(visit: Visit, starts: DateInterval) -> DateInterval | None:
    """An encounter without an end lasts its first day, unless it is still going on."""
    if visit.ends is not None:
        return visit.ends
    return None if visit.status in ("in-progress", "onleave", "arrived", "triaged") else starts
