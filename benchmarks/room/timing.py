"""How long the server takes over a page: from the request to the last byte of its answer, in this process."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

__all__ = ["Timed", "timed"]


@dataclass(frozen=True, slots=True)
class Timed:
    """In milliseconds; `bytes_each` is the median size of an answer."""

    name: str
    asked: int
    median: float
    p95: float
    worst: float
    bytes_each: int


def timed(app: FastAPI, name: str, paths: Sequence[str], *, cookie: str) -> Timed:
    """Each path once, in turn, after one that is not counted. An answer other than 200 ends it."""
    taken: list[float] = []
    sizes: list[int] = []
    for number, path in enumerate((paths[0], *paths)):
        started = time.perf_counter()
        status, size = asyncio.run(_ask(app, path, cookie))
        if status != 200:
            raise RuntimeError(f"{name}: an answer of {status}")
        if number:
            taken.append((time.perf_counter() - started) * 1000)
            sizes.append(size)
    # Of few values the 95th percentile is the largest, or near it.
    p95 = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    return Timed(name, len(taken), statistics.median(taken), p95, max(taken), int(statistics.median(sizes)))


async def _ask(app: FastAPI, path: str, cookie: str) -> tuple[int, int]:
    where, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    status, size, done = 0, 0, False

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        nonlocal status, size, done
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            size += len(message.get("body", b""))
            done = not message.get("more_body", False)

    await app(scope, receive, send)
    if not done:
        raise RuntimeError("an answer that did not end")
    return status, size
