"""On which days of an uncertain decision a verdict is asked for: where an edition, or its grace, begins."""

from datetime import date
from types import MappingProxyType

import pytest

from abstractor.rules.library import Edition
from abstractor.rules.writing_up import telling_days
from tests.asking import library
from tests.builders import day

ASCO = tuple(e for e in library().editions if e.authority == "ASCO" and e.companion_of is None)
BEGINS = MappingProxyType({e.id: e.valid_from for e in ASCO if e.id.startswith("asco-her2-")})


def days(decision: str, *editions: Edition, grace: int | None) -> list[str]:
    when = day(decision)
    assert when is not None
    return [each.isoformat() for each in telling_days(when, editions, grace)]


@pytest.fixture(scope="module")
def edition() -> Edition:
    return library().edition("asco-her2-2022")


def test_the_edition_begins_as_these_cases_have_it(edition: Edition) -> None:
    assert edition.valid_from == date(2022, 5, 31)


@pytest.mark.parametrize(
    ("decision", "grace", "told"),
    [
        ("2022-07-01", 90, ["2022-07-01"]),
        ("2022-05-31", 90, ["2022-05-31"]),
        ("2022-05", 90, ["2022-05-01", "2022-05-31"]),  # it begins on the last possible day
        ("2022-06", None, ["2022-06-01", "2022-06-30"]),
        ("2022-08", 90, ["2022-08-01", "2022-08-30", "2022-08-31"]),  # grace lasts to the 29th
        ("2022-08", None, ["2022-08-01", "2022-08-31"]),
        ("2022", None, ["2022-01-01", "2022-05-31", "2022-12-31"]),
        ("2022", 90, ["2022-01-01", "2022-05-31", "2022-08-30", "2022-12-31"]),
        ("2022", 0, ["2022-01-01", "2022-05-31", "2022-06-01", "2022-12-31"]),
        ("2021", 90, ["2021-01-01", "2021-12-31"]),
    ],
)
def test_the_days_that_may_tell_another_answer(
    decision: str, grace: int | None, told: list[str], edition: Edition
) -> None:
    assert days(decision, edition, grace=grace) == told


def test_every_edition_is_asked() -> None:
    begun = sorted(each.isoformat() for each in BEGINS.values() if each.year in (2018, 2022))
    assert len(begun) == 2
    both = [e for e in ASCO if e.id in ("asco-her2-2018", "asco-her2-2022")]
    assert days("2018", *both, grace=None)[1:-1] == begun[:1]
    assert days("2022", *both, grace=None)[1:-1] == begun[1:]
