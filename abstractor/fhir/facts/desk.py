"""What a translation works with: the record at hand, the tables, the records it may look up, and what it
remarks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from abstractor.chart import Source
from abstractor.codes import ValueSets
from abstractor.fhir.elements.datatypes import Reference, Resource
from abstractor.fhir.facts.coded import Lexicon, Part
from abstractor.fhir.references import resolve

__all__ = ["Desk", "Record", "Remarks"]

R = TypeVar("R", bound=Resource)

_new = tuple.__new__


class Record(Struct, Generic[R], frozen=True, gc=False):
    """A decoded resource under its identity ("Condition/1"), with the links of the Bundle that it came in.

    A Struct, as all short-lived values of a translation: a dataclass takes as long to make as its resource
    takes to decode.
    """

    type: str
    reference: str
    resource: R
    links: Mapping[str, str]
    version: str | None

    def source(self, path: str, value: str | float | bool | None) -> Source:
        """The element at that path of this record, as it stood."""
        # As `Source(...)` does, less one call: no value is made more often.
        return _new(Source, (self.reference, f"{self.type}.{path}", self.version, value))

    def cite(self, path: str, part: Part | None) -> tuple[Source, ...]:
        """A part of a coded element, where there is one."""
        return () if part is None else (self.source(f"{path}.{part[0]}", part[1]),)

    def named(self, reference: Reference | None, *, expected: str | None = None) -> str | None:
        """What a reference in this record names, as "Type/id"."""
        if reference is None:
            return None
        return resolve(reference.reference, self.links, expected=expected)

    @property
    def system(self) -> str | None:
        """The system that the record came from, where it says: its source, else who gave its identifier."""
        meta = self.resource.meta
        # What follows "#" is the number of a request, different for every record.
        if meta is not None and meta.source and (plain := meta.source.partition("#")[0]):
            return plain
        # Read of drugs and procedures only: those are what several systems send.
        for identifier in getattr(self.resource, "identifier", None) or ():
            assigner = identifier.assigner
            given_by = (assigner.reference or assigner.display) if assigner is not None else None
            if identifier.system or given_by:
                return identifier.system or given_by
        return None


@dataclass(slots=True)
class Remarks:
    """Doubts met while translating, by the flag that they raise; only those of facts that stand."""

    repaired: list[Source] = field(default_factory=list)
    undated: list[Source] = field(default_factory=list)
    assumed: list[Source] = field(default_factory=list)
    misspelt: list[Source] = field(default_factory=list)
    unknown: list[Source] = field(default_factory=list)
    unmapped: list[Source] = field(default_factory=list)
    partial: list[tuple[str, Source]] = field(default_factory=list)
    unclear: set[Source] = field(default_factory=set)

    def leave_open(self, said: str, source: Source) -> None:
        """A record that means something here and may be the opposite: its type was seen in part."""
        self.partial.append((said, source))
        self.unclear.add(source)


@dataclass(frozen=True, slots=True)
class Desk:
    """`own`: the patient's own records by reference; `shared` finds those that belong to no one patient."""

    lexicon: Lexicon
    zone: ZoneInfo
    own: Mapping[str, Record[Any]]
    shared: Callable[[str], Record[Any] | None]
    remarks: Remarks = field(default_factory=Remarks)

    @property
    def value_sets(self) -> ValueSets:
        return self.lexicon.value_sets
