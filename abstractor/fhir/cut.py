"""Cutting JSON by hand where the decoder gives up: one resource nested too deep must not cost its neighbours.

No recursion, so depth does not matter. Nothing is checked except that brackets close.
"""

import re
from collections.abc import Iterator

import msgspec

__all__ = ["elements", "members"]

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},]', re.DOTALL)
_MEMBER = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*:\s*(.*)', re.DOTALL)


def elements(array: bytes) -> tuple[bytes, ...]:
    """The exact bytes of each element of a JSON array; ValueError where it is none."""
    return tuple(_items(array, opened_by=b"["))


def members(text: bytes) -> dict[str, bytes]:
    """The exact bytes of each member's value of a JSON object; ValueError where it is none."""
    found: dict[str, bytes] = {}
    for item in _items(text, opened_by=b"{"):
        member = _MEMBER.fullmatch(item)
        if member is None:
            raise ValueError("an object's member has no name")
        found[msgspec.json.decode(member[1], type=str)] = member[2]
    return found


def _items(text: bytes, *, opened_by: bytes) -> Iterator[bytes]:
    if not text.lstrip().startswith(opened_by):
        raise ValueError("not the kind of JSON that was expected")
    depth = start = 0
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in (b"[", b"{"):
            depth += 1
            start = token.end() if depth == 1 else start
        elif mark in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                yield from filter(None, [text[start : token.start()].strip()])
                return
        elif mark == b"," and depth == 1:
            yield text[start : token.start()].strip()
            start = token.end()
    raise ValueError("the JSON ends too early")
