"""Every repair that reading makes: what is met, what it is read as, what that raises, and why it is safe.

This is the one list; docs/dirty-data.md prints it. Nothing else is mended: what else is wrong with an element
that we read is quarantined. A repair is counted where the record is decoded, whatever its facts come to.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from abstractor.dates import DateInterval

__all__ = ["REPAIRS", "Declared", "Repair", "as_status", "is_fhir_id", "is_placeholder", "spelt"]


class Repair(StrEnum):
    ZONE_ASSUMED = "zone-assumed"
    DATE_SPELLING = "date-spelling"
    DATE_PLACEHOLDER = "date-placeholder"
    STATUS_SPELLING = "status-spelling"
    ID_SHAPE = "id-shape"


@dataclass(frozen=True, slots=True)
class Declared:
    """`flag` is raised where a fact that stands rests on it; null where nothing can differ."""

    repair: Repair
    met: str
    read_as: str
    flag: str | None
    safe: str


REPAIRS = (
    Declared(
        Repair.ZONE_ASSUMED,
        "a dateTime without its zone (`2022-06-14T22:30:00`)",
        "the same time in the site's zone",
        "date-repaired",
        "a clinic writes its own clock; the day is at most one off, and the flag names each date",
    ),
    Declared(
        Repair.DATE_SPELLING,
        "blanks around a date, a time without seconds (`22:30Z`), a leap second",
        "the same minute",
        None,
        "rules use days, and the day is the same",
    ),
    Declared(
        Repair.DATE_PLACEHOLDER,
        "a day that systems write where they hold none: 1899-12-30, 1899-12-31, 1900-01-01, and "
        "second zero of 1970 in UTC",
        "no date; the next element that holds one is used",
        "date-repaired",
        "nobody was treated then; what rests on an undated fact is `date-uncertain` or unknown",
    ),
    Declared(
        Repair.STATUS_SPELLING,
        "a status in capitals, with blanks or underscores (`Entered in Error`, `NOT_DONE`)",
        "the code in FHIR's spelling (`entered-in-error`, `not-done`)",
        "status-assumed",
        "no two codes of FHIR differ in that alone; unread, a record marked as a mistake would count",
    ),
    Declared(
        Repair.ID_SHAPE,
        "an id with other signs than FHIR's (`_`) or longer than 64, up to 128",
        "that very id",
        None,
        "an id only tells records apart; what could not stand in a reference is quarantined",
    ),
)

_FHIR_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BETWEEN = re.compile(r"[\s_-]+")
_NO_DAYS = frozenset({date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1)})
_NO_DAYS_WRITTEN = tuple(day.isoformat() for day in _NO_DAYS)
_UNIX_ZERO = re.compile(r"1970-01-01T00:00(?::00(?:\.0+)?)?(?:Z|[+-]00:00)")


def is_fhir_id(text: str) -> bool:
    return _FHIR_ID.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def as_status(text: str) -> str:
    """A status in FHIR's spelling; the same text where it is in it already."""
    return text if _CODE.fullmatch(text) else _BETWEEN.sub("-", text.strip().lower())


def spelt(text: str | None) -> str | None:
    """The same of a status that may be absent."""
    return None if text is None else as_status(text)


def is_placeholder(text: str, days: DateInterval) -> bool:
    """Is it such a day, as it is written or in the site's zone?"""
    if days.latest > date(1970, 1, 1):
        return False
    if days.is_exact and days.earliest in _NO_DAYS:
        return True
    plain = text.strip()
    return plain.startswith(_NO_DAYS_WRITTEN) or _UNIX_ZERO.fullmatch(plain) is not None
