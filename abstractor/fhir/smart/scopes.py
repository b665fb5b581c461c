"""Which scopes are asked for, and what a granted scope lets us read.

SMART has two ways of writing them, `system/Patient.read` and `system/Patient.rs`; a request uses one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from abstractor.fhir.types import SHARED_TYPES, TYPES_READ

__all__ = ["Granted", "asked_scopes", "granted_by", "types_needed"]

_CLINICAL = re.compile(r"(?:system|user|patient)/([A-Za-z]+|\*)\.([a-z]+|\*)(\?.*)?")
_V1_ACCESS = frozenset({"read", "write", "*"})
_ADVERTISED = "permission-v2"
_BETWEEN = re.compile(r"[\s,]+")  # RFC 6749 knows the space alone


@dataclass(frozen=True, slots=True)
class Granted:
    """What a token lets us read of the types that we need; `partly` are narrowed by a category or so."""

    scope: str
    whole: tuple[str, ...]
    partly: tuple[str, ...]
    not_granted: tuple[str, ...]


def types_needed(*, group: bool) -> tuple[str, ...]:
    return tuple(sorted({*TYPES_READ, "Group"})) if group else TYPES_READ


def asked_scopes(
    types: Sequence[str], *, capabilities: Iterable[str], supported: Sequence[str]
) -> tuple[str, ...]:
    """What to ask for, in the order of trying: the next is for a server that refuses the one before as
    `invalid_scope`. A server that lists its scopes may have others; one may advertise v2 and not take it.
    """
    v2 = _ADVERTISED in capabilities or any(_is_v2(scope) for scope in supported)
    ways = ("rs", "read") if v2 else ("read",)
    tried = [_written(types, way) for way in ways]
    listed = granted_by(" ".join(scope for scope in supported if _is_v2(scope) == v2), types).whole
    if listed and len(listed) < len(types):
        tried.insert(1, _written(listed, ways[0]))
    return tuple(dict.fromkeys(tried))


def granted_by(scope: str, types: Sequence[str]) -> Granted:
    """By the scope alone. One that names only the address of an API ("https://x.example/.default"), as in a
    cloud, says nothing of types: then each is asked for, and the answer tells.
    """
    return _granted_by(scope, tuple(types))


@lru_cache(maxsize=64)  # the plan looks before and after each search
def _granted_by(scope: str, types: tuple[str, ...]) -> Granted:
    words = [one for one in _BETWEEN.split(scope) if one]
    if words and all("://" in one for one in words):
        return Granted(scope, types, (), ())
    rights = [right for one in words if (right := _right(one)) is not None]
    whole: list[str] = []
    partly: list[str] = []
    missing: list[str] = []
    for name in types:
        if _enough(name, [right for right in rights if not right.narrowed]):
            whole.append(name)
        else:
            (partly if _enough(name, rights) else missing).append(name)
    return Granted(scope, tuple(whole), tuple(partly), tuple(missing))


@dataclass(frozen=True, slots=True)
class _Right:
    """`letters` are those of v2, `r` for reading by address and `s` for searching; v1's `read` is both."""

    type: str
    letters: str
    narrowed: bool


def _right(scope: str) -> _Right | None:
    found = _CLINICAL.fullmatch(scope)
    if found is None or not scope.startswith("system/"):
        return None
    letters = {"read": "rs", "*": "rs", "write": ""}.get(found[2], found[2])
    return _Right(found[1], letters, found[3] is not None)


def _enough(name: str, rights: Iterable[_Right]) -> bool:
    """A type that is searched needs `r` and `s`; one that is only read by its address needs `r`."""
    held = {letter for right in rights if right.type in (name, "*") for letter in right.letters}
    return set("r" if name in SHARED_TYPES else "rs") <= held


def _is_v2(scope: str) -> bool:
    found = _CLINICAL.fullmatch(scope)
    return found is not None and found[2] not in _V1_ACCESS and set(found[2]) <= set("cruds")


def _written(types: Iterable[str], access: str) -> str:
    return " ".join(f"system/{name}.{access}" for name in types)
