"""Records by which silence says nothing: a report that may say it in its words, a study in its place."""

from abstractor.dates import Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.needs import Need
from abstractor.rules.measures.searching import Search
from abstractor.rules.measures.windows import Window

__all__ = ["left_open"]


def left_open(context: MeasureContext, need: Need, window: Window) -> Search | None:
    """The first such record that may lie in the window."""
    for each in need.left_open:
        for held in context.holdings.of(each.by):
            if window.holds(held.when) is not Truth.NO:
                shows = f"{need.name}: none by code; {held.said}: {each.because}"
                return Search(Truth.UNKNOWN, shows, each.reason, held.sources, held)
        for record in context.holdings.maybe(each.by):
            if window.holds(record.when) is not Truth.NO:
                shows = f'{need.name}: none by code; "{record.text}" may be {each.by.name}: {each.because}'
                return Search(Truth.UNKNOWN, shows, each.reason, record.sources)
    return None
