"""Small synthetic records, and reading a searchset, for the tests of the clinic."""

from typing import Any

import httpx

__all__ = ["code_of", "ids", "link", "record", "self_link"]


def record(kind: str, identity: str, *, patient: str | None = None, **more: Any) -> dict[str, Any]:
    subject = {"subject": {"reference": f"Patient/{patient}"}} if patient else {}
    return {"resourceType": kind, "id": identity, **subject, **more}


def ids(answer: httpx.Response, mode: str = "match") -> list[str]:
    entries = answer.raise_for_status().json().get("entry", ())
    return [one["resource"]["id"] for one in entries if one["search"]["mode"] == mode]


def link(answer: httpx.Response, relation: str) -> str | None:
    found = [one["url"] for one in answer.json()["link"] if one["relation"] == relation]
    return found[0] if found else None


def self_link(answer: httpx.Response) -> str:
    return str(link(answer, "self")).partition("?")[2]


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["issue"][0]["code"]
