"""Among whom the reviews of an audit are shared."""

from abstractor.store import accounts, places
from abstractor.store.auditing import audits
from abstractor.store.database import Session
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing.design import Design
from abstractor.workflow.auditing.training.gating import not_set_up

__all__ = ["shared_among"]


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
