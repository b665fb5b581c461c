"""How one kind of endpoint wants to be asked: the facts of a dialect's file, as a value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

__all__ = ["BulkWays", "Dialect", "FanOut", "TypeWays"]


@dataclass(frozen=True, slots=True)
class FanOut:
    """One search for each value. `whole`: every resource of the type must carry one, so nothing is missed.

    `at_once`: a plain search is known to be refused; otherwise it is tried first.
    """

    parameter: str
    values: tuple[str, ...]
    whole: bool = False
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class TypeWays:
    """How one type is asked for. `takes` names the parameters that are taken, where exactly those are known.

    `parameter` narrows a search to a patient; without one the type is not searched by patient.
    `population`: it is searched over all patients, too. `lists` is how many patients one search may name.
    `since` finds what changed; without it the type is fetched anew.
    """

    parameter: str | None = None
    always: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    fan_out: FanOut | None = None
    offered: bool = True
    population: bool = True
    takes: tuple[str, ...] = ()
    lists: int = 1
    page_size: int | None = None
    since: str | None = None
    since_prefixes: tuple[str, ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()  # parameters that are refused together

    def may_send(self, parameter: str) -> bool:
        return not self.takes or parameter in self.takes


@dataclass(frozen=True, slots=True)
class BulkWays:
    """`commas`: several types stand in one `_type`. `filters`: how many `_typeFilter` a type may have."""

    levels: tuple[str, ...] = ("group", "patient", "system")
    left_out: tuple[str, ...] = ()
    commas: bool = True
    one_job: bool = False
    filters: int | None = None
    filter_refuses: tuple[str, ...] = ()
    most_patients: int | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """`software` and `publishers` are what the CapabilityStatement of such an endpoint says."""

    name: str
    software: tuple[str, ...]
    publishers: tuple[str, ...]
    default: TypeWays
    types: Mapping[str, TypeWays]
    bulk: BulkWays

    def ways(self, resource_type: str) -> TypeWays:
        return self.types.get(resource_type, self.default)

    def with_categorised(self, types: Collection[str]) -> "Dialect":
        """The clinic confirmed that each record of these types carries one of the categories asked for."""
        told = {name: _whole_by_category(self.ways(name)) for name in types}
        return replace(self, types=MappingProxyType({**self.types, **told}))


def _whole_by_category(ways: TypeWays) -> TypeWays:
    if ways.fan_out is None or ways.fan_out.parameter != "category":
        return ways
    return replace(ways, fan_out=replace(ways.fan_out, whole=True))
