"""JSON that says each thing once: decoders keep the last of two values under one key, and say nothing."""

import json

__all__ = ["unambiguous"]


def unambiguous(body: bytes) -> bool:
    """Is it JSON in which no object has a key twice?"""
    try:
        json.loads(body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return False
    return True


def _once(pairs: list[tuple[str, object]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands there twice")
