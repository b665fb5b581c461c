"""What a route needs, said at the route, and the one check of it; a route that says nothing lets nobody in.

`@needs(Permission.SEE_QUEUE)` under the router's decorator: an account with that permission, at the clinic of
whatever the address names. `@signed_in`: any account. `@open_to_all`: a stranger too; its path stands in
`guard.OPEN` as well. A parameter of a path is a number of a known place (`PLACES`), or names a part of one
(`PARTS`). An application with a route that does not say so is not made.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from fastapi import FastAPI, HTTPException, Request

from abstractor.errors import SetupError
from abstractor.web.refusing import Refused
from abstractor.workflow import Account
from abstractor.workflow.access import Permission, Place, clinic_of, may

__all__ = [
    "PARTS",
    "PLACES",
    "Need",
    "check_access",
    "need_of",
    "needs",
    "open_to_all",
    "require_declared",
    "require_place",
    "routes_of",
    "signed_in",
]

# Every parameter of an address by this name is checked, of its path as of its query.
PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "clinic_id": Place.CLINIC,
        "cycle_id": Place.CYCLE,
        "cycle": Place.CYCLE,
        "run_id": Place.ROUND,
        "patient_id": Place.CHART,
        "audit_id": Place.AUDIT,
        "seat_id": Place.SEAT,
    }
)
# Each names something within the place before it, or something that is of no clinic.
PARTS = frozenset({"number", "key", "item", "code"})
_NUMBER = re.compile(r"[0-9]{1,10}")
_LARGEST = 2**31 - 1
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Need:
    """One of the permissions is enough; none: an account is. `stranger`: nor that."""

    permissions: tuple[Permission, ...] = ()
    stranger: bool = False


def needs(*permissions: Permission) -> Callable[[Endpoint], Endpoint]:
    """The decorator of an endpoint that only an account with one of these permissions may ask."""

    def declare(endpoint: Endpoint) -> Endpoint:
        return _declared(endpoint, Need(permissions))

    return declare


def signed_in(endpoint: Endpoint) -> Endpoint:
    """Of an endpoint about the account itself, which every account may ask."""
    return _declared(endpoint, Need())


def open_to_all(endpoint: Endpoint) -> Endpoint:
    return _declared(endpoint, Need(stranger=True))


def need_of(endpoint: object) -> Need | None:
    """What it says that it needs; None where it says nothing."""
    found = getattr(endpoint, "__dict__", {}).get("need")
    return found if isinstance(found, Need) else None


def check_access(request: Request) -> None:
    """The one check, before each route: 403 without the permission, 404 for what is of another clinic.

    What is not there and what must not be seen answer alike.
    """
    need = need_of(request.scope.get("endpoint"))
    if need is None:
        raise HTTPException(403, "This page does not say who may see it: nobody may.")
    if need.stranger or (Permission.SEE_METRICS in need.permissions and _monitors(request)):
        return
    account = getattr(request.state, "account", None)
    if not isinstance(account, Account):
        raise HTTPException(401, "Sign in first.")
    if not need.permissions:
        return
    held = next((one for one in need.permissions if may(account, one)), None)
    if held is None:
        raise Refused(403, "Your account may not do this. Ask whoever gives out the roles.", why="permission")
    for name, given in (*request.path_params.items(), *request.query_params.multi_items()):
        if name in PLACES:
            require_place(request, held, PLACES[name], str(given))


def require_place(request: Request, permission: Permission, place: Place, given: str) -> None:
    """404 unless the account may do that where this is; also for what a form names."""
    if not _NUMBER.fullmatch(given) or int(given) > _LARGEST:
        raise HTTPException(422, f"This is no number of a {place}.")
    account: Account = request.state.account
    if account.sites is not None:
        clinic = clinic_of(request.app.state.services, place, int(given))
        if clinic is None or not may(account, permission, clinic):
            raise Refused(404, why="other-clinic")


def _monitors(request: Request) -> bool:
    """The guard knew the token of the monitoring system, which has no account."""
    return bool(getattr(request.state, "monitor", False))


def routes_of(app: FastAPI) -> Iterator[tuple[str, str, Callable[..., Any] | None]]:
    """(method, path, endpoint) of every route, those of included routers too; static files are none."""
    waiting: list[Any] = list(app.routes)
    while waiting:
        route = waiting.pop(0)
        included = getattr(route, "original_router", None)
        if included is not None:
            waiting.extend(included.routes)
        elif getattr(route, "methods", None):
            for method in sorted(route.methods - {"HEAD", "OPTIONS"}):
                yield method, route.path, route.endpoint


def require_declared(app: FastAPI, is_open: Callable[[str], bool]) -> None:
    """`SetupError` unless every route says what it needs, and what its address names is checked."""
    wrong = [
        f"{method} {path} {told}"
        for method, path, endpoint in routes_of(app)
        for told in _wrong(path, need_of(endpoint), is_open)
    ]
    if wrong:
        told = "; ".join(wrong)
        raise SetupError(f"who may ask for these is not declared (abstractor/web/access.py): {told}")


def _wrong(path: str, need: Need | None, is_open: Callable[[str], bool]) -> Iterator[str]:
    if need is None:
        yield "says not what it needs: add @needs(Permission...), @signed_in or @open_to_all to it"
    elif need.stranger != is_open(path):
        yield "is open at the route or in guard.OPEN, and must be in both or none"
    for name in _PARAMETER.findall(path):
        if not (need and need.stranger) and name not in PLACES and name not in PARTS:
            yield f"names {{{name}}}, which stands neither in PLACES nor in PARTS"


def _declared(endpoint: Endpoint, need: Need) -> Endpoint:
    endpoint.__dict__["need"] = need
    return endpoint
