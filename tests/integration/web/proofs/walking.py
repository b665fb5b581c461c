"""Every route of an application, walked by one reader with every number that there is, and the links that its
answers give; what was answered is kept whole.
"""

import asyncio
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

import httpx
from fastapi import FastAPI

from abstractor.web.access import routes_of

__all__ = ["Heard", "Walk", "found"]

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_LINK = re.compile(r"""(?:href|action|src|hx-[a-z]+|data-[a-z-]+|content)=["'](/[^"']*)["']""")
_TAG = re.compile(r"<[^>]*>")
# Of links that differ in a number alone, and of pages of the guidelines, which hold no chart.
_MOST_ALIKE = 3
_NUMBER = re.compile(r"[0-9]+")
NONE: Mapping[str, str] = MappingProxyType({})
# These end the session, or what is looked at.
ENDS = ("/signout", "/close")
# What a form or a program may send; what does not fit is answered with an error, which is looked through too.
SENT: tuple[Mapping[str, object], ...] = (
    {},
    {"expected": 0, "item": "criterion:visit-in-period", "verb": "agree", "said": "agree"},
    {"reason": "no such reason", "words": "Words.", "to": 1},
)


@dataclass(frozen=True, slots=True)
class Heard:
    """`told`: the status, every header and the body."""

    asked: str
    status: int
    told: str

    @property
    def texts(self) -> tuple[str, ...]:
        """As it was sent, as a browser shows it, and as an address is meant."""
        return (self.told, _TAG.sub("", html.unescape(self.told)), unquote(self.told))


@dataclass(slots=True)
class Walk:
    """`headers` gives those of a session; `named` the values of each parameter of an address. `changes`: what
    is no GET is asked too.
    """

    app: FastAPI
    headers: Callable[[], Mapping[str, str]]
    named: Mapping[str, Sequence[object]]
    changes: bool = True
    heard: list[Heard] = field(default_factory=list)
    alike: Counter[str] = field(default_factory=Counter)

    def everywhere(self) -> list[Heard]:
        asyncio.run(self._everywhere())
        return self.heard

    async def _everywhere(self) -> None:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            routes = list(routes_of(self.app))
            seen = {path for method, path in self._addresses(routes) if method == "GET"}
            waiting = sorted(seen)
            while waiting:
                path = waiting.pop(0)
                answer = await self._ask(client, "GET", path)
                if answer.status_code == 200 and not path.startswith(("/api/", "/guidelines")):
                    await self._ask(client, "GET", path, headers={"HX-Request": "true"})
                for link in self._links(answer):
                    if link not in seen:
                        seen.add(link)
                        waiting.append(link)
            for method, path in self._addresses(routes):
                if self.changes and method != "GET" and not path.endswith(ENDS):
                    await self._change(client, method, path)

    def _addresses(self, routes: Sequence[tuple[str, str, object]]) -> Iterator[tuple[str, str]]:
        for method, path, _ in routes:
            names = _PARAMETER.findall(path)
            for values in product(*(self.named[name] for name in names)):
                yield method, path.replace(":path}", "}").format(**dict(zip(names, values, strict=True)))

    async def _change(self, client: httpx.AsyncClient, method: str, path: str) -> None:
        for sent in SENT:
            body = {"json": sent} if path.startswith(("/api/", "/fhir/")) else {"data": sent}
            answer = await self._ask(client, method, path, **body)
            if answer.status_code == 303:
                await self._ask(client, "GET", answer.headers["location"])

    async def _ask(
        self,
        client: httpx.AsyncClient,
        method: str,
        path: str,
        headers: Mapping[str, str] = NONE,
        **body: Any,
    ) -> httpx.Response:
        answer = await client.request(method, path, headers={**self.headers(), **headers}, **body)
        client.cookies.clear()
        named = (f"{name}: {value}" for name, value in answer.headers.multi_items())
        told = "\n".join([str(answer.status_code), *named, "", answer.text])
        self.heard.append(Heard(f"{method} {path}", answer.status_code, told))
        return answer

    def _links(self, answer: httpx.Response) -> Iterator[str]:
        """The addresses of ours in an answer, a few of each sort."""
        held = _LINK.findall(answer.text)
        if "json" in answer.headers.get("content-type", ""):
            held += re.findall(r'"(/(?:[^"\\]|\\.)*)"', json.dumps(answer.json()))
        held += [answer.headers["location"]] if "location" in answer.headers else []
        for each in map(html.unescape, held):
            path = each.partition("#")[0]
            sort = (
                "/guidelines" if path.startswith("/guidelines") else _NUMBER.sub("", path.partition("?")[0])
            )
            if "{" not in path and not path.startswith("/static/") and self.alike[sort] < _MOST_ALIKE:
                self.alike[sort] += 1
                yield path


def found(heard: Sequence[Heard], markers: Sequence[str]) -> list[str]:
    """Which answer holds which marker; a number counts only where it stands alone."""
    wanted = re.compile("|".join(map(_alone, markers)), re.IGNORECASE)
    return sorted(
        {
            f"{each.asked} ({each.status}): {hit}"
            for each in heard
            for text in each.texts
            for hit in wanted.findall(text)
        }
    )


def _alone(marker: str) -> str:
    return rf"(?<![0-9a-f]){marker}(?![0-9a-f])" if marker.isdigit() else re.escape(marker)
