"""For whom charts wait that others, who have had their share, may not have yet."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from abstractor.store.account_tables import AccountRow
from abstractor.store.auditing.claiming import is_left
from abstractor.store.auditing.elsewhere import telling
from abstractor.store.auditing.seat_values import WaitedFor
from abstractor.store.auditing.shares import PATIENCE, Taker, last_signs, sharing

__all__ = ["waited_for"]


def waited_for(
    session: Session, audit_id: int, among: Collection[int], *, now: datetime
) -> tuple[WaitedFor, ...]:
    """By name; nobody while there is a chart for everybody who would read."""
    takers = [
        Taker(audit_id, each, reviews=True, adjudicates=False, blind=telling(session, each, audit_id))
        for each in sharing(session, audit_id, among, now=now).waited
    ]
    waited = [taker.account_id for taker in takers if is_left(session, taker, now=now)]
    signs = last_signs(session, audit_id, waited)
    named = select(AccountRow.id, AccountRow.name).where(col(AccountRow.id).in_(waited))
    names = dict(session.exec(named.order_by(AccountRow.name)).all())
    return tuple(
        WaitedFor(each, name, signs[each], signs[each] + PATIENCE)
        for each, name in names.items()
        if each is not None
    )
