"""How much of a patient an export tells: study ids for references, shifted dates, codes for places.

What is keyed cannot be turned back without the key. A date that is not known to the day is left out of a
de-identified export: the first and last day of a shifted year would give the shift away.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta

from abstractor.dates import DateInterval
from abstractor.errors import InputError
from abstractor.export.subjects import Subject, Who

__all__ = [
    "KEY_BYTES",
    "LONGEST_SHIFT",
    "OLDEST",
    "Disclosure",
    "StudyKey",
    "new_study_key",
    "precision_of",
    "shift_of",
]

KEY_BYTES = 32
OLDEST = 90  # the age of everybody who is older than 89
LONGEST_SHIFT = 365  # days, into the past
_ID_BYTES = 10  # 80 bits: no two of a health system's patients or records meet


@dataclass(frozen=True, slots=True)
class StudyKey:
    """The same key gives the same study ids and codes in every export."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != KEY_BYTES:
            raise InputError(f"a study key has {KEY_BYTES} bytes, this one {len(self.secret)}")

    def digest(self, purpose: str, *parts: str) -> bytes:
        """Bound to its purpose; parts are told apart by their lengths."""
        told = "".join(f"{len(part)}:{part}" for part in (purpose, *parts))
        return hmac.digest(self.secret, told.encode(), hashlib.sha256)


def new_study_key() -> StudyKey:
    return StudyKey(secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`identified`: references, names of places and dates as they are. `dates`: the key of the shifts, where
    that is not the key of the ids: each key would draw them anew, and several shifts of a patient tell more
    of the true days than one.
    """

    key: StudyKey
    identified: bool = False
    dates: StudyKey | None = None

    def study_id(self, who: Who) -> str:
        told = self.key.digest("study-id", *who)
        return "S" + _letters(told[:_ID_BYTES])

    def shift(self, subject: Subject) -> timedelta:
        """The same for all dates of a patient: one day to a year into the past."""
        return timedelta() if self.identified else shift_of(subject.who, self.dates or self.key)

    @property
    def shifts(self) -> str | None:
        """A code of what shifts the dates: exports that have another one shift a patient by other days."""
        if self.identified:
            return None
        return "K" + _letters((self.dates or self.key).digest("shifts")[:_ID_BYTES])

    def day(self, subject: Subject, days: DateInterval | None) -> date | None:
        """The day as it is told; none where it is not known to the day."""
        if days is None or not days.is_exact:
            return None
        return days.shift(self.shift(subject).days).earliest

    def place(self, subject: Subject, reference: str | None) -> str | None:
        """An organisation, a clinician or a stored resource: its reference, or a code for it."""
        if reference is None or self.identified:
            return reference
        return self.code("reference", subject.clinic, reference)

    def clinic(self, subject: Subject) -> str | None:
        if not subject.clinic or self.identified:
            return subject.clinic or None
        return self.code("clinic", subject.clinic)

    def code(self, *parts: str) -> str:
        return "K" + _letters(self.key.digest("code", *parts)[:_ID_BYTES])

    def age(self, subject: Subject, on: DateInterval) -> int | None:
        """In whole years, at the least that the dates allow; from 90 on one group, where nobody is named."""
        if subject.born is None:
            return None
        then, birth = on.earliest, subject.born.latest
        age = max(0, then.year - birth.year - ((then.month, then.day) < (birth.month, birth.day)))
        return age if self.identified else min(age, OLDEST)


def shift_of(who: Who, dates: StudyKey) -> timedelta:
    """One day to a year into the past."""
    told = dates.digest("shift", *who)
    return timedelta(days=-1 - int.from_bytes(told[:8]) % LONGEST_SHIFT)


def precision_of(days: DateInterval | None) -> str | None:
    """How well a date is known: to the day, month or year, or as other days between which it lies."""
    if days is None:
        return None
    first, last = days.earliest, days.latest
    if days.is_exact:
        return "day"
    whole = first.day == 1 and (last + timedelta(days=1)).day == 1 if last != date.max else first.day == 1
    if whole and (first.year, first.month) == (last.year, last.month):
        return "month"
    if whole and first.month == 1 and last.month == 12 and first.year == last.year:
        return "year"
    return "between"


def _letters(digest: bytes) -> str:
    return base64.b32encode(digest).decode().rstrip("=")
