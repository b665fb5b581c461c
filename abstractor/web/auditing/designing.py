"""The form by which an audit is defined: its fields as they stand, and the design that they mean.

The fields are shown again as they were sent, whatever is wrong with them.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, Form

from abstractor.errors import OptionError
from abstractor.workflow.auditing.design import MOST_A_STAGE, Charts, Design, Hidden, Stratify

__all__ = ["DesignForm", "Fields", "design_of", "due_on_of"]

LONGEST_LIST = 20_000
MOST_CHARTS = 100_000
Short = Annotated[str, Form(max_length=200)]
Ticked = Annotated[list[str], Form(max_length=200)]
Choice = TypeVar("Choice", bound=StrEnum)
_SEPARATED = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Fields:
    """`reading` is "1", "2" or "share"; `share` and `prevalence` are in percent."""

    title: str = ""
    cycle_id: str = ""
    charts: str = "flagged"
    size: str = "50"
    strata: tuple[str, ...] = ()
    listed: str = ""
    rules: tuple[str, ...] = ()
    criteria: bool = True
    equal_shares: bool = True
    lines: bool = True
    reading: str = "2"
    share: str = "50"
    hides: tuple[str, ...] = ("other",)
    lease_hours: str = "8"
    calibration: str = "0"
    due_on: str = ""
    seed: str = ""
    kappa: str = "0.8"
    prevalence: str = "30"
    half_width: str = "0.15"


def _fields(
    title: Short = "",
    cycle_id: Short = "",
    charts: Short = "flagged",
    size: Short = "",
    strata: Ticked = [],  # noqa: B006 - a form's default, which FastAPI copies
    listed: Annotated[str, Form(max_length=LONGEST_LIST)] = "",
    rules: Ticked = [],  # noqa: B006 - likewise
    criteria: Short = "",
    equal_shares: Short = "",
    lines: Short = "",
    reading: Short = "2",
    share: Short = "",
    hides: Ticked = [],  # noqa: B006 - likewise
    lease_hours: Short = "8",
    calibration: Short = "0",
    due_on: Short = "",
    seed: Short = "",
) -> Fields:
    return Fields(
        title=title.strip(),
        cycle_id=cycle_id,
        charts=charts,
        size=size,
        strata=tuple(strata),
        listed=listed,
        rules=tuple(rules),
        criteria=bool(criteria),
        equal_shares=bool(equal_shares),
        lines=bool(lines),
        reading=reading,
        share=share,
        hides=tuple(hides),
        lease_hours=lease_hours,
        calibration=calibration,
        due_on=due_on,
        seed=seed,
    )


def _planned(
    fields: Annotated[Fields, Depends(_fields)],
    kappa: Short = "0.8",
    prevalence: Short = "30",
    half_width: Short = "0.15",
) -> Fields:
    return replace(fields, kappa=kappa, prevalence=prevalence, half_width=half_width)


DesignForm = Annotated[Fields, Depends(_planned)]


def design_of(fields: Fields) -> Design:
    """`OptionError` says which field makes no sense. What belongs to a choice not made is passed by."""
    charts = _one_of(Charts, fields.charts, "which charts")
    share = fields.reading == "share"
    return Design(
        charts=charts,
        seed=_whole(fields.seed, "the seed", most=2**63 - 1, least=0),
        size=_whole(fields.size, "the size of the sample", most=MOST_CHARTS)
        if charts is Charts.SAMPLE
        else None,
        strata=tuple(_one_of(Stratify, each, "the strata") for each in fields.strata),
        listed=_listed(fields.listed) if charts is Charts.LISTED else (),
        rules=tuple(sorted(set(fields.rules))),
        criteria=fields.criteria,
        equal_shares=fields.equal_shares,
        lines=fields.lines,
        readers=2 if fields.reading == "2" else 1,
        double_share=_whole(fields.share, "the share read twice", most=100, least=0) / 100 if share else 0.0,
        hides=tuple(_one_of(Hidden, each, "what is hidden") for each in fields.hides),
        lease_minutes=60 * _whole(fields.lease_hours, "the hours of a claim", most=7 * 24),
        calibration=_whole(fields.calibration, "the training charts a stage", most=MOST_A_STAGE, least=0),
    )


def due_on_of(fields: Fields) -> date | None:
    if not fields.due_on:
        return None
    try:
        return date.fromisoformat(fields.due_on)
    except ValueError:
        raise OptionError("the due date is written as 2026-12-31") from None


def _one_of(kind: type[Choice], given: str, what: str) -> Choice:
    try:
        return kind(given)
    except ValueError:
        raise OptionError(f"{what}: choose one of {', '.join(kind)}") from None


def _whole(given: str, what: str, *, most: int, least: int = 1) -> int:
    written = given.strip()
    if not (written.isascii() and written.isdigit() and len(written) < 20 and least <= int(written) <= most):
        raise OptionError(f"{what} is a whole number, {least} to {most}")
    return int(written)


def _listed(written: str) -> tuple[int, ...]:
    """Numbers of charts as the queue shows them ("Chart 17", or 17), each once."""
    words = [word for word in _SEPARATED.split(written) if word and word.lower() != "chart"]
    numbers = [_whole(word, "each chart of the list", most=2**31 - 1) for word in words]
    if len(numbers) > MOST_CHARTS:
        raise OptionError(f"a list has at most {MOST_CHARTS} charts")
    return tuple(dict.fromkeys(numbers))
