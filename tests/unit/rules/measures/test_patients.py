"""Whom a measure is about: ages in whole years, leap days, partial dates, what is not recorded."""

from datetime import date

import pytest

from abstractor.chart import Patient
from abstractor.dates import DateInterval, Truth, exact
from abstractor.rules.measures.patients import Who, about, age_holds

WOMEN = Who("female", 18, 45)
MEN = Who("male")
DAY = exact(date(2023, 2, 28))


def patient(birth: DateInterval | None, gender: str | None = "female") -> Patient:
    return Patient("Patient/someone", birth, gender, False, None, ())


def born(year: int, month: int = 6, day: int = 15) -> DateInterval:
    return exact(date(year, month, day))


@pytest.mark.parametrize(
    ("birth", "holds"),
    [
        (exact(date(2005, 2, 28)), Truth.YES),  # 18 today
        (exact(date(2005, 3, 1)), Truth.NO),  # 18 tomorrow
        (exact(date(1977, 3, 1)), Truth.YES),  # 45, the last day
        (exact(date(1977, 2, 28)), Truth.NO),  # 46 today
        (exact(date(1976, 2, 29)), Truth.NO),  # 46 from 1 March 2022 on
        (DateInterval(date(1977, 1, 1), date(1977, 12, 31)), Truth.UNKNOWN),
        (DateInterval(date(1978, 1, 1), date(1978, 12, 31)), Truth.YES),
        (DateInterval(date(1976, 1, 1), date(1976, 12, 31)), Truth.NO),
        (None, Truth.UNKNOWN),
    ],
)
def test_ages_are_whole_years_on_the_day(birth: DateInterval | None, holds: Truth) -> None:
    assert WOMEN.holds(patient(birth), DAY) is holds


def test_a_birthday_on_a_leap_day_comes_on_the_first_of_march() -> None:
    someone = patient(exact(date(2004, 2, 29)))
    assert age_holds(someone, exact(date(2022, 2, 28)), 18, None) is Truth.NO
    assert age_holds(someone, exact(date(2022, 3, 1)), 18, None) is Truth.YES
    assert age_holds(someone, exact(date(2024, 2, 29)), 20, 20) is Truth.YES


@pytest.mark.parametrize(
    ("gender", "birth", "holds"),
    [
        ("female", born(1985), Truth.YES),
        ("female", born(1950), Truth.NO),
        ("female", None, Truth.UNKNOWN),
        ("male", born(1950), Truth.YES),
        ("male", None, Truth.YES),
        (None, born(1985), Truth.UNKNOWN),
        (None, born(1950), Truth.UNKNOWN),
        ("other", born(1985), Truth.UNKNOWN),
        ("unknown", born(1985), Truth.UNKNOWN),
    ],
)
def test_women_of_an_age_and_any_man(gender: str | None, birth: DateInterval | None, holds: Truth) -> None:
    assert about((WOMEN, MEN), patient(birth, gender), DAY) is holds


def test_a_gender_that_is_not_recorded_matters_only_where_the_age_fits() -> None:
    assert about((WOMEN,), patient(born(1950), None), DAY) is Truth.NO
    assert about((WOMEN,), patient(born(1985), None), DAY) is Truth.UNKNOWN


def test_nobody_named_is_everybody() -> None:
    assert about((), patient(None, None), None) is Truth.YES
