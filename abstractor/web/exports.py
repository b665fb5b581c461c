"""`/exports`: results of a cycle or of a closed audit as one archive, by what `abstractor export` writes."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from abstractor.errors import AbstractorError, OptionError
from abstractor.web.access import needs, require_place
from abstractor.web.auditing.seen import seen_audits
from abstractor.web.auditing.shown import sentence
from abstractor.web.parts import Reader, services_of
from abstractor.web.security import csrf_of, session_token
from abstractor.web.templating import render
from abstractor.workflow import Account
from abstractor.workflow.access import Permission, Place, may, of_own_sites
from abstractor.workflow.acting import by_of
from abstractor.workflow.auditing.values import AuditState
from abstractor.workflow.cycles import cycles
from abstractor.workflow.exporting import forms

if TYPE_CHECKING:
    from abstractor.workflow.exporting.downloading import Archive

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Form(max_length=1_000)]
_OF = re.compile(r"(cycle|audit):([0-9]{1,10})")
_PLACES = {"cycle": Place.CYCLE, "audit": Place.AUDIT}


@dataclass(frozen=True, slots=True)
class Fields:
    """As they were sent. `of` is "cycle:3" or "audit:2"; `least`: the limit of small counts."""

    of: str = ""
    form: str = forms.Form.CSV
    identified: str = "no"
    reason: str = ""
    least: str = str(forms.LEAST)


def _fields(
    of: Short = "",
    form: Short = "",
    identified: Short = "no",
    reason: Short = "",
    least: Short = str(forms.LEAST),
) -> Fields:
    return Fields(of, form, identified, reason, least)


class Sending(StreamingResponse):
    """What the archive is made from goes when it is sent, or when whoever asked for it has gone away."""

    def __init__(self, archive: "Archive", held: ExitStack) -> None:
        named = {"Content-Disposition": f'attachment; filename="{archive.name}"'}
        super().__init__(_then_gone(archive.pieces, held), media_type="application/zip", headers=named)
        self.held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await run_in_threadpool(self.held.close)


def _then_gone(pieces: Iterator[bytes], held: ExitStack) -> Iterator[bytes]:
    """Whoever has the last piece finds nothing left of what they were made from."""
    yield from pieces
    held.close()


@router.get("/exports")
@needs(Permission.EXPORT)
def choose(request: Request, reader: Reader) -> HTMLResponse:
    return _form(request, reader, Fields())


@router.post("/exports")
@needs(Permission.EXPORT)
def download(request: Request, reader: Reader, fields: Annotated[Fields, Depends(_fields)]) -> Response:
    """One archive and one entry of the trail; a form of ours alone asks for it."""
    # Here and not above: tables cost seconds, which the start of the service should not.
    from abstractor.workflow.exporting.downloading import archived

    services, held = services_of(request), ExitStack()
    try:
        wanted = _wanted(request, fields)
        archive = held.enter_context(archived(services, wanted, by=by_of(reader), now=services.clock()))
    except OptionError as wrong:
        return _form(request, reader, fields, status=422, wrong=sentence(wrong))
    except AbstractorError as wrong:
        return _form(request, reader, fields, status=409, wrong=sentence(wrong))
    return Sending(archive, held)


def _wanted(request: Request, fields: Fields) -> forms.Wanted:
    found = _OF.fullmatch(fields.of)
    if found is None:
        raise OptionError("choose a cycle or a closed audit; where there is none, run one first")
    identified = fields.identified == "yes"
    if not identified and fields.identified != "no":
        raise OptionError("choose whether the patients are named")
    if fields.form not in tuple(forms.Form):
        raise OptionError("choose what to export")
    kind, number = found[1], found[2]
    for permission in (Permission.EXPORT, *((Permission.EXPORT_IDENTIFIED,) if identified else ())):
        _require(request, permission, _PLACES[kind], number)
    return forms.Wanted(
        forms.Form(fields.form),
        cycle_id=int(number) if kind == "cycle" else None,
        audit_id=int(number) if kind == "audit" else None,
        identified=identified,
        reason=fields.reason if identified else None,
        least=_least(fields.least),
    )


def _require(request: Request, permission: Permission, place: Place, number: str) -> None:
    if not may(request.state.account, permission):
        raise HTTPException(403, "Your account may not do this. Ask whoever gives out the roles.")
    require_place(request, permission, place, number)


def _least(given: str) -> int:
    written = given.strip()
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise OptionError("the limit of small counts is a whole number")
    return int(written)


def _form(
    request: Request, reader: Account, fields: Fields, *, status: int = 200, wrong: str | None = None
) -> HTMLResponse:
    own = of_own_sites(reader, cycles(services_of(request)), lambda cycle: cycle.clinic_id)
    closed = [audit for audit in seen_audits(request, reader) if audit.state is AuditState.CLOSED]
    held: dict[str, Any] = {
        "account": reader,
        "csrf": csrf_of(session_token(request) or ""),
        "fields": fields,
        "cycles": own,
        "audits": closed,
        "named_too": may(reader, Permission.EXPORT_IDENTIFIED),
        "told": None,
        "wrong": wrong,
    }
    return HTMLResponse(render(request, "exports.html", **held), status)
