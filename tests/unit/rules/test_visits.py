"""Which encounter is a visit in the period: its days, its status, its class and its concepts."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Chart, Completeness, Patient, Seen, Source, Standing, Visit
from abstractor.dates import Period
from abstractor.guidelines import load_library
from abstractor.rules.visits import visit_in_period
from tests.builders import day

PERIOD = Period(date(2022, 1, 1), date(2022, 12, 31))
SOMEONE = Patient("Patient/1", None, None, False, None, ())
WHOLE = (Completeness("Encounter", Seen.COMPLETE, 1, None),)


def visit(starts: str, ends: str = "?", *, number: int = 1) -> Visit:
    source = Source(f"Encounter/{number}", "Encounter.period", "1", starts)
    return Visit(
        source.resource, day(starts), day(ends), "AMB", (), Standing.COUNTS, "finished", None, None, (source,)
    )


def decided(*visits: Visit, death: str = "?", period: Period = PERIOD) -> tuple[str, str | None]:
    chart = Chart(replace(SOMEONE, death=day(death)), visits=visits, completeness=WHOLE)
    criterion = visit_in_period(chart, load_library().inclusion, period)
    assert criterion.criterion == "visit-in-period"
    return str(criterion.verdict), criterion.reason


MET = ("met", None)
NONE = ("not-met", "no-visit-in-period")
DOUBTFUL = ("unknown", "date-uncertain")

DAYS = [
    ("on a day of the period", visit("2022-06-01"), MET),
    ("the day before it", visit("2021-12-31"), NONE),
    ("from before into it", visit("2021-12-20", "2022-01-01"), MET),
    ("ended the day before it", visit("2021-12-20", "2021-12-31"), NONE),
    ("on its last day, ended after it", visit("2022-12-31", "2023-02-01"), MET),
    ("in a month of it", visit("2022-06"), MET),
    ("in a year that may be any day of it", visit("2022"), MET),
    ("in a month before it", visit("2021-12"), NONE),
    ("only its end is known, in the period", visit("?", "2022-05-01"), MET),
    ("only its end is known, before it", visit("?", "2021-05-01"), NONE),
    ("no day at all", visit("?"), DOUBTFUL),
]


@pytest.mark.parametrize(("name", "one", "answer"), DAYS, ids=[row[0] for row in DAYS])
def test_the_days(name: str, one: Visit, answer: tuple[str, str | None]) -> None:
    assert decided(one) == answer


@pytest.mark.parametrize(
    ("starts", "answer"), [("2022-06", DOUBTFUL), ("2022", DOUBTFUL), ("2022-05", NONE), ("2022-07", MET)]
)
def test_a_month_that_the_period_cuts(starts: str, answer: tuple[str, str | None]) -> None:
    period = Period(date(2022, 6, 15), date(2022, 12, 31))
    assert decided(visit(starts), period=period) == answer


@pytest.mark.parametrize("status", ["in-progress", "onleave", "arrived", "triaged"])
def test_one_that_goes_on_reaches_into_the_period(status: str) -> None:
    before = visit("2021-12-20")
    assert decided(replace(before, status=status)) == MET
    assert decided(replace(before, status="finished")) == NONE


def test_one_that_goes_on_and_ended_lasts_to_its_end() -> None:
    assert decided(replace(visit("2021-12-01", "2021-12-20"), status="in-progress")) == NONE


STANDINGS = {
    Standing.COUNTS: MET,
    Standing.ASSUMED: MET,
    Standing.CONTEXT: ("unknown", "status-unknown"),
    Standing.AGAINST: NONE,
    Standing.WITHDRAWN: NONE,
    Standing.ORDERED_ONLY: NONE,
    Standing.PARTIAL: NONE,
}


@pytest.mark.parametrize("standing", list(Standing))
def test_the_status(standing: Standing) -> None:
    assert decided(replace(visit("2022-06-01"), standing=standing)) == STANDINGS[standing]


@pytest.mark.parametrize("known", ["AMB", "VR", "HH", "IMP", "OBSENC", "ACUTE", "NONAC", "SS", "EMER"])
def test_a_class_that_is_a_visit(known: str) -> None:
    assert decided(replace(visit("2022-06-01"), class_code=known)) == MET


@pytest.mark.parametrize("other", [None, "PRENC", "FLD"])
def test_another_class_cannot_be_told(other: str | None) -> None:
    assert decided(replace(visit("2022-06-01"), class_code=other)) == ("unknown", "visit-class")


def test_a_kind_that_is_never_a_visit() -> None:
    assert decided(replace(visit("2022-06-01"), concepts=("excluded-visit",))) == NONE
    assert decided(replace(visit("2022-06-01"), concepts=("follow-up",))) == MET


@pytest.mark.parametrize(
    ("death", "answer"), [("2022-05-31", NONE), ("2022-06-01", MET), ("2022-06", MET), ("?", MET)]
)
def test_after_death_it_is_a_defect(death: str, answer: tuple[str, str | None]) -> None:
    assert decided(visit("2022-06-01"), death=death) == answer


@pytest.mark.parametrize(
    ("death", "answer"), [("2022-05-31", NONE), ("2022-06-01", MET), ("2022-07-01", MET), ("2022-06", MET)]
)
def test_of_one_whose_start_is_not_known_the_end_tells(death: str, answer: tuple[str, str | None]) -> None:
    assert decided(visit("?", "2022-06-01"), death=death) == answer


def test_one_that_began_before_death_is_a_visit_whenever_it_was_closed() -> None:
    assert decided(visit("2022-05-30", "2022-06-03"), death="2022-06-01") == MET


def test_one_sure_visit_settles_it_and_is_named() -> None:
    visits = (visit("?"), visit("2022-06-01", number=2), visit("2022-07-01", number=3))
    chart = Chart(SOMEONE, visits=visits, completeness=WHOLE)
    criterion = visit_in_period(chart, load_library().inclusion, PERIOD)
    assert (criterion.verdict, criterion.statement) == ("met", "visit on 2022-06-01")
    assert [each.resource for each in criterion.evidence] == ["Encounter/2", "Encounter/3"]


@pytest.mark.parametrize("state", [Seen.PARTIAL, Seen.REFUSED, Seen.NOT_ASKED])
def test_silence_says_nothing_where_encounters_were_not_seen_whole(state: Seen) -> None:
    chart = Chart(SOMEONE, completeness=(Completeness("Encounter", state, 0, None),))
    criterion = visit_in_period(chart, load_library().inclusion, PERIOD)
    assert (criterion.verdict, criterion.reason) == ("unknown", "encounters-not-seen-whole")
    assert criterion.criterion == "visit-in-period"
