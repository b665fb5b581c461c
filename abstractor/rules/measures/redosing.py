"""Was a drug given again after an event: surely, surely not, or why that cannot be told."""

from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.chart import Administration, Dispense, Source, Standing, Statement
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext

__all__ = ["Redosing", "redosed"]

_GIVEN = (Standing.COUNTS, Standing.ASSUMED, Standing.PARTIAL)
Given = Administration | Dispense


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
    event: DateInterval | None,
    documented: DateInterval | None,
    *,
    first_type: str,
) -> Redosing:
    """A dose surely after the day on which the event was written down counts; one on that very day, between
    the event and its record, or of a doubtful day or status may. An order without a dose is told."""
    named = " or ".join(agents)
    records = [r for r in context.holdings.given(agents) if _may_follow(r.when, event)]
    doses = [r for r in records if r.standing in _GIVEN]
    sure = [] if documented is None else [r for r in doses if _after(r, documented)]
    if sure:
        first = min((r.when for r in sure if r.when is not None), key=lambda day: day.earliest)
        count = "1 dose" if len(sure) == 1 else f"{len(sure)} doses"
        shows = f"{named} given again on {first} ({count})"
        return Redosing(Truth.YES, shows, first, None, tuple(s for r in sure for s in r.sources))
    open_ones = [r for r in records if r.standing in (*_GIVEN, Standing.CONTEXT)]
    if open_ones:
        first_open = open_ones[0]
        day = first_open.when
        shows = f"{named} given {'without a date' if day is None else f'on {day}'}"
        if first_open.standing is Standing.CONTEXT:
            shows = f"{shows}, of unknown status"
            return Redosing(Truth.UNKNOWN, shows, day, "status-unknown", first_open.sources)
        shows = f"{shows}, which may be after it was written down"
        return Redosing(Truth.UNKNOWN, shows, day, "date-uncertain", first_open.sources)
    return _not_given(context, agents, event, first_type)


def _after(record: Given, documented: DateInterval) -> bool:
    return record.when is not None and documented.before(record.when) is Truth.YES


def _not_given(
    context: MeasureContext, agents: tuple[str, ...], event: DateInterval | None, first_type: str
) -> Redosing:
    """No dose is held: that says something only where the doses were seen whole."""
    named = " or ".join(agents)
    said = next(_said(context, agents, event), None)
    if said is not None:
        shows = f"{named} said to be taken ({said.when or 'without a date'}), and no such dose is held"
        return Redosing(Truth.UNKNOWN, shows, said.when, "only-said", said.sources)
    if not context.chart.seen_whole(first_type):
        shows = f"no further dose of {named} seen, and {first_type} was not seen whole"
        shows = f"{shows} ({context.chart.seen(first_type)})"
        return Redosing(Truth.UNKNOWN, shows, None, "not-seen-whole", ())
    given: tuple[Given, ...] = (*context.chart.administrations, *context.chart.dispenses)
    unread = [a for a in given if (a.nameless or set(a.may_be) & set(agents)) and a.standing in _GIVEN]
    later = [a for a in unread if _may_follow(a.when, event)]
    if later:
        shows = "a later dose whose drug cannot be read"
        return Redosing(Truth.UNKNOWN, shows, later[0].when, "drug-unread", later[0].sources)
    ordered = [
        order
        for order in context.holdings.ordered(agents)
        if order.standing in _GIVEN and _surely_follows(order.when, event)
    ]
    told = f" (ordered on {ordered[0].when}, not given)" if ordered else ""
    sources = ordered[0].sources if ordered else ()
    return Redosing(Truth.NO, f"no further dose of {named}{told}", None, None, sources)


def _said(
    context: MeasureContext, agents: tuple[str, ...], event: DateInterval | None
) -> Iterator[Statement]:
    """It is said to have been taken after the event: from a day after it, or to one; without an end where no
    dose is held at all."""
    held = bool(context.holdings.given(agents))
    for each in context.chart.statements:
        if not set(each.agents) & set(agents) or each.standing not in _GIVEN:
            continue
        ended = each.ended
        goes_on = not held if ended is None else event is None or ended.latest > event.latest
        if goes_on or _surely_follows(each.when, event):
            yield each


def _may_follow(when: DateInterval | None, event: DateInterval | None) -> bool:
    """On the day of the event or later, as far as can be told."""
    return when is None or event is None or when.latest >= event.earliest


def _surely_follows(when: DateInterval | None, event: DateInterval | None) -> bool:
    return when is not None and event is not None and event.before(when) is Truth.YES
