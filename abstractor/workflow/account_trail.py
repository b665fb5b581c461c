"""What the audit trail is told of an account: which one, with which roles and clinics, and by whom."""

from datetime import datetime

from abstractor.store import trail
from abstractor.store.database import Session
from abstractor.store.trail_names import naming
from abstractor.store.values import Account, Action
from abstractor.workflow.acting import By

__all__ = ["tell_of_account"]


def tell_of_account(
    session: Session, action: Action, account: Account, *, by: By, now: datetime, more: str = ""
) -> None:
    roles = ",".join(sorted(account.roles)) or "none"
    sites = "all" if account.sites is None else ",".join(map(str, sorted(account.sites))) or "none"
    if action is Action.ACCOUNT_ADDED:
        more = f"{more} {naming(account.name)}".strip()
    told = f"by={by.name} account={account.id} roles={roles} sites={sites}{more and f' {more}'}"
    trail.record(session, action=action, account_id=by.account_id, detail=told, now=now)
