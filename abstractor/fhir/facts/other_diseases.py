"""Reasons that name another disease than breast cancer, by the category of their ICD-10-CM code.

A whole table of diseases would say no more: the drug is for something else (knowledge base, section 2.7).
"""

import tomllib
from collections.abc import Iterable, Iterator
from importlib.resources import files

from abstractor.codes import SYSTEMS, Coding

__all__ = ["other_diseases"]

_RANGES: dict[str, list[list[str]]] = tomllib.loads(
    files(__package__).joinpath("other_diseases.toml").read_text(encoding="utf-8")
)
_CATEGORY = 3


def other_diseases(codings: Iterable[Coding]) -> Iterator[str]:
    """The concepts of those codes: "other-cancer", "other-disease"."""
    for coding in codings:
        category = (coding.code or "")[:_CATEGORY].upper()
        if coding.system == SYSTEMS["icd10cm"] and len(category) == _CATEGORY:
            for concept, ranges in _RANGES.items():
                if any(first <= category <= last for first, last in ranges):
                    yield concept
