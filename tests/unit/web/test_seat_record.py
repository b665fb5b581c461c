"""The record at a seat is drawn, though what bounds a day in doubt is hidden."""

from datetime import date

from abstractor.abstract import Line
from abstractor.dates import DateInterval
from abstractor.web.auditing.record import record_of
from abstractor.workflow.auditing.seat_facts import SeatFacts
from abstractor.workflow.auditing.shown import ChartSeen, LineSeen

FIRST, LAST = date(2022, 3, 2), date(2022, 9, 1)


def line(number: int, start: DateInterval, end: DateInterval | None) -> LineSeen:
    told = Line("palliative", number, ("trastuzumab",), None, True, start, end, "ongoing", "first", (), ())
    return LineSeen(told, (), None, None)


def test_a_line_that_begins_or_ends_on_a_hidden_day_is_drawn_between_those_that_are_known() -> None:
    seen = ChartSeen(
        code="K1",
        cohort="her2-mbc",
        definition="A",
        inclusion=None,
        flags=(),
        lines=(
            line(1, DateInterval(FIRST, date.max), DateInterval(LAST, date.max)),
            line(2, DateInterval(LAST, date.max), None),
        ),
        evidence=(),
        completeness=(),
        unseen=(),
        quarantined=(),
        clinic=None,
        timezone=None,
        period=None,
        as_of=None,
        cycle_id=None,
        abstracted_at=None,
        editions=(),
        patient=None,
        patient_id=None,
    )
    record = record_of(seen, {}, SeatFacts((), 0, True, frozenset(), "tag"), "/seats/1/records")
    drawn = repr(record.timeline)
    assert "9999" not in drawn and "2022" in drawn
    assert [each.line.start.latest for each in record.lines] == [date.max, date.max]
