"""What a table's rules refuse, in words: which row, which column, what is wrong, and what to do.

A value that was refused may be a patient's: none is ever told, only where it stands.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from pandera.errors import SchemaErrors

from abstractor.errors import AbstractorError

__all__ = ["Broken", "broken_in", "refusal"]

_SHOWN = 5  # the rest is counted: an error is one line
_WORDS = {
    "not_nullable": "is empty",
    "multiple_fields_uniqueness": "stands in two rows that should be one",
    "field_uniqueness": "stands in two rows that should be one",
}
# How pandera calls a check of ours that has an argument.
_CHECKS = {
    "isin(": "is none of the values that it can have (docs/exports.md)",
    "greater_than_or_equal_to(": "is less than 0",
    "str_startswith(": "is no reference of a patient",
}


@dataclass(frozen=True, slots=True, order=True)
class Broken:
    """A rule that a row does not keep; rows count from 0."""

    row: int
    column: str
    wrong: str


def broken_in(refused: SchemaErrors, *, key: str, rules: Mapping[str, str]) -> tuple[Broken, ...]:
    """`key`: the columns that no two rows have the same. `rules`: by the name of a rule between columns, the
    column that it is told at.
    """
    at = {**rules, "multiple_fields_uniqueness": key}
    found = {
        Broken(index or 0, at.get(check) or column or key, _wrong(check))
        for column, check, index in refused.failure_cases.select("column", "check", "index").iter_rows()
    }
    return tuple(sorted(found))


def refusal(table: str, broken: Iterable[Broken], place: Callable[[int], str]) -> AbstractorError:
    """`place` says of a row whose it is, by a number that means nothing outside."""
    every = tuple(broken)
    told = "; ".join(f"{place(one.row)}, {one.column}: {one.wrong}" for one in every[:_SHOWN])
    more = f"; and {len(every) - _SHOWN} more" if len(every) > _SHOWN else ""
    return AbstractorError(
        f"the table {table} breaks its rules, so nothing was written. {told}{more}. "
        "Abstract these charts again; if that does not help, tell whoever maintains the program"
    )


def _wrong(check: str) -> str:
    known = next((words for start, words in _CHECKS.items() if check.startswith(start)), None)
    return known or _WORDS.get(check) or f"breaks the rule: {check.replace('_', ' ')}"
