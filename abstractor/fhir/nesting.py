"""How deep a JSON text is nested, told without recursion, so that a hostile record cannot break the
decoder.
"""

import re

__all__ = ["deeper_than", "shallow"]

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def deeper_than(limit: int, body: bytes) -> bool:
    """Are objects and arrays nested more than `limit` levels deep?"""
    # Most records hold fewer brackets than the limit: they cannot be deeper, wherever those brackets stand.
    if body.count(b"{") + body.count(b"[") <= limit:
        return False
    depth = 0
    for bracket in _STRING.sub(b"", body).translate(None, _NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > limit:
            return True
    return False


def shallow(body: bytes, *, levels: int) -> bytes:
    """The same text with null in place of everything nested deeper than `levels`."""
    kept: list[bytes] = []
    depth = at = 0
    for token in _TOKEN.finditer(body):
        match token[0]:
            case b"{" | b"[":
                depth += 1
                if depth == levels + 1:
                    kept += [body[at : token.start()], b"null"]
            case b"}" | b"]":
                if depth == levels + 1:
                    at = token.end()
                depth -= 1
    if depth <= levels:
        kept.append(body[at:])
    return b"".join(kept)
