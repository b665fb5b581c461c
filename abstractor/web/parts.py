"""What routes take from a request: the services, who is asking, and the chart that they ask for."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Query, Request

from abstractor.abstract import Evidence
from abstractor.web.evidence import number_evidence
from abstractor.workflow import Account, ChartView, Services, SourceView, chart_view, stored_source
from abstractor.workflow.chart_facts import ChartFacts, FactSource, chart_facts

__all__ = [
    "Number",
    "Opened",
    "OpenedChart",
    "OpenedFact",
    "OpenedSource",
    "Reader",
    "account_of",
    "fact_source",
    "opened_chart",
    "opened_fact",
    "opened_source",
    "services_of",
]

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def account_of(request: Request) -> Account:
    """The guard let nobody in without one; a route that is open must not ask."""
    account = getattr(request.state, "account", None)
    if not isinstance(account, Account):
        raise HTTPException(401, "Sign in first.")
    return account


Reader = Annotated[Account, Depends(account_of)]


def opened_chart(request: Request, cycle_id: Number, patient_id: Number, reader: Reader) -> ChartView:
    """The chart in that cycle, its opening written in the audit trail; 404 where there is none."""
    services = services_of(request)
    view = chart_view(services, patient_id, reader=reader, now=services.clock(), cycle_id=cycle_id)
    if view is None:
        raise HTTPException(404)
    return view


OpenedChart = Annotated[ChartView, Depends(opened_chart)]


@dataclass(frozen=True, slots=True)
class Opened:
    """One piece of evidence of a chart, and the stored resource that it was read from."""

    view: ChartView
    evidence: Evidence
    source: SourceView


def opened_source(
    request: Request,
    view: OpenedChart,
    reader: Reader,
    number: Annotated[int, Path(ge=0, le=1_000_000)],
    abstract: Annotated[str, Query(max_length=64)],
) -> Opened:
    """404: no such evidence, or its source is not kept; 409: the chart was abstracted again since."""
    numbered = number_evidence(view.abstract)
    if abstract != numbered.tag:
        raise HTTPException(
            409, "This chart was abstracted again since the link was made. Open the chart anew."
        )
    evidence = numbered.get(number)
    if evidence is None:
        raise HTTPException(404)
    return Opened(view, evidence, _stored(request, view, reader, evidence))


OpenedSource = Annotated[Opened, Depends(opened_source)]


@dataclass(frozen=True, slots=True)
class OpenedFacts:
    """A stored resource of a chart, and which of its elements facts were read from."""

    view: ChartView
    read: FactSource
    source: SourceView


def opened_fact(
    request: Request,
    view: OpenedChart,
    reader: Reader,
    number: Annotated[int, Path(ge=0, le=1_000_000)],
    chart: Annotated[str, Query(max_length=64)],
) -> OpenedFacts:
    """404: no such source, or it is not kept; 409: the chart reads otherwise than when the link was made."""
    read = fact_source(chart_facts(services_of(request), view), number, tag=chart)
    return OpenedFacts(view, read, _stored(request, view, reader, read))


OpenedFact = Annotated[OpenedFacts, Depends(opened_fact)]


def fact_source(facts: ChartFacts, number: int, *, tag: str) -> FactSource:
    if not facts.there:
        raise HTTPException(404, "The stored resources of this chart are not kept any more, or are damaged.")
    if tag != facts.tag:
        raise HTTPException(
            409, "This chart was pulled or read again since the link was made. Open the chart anew."
        )
    read = facts.source(number)
    if read is None:
        raise HTTPException(404)
    return read


def _stored(request: Request, view: ChartView, reader: Account, of: Evidence | FactSource) -> SourceView:
    services = services_of(request)
    source = stored_source(
        services,
        view.patient_id,
        of.resource,
        of.version,
        reader=reader,
        now=services.clock(),
        cycle_id=view.cycle.id,
    )
    if source is None:
        raise HTTPException(404, "The source of this element is not kept under that version.")
    return source
