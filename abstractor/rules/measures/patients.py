"""Whom a measure is about, by gender and age on the day of its event."""

from dataclasses import dataclass
from datetime import date

from abstractor.chart import Patient
from abstractor.dates import DateInterval, Truth

__all__ = ["Who", "about", "age_holds"]

_TELLING = ("female", "male")


@dataclass(frozen=True, slots=True)
class Who:
    """Patients of a gender (administrative, as FHIR has it), from `age_from` to `age_to` whole years. Neither
    "other" nor "unknown" tells who can become pregnant or father a child.
    """

    gender: str
    age_from: int = 0
    age_to: int | None = None

    def holds(self, patient: Patient, when: DateInterval | None) -> Truth:
        told = patient.gender in _TELLING
        gender = Truth.of(patient.gender == self.gender) if told else Truth.UNKNOWN
        return gender & age_holds(patient, when, self.age_from, self.age_to)


def age_holds(patient: Patient, when: DateInterval | None, age_from: int, age_to: int | None) -> Truth:
    """Is the patient of that age, in whole years, on the day? Everybody is from 0 on."""
    if age_from == 0 and age_to is None:
        return Truth.YES
    if patient.birth is None or when is None:
        return Truth.UNKNOWN
    youngest = _years(patient.birth.latest, when.earliest)
    oldest = _years(patient.birth.earliest, when.latest)
    old_enough = _reaches(youngest, oldest, age_from)
    return old_enough if age_to is None else old_enough & ~_reaches(youngest, oldest, age_to + 1)


def about(who: tuple[Who, ...], patient: Patient, when: DateInterval | None) -> Truth:
    """Is it about this patient? About everybody where nobody is named."""
    answer = Truth.of(not who)
    for each in who:
        answer = answer | each.holds(patient, when)
    return answer


def _reaches(youngest: int, oldest: int, age: int) -> Truth:
    if youngest >= age:
        return Truth.YES
    return Truth.NO if oldest < age else Truth.UNKNOWN


def _years(birth: date, day: date) -> int:
    """Whole years on the day; a birthday on 29 February comes on 1 March of other years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
