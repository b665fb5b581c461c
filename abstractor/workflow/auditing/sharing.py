"""Among whom the reviews of an audit are shared."""

from abstractor.store import accounts, places
from abstractor.store.auditing import audits
from abstractor.store.database import Session
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing.design import Design

__all__ = ["shared_among"]


def shared_among(session: Session, audit_id: int, design: Design) -> frozenset[int] | None:
    """Its reviewers whose accounts may review there as they are now; None: the reviews are not shared."""
    if not design.equal_shares:
        return None
    clinic = places.clinic_of_audit(session, audit_id)
    reviewers = {one.account_id for one in audits.readers_of(session, audit_id) if one.reviews}
    enabled = accounts.enabled(session, reviewers)
    return frozenset(one.id for one in enabled if may(one, Permission.REVIEW, clinic))
