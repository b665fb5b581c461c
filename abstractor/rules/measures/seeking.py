"""What is due, in its window: the first alternative that is there, else the first doubt, else none."""

from abstractor.dates import Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.leaving_open import left_open
from abstractor.rules.measures.needs import Need
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.standing_orders import standing_order
from abstractor.rules.measures.windows import Window

__all__ = ["NOTED", "sought"]

NOTED = "no-dependable-code"


def sought(context: MeasureContext, need: Need, window: Window, *, first_type: str) -> Search:
    answers = [
        search(context, wanted, need.counts_in(window), first_type=first_type, least=need.least)
        for wanted in need.any_of
    ]
    surely = next((answer for answer in answers if answer.truth is Truth.YES), None)
    if surely is not None:
        return surely
    standing = standing_order(context, need, window) if need.standing_orders else None
    if standing is not None and standing.truth is Truth.YES:
        return standing
    doubt = next((answer for answer in answers if answer.truth is Truth.UNKNOWN), standing)
    if doubt is not None:
        return doubt
    if need.noted:
        shows = f"{need.name}: none by code; no code carries it dependably, a note may"
        return Search(Truth.UNKNOWN, shows, NOTED)
    return left_open(context, need, window) or Search(Truth.NO, f"{need.name}: none")
