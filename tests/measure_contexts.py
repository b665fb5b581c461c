"""What a measure is decided on, in tests that build their chart fact by fact."""

from collections.abc import Sequence
from datetime import date

from abstractor.chart import Chart
from abstractor.dates import Period, Truth
from abstractor.rules.measures.context import AskedBy, MeasureContext
from abstractor.rules.measures.holding import Holdings
from abstractor.rules.therapy.course import Anchor, Therapy
from tests.asking import library

__all__ = ["context_of"]


def context_of(
    chart: Chart,
    asked: Sequence[AskedBy],
    *,
    therapy: Therapy | None = None,
    anchor: Anchor | None = None,
    as_of: str = "2022-12-31",
    measure: str = "A-MEASURE",
    advisory: bool = False,
    uncoded: frozenset[str] = frozenset(),
) -> MeasureContext:
    """The year 2022, the shipped agents and terms, and the editions that ask."""
    known = library()
    return MeasureContext(
        measure=measure,
        advisory=advisory,
        chart=chart,
        holdings=Holdings(chart, known.inclusion.tissue),
        therapy=therapy or Therapy((), ()),
        anchor=anchor or Anchor(Truth.NO, None, ()),
        asked={each.edition: each for each in asked},
        agents=known.agents,
        terms=known.terms,
        inclusion=known.inclusion,
        period=Period(date(2022, 1, 1), date(2022, 12, 31)),
        as_of=date.fromisoformat(as_of),
        grace_days=known.grace_days,
        grace_authorities=known.grace_authorities,
        uncoded=uncoded,
    )
