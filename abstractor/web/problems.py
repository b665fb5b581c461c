"""A refusal or failure in the form that the asker reads: problem+json, OperationOutcome, or a page."""

import json
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from abstractor.web.carried import carried_by, shown_again
from abstractor.web.refusing import tell_trail
from abstractor.web.security import FormExpired, csrf_of, session_token
from abstractor.web.templating import render

__all__ = ["RESPONSES", "answer", "refused", "unreadable"]

_ISSUES = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    413: "too-long",
    422: "invalid",
    429: "throttled",
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}
_CONTENT = {"application/problem+json": {"schema": _PROBLEM}}
# What the description of the JSON interface says of each operation.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Refused; `detail` says why and what to do", "content": _CONTENT},
    "5XX": {"description": "Failed on our side", "content": _CONTENT},
}


def answer(request: Request, status: int, detail: str) -> Response:
    """`detail` is for a reader and never holds a value from a chart or from the request."""
    title = HTTPStatus(status).phrase
    path = request.scope["path"]
    if path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return Response(json.dumps(problem), status, media_type="application/problem+json")
    if path.startswith("/fhir/"):
        issue = {"severity": "error", "code": _ISSUES.get(status, "exception"), "diagnostics": detail}
        outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
        return Response(json.dumps(outcome), status, media_type="application/fhir+json")
    held: dict[str, Any] = {
        "account": getattr(request.state, "account", None),
        "csrf": csrf_of(session_token(request) or ""),
    }
    return HTMLResponse(render(request, "problem.html", title=title, detail=detail, **held), status)


async def refused(request: Request, wrong: HTTPException) -> Response:
    await run_in_threadpool(tell_trail, request, wrong)
    if isinstance(wrong, FormExpired) and (held := await carried_by(request)) is not None:
        return shown_again(request, held, status=403)
    detail = "There is nothing here." if wrong.detail == HTTPStatus.NOT_FOUND.phrase else str(wrong.detail)
    response = answer(request, wrong.status_code, detail)
    response.headers.update(wrong.headers or {})
    return response


async def unreadable(request: Request, wrong: RequestValidationError) -> Response:
    """Says which parameters are wrong and what they should be, never what was sent."""
    told = (f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in wrong.errors())
    return answer(request, 422, "; ".join(told))
