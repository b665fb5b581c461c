"""What `abstractor doctor` reports, as values and as the JSON `abstractor.doctor/1`; nothing of a patient."""

import json
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from abstractor.errors import StoreError

__all__ = [
    "SCHEMA",
    "Checked",
    "DoctorReport",
    "Element",
    "Estimate",
    "RuleLine",
    "ScopeLine",
    "StepLine",
    "TypeLine",
    "report_in",
    "written",
]

SCHEMA = "abstractor.doctor/1"
R = TypeVar("R")
_HOURS = 120  # so many minutes are told as hours


@dataclass(frozen=True, slots=True)
class StepLine:
    """`mark`: fine, look (something to mend), or stop (what comes after it was not tried)."""

    name: str
    mark: str
    found: str
    mend: str | None


@dataclass(frozen=True, slots=True)
class ScopeLine:
    asked: str
    granted: str
    partly: tuple[str, ...]
    not_granted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeLine:
    """How one type came for the one patient tried: `state` as in an abstract's completeness, `said` and
    `details` as in the ledger, `why` the details in words.
    """

    type: str
    state: str
    said: str
    asked: tuple[str, ...]
    details: tuple[str, ...]
    why: tuple[str, ...]
    count: int
    total: int | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """`sight`: runs, in-part, blind or untried. `says` is one sentence for it; `because` names types."""

    kind: str
    id: str
    title: str
    sight: str
    says: str
    never: tuple[str, ...]
    because: tuple[str, ...]
    cases: int
    decided: int
    otherwise: int


@dataclass(frozen=True, slots=True)
class Element:
    path: str
    resources: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Of so many resources checked against the FHIR model, so many do not fit it."""

    type: str
    checked: int
    failing: int
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of a first pull by search, if all patients are like the one tried, who took `requests_each`. Null where
    the number of patients is not known. `requests` and `minutes` are the most: everything for each patient.
    The least: what need not be asked again is asked once, and of several patients together what can be.
    """

    patients: int | None
    requests_each: int
    requests: int | None
    milliseconds_each: int
    minutes: float | None
    requests_least: int | None = None
    minutes_least: float | None = None

    @property
    def takes(self) -> str | None:
        """ "3 to 17 minutes", null where the number of patients is not known."""
        if self.minutes is None:
            return None
        if self.minutes < 1:
            return "less than a minute"
        hours = self.minutes >= _HOURS
        unit, one = ("hours", 60.0) if hours else ("minutes", 1.0)
        most = f"{self.minutes / one:.{1 if hours else 0}f}"
        least = f"{(self.minutes_least or 0) / one:.{1 if hours else 0}f}"
        if least == most:
            return f"about {most} {unit}"
        return f"{least} to {most} {unit}" if float(least) else f"at most {most} {unit}"


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """`outcome`: ready (every criterion and rule can run), blind (some cannot, or not whole), or stopped."""

    schema: str
    program: str
    made_at: str
    clinic: str | None
    base_url: str
    outcome: str
    steps: tuple[StepLine, ...]
    software: str | None
    fhir_version: str | None
    dialect: str | None
    scopes: ScopeLine | None
    types: tuple[TypeLine, ...]
    rules: tuple[RuleLine, ...]
    conformance: tuple[Checked, ...]
    bulk_levels: tuple[str, ...]
    changes_by: tuple[str, ...]
    estimate: Estimate | None
    ticket: str

    @property
    def stopped(self) -> bool:
        return self.outcome == "stopped"

    @property
    def blind(self) -> tuple[RuleLine, ...]:
        return tuple(rule for rule in self.rules if rule.sight == "blind")


def written(report: DoctorReport) -> str:
    """One JSON object on one line."""
    return json.dumps(asdict(report), ensure_ascii=False)


def report_in(document: str) -> DoctorReport:
    """`StoreError` where another version of the program wrote it in another way."""
    try:
        held = json.loads(document)
        if held["schema"] != SCHEMA:
            raise ValueError(held["schema"])
        return _value(DoctorReport, held)
    except (ValueError, KeyError, TypeError):
        said = "the kept report is of another version of this program: run `abstractor doctor` again"
        raise StoreError(said) from None


def _value(kind: type[R], held: Mapping[str, Any]) -> R:
    hints = get_type_hints(kind)
    described = fields(kind)  # type: ignore[arg-type] # only asked of our dataclasses
    told = [each.name for each in described if each.name in held or each.default is MISSING]
    return kind(**{name: _part(hints[name], held[name]) for name in told})


def _part(kind: Any, held: Any) -> Any:
    if isinstance(kind, UnionType):
        (some,) = (one for one in get_args(kind) if one is not type(None))
        return None if held is None else _part(some, held)
    if get_origin(kind) is tuple:
        return tuple(_part(get_args(kind)[0], one) for one in held)
    return _value(kind, held) if isinstance(kind, type) and is_dataclass(kind) else held
