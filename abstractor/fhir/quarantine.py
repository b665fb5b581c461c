"""Records that could not be read: kept count of, never dropped, never guessed at.

A defect is named by code and by the path of the element; the value that stood there is shown nowhere.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["EXPLAINABLE", "Defect", "Quarantined"]


class Defect(StrEnum):
    NOT_JSON = "not-json"
    NOT_FHIR = "not-fhir"  # JSON, but no object with a resourceType
    NO_SUBJECT = "no-subject"  # no reference to a patient where one is required
    WRONG_TYPE = "wrong-type"  # an element that we read is of another JSON type
    IMPOSSIBLE_DATE = "impossible-date"
    TOLD_TWICE = "told-twice"  # a key that decides whose it is, or whether it counts, has two values
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    NOT_EXPANDED = "not-expanded"  # a Bundle that could not be taken apart
    DELETED = "deleted"  # by what an export says of deletions, which may be of before or after this copy


# What the FHIR model can say more about: whole JSON of a type that it knows.
EXPLAINABLE = frozenset({Defect.NO_SUBJECT, Defect.WRONG_TYPE, Defect.IMPOSSIBLE_DATE})


@dataclass(frozen=True, slots=True)
class Quarantined:
    """`patient` is null where the record names none; `reference` is "Type/id", by content where it shows no
    id. `version` is its meta.versionId, where that can still be read.

    `explained` is what `fhir.resources` says: paths and codes.
    """

    type: str
    origin: str
    path: str
    reason: Defect
    patient: str | None
    reference: str
    explained: tuple[str, ...] = ()
    version: str | None = None
