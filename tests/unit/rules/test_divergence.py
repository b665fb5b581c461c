"""Authorities that contradict each other, on whole charts: relapse 6 to 12 months after adjuvant trastuzumab,
and the second line after one of them has changed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from fixtures.stories import TDM1, TDXD, THP, Tale, tale
from tests.asking import abstract_told


def relapsed(days: int, drugs: list[str], on: date) -> Tale:
    """Metastatic so many days after the last adjuvant trastuzumab, and these drugs two weeks later."""
    metastatic = on - timedelta(days=14)
    last = metastatic - timedelta(days=days)
    start = last - timedelta(days=294)
    first = (start - timedelta(days=28)).isoformat()
    told = tale("someone", period=_year(on), as_of=on + timedelta(days=120))
    told.breast_cancer(first).her2_ihc("3+", first)
    told.course(["trastuzumab"], start.isoformat(), until=last.isoformat())
    told.metastasis("liver", metastatic.isoformat()).procedure("Insertion of a port", metastatic.isoformat())
    return told.course(drugs, on.isoformat(), cycles=5)


def second_line(drugs: list[str], on: date) -> Tale:
    """THP for 240 days, and then these drugs."""
    start = on - timedelta(days=240)
    told = tale("someone", period=_year(on), as_of=on + timedelta(days=120))
    told.her2_positive_mbc((start - timedelta(days=14)).isoformat(), "liver")
    told.procedure("Insertion of a port", start.isoformat())
    told.course(THP, start.isoformat(), through=(on - timedelta(days=14)).isoformat())
    return told.course(drugs, on.isoformat(), cycles=5)


def _year(on: date) -> tuple[date, date]:
    return date(on.year, 1, 1), date(on.year, 12, 31)


RELAPSE = [
    # on, days, the choice, who is against, who is for
    (date(2019, 3, 4), 300, THP, "asco-her2-2018", ["nccn-bc-2013.1"]),
    (date(2021, 3, 1), 184, THP, "asco-her2-2018", ["nccn-bc-2021.1"]),
    (date(2023, 3, 6), 365, THP, "asco-her2-2022", ["nccn-bc-2022.1", "esmo-mbc-2021"]),
    (date(2023, 3, 6), 366, THP, None, []),
    (date(2023, 3, 6), 183, THP, None, []),  # ASCO alone is against it, nobody names it
    (date(2023, 3, 6), 300, TDXD, None, []),
]


@pytest.mark.parametrize(
    ("on", "days", "drugs", "against", "favour"),
    RELAPSE,
    ids=[f"{row[0]}-{row[1]}-{row[2][0]}" for row in RELAPSE],
)
def test_after_relapse(on: date, days: int, drugs: list[str], against: str | None, favour: list[str]) -> None:
    _says(lambda: relapsed(days, drugs, on), against, favour)


SECOND = [
    (date(2022, 2, 22), TDM1, None, []),  # the last day of grace of NCCN's change
    (date(2022, 8, 29), TDM1, None, []),  # and of ASCO's
    (date(2022, 8, 30), TDM1, "asco-her2-2022", ["nccn-bc-2022.1", "esmo-mbc-2021"]),
    (date(2024, 3, 4), TDM1, "asco-her2-2022", ["nccn-bc-2022.1", "esmo-living-1.1"]),
    (date(2024, 3, 4), TDXD, None, []),
    (date(2026, 5, 4), TDM1, "asco-her2-2022", ["esmo-living-1.2"]),  # what NCCN says then is advisory
]


@pytest.mark.parametrize(
    ("on", "drugs", "against", "favour"), SECOND, ids=[f"{row[0]}-{row[1][0]}" for row in SECOND]
)
def test_in_the_second_line(on: date, drugs: list[str], against: str | None, favour: list[str]) -> None:
    _says(lambda: second_line(drugs, on), against, favour)


def _says(told: Callable[[], Tale], against: str | None, favour: list[str]) -> None:
    flags = [f for f in abstract_told(told().told()).flags if f.code == "guideline-divergence"]
    assert bool(flags) is (against is not None), flags
    for flag in flags:
        assert flag.severity == "review"
        assert f"({against}) not-preferred" in flag.statement
        named = [f"({edition}) acceptable" in flag.statement for edition in favour]
        assert all(named) and flag.statement.count(" acceptable") == len(favour), flag.statement
