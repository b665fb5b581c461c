"""Was a wanted fact there in a window: yes, no, or why that cannot be told."""

from dataclasses import dataclass

from abstractor.chart import Activity, Chart, Source, Standing, Statement, Unlisted
from abstractor.chart.lean import lean
from abstractor.dates import Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.holding import Drug, Held, Wanted
from abstractor.rules.measures.windows import Window

__all__ = ["WORDS", "Search", "doubt_in", "not_whole", "search"]

_NOT_TAKEN = (Standing.AGAINST, Standing.WITHDRAWN)
WORDS = "words-unclear"


@lean
@dataclass(frozen=True, slots=True)
class Search:
    """`reason` is a code where the answer is unknown; `found` the fact where it is yes."""

    truth: Truth
    shows: str
    reason: str | None = None
    sources: tuple[Source, ...] = ()
    found: Held | None = None


def search(
    context: MeasureContext, wanted: Wanted, window: Window, *, first_type: str, least: int = 1
) -> Search:
    """Yes where `least` facts surely lie in the window. No only by the silence of records that were seen
    whole (`first_type` stands first in the measure's evidence column) and that can all be read."""
    held = context.holdings.of(wanted)
    inside = [each for each in held if each.doubt is None and window.holds(each.when) is Truth.YES]
    if len(inside) >= least:
        sources = tuple(source for each in inside[:least] for source in each.sources)
        return Search(Truth.YES, inside[0].said, None, sources, inside[0])
    doubt = doubt_in(context, wanted, window, first_type=first_type)
    return doubt or Search(Truth.NO, f"{wanted.name}: none")


def doubt_in(context: MeasureContext, wanted: Wanted, window: Window, *, first_type: str) -> Search | None:
    """Why the silence of a window says nothing, beside what surely lies in it."""
    held = context.holdings.of(wanted)
    return (
        _open(held, window)
        or _maybe(context, wanted, window)
        or _unread(context, wanted, window)
        or _not_loaded(context, wanted)
        or not_whole(context.chart, first_type)
    )


def _not_loaded(context: MeasureContext, wanted: Wanted) -> Search | None:
    """Nothing that is loaded could show it in any chart, so its silence is no omission."""
    if wanted.drugs or not wanted.concepts() or not context.uncoded.issuperset(wanted.concepts()):
        return None
    shows = f"nothing could show {wanted.name}: no code is loaded for it"
    return Search(Truth.UNKNOWN, shows, "codes-not-loaded")


def _open(held: tuple[Held, ...], window: Window) -> Search | None:
    for each in held:
        if each.doubt is None and window.holds(each.when) is Truth.UNKNOWN:
            shows = f"{each.said}, which may lie in the window"
            return Search(Truth.UNKNOWN, shows, "date-uncertain", each.sources, each)
    for each in held:
        if each.doubt is not None and window.holds(each.when) is not Truth.NO:
            return Search(Truth.UNKNOWN, each.said, each.doubt, each.sources, each)
    return None


def _maybe(context: MeasureContext, wanted: Wanted, window: Window) -> Search | None:
    """A record in the window whose name may mean it, though no table has its code; or a part of it, of which
    the others may have been measured and not sent."""
    for record in context.holdings.maybe(wanted):
        if window.holds(record.when) is Truth.NO:
            continue
        if isinstance(record, Unlisted):
            named = f'"{record.text}"' if record.text else "without a name"
            shows = f"{record.kind} {named} in the window may be {wanted.name}"
            if record.worded:
                return Search(Truth.UNKNOWN, f"{shows}: its words leave it open", WORDS, record.sources)
            shows = f"{shows}: no table has its code"
            return Search(Truth.UNKNOWN, shows, "codes-not-loaded", record.sources)
        if record.panel:
            shows = f"a panel with {wanted.name} on {record.when or 'no known day'}, its results not sent"
            return Search(Truth.UNKNOWN, shows, "part-of-it", record.sources)
        shows = f"a part of the {wanted.name} in the window: the others may not have been sent"
        return Search(Truth.UNKNOWN, shows, "part-of-it", record.sources)
    return None


def _unread(context: MeasureContext, wanted: Wanted, window: Window) -> Search | None:
    """Something in the window that cannot be read, and may be it."""
    if wanted.studies:
        for procedure in context.unread_studies():
            if window.holds(procedure.when) is not Truth.NO:
                shows = f"a {procedure.kind} in the window whose code cannot be read: no table has its system"
                return Search(Truth.UNKNOWN, shows, "codes-not-loaded", procedure.sources)
    if wanted.activities:
        for activity in context.holdings.unread_activities:
            if _may_be(activity, wanted) and window.holds(activity.when) is not Truth.NO:
                shows = f"a {activity.kind} in the window whose code cannot be read: no table has its system"
                return Search(Truth.UNKNOWN, shows, "codes-not-loaded", activity.sources)
    return _drug_unread(context.chart, wanted, window) if wanted.drugs else None


def _drug_unread(chart: Chart, wanted: Wanted, window: Window) -> Search | None:
    """A drug that may have been taken in the window, whose name was not read, or not to its end."""
    records: tuple[Drug, ...] = (*chart.administrations, *chart.orders, *chart.dispenses, *chart.statements)
    names = {*wanted.drugs, *wanted.possible_drugs}
    for record in records:
        nameless = not isinstance(record, Statement) and record.nameless
        if not nameless and names.isdisjoint(record.may_be):
            continue
        if record.standing not in _NOT_TAKEN and window.holds(record.when) is not Truth.NO:
            quoted = f': "{record.unmapped}"' if record.may_be and record.unmapped else ""
            shows = f"a drug in the window whose name cannot be read{quoted}"
            return Search(Truth.UNKNOWN, shows, "drug-unread", record.sources)
    return None


def _may_be(activity: Activity, wanted: Wanted) -> bool:
    return not wanted.kinds or activity.kind in wanted.kinds


def not_whole(chart: Chart, first_type: str) -> Search | None:
    if chart.seen_whole(first_type):
        return None
    shows = f"none seen, and {first_type} was not seen whole ({chart.seen(first_type)})"
    return Search(Truth.UNKNOWN, shows, "not-seen-whole")
