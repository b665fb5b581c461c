"""A stored source as values: the resource as it came, the elements that are cited marked, whence and when."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from abstractor.abstract import Evidence
from abstractor.web.marking import MarkedSource, mark
from abstractor.workflow import ChartView, SourceView

__all__ = ["SourcePage", "source_page"]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """`back` is the chart's address; `received_at` is when the bytes first came, `pulled_at` the pull's."""

    label: str
    back: str
    cycle_id: int
    resource: str
    version: str | None
    elements: tuple[Evidence, ...]
    marked: MarkedSource
    sha256: str
    clinic: str
    origin: str
    received_at: datetime
    pulled_at: datetime


def source_page(view: ChartView, source: SourceView, elements: Sequence[Evidence]) -> SourcePage:
    return SourcePage(
        label=view.label,
        back=f"/cycles/{view.cycle.id}/charts/{view.patient_id}",
        cycle_id=view.cycle.id,
        resource=source.resource,
        version=source.version,
        elements=tuple(elements),
        marked=mark(source.body, *(each.path for each in elements)),
        sha256=hashlib.sha256(source.body).hexdigest(),
        clinic=view.cycle.clinic,
        origin=source.origin,
        received_at=source.received_at,
        pulled_at=source.pulled_at,
    )
