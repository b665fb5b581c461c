"""What each route should answer to whom, from what it says that it needs and from the table of the roles.

`python -m tests.integration.web.access.page` writes docs/access.md; `test_access.py` asks every route.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from fastapi import FastAPI

from abstractor.store.values import Role
from abstractor.web.access import PLACES, Need, need_of, routes_of
from abstractor.workflow.access import GRANTS, Permission

__all__ = ["WHOLE", "Answer", "Asked", "Whose", "expected", "table_of", "to_a_stranger", "to_a_token"]

# Asked of accounts of every clinic alone. Written down here once more: a change there is to be noticed.
WHOLE = frozenset({Permission.READ_TRAIL, Permission.SEE_METRICS, Permission.GIVE_ACCOUNTS})
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


class Answer(StrEnum):
    """`YES`: the route itself answers, whatever that is."""

    YES = "yes"
    FORBIDDEN = "403"
    NOT_THERE = "404"
    SIGN_IN = "sign in"
    UNKNOWN = "401"


class Whose(StrEnum):
    """An account of one clinic asks for what is of it or of another; or it is of every clinic."""

    OWN = "own"
    OTHER = "other"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Asked:
    """One route; `places` are the parameters that name something of a clinic."""

    method: str
    path: str
    need: Need
    places: tuple[str, ...]

    @property
    def named(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def api(self) -> bool:
        return self.path.startswith(("/api/", "/fhir/"))


def table_of(app: FastAPI) -> tuple[Asked, ...]:
    """By path and method. A route without a need fails here, by its name."""
    return tuple(sorted(_asked(app), key=lambda asked: (asked.path, asked.method)))


def expected(asked: Asked, roles: frozenset[Role], whose: Whose) -> Answer:
    if asked.need.stranger or not asked.need.permissions:
        return Answer.YES
    held = {one for one in asked.need.permissions if any(one in GRANTS[role] for role in roles)}
    if not (held if whose is Whose.EVERY else held - WHOLE):
        return Answer.FORBIDDEN
    return Answer.NOT_THERE if whose is Whose.OTHER and asked.places else Answer.YES


def to_a_stranger(asked: Asked) -> Answer:
    if asked.need.stranger:
        return Answer.YES
    return Answer.UNKNOWN if asked.api or asked.path == "/metrics" else Answer.SIGN_IN


def to_a_token(asked: Asked, roles: frozenset[Role], whose: Whose) -> Answer:
    """A service asks the API as an account would; a page takes it for a stranger."""
    return expected(asked, roles, whose) if asked.api else to_a_stranger(asked)


def _asked(app: FastAPI) -> Iterator[Asked]:
    for method, path, endpoint in routes_of(app):
        need = need_of(endpoint)
        assert need is not None, f"{method} {path} says not what it needs (abstractor/web/access.py)"
        places = tuple(name for name in _PARAMETER.findall(path) if name in PLACES)
        yield Asked(method, path, need, places)
