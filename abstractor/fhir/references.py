"""References, done once: relative, absolute, versioned, and the `urn:uuid:` of a Bundle become "Type/id".

An absolute address is reduced to its last two parts: within one clinic that is the same resource.
Identifiers, conditional references ("Patient?identifier=...") and contained ones ("#med") name no resource
that others can name.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

__all__ = ["contained_id", "identity_in", "resolve"]

_REST = re.compile(r"(?:^|/)([A-Z][A-Za-z]{1,63})/([^\s/?#|\x00-\x1f\x7f]{1,128})(?:/_history/[^\s/?#|]+)?$")
_VERSION = re.compile(r"/_history/[^/]+$")
_UUID = re.compile(r"urn:uuid:([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$")


def identity_in(address: str) -> str | None:
    """The "Type/id" that an address ends in; None where it ends in none."""
    found = _REST.search(address.strip())
    return f"{found[1]}/{found[2]}" if found else None


def resolve(reference: str | None, links: Mapping[str, str], *, expected: str | None = None) -> str | None:
    """What a reference names, as "Type/id"; None where that cannot be told.

    `links` are those of the Bundle that the record came in. A `urn:uuid:` from outside it names the resource
    of that id, of the `expected` type: a UUID is unique by itself.
    """
    if reference is None:
        return None
    if links:
        named = links.get(_VERSION.sub("", reference.strip()))
        if named is not None:
            return named
    return _outside(reference, expected)


@lru_cache(maxsize=65_536)
def _outside(reference: str, expected: str | None) -> str | None:
    """A reference that no Bundle explains; the same ones come again and again."""
    plain = reference.strip()
    if expected is not None and (unique := _UUID.match(plain)):
        return f"{expected}/{unique[1]}"
    return None if plain.startswith("#") else identity_in(plain)


def contained_id(reference: str | None) -> str | None:
    """The id that a reference into the resource itself names ("#med"); None for any other reference."""
    if reference is None or not reference.startswith("#") or len(reference) < 2:
        return None
    return reference[1:]
