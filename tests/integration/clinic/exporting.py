"""A client's side of bulk export, for the tests of the clinic."""

import json
from typing import Any

import httpx

__all__ = ["PREFER", "export", "finished", "kick_off", "lines"]

PREFER = {"Prefer": "respond-async", "Accept": "application/fhir+json"}


def kick_off(url: str, address: str, **more: str) -> httpx.Response:
    return httpx.get(f"{url}/{address}", headers=PREFER | more)


def finished(status: str, **more: str) -> dict[str, Any]:
    """The manifest, after as many polls as it takes (ten at most)."""
    for _ in range(10):
        answer = httpx.get(status, headers=more).raise_for_status()
        if answer.status_code == 200:
            return dict(answer.json())
    raise AssertionError("the export is not done after ten polls")


def export(url: str, address: str) -> dict[str, Any]:
    answer = kick_off(url, address)
    assert answer.status_code == 202, answer.text
    return finished(answer.headers["content-location"])


def lines(manifest: dict[str, Any], kind: str = "output") -> dict[str, list[dict[str, Any]]]:
    """The records of every file, by the type that the manifest says."""
    found: dict[str, list[dict[str, Any]]] = {}
    for told in manifest[kind]:
        body = httpx.get(told["url"]).raise_for_status().text
        found.setdefault(told["type"], []).extend(json.loads(line) for line in body.splitlines())
    return found
