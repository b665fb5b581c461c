"""What the audit trail is told of tries that were refused: of whom, why, where, and never with what."""

from datetime import datetime

from abstractor.store.refused import tell_refused
from abstractor.store.values import Account, Action
from abstractor.workflow.services import Services

__all__ = ["access_refused", "launch_refused"]


def access_refused(
    services: Services,
    account: Account,
    *,
    why: str,
    route: str,
    now: datetime,
    cycle_id: int | None = None,
    patient_id: int | None = None,
) -> None:
    """`route`: a method and the pattern of an address of ours."""
    method, _, path = route.partition(" ")
    tell_refused(
        services.store,
        Action.ACCESS_REFUSED,
        account_id=account.id,
        detail=f"why={why} method={method} route={path}",
        now=now,
        cycle_id=cycle_id,
        patient_id=patient_id,
    )


def launch_refused(services: Services, account: Account | None, *, why: str, now: datetime) -> None:
    account_id = None if account is None else account.id
    tell_refused(services.store, Action.LAUNCH_REFUSED, account_id=account_id, detail=f"why={why}", now=now)
