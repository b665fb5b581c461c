"""The records of a drug that say why it was stopped, near the day of the stop, and their words."""

from collections.abc import Iterator

from abstractor.chart import Administration, Order, Standing, Statement
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.drug_course import DrugCourse
from abstractor.rules.measures.windows import Window

__all__ = ["StopRecord", "quoted", "stopping"]

StopRecord = Order | Administration | Statement
_LONGEST_QUOTE = 30  # words


def quoted(record: StopRecord) -> str:
    """The words of the reason, its beginning where they are many."""
    words = (record.stop_words or "").split()
    more = " ..." if len(words) > _LONGEST_QUOTE else ""
    return f'"{" ".join(words[:_LONGEST_QUOTE])}{more}"'


def stopping(context: MeasureContext, course: DrugCourse, window: Window) -> Iterator[StopRecord]:
    """Records of the drug with a reason, understood or not, near the stop by their end, else by their day;
    and the last order, where it states no end. An order cancelled before it was needed says why, too."""
    orders = context.holdings.ordered((course.agent,))
    latest = max((o.when.earliest for o in orders if o.when is not None), default=None)
    for record in context.holdings.drugs.get(course.agent, ()):
        if not isinstance(record, Order | Administration | Statement):
            continue
        if not record.stop_reasons and not record.stop_words:
            continue
        if record.standing is Standing.WITHDRAWN and record.status != "cancelled":
            continue
        end = _end_of(record)
        final = isinstance(record, Order) and record.when is not None and record.when.earliest == latest
        near = window.holds(end or record.when) is Truth.YES if end or record.when else False
        if near or (end is None and final and record.when and record.when.earliest <= course.last):
            yield record


def _end_of(record: StopRecord) -> DateInterval | None:
    if isinstance(record, Order):
        return record.supply[1] if record.supply is not None else None
    return record.ended if isinstance(record, Statement) else None
