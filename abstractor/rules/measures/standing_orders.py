"""Orders of a drug to be taken when needed, which count on every day on which they are valid."""

from datetime import date

from abstractor.chart import Order, Standing
from abstractor.dates import Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.needs import Need
from abstractor.rules.measures.searching import Search
from abstractor.rules.measures.windows import Window

__all__ = ["VALIDITY", "standing_order"]

VALIDITY = "validity-unknown"

_RELIED_ON = (Standing.COUNTS, Standing.ASSUMED)
_GOES_ON = "active"


def standing_order(context: MeasureContext, need: Need, window: Window) -> Search | None:
    """One that is surely valid in the window, else one that may be; null where there is none."""
    maybe: Search | None = None
    drugs = tuple(drug for each in need.any_of for drug in each.drugs)
    for order in context.holdings.ordered(drugs):
        if not order.prn or order.standing not in _RELIED_ON:
            continue
        named = ", ".join(drug for drug in order.agents if drug in drugs)
        said = f"{named} when needed, ordered on {order.when or 'no known day'}"
        match _valid_in(order, window):
            case Truth.YES:
                return Search(Truth.YES, f"{said}, {_until(order, context.as_of)}", None, order.sources)
            case Truth.UNKNOWN if maybe is None:
                shows = f"{said}, {_until(order, context.as_of)}: it may have been valid"
                maybe = Search(Truth.UNKNOWN, shows, VALIDITY, order.sources)
            case _:
                pass
    return maybe


def _valid_in(order: Order, window: Window) -> Truth:
    """Open where its end is not stated and it goes on by its status."""
    first, last = order.supply or (order.when, None)
    if first is None or first.earliest > window.possible[1]:
        return Truth.NO
    if last is None:
        return Truth.UNKNOWN if order.status == _GOES_ON else Truth.NO
    if last.latest < window.possible[0]:
        return Truth.NO
    return Truth.of(first.latest <= window.sure[1] and last.earliest >= window.sure[0]) | Truth.UNKNOWN


def _until(order: Order, as_of: date) -> str:
    last = order.supply[1] if order.supply is not None else None
    if last is None:
        return "its end not stated"
    return f"valid to {last}" if last.latest < as_of else f"still valid on {as_of}"
