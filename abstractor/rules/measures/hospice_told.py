"""Hospice care that a plan, or the words of an order, only speak of: no care received, and no silence."""

from datetime import date, timedelta

from abstractor.abstract import Verdict
from abstractor.chart import Chart, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import Outcome

__all__ = ["told_of_hospice"]

_STANDS = (Standing.COUNTS, Standing.ASSUMED, Standing.ORDERED_ONLY, Standing.CONTEXT)
_PLANNING = ("CarePlan", "ServiceRequest")
# Who is referred to hospice is not expected to live longer: older words say nothing of this window.
_PROGNOSIS = timedelta(weeks=26)


def told_of_hospice(chart: Chart, concepts: tuple[str, ...], day: date) -> Outcome | None:
    """Unknown where one of them speaks of it in the half year to that day, or on no day that is known."""
    wanted = set(concepts)
    for fact in chart.activities:
        if fact.kind not in _PLANNING or fact.standing not in _STANDS:
            continue
        may_be = () if fact.left_open is None else fact.left_open.may_be
        planned = fact.concepts if fact.standing is Standing.CONTEXT else ()
        if wanted.isdisjoint((*may_be, *planned)) or not _is_recent(fact.when, day):
            continue
        told = f'"{fact.text}" ({fact.when or "without a date"})'
        shows = f"{told} speaks of hospice care, and does not say that it began"
        cleared_by = (f'hospice care begun by then ("{fact.text}", {fact.when or "without a date"})',)
        return Outcome(Verdict.UNKNOWN, shows, "words-unclear", cleared_by, fact.sources)
    return None


def _is_recent(when: DateInterval | None, day: date) -> bool:
    if when is None:
        return True
    return when.on_or_before(day) is not Truth.NO and when.latest >= day - _PROGNOSIS
