"""Which pages are closed to a reader of a blinded audit, by one check before each route; closed by default.

Open stay the guidelines, and what is about audits and shows what its reader may see alone; a route of another
sort says so itself (`@blinded_too`).
"""

import inspect
from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any, TypeVar

from fastapi import HTTPException, Request

from abstractor.web.access import need_of
from abstractor.web.refusing import Refused
from abstractor.workflow import Account
from abstractor.workflow.access import Permission
from abstractor.workflow.auditing.audits import audit_by_id
from abstractor.workflow.auditing.closed_pages import must_not_count, must_not_open, seat_is_there

__all__ = ["blinded_too", "check_blinding"]

_OPEN = frozenset(
    {Permission.READ_GUIDELINES, Permission.SEE_AUDITS, Permission.REVIEW, Permission.ADJUDICATE}
)
TOLD = (
    "You read in a blinded audit: this page, or which pages stay open while others are closed, would tell "
    "what the audit hides from you. It opens when the audit is closed."
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
    _require_seat(request, account)
    if _OPEN.intersection(need.permissions) or getattr(endpoint, "__dict__", {}).get("blinded_too"):
        return
    services = request.app.state.services
    cycles: set[int | None] = set()
    patients: set[int | None] = set()
    for name, number in _named(request, endpoint):
        match name:
            case "cycle_id" | "cycle":
                cycles.add(number)
            case "patient_id":
                patients.add(number)
            case "audit_id":
                found = audit_by_id(services, number)
                cycles.add(None if found is None else found.cycle_id)
                if Permission.SEE_AGREEMENT in need.permissions and must_not_count(services, account, number):
                    raise Refused(403, TOLD, why="blinded")
    for cycle, patient in zip_longest(cycles or {None}, patients):
        if must_not_open(services, account, cycle_id=cycle, patient_id=patient):
            raise Refused(403, TOLD, why="blinded")


def _require_seat(request: Request, account: Account) -> None:
    """404 of no seat, and of one that this account must not know of."""
    given = str(request.path_params.get("seat_id", ""))
    if given.isascii() and given.isdigit() and len(given) <= 9:
        if not seat_is_there(request.app.state.services, account, int(given)):
            raise HTTPException(404)


def _named(request: Request, endpoint: object) -> Iterator[tuple[str, int]]:
    """By the path, and by what the route takes from the query: what it does not take opens no page. What is
    no number of ours is refused by the route.
    """
    taken = inspect.signature(endpoint).parameters if callable(endpoint) else {}
    asked = (pair for pair in request.query_params.multi_items() if pair[0] in taken)
    for name, given in (*request.path_params.items(), *asked):
        text = str(given)
        if text.isascii() and text.isdigit() and len(text) <= 10:
            yield name, int(text)
