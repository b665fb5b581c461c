"""Abstracts as JSON Lines: the public JSON, one a line, patients by reference."""

from collections.abc import Iterable
from typing import IO

from abstractor.abstract import Abstract, to_json

__all__ = ["write_jsonl"]


def write_jsonl(abstracts: Iterable[Abstract], out: IO[str]) -> int:
    """Write them in the order of their patients' references; how many."""
    ordered = sorted(abstracts, key=lambda abstract: abstract.patient)
    for abstract in ordered:
        out.write(to_json(abstract))
        out.write("\n")
    return len(ordered)
