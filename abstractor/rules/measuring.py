"""Every measure of the library on one chart (knowledge base, sections 4 and 5)."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from abstractor.abstract import Criterion, Verdict
from abstractor.chart import Chart
from abstractor.dates import Period, Truth
from abstractor.rules.found import Found
from abstractor.rules.itself import Itself
from abstractor.rules.library import Confidence, Edition, Library
from abstractor.rules.measures.context import AskedBy, MeasureContext
from abstractor.rules.measures.holding import Holdings
from abstractor.rules.therapy.course import Anchor, Therapy

__all__ = ["measured"]

_STANDS = {Verdict.MET: Truth.YES, Verdict.NOT_MET: Truth.NO}


def measured(
    chart: Chart,
    therapy: Therapy,
    anchor: Anchor,
    library: Library,
    *,
    disease: Criterion,
    period: Period,
    as_of: date,
) -> Iterator[Found]:
    """Those for everyone; the others for patients whose HER2-positive metastatic disease stands or may."""
    asked = _asked(Itself(library))
    holdings = Holdings(chart, library.inclusion.tissue)
    her2_positive = _STANDS.get(disease.verdict, Truth.UNKNOWN)
    for measure in library.measures:
        if disease.verdict is Verdict.NOT_MET and not measure.for_everyone:
            continue
        context = MeasureContext(
            measure=measure.id,
            advisory=measure.advisory,
            chart=chart,
            holdings=holdings,
            therapy=therapy,
            anchor=anchor,
            asked=asked,
            agents=library.agents,
            terms=library.terms,
            inclusion=library.inclusion,
            period=period,
            as_of=as_of,
            grace_days=library.grace_days,
            grace_authorities=library.grace_authorities,
            uncoded=library.uncoded,
            her2_positive=her2_positive,
        )
        yield from measure.rule.findings(context)


@lru_cache
def _asked(library: Itself[Library]) -> Mapping[str, AskedBy]:
    return MappingProxyType({edition.id: _asked_by(edition) for edition in library.held.editions})


def _asked_by(edition: Edition) -> AskedBy:
    return AskedBy(
        edition.id,
        edition.authority,
        edition.title,
        edition.citation,
        edition.agents,
        edition.valid_from,
        edition.valid_to,
        edition.next_review,
        advisory=edition.confidence is Confidence.LOW,
    )
