"""What a clinic's CapabilityStatement promises, beside what the plan needs of it."""

from collections.abc import Iterator, Sequence

import msgspec

from abstractor.fhir.capability import Capability
from abstractor.fhir.examining.values import Mark, Step
from abstractor.fhir.plan import Plan
from abstractor.fhir.types import SHARED_TYPES

__all__ = ["bulk_levels", "stated"]

_LEVELS = {"Group": "group", "Patient": "patient"}
_EXPORT = "export"
_NOBODY = "1"


class _Operation(msgspec.Struct):
    name: str | None = None


class _Resource(msgspec.Struct):
    type: str | None = None
    operation: list[_Operation | None] | None = None


class _Rest(msgspec.Struct):
    resource: list[_Resource | None] | None = None
    operation: list[_Operation | None] | None = None


class _Statement(msgspec.Struct):
    rest: list[_Rest | None] | None = None


def bulk_levels(body: bytes) -> tuple[str, ...]:
    """Of what the statement says that an export can be had: "group", "patient", "system"."""
    try:
        statement = msgspec.json.decode(body, type=_Statement)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ()
    found: set[str] = set()
    for rest in statement.rest or ():
        for listed in (rest.resource if rest is not None else None) or ():
            if listed is not None and listed.type in _LEVELS and _exports(listed.operation):
                found.add(_LEVELS[listed.type])
        if rest is not None and _exports(rest.operation):
            found.add("system")
    return tuple(sorted(found))


def _exports(operations: Sequence[_Operation | None] | None) -> bool:
    """Vendors name it `export`, `group-export` or `$export`."""
    return any((one.name or "").endswith(_EXPORT) for one in operations or () if one is not None)


def stated(capability: Capability, plan: Plan, named: str, types: Sequence[str]) -> Iterator[Step]:
    dialect = plan.dialect
    version = capability.fhir_version or "no version told"
    software = capability.software or "software that does not name itself"
    yield Step("statement", Mark.FINE, f"{software}, FHIR {version}")
    why = "as the setup says"
    if named == "auto":
        said = capability.software_name or capability.publisher
        why = (
            f"by what the endpoint says of itself ({said})" if dialect.software and said else "the usual one"
        )
    yield Step("dialect", Mark.FINE, f"asked in the dialect {dialect.name}, {why}")
    missing = [name for name in types if not capability.lists(name) and name not in SHARED_TYPES]
    if missing:
        said = f"the statement does not list {', '.join(missing)}: they are not asked for"
        mend = "ask the EHR team whether these types can be switched on for this endpoint"
        yield Step("types", Mark.LOOK, said, mend)
    elif capability.types:
        yield Step("types", Mark.FINE, "every type that is read for a patient is listed")
    else:
        yield Step(
            "types", Mark.LOOK, "the statement lists no types at all: each is asked, and the answer tells"
        )
    unlisted = list(_unlisted(capability, plan, types))
    if unlisted:
        said = f"the statement does not list these search parameters: {', '.join(unlisted)}"
        mend = "they are asked all the same: what came, below, says whether they work"
        yield Step("parameters", Mark.LOOK, said, mend)
    elif capability.types:
        yield Step("parameters", Mark.FINE, "every search parameter that is needed is listed")


def _unlisted(capability: Capability, plan: Plan, types: Sequence[str]) -> Iterator[str]:
    """ "Observation (category)", of the types that list parameters at all."""
    for name in types:
        listed = capability.types.get(name, frozenset())
        if not listed or not plan.searched(name):
            continue
        asked = {key for search in plan.asking(name, _NOBODY).searches for key in search}
        missing = sorted(key for key in asked if not key.startswith("_") and key not in listed)
        if missing:
            yield f"{name} ({', '.join(missing)})"
