"""The result: what was decided about one patient on one date, with the evidence for everything it says.

The field names and their order are those of the public JSON (`abstractor.abstract/1`), so that writing an
abstract is walking its fields. `Evidence` is a chart's `Source` in the order the JSON wants it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from abstractor.chart import Completeness, Source
from abstractor.chart.lean import lean
from abstractor.dates import DateInterval

__all__ = [
    "SCHEMA",
    "SEVERITIES",
    "Abstract",
    "Criterion",
    "Evidence",
    "Finding",
    "Flag",
    "Inclusion",
    "LaterVerdict",
    "Line",
    "LineRef",
    "Phase",
    "ReportingPeriod",
    "Severity",
    "Stamps",
    "Verdict",
    "cite",
    "from_plain",
    "merged",
    "to_json",
    "to_plain",
]

SCHEMA = "abstractor.abstract/1"


class Verdict(StrEnum):
    """Every verdict of criteria, sequencing, labels, measures and inclusion."""

    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"
    INCLUDED = "included"
    EXCLUDED = "excluded"
    REVIEW = "review"
    PREFERRED = "preferred"
    ACCEPTABLE = "acceptable"
    NOT_PREFERRED = "not-preferred"
    NOT_RECOMMENDED = "not-recommended"
    NOT_ADDRESSED = "not-addressed"
    INDETERMINATE = "indeterminate"
    EXCEPTION = "exception"
    ON_LABEL = "on-label"
    OFF_LABEL = "off-label"
    PENDING = "pending"


class Severity(StrEnum):
    CRITICAL = "critical"
    DISCORDANT = "discordant"
    REVIEW = "review"
    DATA_QUALITY = "data-quality"


SEVERITIES: tuple[Severity, ...] = tuple(Severity)


class Evidence(NamedTuple):
    """A tuple, as `Source` is."""

    resource: str
    version: str | None
    path: str
    value: str | float | bool | None


_new = tuple.__new__


def cite(*sources: Source) -> tuple[Evidence, ...]:
    """Sources as evidence, each once, by resource and then path."""
    every = {
        _new(Evidence, (resource, version, path, _as_written(value)))
        for resource, path, version, value in sources
    }
    return _ordered(every)


def _as_written(value: str | float | bool | None) -> str | float | bool | None:
    """64, not 64.0: a whole number stands in a record without a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def merged(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Evidence from several places, each once, by resource and then path."""
    return _ordered(set(evidence))


def _ordered(evidence: set[Evidence]) -> tuple[Evidence, ...]:
    if len(evidence) < 2:
        return tuple(evidence)
    return tuple(sorted(evidence, key=lambda e: (e.resource, e.path, e.version or "", str(e.value))))


@dataclass(frozen=True, slots=True)
class ReportingPeriod:
    """The abstraction period, both days included, in the site's zone."""

    start: date
    end: date
    timezone: str


@lean
@dataclass(frozen=True, slots=True)
class Criterion:
    """`reason` is a code wherever the verdict is not met."""

    criterion: str
    verdict: Verdict
    reason: str | None
    statement: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`by_definition` holds (definition, verdict) pairs; it is written as an object."""

    cohort: str
    verdict: Verdict
    definition: str | None
    by_definition: tuple[tuple[str, Verdict], ...]
    sensitive: bool
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    agents: tuple[str, ...]
    start: DateInterval
    end: DateInterval | None


@lean
@dataclass(frozen=True, slots=True)
class Line:
    """A line of therapy; `end` is null while it goes on at as_of."""

    setting: str
    number: int
    agents: tuple[str, ...]
    regimen: str | None
    her2_directed: bool
    start: DateInterval
    end: DateInterval | None
    end_reason: str
    opened_because: str
    phases: tuple[Phase, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, order=True)
class LineRef:
    setting: str
    number: int


@dataclass(frozen=True, slots=True)
class LaterVerdict:
    edition: str
    verdict: Verdict


@lean
@dataclass(frozen=True, slots=True)
class Finding:
    """One rule decided: what was expected, by whom, on that date, and what the chart shows."""

    rule: str
    line: LineRef | None
    phase: str | None
    decision_date: DateInterval
    in_period: bool
    authority: str
    edition: str
    also: str | None
    verdict: Verdict
    advisory: bool
    statement: str
    citation: str
    later: tuple[LaterVerdict, ...]
    would_clear: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@lean
@dataclass(frozen=True, slots=True)
class Flag:
    code: str
    severity: Severity
    statement: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Stamps:
    """What the abstract was made with: the same stamps and the same chart give the same bytes."""

    program: str
    editions: tuple[str, ...]
    value_sets: str
    line_policy: str
    chart: str


@dataclass(frozen=True, slots=True)
class Abstract:
    patient: str
    period: ReportingPeriod
    as_of: date
    inclusion: Inclusion
    lines: tuple[Line, ...]
    findings: tuple[Finding, ...]
    flags: tuple[Flag, ...]
    flagged: bool
    completeness: tuple[Completeness, ...]
    stamps: Stamps


def to_plain(abstract: Abstract) -> dict[str, Any]:
    """The public JSON object, keys in the contract's order."""
    plain = {"schema": SCHEMA, **_object(abstract)}
    plain["inclusion"]["by_definition"] = {name: str(v) for name, v in abstract.inclusion.by_definition}
    return plain


def to_json(abstract: Abstract) -> str:
    """One line of JSON, UTF-8, no trailing newline."""
    return _WRITER.encode(to_plain(abstract))


_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_AS_THEY_ARE = frozenset({str, int, float, bool, type(None)})


def _object(value: Any) -> dict[str, Any]:
    kind: Any = type(value)
    names, held = _fields_of(kind)
    # Most parts are text: those are not worth a call each.
    parts = [each if type(each) in _AS_THEY_ARE else _plain(each) for each in held(value)]
    return dict(zip(names, parts, strict=True))


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is tuple:
        return [each if type(each) in _AS_THEY_ARE else _plain(each) for each in value]
    if kind is Evidence:
        return value._asdict()
    if kind is date:
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else _object(value)


def from_plain(plain: dict[str, Any]) -> Abstract:
    """The abstract that `to_plain` wrote; a key that is missing raises `KeyError`."""
    if plain["schema"] != SCHEMA:
        raise ValueError("an abstract of another schema")
    held = {name: value for name, value in plain.items() if name != "schema"}
    held["inclusion"] = dict(
        held["inclusion"], by_definition=list(held["inclusion"]["by_definition"].items())
    )
    built = _builder(Abstract)(held)
    if not isinstance(built, Abstract):
        raise TypeError("not an abstract")
    return built


_Build = Callable[[Any], Any]


@cache
def _builder(kind: Any) -> _Build:
    """What makes a value of that type from its JSON form: objects by their fields, arrays as tuples."""
    if isinstance(kind, UnionType):
        real = [option for option in get_args(kind) if option is not type(None)]
        return _as_is if len(real) > 1 else _or_none(_builder(real[0]))
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        return _each(_builder(inner[0])) if inner[-1] is Ellipsis else _in_turn(*map(_builder, inner))
    if kind is date:
        return date.fromisoformat
    if kind is Evidence:
        return _evidence
    if isinstance(kind, type) and is_dataclass(kind):
        return _by_fields(kind)
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else _as_is


def _as_is(value: Any) -> Any:
    return value


def _or_none(build: _Build) -> _Build:
    return build if build is _as_is else lambda value: None if value is None else build(value)


def _each(build: _Build) -> _Build:
    return tuple if build is _as_is else lambda values: tuple([build(value) for value in values])


def _in_turn(*builds: _Build) -> _Build:
    return lambda values: tuple(build(value) for build, value in zip(builds, values, strict=True))


def _evidence(value: Any) -> Evidence:
    return _new(Evidence, (value["resource"], value["version"], value["path"], value["value"]))


def _by_fields(kind: type) -> _Build:
    builds = [(name, _builder(hint)) for name, hint in get_type_hints(kind).items()]
    return lambda value: kind(**{name: build(value[name]) for name, build in builds})
