"""What a de-identified export tells of a patient: keyed names, shifted days, intervals as they are."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.abstract import LineRef
from abstractor.dates import DateInterval, exact
from abstractor.errors import InputError
from abstractor.export.disclosing import Disclosure, StudyKey, precision_of
from abstractor.export.subjects import Who
from tests.unit.exporting.charts import disclosure, subject_of

DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))
NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(DAYS, min_size=2, max_size=8), NAMES)
def test_order_and_intervals_are_kept(days: list[date], name: str) -> None:
    subject, shown = subject_of(name), disclosure()
    told = [shown.day(subject, exact(day)) for day in days]
    assert all(day is not None for day in told)
    gaps = [(b - a) for a, b in pairwise(day for day in told if day is not None)]
    assert gaps == [b - a for a, b in pairwise(days)]


@given(NAMES)
def test_every_patient_is_shifted_a_day_to_a_year_into_the_past(name: str) -> None:
    shift = disclosure().shift(subject_of(name))
    assert timedelta(days=-365) <= shift <= timedelta(days=-1)
    assert shift == disclosure().shift(subject_of(name))


def test_patients_are_shifted_apart() -> None:
    assert len({disclosure().shift(subject_of(str(number))) for number in range(200)}) > 120


@given(st.lists(st.tuples(NAMES, NAMES), unique=True, min_size=2, max_size=30))
def test_no_two_patients_have_one_study_id(names: list[tuple[str, str]]) -> None:
    ids = {disclosure().study_id(Who(clinic, patient)) for clinic, patient in names}
    assert len(ids) == len(names)


def test_another_key_gives_other_ids_shifts_and_codes() -> None:
    subject, one, other = subject_of("1"), disclosure(), Disclosure(StudyKey(b"k" * 32))
    assert one.study_id(subject.who) != other.study_id(subject.who)
    assert one.shift(subject) != other.shift(subject)
    assert one.place(subject, "Organization/1") != other.place(subject, "Organization/1")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (None, None),
        (exact(date(2021, 3, 1)), "day"),
        (DateInterval(date(2021, 2, 1), date(2021, 2, 28)), "month"),
        (DateInterval(date(2021, 12, 1), date(2021, 12, 31)), "month"),
        (DateInterval(date(2021, 1, 1), date(2021, 12, 31)), "year"),
        (DateInterval(date(2021, 1, 1), date(2021, 6, 30)), "between"),
        (DateInterval(date(2021, 3, 2), date(2021, 3, 9)), "between"),
        (DateInterval(date(9999, 12, 1), date.max), "month"),
    ],
)
def test_how_well_a_date_is_known(days: DateInterval | None, told: str | None) -> None:
    assert precision_of(days) == told


def test_a_date_not_known_to_the_day_is_not_told() -> None:
    """The edges of a shifted year are those of no year: they would give the shift away."""
    subject = subject_of("1")
    assert disclosure().day(subject, subject.abstract.lines[0].start) is None


@pytest.mark.parametrize(
    ("on", "identified", "age"),
    [
        (date(2020, 5, 16), False, 88),
        (date(2020, 5, 17), False, 89),
        (date(2021, 5, 17), False, 90),
        (date(2030, 5, 17), False, 90),
        (date(2030, 5, 17), True, 99),
    ],
)
def test_ages_over_89_are_one_group(on: date, identified: bool, age: int) -> None:
    assert disclosure(identified=identified).age(subject_of("1"), exact(on)) == age


def test_places_are_codes_that_stay_the_same() -> None:
    shown = disclosure()
    one, other = subject_of("1"), subject_of("2")
    site = one.given[LineRef("palliative", 1)].site
    assert shown.place(one, site) == shown.place(other, site)
    assert shown.place(one, None) is None
    assert disclosure(identified=True).place(one, site) == site


def test_a_key_is_whole_and_is_never_shown() -> None:
    with pytest.raises(InputError, match="32 bytes"):
        StudyKey(b"short")
    assert "bbbb" not in repr(Disclosure(StudyKey(b"b" * 32)))
