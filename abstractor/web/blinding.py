"""Which pages are closed to a reader of a blinded audit, by one check before each route; closed by default.

Open stay the guidelines, and what is about audits and shows what its reader may see alone; a route of another
sort says so itself (`@blinded_too`).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import HTTPException, Request

from abstractor.web.access import need_of
from abstractor.workflow import Account
from abstractor.workflow.access import Permission
from abstractor.workflow.auditing.audits import audit_by_id
from abstractor.workflow.auditing.closed_pages import must_not_open

__all__ = ["blinded_too", "check_blinding"]

_OPEN = frozenset(
    {Permission.READ_GUIDELINES, Permission.SEE_AUDITS, Permission.REVIEW, Permission.ADJUDICATE}
)
TOLD = (
    "You read in a blinded audit: this page would tell what the audit hides from you. It opens when the "
    "audit is closed."
)
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def blinded_too(endpoint: Endpoint) -> Endpoint:
    """Of an endpoint that tells a blinded reader nothing that is hidden, whatever permission it needs."""
    endpoint.__dict__["blinded_too"] = True
    return endpoint


def check_blinding(request: Request) -> None:
    """After the check of what the account may: 403 where this would tell what is hidden from it."""
    endpoint = request.scope.get("endpoint")
    need, account = need_of(endpoint), getattr(request.state, "account", None)
    if need is None or not need.permissions or not isinstance(account, Account):
        return
    if _OPEN.intersection(need.permissions) or getattr(endpoint, "__dict__", {}).get("blinded_too"):
        return
    services = request.app.state.services
    named = {**request.query_params, **request.path_params}
    cycle = _number(named.get("cycle_id", named.get("cycle")))
    audit = _number(named.get("audit_id"))
    if audit is not None:
        found = audit_by_id(services, audit)
        cycle = None if found is None else found.cycle_id
    patient = _number(named.get("patient_id"))
    if must_not_open(services, account, cycle_id=cycle, patient_id=patient):
        raise HTTPException(403, TOLD)


def _number(given: object) -> int | None:
    """What is no number of ours is refused by its route."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None
