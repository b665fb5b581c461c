"""Dialects read from their files, and the one that an endpoint speaks by what its CapabilityStatement says.

A complaint names the file, the line and what to write instead: a fact that is lost to a typo costs records.
"""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, NoReturn, TypeVar

import msgspec

from abstractor.errors import OptionError
from abstractor.fhir.capability import Capability
from abstractor.fhir.dialects.dialect import BulkWays, Dialect, FanOut, TypeWays

__all__ = ["DIALECTS", "dialect", "dialect_from", "dialect_of"]

DIALECTS = ("plain", "epic", "oracle", "athena")
_QUOTED = re.compile(r"`(?:\$\.)?([A-Za-z_]+)[^`]*`$")
T = TypeVar("T")


class _FanOut(msgspec.Struct, forbid_unknown_fields=True):
    parameter: str
    values: tuple[str, ...]
    whole: bool = False
    at_once: bool = False


class _Ways(msgspec.Struct, forbid_unknown_fields=True):
    parameter: str | None = None
    always: dict[str, str] = {}
    fan_out: _FanOut | None = None
    offered: bool = True
    population: bool = True
    takes: tuple[str, ...] = ()
    lists: int = 1
    page_size: int | None = None
    since: Literal["_lastUpdated", "refetch"] = "refetch"
    since_prefixes: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()


class _Bulk(msgspec.Struct, forbid_unknown_fields=True):
    levels: tuple[Literal["group", "patient", "system"], ...]
    left_out: tuple[str, ...] = ()
    commas: bool = True
    one_job: bool = False
    filters: int | None = None
    filter_refuses: tuple[str, ...] = ()
    most_patients: int | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    software: tuple[str, ...]
    publishers: tuple[str, ...]
    bulk: dict[str, Any]
    default: dict[str, Any] = {}
    types: dict[str, dict[str, Any]] = {}


@cache
def dialect(name: str) -> Dialect:
    if name not in DIALECTS:
        raise OptionError(f"no dialect is called so: choose one of {', '.join(DIALECTS)}, or auto")
    return dialect_from(_text(name), name=name)


def dialect_of(capability: Capability, *, named: str = "auto") -> Dialect:
    """The one named; of "auto" that whose software or publisher the endpoint says it is, else plain."""
    if named != "auto":
        return dialect(named)
    known = (dialect(name) for name in DIALECTS)
    return next((one for one in known if _is_spoken(one, capability)), dialect("plain"))


def dialect_from(text: str, *, name: str) -> Dialect:
    """What the file does not say of a type is as in `plain`."""
    told = _file(text, name)
    plain = told if name == "plain" else _file(_text("plain"), "plain")
    for section, table in {"default": told.default, **told.types}.items():
        shown = section if section == "default" else f"types.{section}"
        _converted(table, _Ways, name=name, text=text, section=shown)
    bulk = _converted(told.bulk, _Bulk, name=name, text=text, section="bulk")
    default = {**plain.default, **told.default}
    types = {
        each: _ways(
            {**plain.default, **plain.types.get(each, {}), **told.default, **told.types.get(each, {})}
        )
        for each in {**plain.types, **told.types}
    }
    return Dialect(
        name,
        told.software,
        told.publishers,
        _ways(default),
        MappingProxyType(types),
        BulkWays(**msgspec.structs.asdict(bulk)),
    )


def _text(name: str) -> str:
    return (files("abstractor.fhir.dialects") / f"{name}.toml").read_text(encoding="utf-8")


def _file(text: str, name: str) -> _File:
    try:
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise OptionError(f"{name}.toml: no TOML: {problem}; write one fact a line as key = value") from None
    return _converted(held, _File, name=name, text=text, section="")


def _converted(table: Mapping[str, Any], kind: type[T], *, name: str, text: str, section: str) -> T:
    try:
        return msgspec.convert(table, type=kind)
    except msgspec.ValidationError as problem:
        said = str(problem)
    _refuse(said, kind, name=name, text=text, section=section)


def _refuse(said: str, kind: type[Any], *, name: str, text: str, section: str) -> NoReturn:
    found = _QUOTED.search(said)
    key = found[1] if found is not None else ""
    near = get_close_matches(key, kind.__struct_fields__, n=1) if "unknown field" in said else []
    mend = f": did you mean {near[0]}?" if near else f": the keys are {', '.join(kind.__struct_fields__)}"
    raise OptionError(f"{name}.toml:{_line(text, section, key)}: {said}{mend}")


def _line(text: str, section: str, key: str) -> int:
    """Where the key stands in its section, or where the section begins."""
    lines = text.splitlines()
    heads = [at for at, line in enumerate(lines) if line.startswith((f"[{section}]", f"[{section}."))]
    start = heads[0] if section and heads else 0
    written = re.compile(rf"\s*(?:\[{re.escape(section)}\.)?{re.escape(key)}\b")
    return next((at for at in range(start, len(lines)) if key and written.match(lines[at])), start) + 1


def _ways(table: Mapping[str, Any]) -> TypeWays:
    told = msgspec.convert(table, type=_Ways)
    fields = msgspec.structs.asdict(told)
    fan_out = None if told.fan_out is None else FanOut(**msgspec.structs.asdict(told.fan_out))
    since = None if told.since == "refetch" else told.since
    always = MappingProxyType(told.always)
    return TypeWays(**{**fields, "fan_out": fan_out, "since": since, "always": always})


def _is_spoken(one: Dialect, capability: Capability) -> bool:
    name, publisher = (capability.software_name or "").casefold(), (capability.publisher or "").casefold()
    return name in map(str.casefold, one.software) or publisher in map(str.casefold, one.publishers)
