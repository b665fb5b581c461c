"""What the pages and the HTTP interface read. Reading a page of the queue and opening a chart or a source
write the audit trail in the same breath.
"""

from datetime import datetime

from abstractor.abstract import Severity
from abstractor.store import trail, views
from abstractor.store.values import Account, Action, ChartView, QueuePage, SourceView
from abstractor.workflow.services import Services

__all__ = ["audit_queue", "chart_view", "queue_view", "stored_source"]


def audit_queue(
    services: Services, cycle_id: int, page: int = 1, *, severity: Severity | None = None, size: int = 50
) -> QueuePage | None:
    """One page of a cycle's flagged charts, the worst first; None where there is no such cycle.

    A page past the end is the last page; `severity` narrows to charts whose worst flag is of that severity.
    """
    with services.store.reading() as session:
        return views.queue_page(session, cycle_id, page=page, size=size, severity=severity)


def queue_view(
    services: Services,
    cycle_id: int,
    page: int = 1,
    *,
    reader: Account,
    now: datetime,
    severity: Severity | None = None,
    size: int = 50,
) -> QueuePage | None:
    """That page as `reader` sees it: the audit trail says which one, once, however many charts are on it."""
    found = audit_queue(services, cycle_id, page, severity=severity, size=size)
    if found is not None:
        only = "" if severity is None else f" severity={severity}"
        with services.store.writing() as session:
            trail.record(
                session,
                action=Action.QUEUE_READ,
                account_id=reader.id,
                cycle_id=cycle_id,
                detail=f"page={found.page} of={found.pages} charts={len(found.rows)}{only}",
                now=now,
            )
    return found


def chart_view(
    services: Services, patient_id: int, *, reader: Account, now: datetime, cycle_id: int | None = None
) -> ChartView | None:
    """The chart's latest abstract, of that cycle or of any; the audit trail says that `reader` opened it."""
    with services.store.writing() as session:
        seen = views.chart(session, patient_id, cycle_id=cycle_id)
        if seen is not None:
            trail.record(
                session,
                action=Action.CHART_OPENED,
                account_id=reader.id,
                patient_id=patient_id,
                cycle_id=seen.cycle.id,
                now=now,
            )
        return seen


def stored_source(
    services: Services,
    patient_id: int,
    resource: str,
    version: str | None,
    *,
    reader: Account,
    now: datetime,
    cycle_id: int | None = None,
) -> SourceView | None:
    """The stored bytes of "MedicationRequest/9" in that version, from what this patient's pulls brought.

    Another patient's resource is never found here. The audit trail says that `reader` opened it.
    """
    with services.store.writing() as session:
        seen = views.source(session, patient_id, resource, version, cycle_id=cycle_id)
        if seen is not None:
            trail.record(
                session,
                action=Action.SOURCE_OPENED,
                account_id=reader.id,
                patient_id=patient_id,
                cycle_id=cycle_id,
                resource=resource,
                version=version,
                now=now,
            )
        return seen
