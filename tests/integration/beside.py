"""Another open audit of the charts that an audit has drawn, with readers of its own."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from abstractor.store.auditing import audits, draws
from abstractor.store.auditing.seats import make_seats
from abstractor.store.auditing.values import AuditPurpose, DrawnChart, Pick
from abstractor.workflow.auditing.design import Charts, Design, Hidden, design_to_json

__all__ = ["beside"]


def beside(
    session: Session,
    audit_id: int,
    reviewers: Mapping[int, bool],
    *,
    now: datetime,
    readers: int = 1,
    hides: tuple[Hidden, ...] = (),
) -> tuple[int, tuple[DrawnChart, ...]]:
    """Its number and its charts; who settles there, and reviews nothing, has False."""
    first = audits.audit_by_id(session, audit_id)
    assert first is not None
    audit = audits.define(
        session,
        first.cycle_id,
        title="Beside",
        purpose=AuditPurpose.LIVE,
        design=design_to_json(Design(Charts.FLAGGED, seed=1, readers=readers, hides=hides)),
        due_on=None,
        created_by=None,
        now=now,
    )
    for account_id, reviews in reviewers.items():
        audits.set_reader(session, audit.id, account_id, reviews=reviews, adjudicates=not reviews, now=now)
    audits.mark_opened(session, audit.id, now=now)
    picks = [
        Pick(one.patient_id, one.abstract_id, f"B{one.place}", "", one.place, readers)
        for one in draws.drawn_charts(session, audit_id)
    ]
    charts = draws.keep_draw(session, audit.id, picks, [])
    make_seats(session, audit.id, charts, now=now)
    return audit.id, charts
