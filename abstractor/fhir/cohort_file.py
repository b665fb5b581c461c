"""The cohort as IT writes it down: one patient a line, by id ("Patient/1") or by record number.

A record number is never taken for an id: in many hospitals one patient's number is another one's id.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from abstractor.errors import InputError
from abstractor.fhir.about import patient_id

__all__ = ["ById", "ByNumber", "Unusable", "WrittenLine", "read_cohort_file"]

_COMMENT = "#"
_BY_ID = "Patient/"


@dataclass(frozen=True, slots=True)
class ById:
    """ "Patient/1", as the clinic's endpoint names its patients."""

    line: int
    reference: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ByNumber:
    """A record number; `system` says whose numbers they are, None where the line does not."""

    line: int
    value: str = field(repr=False)
    system: str | None = None

    @property
    def searched(self) -> str:
        """As FHIR searches for it. These characters mean something there, so they are escaped."""
        value = self.value
        for mark in ("\\", ",", "$", "|"):
            value = value.replace(mark, f"\\{mark}")
        return value if self.system is None else f"{self.system}|{value}"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line that names nobody who could be asked for."""

    line: int


WrittenLine = ById | ByNumber | Unusable


def read_cohort_file(path: Path) -> tuple[WrittenLine, ...]:
    """The lines that name a patient; empty ones and those that begin with "#" are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text: save it as UTF-8") from None
    except OSError as problem:
        raise InputError(f"{path} cannot be read: {problem.strerror}") from None
    found = tuple(_lines(text))
    if not found:
        raise InputError(f'{path} names no patient: write one a line, as "Patient/1" or as a record number')
    return found


def _lines(text: str) -> Iterator[WrittenLine]:
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words and not words.startswith(_COMMENT):
            yield _one(number, words)


def _one(line: int, words: str) -> WrittenLine:
    if words.startswith(_BY_ID):
        return ById(line, words) if patient_id(words) is not None else Unusable(line)
    system, bar, value = (part.strip() for part in words.rpartition("|"))
    if not value or (bar and not system):
        return Unusable(line)
    return ByNumber(line, value, system if bar else None)
