"""The content of an edition, a measure or a policy as a digest: what a signature stands for.

A field that has its default value is left out, so that a new field of the engine changes no digest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

__all__ = ["digest_of", "is_name"]

# Who signed is no part of what was signed; nor is how long it holds, which is said when another follows it.
_BESIDE = frozenset({"checked_by", "checked_on", "next_review", "valid_to"})

# What is written where nobody has signed.
_NOBODY = frozenset(
    {"n/a", "nil", "nobody", "none", "not signed", "not yet", "nobody yet", "no one", "open", "pending"}
    | {"tba", "tbc", "tbd", "to be done", "unknown", "unsigned", "waiting", "xxx"}
)


def is_name(text: str) -> bool:
    """Does it name a signer? Letters are needed, and more than a word for nobody."""
    spoken = "".join(each for each in " ".join(text.split()) if each.isprintable()).casefold()
    return any(each.isalpha() for each in spoken) and spoken.strip(" .-()[]?!") not in _NOBODY


def digest_of(value: Any) -> str:
    """ "sha256:..." of everything that it says."""
    said = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)
    return "sha256:" + hashlib.sha256(said.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        held = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _BESIDE}
        default = {f.name: f.default for f in fields(value) if f.default is not MISSING}
        named = {k: _plain(v) for k, v in held.items() if k not in default or default[k] != v}
        return {"": type(value).__name__, **named}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
