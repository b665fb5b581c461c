"""The file of a case: what was asked of which chart, what the program said, and what readers say is right."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from abstractor.chart import Chart
from abstractor.errors import InputError
from abstractor.workflow.auditing.cases.plain import plain, valued

__all__ = ["SCHEMA", "Asked", "OverturnedCase", "case_from_json", "case_to_json"]

SCHEMA = "abstractor.case/1"


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of the cycle, its days moved with those of the chart."""

    start: date
    end: date
    as_of: date
    timezone: str
    definition: str
    gap_days: int
    cohort: str


@dataclass(frozen=True, slots=True)
class OverturnedCase:
    """`item` is the key of what was overruled; `expected` the verdict that readers settled on, null: there
    should be no such finding. `editions`, `value_sets` and `program` stamp what was overruled.
    """

    item: str
    program_said: str | None
    expected: str | None
    reason: str | None
    program: str
    editions: tuple[str, ...]
    value_sets: str
    asked: Asked
    chart: Chart


def case_to_json(case: OverturnedCase) -> str:
    """Several lines, for people to read and to compare; ends with a new line."""
    return json.dumps({"schema": SCHEMA, **plain(case)}, indent=1, ensure_ascii=False) + "\n"


def case_from_json(text: str, *, name: str) -> OverturnedCase:
    """`InputError` names the file and what is wrong with it, never what stands in it."""
    try:
        held: Any = json.loads(text)
    except ValueError as wrong:
        raise InputError(
            f"{name}: not JSON ({type(wrong).__name__}); make it anew with `abstractor audit cases`"
        ) from None
    if not isinstance(held, dict) or held.get("schema") != SCHEMA:
        raise InputError(f"{name}: no case of schema {SCHEMA}; name files that `abstractor audit cases` made")
    try:
        case: OverturnedCase = valued(OverturnedCase, {key: held[key] for key in held if key != "schema"})
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise InputError(
            f"{name}: it cannot be read as a case ({type(wrong).__name__}); "
            "make it anew with `abstractor audit cases`"
        ) from None
    return case
