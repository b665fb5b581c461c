"""FHIR's data types, as far as we read them. JSON's null reads as absent; fields that we do not name are
skipped.
"""

from msgspec import Struct

from abstractor.dates import DateInterval
from abstractor.fhir.repairs import Repair

__all__ = [
    "Annotation",
    "Attachment",
    "CodeableConcept",
    "Coding",
    "Extension",
    "Identifier",
    "Meta",
    "Modifier",
    "Period",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "Resource",
    "When",
]


class When:
    """A date, dateTime or instant: as it stood, and the days in the site's zone that it can mean.

    Not a dataclass: the decoder would take one for a JSON object and never ask how to read the text.
    """

    __slots__ = ("days", "repair", "text")

    def __init__(self, text: str, days: DateInterval, *, repair: Repair | None = None) -> None:
        self.text = text
        self.days = days
        self.repair = repair

    @property
    def has_time(self) -> bool:
        return "T" in self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, When) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


class Coding(Struct, gc=False, frozen=True):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class CodeableConcept(Struct, gc=False, frozen=True):
    coding: tuple[Coding, ...] | None = None
    text: str | None = None


class Reference(Struct, gc=False):
    reference: str | None = None
    display: str | None = None


class Period(Struct, gc=False):
    start: When | None = None
    end: When | None = None


class Quantity(Struct, gc=False):
    """A Quantity, Age or Duration."""

    value: float | None = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None


class Range(Struct, gc=False):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Struct, gc=False):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Annotation(Struct, gc=False):
    """A comment on a record."""

    text: str | None = None


class Attachment(Struct, gc=False, rename="camel"):
    """A document or an address of one; `data` is base64."""

    content_type: str | None = None
    data: str | None = None
    title: str | None = None
    url: str | None = None


class Extension(Struct, gc=False, rename="camel"):
    """One that names a Condition, by reference or by code; others are read as far as their address."""

    url: str | None = None
    value_reference: Reference | None = None
    value_codeable_concept: CodeableConcept | None = None


class Meta(Struct, gc=False, rename="camel"):
    version_id: str | None = None
    last_updated: str | None = None
    source: str | None = None


class Identifier(Struct, gc=False):
    """Never used to join records: only to tell which system one came from."""

    system: str | None = None
    assigner: Reference | None = None


class Modifier(Struct, gc=False):
    """An extension that may change what its record means; none is known here, so only its address is read."""

    url: str | None = None


class Resource(Struct, gc=False, rename="camel", tag_field="resourceType"):
    """What every resource carries. `subject` is the patient, under whatever name the type gives it."""

    id: str | None = None
    meta: Meta | None = None
    implicit_rules: str | None = None
    modifier_extension: tuple[Modifier, ...] | None = None
    subject: Reference | None = None
