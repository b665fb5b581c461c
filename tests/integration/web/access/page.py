"""docs/access.md from the routes and the roles: `python -m tests.integration.web.access.page` writes it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from abstractor.settings import Settings
from abstractor.store.values import Role
from abstractor.web.app import create_app
from abstractor.workflow.access import GRANTS, Permission
from tests.integration.web.access.table import (
    WHOLE,
    Answer,
    Asked,
    Whose,
    expected,
    table_of,
    to_a_stranger,
    to_a_token,
)

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[4] / "docs" / "access.md"
_ROLES = tuple(Role)
_HEAD = """# Who may what

An account has roles and clinics. Without a role it may nothing but see its own account and sign out;
without a clinic it sees nothing of any. Every route says what it needs, one mechanism checks it for every
request (`abstractor/web/access.py`), and a service with a route that does not say it refuses to start. The
table of roles is `abstractor/workflow/access.py`. This page is made from both by
`python -m tests.integration.web.access.page`, and every cell of it is asked of the running service by
`tests/integration/web/access/test_access.py`.

Beside this, an audit has readers of its own: a seat is for whom the audit names as its reader, and what its
design hides from a reader is on none of their pages.
"""
_ROUTES = """## The routes

Of an account with that one role, of one clinic: `yes / 404` is yes for what is of its clinic, and "not there"
for what is of another; a lone `yes` names nothing of a clinic, and lists show the account's own clinics only.
`403`: the role may not. `every clinic`: only an account of every clinic may, for it is about all of them at
once. `sign in`: led to the sign-in page. A service's token opens `/api/` and `/fhir/` alone.

"""


def page() -> str:
    app = create_app(_without_services())
    return "\n".join([_HEAD, _permissions(), _ROUTES + _routes(table_of(app))])


def _permissions() -> str:
    rows = [["Permission", *_ROLES], ["---"] * (len(_ROLES) + 1)]
    for permission in Permission:
        name = f"{permission} (every clinic)" if permission in WHOLE else str(permission)
        rows.append([name, *("yes" if permission in GRANTS[role] else "" for role in _ROLES)])
    return "## The roles\n\n" + "".join(_row(row) for row in rows)


def _routes(asked: tuple[Asked, ...]) -> str:
    head = ["Route", "Needs", "signed out", *_ROLES, "service token"]
    rows = [head, ["---"] * len(head)]
    for one in asked:
        cells = [_cell(one, role) for role in _ROLES]
        rows.append([f"`{one.named}`", _need(one), str(to_a_stranger(one)), *cells, _token(one)])
    return "".join(_row(row) for row in rows)


def _need(asked: Asked) -> str:
    if asked.need.stranger:
        return "nothing"
    return " or ".join(asked.need.permissions) or "an account"


def _cell(asked: Asked, role: Role) -> str:
    own, other, every = (expected(asked, frozenset({role}), whose) for whose in Whose)
    if own is Answer.FORBIDDEN:
        return "every clinic" if every is Answer.YES else str(own)
    return str(own) if own is other else f"{own} / {other}"


def _token(asked: Asked) -> str:
    return "as its roles" if asked.api else str(to_a_token(asked, frozenset(), Whose.OWN))


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _without_services() -> Any:
    """The routes need none; nothing is opened."""
    return SimpleNamespace(settings=Settings(_env_file=None))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
