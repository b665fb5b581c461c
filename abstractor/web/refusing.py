"""A try that was refused to somebody who is signed in, as the audit trail is told of it."""

from fastapi import HTTPException, Request
from starlette.exceptions import HTTPException as Refusal

from abstractor.workflow import Account
from abstractor.workflow.refusals import access_refused

__all__ = ["Refused", "tell_trail"]

_LARGEST = 2**31 - 1


class Refused(HTTPException):
    """Not theirs to see or do; `why` in one word of ours. 404 where what is there must not be told."""

    def __init__(self, status: int, detail: str | None = None, *, why: str) -> None:
        super().__init__(status, detail)
        self.why = why


def tell_trail(request: Request, wrong: Refusal) -> None:
    """Every 403, and what is another clinic's; nothing of a stranger, who is only asked to sign in."""
    account = getattr(request.state, "account", None)
    if not isinstance(account, Account) or not (isinstance(wrong, Refused) or wrong.status_code == 403):
        return
    services = request.app.state.services
    access_refused(
        services,
        account,
        why=getattr(wrong, "why", "refused"),
        route=f"{request.method} {getattr(request.scope.get('route'), 'path', '-')}",
        now=services.clock(),
        cycle_id=_number(request, "cycle_id"),
        patient_id=_number(request, "patient_id"),
    )


def _number(request: Request, name: str) -> int | None:
    """Of the address, where it is one that a row can have."""
    text = str(request.path_params.get(name, ""))
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= _LARGEST else None
    )
