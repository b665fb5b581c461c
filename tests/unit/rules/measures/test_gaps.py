"""The gaps between checks, the share of the exposure that they cover, and the days without a supply."""

from datetime import date

import pytest

from abstractor.dates import DateInterval
from abstractor.rules.measures.exposed import Stretch
from abstractor.rules.measures.gaps import Gap, covered, inside, long_gaps, without_supply
from abstractor.rules.measures.holding import Held
from abstractor.rules.therapy.course import Exposure
from tests.builders import day

SPAN = Stretch(date(2022, 1, 1), date(2022, 7, 1), open=False)


def held(*days: str, doubt: str | None = None) -> tuple[Held, ...]:
    return tuple(Held(day(each), f"a check on {each}", (), doubt) for each in days)


def gaps(*checks: Held, longest: int = 90) -> list[str]:
    found = long_gaps(SPAN, checks, longest)
    return [f"{each.since}..{each.until}{' partly' if each.partly else ''}" for each in found]


GAPS = [
    ("none", (), ["2022-01-01..2022-07-01"]),
    ("in the middle", ("2022-04-01",), ["2022-04-01..2022-07-01"]),
    ("91 days before the end", ("2022-03-31",), ["2022-03-31..2022-07-01"]),
    ("two", ("2022-03-15", "2022-05-15"), []),
    ("before it began", ("2021-12-31",), ["2022-01-01..2022-07-01"]),
    ("after it ended", ("2022-07-02",), ["2022-01-01..2022-07-01"]),
    ("the same day twice", ("2022-04-01", "2022-04-01"), ["2022-04-01..2022-07-01"]),
    ("no date", ("?",), ["2022-01-01..2022-07-01"]),
    ("a month in the middle", ("2022-04",), ["2022-01-01..2022-07-01 partly"]),
    ("months, wherever in them", ("2022-02", "2022-04", "2022-05"), []),
    ("a year that it may lie in", ("2022",), ["2022-01-01..2022-07-01"]),
]


@pytest.mark.parametrize(("name", "days", "wanted"), GAPS, ids=[row[0] for row in GAPS])
def test_gaps_longer_than_90_days(name: str, days: tuple[str, ...], wanted: list[str]) -> None:
    assert gaps(*held(*days)) == wanted


def test_a_doubtful_check_closes_no_gap() -> None:
    assert gaps(*held("2022-03-15", "2022-05-15", doubt="not-final")) == ["2022-01-01..2022-07-01"]


def test_a_vague_check_beside_good_ones_makes_no_gap_longer() -> None:
    good = held("2022-02", "2022-04", "2022-05")
    wide = Held(DateInterval(date(2022, 1, 2), date(2022, 6, 30)), "a check of some day", ())
    assert gaps(*good, wide) == gaps(*good) == []


@pytest.mark.parametrize(("last", "wanted"), [("2022-04-01", False), ("2022-04-02", True)])
def test_a_vague_check_whose_last_day_is_the_90th(last: str, wanted: bool) -> None:
    """Between the first day and a check on 2022-04-10."""
    vague = Held(DateInterval(date(2022, 1, 15), date.fromisoformat(last)), "a check", ())
    assert ("2022-01-01..2022-04-10 partly" in gaps(vague, *held("2022-04-10", "2022-06-01"))) is wanted


def test_checks_inside_lie_there_wholly() -> None:
    days = inside((*held("2022-01-01", "2022-07-01", "2022-03", "2021-12", "2022"), *held("?")), SPAN)
    assert [str(each) for each in days] == ["2022-01-01", "2022-07-01", "2022-03-01..2022-03-31"]


@pytest.mark.parametrize(
    ("days", "share"),
    [
        ((), "0%"),
        (("2022-01-01",), "50%"),  # it and the 90 days after it, of 182
        (("2021-12-31",), "49%"),
        (("2022-01-01", "2022-01-01"), "50%"),
        (("2022-01-01", "2022-04-02"), "100%"),
        (("2022-04",), "0%"),  # of no known day
    ],
)
def test_the_share_of_days_within_reach_of_a_check(days: tuple[str, ...], share: str) -> None:
    assert covered((SPAN,), held(*days), 90) == share


def supply(first: str, last: str | None) -> Exposure:
    begins, ends = day(first), day(last) if last else None
    assert begins is not None
    return Exposure("tucatinib", "dispense", begins, ends, True, ())


GAP = Gap(date(2022, 3, 1), date(2022, 3, 31))


@pytest.mark.parametrize(
    ("supplies", "days"),
    [
        ((), 30),
        ((supply("2022-03-01", "2022-03-31"),), 0),
        ((supply("2022-02-20", "2022-03-11"), supply("2022-03-22", "2022-04-12")), 10),
        ((supply("2022-02-20", "2022-03-11"), supply("2022-03-22", None)), 0),  # nothing says how long
        ((supply("2022-01-01", "2022-02-28"), supply("2022-04-01", None)), 30),
    ],
    ids=["none", "all of it", "ten days between two", "one without its days", "before and after"],
)
def test_days_without_a_supply(supplies: tuple[Exposure, ...], days: int) -> None:
    assert without_supply(GAP, supplies) == days
