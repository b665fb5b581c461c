"""What the endpoint says it can do: its CapabilityStatement, read as far as pulling needs, and tolerantly."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

__all__ = ["Capability", "decode_capability"]


class _Parameter(msgspec.Struct):
    name: str | None = None


class _Resource(msgspec.Struct):
    type: str | None = None
    searchParam: list[_Parameter | None] | None = None


class _Rest(msgspec.Struct):
    mode: str | None = None
    resource: list[_Resource | None] | None = None


class _Software(msgspec.Struct):
    name: str | None = None
    version: str | None = None


class _Statement(msgspec.Struct):
    resourceType: str
    fhirVersion: str | None = None
    publisher: str | None = None
    software: _Software | None = None
    rest: list[_Rest | None] | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """`types` maps each listed type to its search parameters; empty where the statement lists no type."""

    software: str | None
    fhir_version: str | None
    types: Mapping[str, frozenset[str]]
    software_name: str | None = None
    publisher: str | None = None

    def lists(self, resource_type: str) -> bool:
        """A statement without any type says nothing: then each type is asked, and the answer tells."""
        return not self.types or resource_type in self.types

    def parameter(self, resource_type: str, *, usual: str) -> str | None:
        """The parameter that narrows a search to one patient; None where the endpoint lists only others."""
        listed = self.types.get(resource_type, frozenset())
        if not listed or usual in listed:
            return usual
        return next((name for name in ("patient", "subject") if name in listed), None)

    @property
    def is_r4(self) -> bool:
        """R4 and R4B read alike for the types used here; a statement without a version is believed."""
        return self.fhir_version is None or self.fhir_version.startswith("4.")


def decode_capability(body: bytes) -> Capability | None:
    """None where it is no CapabilityStatement."""
    try:
        statement = msgspec.json.decode(body, type=_Statement)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if statement.resourceType != "CapabilityStatement":
        return None
    types: dict[str, frozenset[str]] = {}
    for rest in statement.rest or ():
        if rest is None or rest.mode == "client":
            continue
        for listed in rest.resource or ():
            if listed is not None and listed.type:
                names = (parameter.name for parameter in listed.searchParam or () if parameter is not None)
                types[listed.type] = types.get(listed.type, frozenset()) | frozenset(filter(None, names))
    software = statement.software
    return Capability(
        software=_software(software),
        fhir_version=statement.fhirVersion,
        types=MappingProxyType(types),
        software_name=None if software is None else software.name,
        publisher=statement.publisher,
    )


def _software(named: _Software | None) -> str | None:
    shown = [part for part in (named.name, named.version) if part] if named is not None else []
    return " ".join(shown) or None
