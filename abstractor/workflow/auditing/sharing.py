"""Among whom the reviews of an audit are shared, and which of its readers may read there as things are."""

from datetime import datetime

from abstractor.store import accounts, places
from abstractor.store.auditing import audits
from abstractor.store.auditing.seat_values import MayRead, WaitedFor
from abstractor.store.auditing.waited import waited_for
from abstractor.store.database import Session
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing.design import Design
from abstractor.workflow.auditing.training.gating import not_set_up

__all__ = ["may_read_now", "shared_among", "waits_for"]


def shared_among(session: Session, audit_id: int, design: Design) -> frozenset[int] | None:
    """Its reviewers who may claim there as things are: their accounts may review, and a calibration that is
    due is set up. None: the reviews are not shared.
    """
    if not design.equal_shares:
        return None
    clinic = places.clinic_of_audit(session, audit_id)
    reviewers = {one.account_id for one in audits.readers_of(session, audit_id) if one.reviews}
    able = {one.id for one in accounts.enabled(session, reviewers) if may(one, Permission.REVIEW, clinic)}
    return frozenset(able) - not_set_up(session, audit_id, able)


def waits_for(session: Session, audit_id: int, design: Design, now: datetime) -> tuple[WaitedFor, ...]:
    """For whom charts are kept from those who have had their share."""
    among = shared_among(session, audit_id, design)
    return () if among is None else waited_for(session, audit_id, among, now=now)


def may_read_now(session: Session, audit_id: int) -> MayRead:
    """Of the readers of that audit: not whoever is disabled, or lost the role or the clinic."""
    clinic = places.clinic_of_audit(session, audit_id)
    readers = accounts.enabled(session, {one.account_id for one in audits.readers_of(session, audit_id)})
    return MayRead(
        review=frozenset(one.id for one in readers if may(one, Permission.REVIEW, clinic)),
        adjudicate=frozenset(one.id for one in readers if may(one, Permission.ADJUDICATE, clinic)),
    )
