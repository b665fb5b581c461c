"""An overruled verdict as a case: the program says the same of it, and nothing says whose chart it is."""

import json
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from abstractor.chart import Chart, Stage, Standing
from abstractor.dates import DateInterval
from abstractor.errors import InputError
from abstractor.fhir.received import Received
from abstractor.fhir.records import Reading, RecordSet
from abstractor.guidelines import Knowledge, load_knowledge
from abstractor.workflow.abstracting.deciding import decide
from abstractor.workflow.auditing.cases.deciding import says_now
from abstractor.workflow.auditing.cases.disguise import SOME_WORDS, disguised, moved, no_older
from abstractor.workflow.auditing.cases.file import Asked, OverturnedCase, case_from_json, case_to_json
from fixtures.stories import story

ZONE = "America/New_York"
# A story, an item of it, and what the program says of that.
VERDICTS = [
    ("bella", "finding:sequencing:palliative:2:-:ASCO", "not-preferred"),
    ("dina", "finding:LVEF-ACT:palliative:1:-:FDA", "not-met"),
    ("bella", "criterion:her2-positive-mbc", "met"),
    ("gisela", "finding:sequencing:palliative:2:-:ESMO", "not-addressed"),
]


@cache
def knowledge() -> Knowledge:
    return load_knowledge(None)


@cache
def chart_of(name: str) -> Chart:
    told = story(name)
    records = RecordSet(Reading(knowledge().value_sets, ZoneInfo(ZONE), {}))
    for resource in told.resources:
        records.add(Received(json.dumps(resource).encode(), name))
    return records.chart(told.patient)


def case_of(name: str, item: str, said: str | None, *, expected: str | None = "met") -> OverturnedCase:
    start, end = story(name).period
    return OverturnedCase(
        item=item,
        program_said=said,
        expected=expected,
        reason=None,
        program="0.1.0",
        editions=(),
        value_sets="sha256:0",
        asked=Asked(start, end, end, ZONE, "A", 180, "her2-mbc"),
        chart=no_older(disguised(chart_of(name)), end),
    )


def says(case: OverturnedCase) -> str | None:
    return says_now(case, knowledge().library, decide)


@pytest.mark.parametrize(("name", "item", "said"), VERDICTS)
def test_the_program_says_of_the_case_what_it_said_of_the_chart(name: str, item: str, said: str) -> None:
    case = case_of(name, item, said)
    assert says(case) == said
    assert case_from_json(case_to_json(case), name="case.json") == case


@pytest.mark.parametrize("name", ["bella", "dina", "gisela", "thea"])
def test_nothing_of_the_source_stands_in_a_case(name: str) -> None:
    told = case_to_json(case_of(name, "criterion:visit-in-period", "met"))
    named = [one for resource in story(name).resources for one in texts(resource) if len(one) > 3]
    ours = {"Breast", "active", "female", "completed", "finished", "final", "order", "confirmed"}
    words = {one for one in named if " " in one and not one.startswith("http")}
    references = {one for one in named if "/" in one and not one.startswith("http")}
    assert words and references
    # A number of ours ("Encounter/3") may be what a resource was called there, too.
    left = {one for one in references - ours if f'"{one}"' in told and not one.rpartition("/")[2].isdigit()}
    assert left == set()
    assert {one for one in words - knowledge().library.agents.keys() if one in told} == set()
    assert name not in told


def test_every_date_moves_by_as_many_days_and_no_distance_changes() -> None:
    chart = disguised(chart_of("bella"))
    there = moved(chart, 41)
    assert moved(there, -41) == chart
    before, after = chart.orders[0].when, there.orders[0].when
    assert before is not None and after is not None
    assert (after.earliest - before.earliest).days == 41


def test_nobody_is_older_than_ninety() -> None:
    chart = disguised(chart_of("bella"))
    old = moved(chart, 0)
    birth = no_older(old, date(2070, 6, 1)).patient.birth
    assert birth is not None
    assert birth == DateInterval(date(1980, 1, 1), date(1980, 12, 31))


def test_of_the_birth_the_year_is_left_whatever_the_shift() -> None:
    chart = no_older(disguised(chart_of("bella")), date(2023, 6, 1))
    for days in (-180, -91, 20, 143):
        birth = moved(chart, days).patient.birth
        assert birth is not None
        assert (birth.earliest.month, birth.earliest.day) == (1, 1)
        assert birth.latest == birth.earliest.replace(month=12, day=31)


@pytest.mark.parametrize(
    ("days", "there"),
    [
        (("2021-01-01", "2021-12-31"), ("2021-01-01", "2021-12-31")),
        (("2019-01-01", "2021-12-31"), ("2019-01-01", "2021-12-31")),
        (("2021-03-01", "2021-03-31"), ("2021-04-01", "2021-04-30")),
        (("2020-12-01", "2021-02-28"), ("2021-01-01", "2021-03-31")),
        (("2021-03-05", "2021-03-31"), ("2021-04-15", "2021-05-31")),
        (("1900-01-01", "1900-01-01"), ("1900-01-01", "1900-01-01")),
        (("2021-03-05", "9999-12-31"), ("2021-04-15", "9999-12-31")),
    ],
)
def test_the_ends_of_a_month_or_a_year_do_not_tell_how_far_it_was_moved(
    days: tuple[str, str], there: tuple[str, str]
) -> None:
    told = moved(DateInterval(*map(date.fromisoformat, days)), 41)
    assert told == DateInterval(*map(date.fromisoformat, there))


@pytest.mark.parametrize("value", ["2022-03-01", "1234567", "12/05", "12-05"])
def test_a_day_or_a_number_of_somebody_is_no_code(value: str) -> None:
    stage = Stage("m", value, None, Standing.COUNTS, ())
    assert disguised(Chart(chart_of("bella").patient, stages=(stage,))).stages[0].value == SOME_WORDS


def test_a_missed_finding_is_looked_for_by_its_rule() -> None:
    case = case_of("dina", "missed:LVEF-ACT", None, expected="not-met")
    assert says(case) == "not-met"
    assert says(case_of("dina", "missed:ILD-ACT", None, expected="not-met")) is None


def test_a_missed_finding_of_a_line_is_looked_for_there() -> None:
    told = [
        says(case_of("dina", f"missed:sequencing:palliative:{number}", None, expected="preferred"))
        for number in (1, 9)
    ]
    assert told == ["preferred", None]


@pytest.mark.parametrize(
    ("text", "says_what"),
    [
        ("{", "not JSON"),
        ("[]", "no case of schema"),
        ('{"schema": "abstractor.case/1"}', "cannot be read as a case (KeyError)"),
        ('{"schema": "abstractor.case/1", "item": 1, "asked": "Jane"}', "cannot be read as a case"),
    ],
)
def test_what_is_no_case_is_named_without_what_stands_in_it(text: str, says_what: str) -> None:
    with pytest.raises(InputError, match=r"case\.json") as refused:
        case_from_json(text, name="case.json")
    assert says_what in str(refused.value)
    assert "Jane" not in str(refused.value)


def texts(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [one for each in value for one in texts(each)]
        case dict():
            return [one for each in value.values() for one in texts(each)]
        case _:
            return []
