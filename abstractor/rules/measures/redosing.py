"""Was a drug given again after an event: surely, surely not, or why that cannot be told."""

from dataclasses import dataclass

from abstractor.chart import Source, Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext

__all__ = ["Redosing", "redosed"]

_GIVEN = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL)


@dataclass(frozen=True, slots=True)
class Redosing:
    """`first` is the first dose after the event, or the first that may be one."""

    truth: Truth
    shows: str
    first: DateInterval | None = None
    reason: str | None = None
    sources: tuple[Source, ...] = ()


def redosed(
    context: MeasureContext,
    agents: tuple[str, ...],
    event: DateInterval,
    documented: DateInterval,
    *,
    first_type: str,
) -> Redosing:
    """A dose surely after the day on which the event was written down counts; one on that very day, between
    the event and its record, or of a doubtful day or status may. An order without a dose is told."""
    named = " or ".join(agents)
    records = [r for r in context.holdings.given(agents) if _may_follow(r.when, event)]
    doses = [r for r in records if r.standing in _GIVEN]
    sure = [r for r in doses if r.when is not None and documented.before(r.when) is Truth.YES]
    if sure:
        first = min(sure, key=lambda r: r.when.earliest if r.when else event.earliest)
        shows = f"{named} given again on {first.when} ({len(sure)} doses)"
        return Redosing(Truth.YES, shows, first.when, None, tuple(s for r in sure for s in r.sources))
    open_ones = [r for r in records if r.standing in (*_GIVEN, Standing.CONTEXT)]
    if open_ones:
        shows = (
            f"{named} given {open_ones[0].when or 'without a date'}, which may be after it was written down"
        )
        return Redosing(Truth.UNKNOWN, shows, open_ones[0].when, "date-uncertain", open_ones[0].sources)
    return _not_given(context, agents, event, first_type)


def _not_given(
    context: MeasureContext, agents: tuple[str, ...], event: DateInterval, first_type: str
) -> Redosing:
    """No dose is held: that says something only where the doses were seen whole."""
    named = " or ".join(agents)
    ordered = [
        order
        for order in context.holdings.ordered(agents)
        if order.standing in _GIVEN and _may_follow(order.when, event)
    ]
    if not context.chart.seen_whole(first_type):
        shows = f"no further dose of {named} seen, and {first_type} was not seen whole"
        shows = f"{shows} ({context.chart.seen(first_type)})"
        return Redosing(Truth.UNKNOWN, shows, None, "not-seen-whole", ())
    unread = [a for a in context.chart.administrations if a.nameless and _may_follow(a.when, event)]
    if unread:
        shows = "a later dose whose drug cannot be read"
        return Redosing(Truth.UNKNOWN, shows, unread[0].when, "drug-unread", unread[0].sources)
    told = f"; ordered on {ordered[0].when}" if ordered else ""
    sources = ordered[0].sources if ordered else ()
    return Redosing(Truth.NO, f"no further dose of {named}{told}", None, None, sources)


def _may_follow(when: DateInterval | None, event: DateInterval) -> bool:
    """On the day of the event or later, as far as can be told."""
    return when is None or when.latest >= event.earliest
