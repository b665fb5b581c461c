"""`/trail`, the audit trail for IT, and the same as JSON under `/api/v1`."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse

from abstractor.web.access import needs
from abstractor.web.parts import Reader, services_of
from abstractor.web.problems import RESPONSES
from abstractor.web.security import csrf_of, session_token
from abstractor.web.templating import render
from abstractor.workflow import trail
from abstractor.workflow.access import Permission
from abstractor.workflow.trail import Action, Wanted

__all__ = ["router"]

router = APIRouter(responses=RESPONSES)
_FIELDS = ("account", "chart", "action", "since", "until")
_LARGEST = 2**31 - 1
_NUMBER = re.compile(r"[0-9]{1,10}")
Number = Annotated[int | None, Query(ge=1, le=_LARGEST)]


class TrailEntryOut(BaseModel):
    """One entry; `digest` is what chains it, null where it stands from before the chain."""

    entry: int
    at: datetime
    action: str
    account_id: int | None
    patient_id: int | None
    cycle_id: int | None
    resource: str | None
    version: str | None
    detail: str | None
    digest: str | None


class TrailOut(BaseModel):
    """`older` is the `before` of the next page; `verified_at` and `whole` are of the last verification."""

    items: tuple[TrailEntryOut, ...]
    older: int | None
    last: int
    verified_at: datetime | None
    whole: bool | None


@router.get("/trail", include_in_schema=False, response_class=HTMLResponse)
@needs(Permission.READ_TRAIL)
def show_trail(request: Request, reader: Reader) -> str:
    """Who did what and when, the newest first; filtered by what the form above it says."""
    services = services_of(request)
    asked = {name: request.query_params.get(name, "").strip() for name in _FIELDS}
    before = _number(request.query_params.get("before", ""))
    page = trail.trail_page(services, _wanted(asked), reader=reader, now=services.clock(), before=before)
    kept = {name: words for name, words in asked.items() if words}
    return render(
        request,
        "trail.html",
        account=reader,
        csrf=csrf_of(session_token(request) or ""),
        page=page,
        asked=asked,
        actions=sorted(Action),
        accounts=trail.accounts(services),
        older=_address({**kept, "before": str(page.older)}) if page.older is not None else None,
        newest=_address(kept) if before is not None else None,
    )


@router.get("/api/v1/trail", tags=["v1"])
@needs(Permission.READ_TRAIL)
def list_trail(
    request: Request,
    reader: Reader,
    account: Number = None,
    chart: Number = None,
    action: Action | None = None,
    since: date | None = None,
    until: date | None = None,
    before: Number = None,
    size: Annotated[int, Query(ge=1, le=500)] = 100,
) -> TrailOut:
    """The entries of the audit trail, the newest first; days are of UTC, both included."""
    services = services_of(request)
    wanted = Wanted(account, chart, action, _start(since), _end(until))
    page = trail.trail_page(services, wanted, reader=reader, now=services.clock(), before=before, size=size)
    return TrailOut(
        items=tuple(_out(entry) for entry in page.entries),
        older=page.older,
        last=page.last,
        verified_at=None if page.checked is None else page.checked.at,
        whole=None if page.checked is None else page.checked.whole,
    )


def _out(entry: trail.TrailEntry) -> TrailEntryOut:
    return TrailEntryOut(
        entry=entry.id,
        at=entry.at,
        action=entry.action,
        account_id=entry.account_id,
        patient_id=entry.patient_id,
        cycle_id=entry.cycle_id,
        resource=entry.resource,
        version=entry.version,
        detail=entry.detail,
        digest=None if entry.mac is None else entry.mac.hex(),
    )


def _wanted(asked: Mapping[str, str]) -> Wanted:
    """What a form sends: every field, most of them empty."""
    action = asked["action"]
    if action and action not in tuple(Action):
        raise HTTPException(422, "There is no such action.")
    return Wanted(
        account_id=_number(asked["account"]),
        patient_id=_number(asked["chart"]),
        action=Action(action) if action else None,
        since=_start(_day(asked["since"])),
        until=_end(_day(asked["until"])),
    )


def _number(words: str) -> int | None:
    if not words:
        return None
    if not _NUMBER.fullmatch(words) or not 1 <= int(words) <= _LARGEST:
        raise HTTPException(422, "A chart, an account or an entry is named by its number.")
    return int(words)


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        raise HTTPException(422, "A day is written as 2026-01-31.") from None


def _start(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time_of_day(), UTC)


def _end(day: date | None) -> datetime | None:
    """The first moment behind that day; behind the last day that there is, none."""
    return None if day is None or day == date.max else _start(day + timedelta(days=1))


def _address(query: Mapping[str, str]) -> str:
    return f"/trail?{urlencode(query)}" if query else "/trail"
