"""What a browser remembers of its way to another's sign-in and back, in a sealed cookie of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request
from starlette.responses import Response

from abstractor.web.parts import services_of
from abstractor.web.problems import answer
from abstractor.workflow.provider import open_from_browser, seal_for_browser

__all__ = ["WayThere"]

MOST_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WayThere:
    """One such cookie: its name, the addresses that it is sent to, and what it is sealed for."""

    cookie: str
    path: str
    about: bytes

    def remember(self, request: Request, response: Response, what: Mapping[str, Any]) -> None:
        services = services_of(request)
        held = {**what, "until": (services.clock() + MOST_MINUTES).isoformat()}
        response.set_cookie(
            self.cookie,
            seal_for_browser(services, json.dumps(held).encode(), about=self.about),
            max_age=int(MOST_MINUTES.total_seconds()),
            path=self.path,
            httponly=True,
            secure=services.settings.behind_tls,
            samesite="lax",
        )

    def remembered(self, request: Request) -> dict[str, Any] | None:
        """None where this browser was not on its way there, or too long ago."""
        services = services_of(request)
        opened = open_from_browser(services, request.cookies.get(self.cookie, ""), about=self.about)
        if opened is None:
            return None
        held: dict[str, Any] = json.loads(opened)
        return held if services.clock() < datetime.fromisoformat(held["until"]) else None

    def forget(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path=self.path)

    def refused(self, request: Request, status: int, words: str) -> Response:
        """The way there ends here."""
        response = answer(request, status, words)
        self.forget(response)
        return response
