"""The days of the schedules on CDK4/6 inhibitors and neratinib (knowledge base, section 5): the day
before, of and after every edge of every window, and round a change of label.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from abstractor.abstract import Verdict
from fixtures.stories import Tale, tale
from tests.asking import abstract_told
from tests.spec.measure_schedules import CHECKS, SCHEDULES

FIRST = date(2022, 3, 1)


def course(drug: str, days: int, *, first: date = FIRST) -> Tale:
    """The drug ordered for so many days from the first one on, the last one included."""
    since, until = first.isoformat(), (first + timedelta(days=days)).isoformat()
    told = tale("someone", as_of=first + timedelta(days=days + 200)).breast_cancer("2020-01-06")
    told = told.her2_ihc("3+" if drug == "neratinib" else "1+", "2020-01-09")
    told = told.hormone_receptors("positive", "2020-01-09").metastasis("bone", "2020-01-13")
    return told.order(drug, since, status="stopped", stated=(since, until))


def checked(told: Tale, measure: str, *days: int, first: date = FIRST, but: str = "") -> Tale:
    """Everything that the schedule asks for, on those days of the course; but for one."""
    for day in days:
        for name, code in CHECKS[measure].items():
            if name != but:
                on = (first + timedelta(days=day)).isoformat()
                told = told.measured(code, name, on, amount=(1.0, "1"))
    return told


def verdict(told: Tale, measure: str) -> Verdict:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == measure]
    return found.verdict


def schedules() -> Iterator[tuple[str, str, int, int, int, tuple[int, ...]]]:
    """Each check that a drug's label asks for: measure, drug, its day, tolerances, and all days up to it."""
    for (measure, agent), held in SCHEDULES.items():
        for number, (day, before, after) in enumerate(held):
            yield measure, agent, day, before, after, tuple(d for d, _, _ in held[:number])


LATER = [(measure, agent, day, earlier) for measure, agent, day, _, _, earlier in schedules() if day >= 28]
EDGES = [
    (measure, agent, day, offset, inside)
    for measure, agent, day, before, after, _ in schedules()
    for offset, inside in (
        (-before - 1, False),
        (-before, True),
        (-before + 1, True),
        (after - 1, True),
        (after, True),
        (after + 1, False),
    )
]


@pytest.mark.parametrize(("measure", "agent", "day", "offset", "inside"), EDGES)
def test_a_check_counts_on_the_days_of_its_window(
    measure: str, agent: str, day: int, offset: int, inside: bool
) -> None:
    lasts = max(day, 21)  # a line that is shorter is excluded
    others = tuple(each for each, _, _ in SCHEDULES[measure, agent] if each != day and each <= lasts)
    told = checked(course(agent, lasts), measure, *others, day + offset)
    assert verdict(told, measure) is (Verdict.MET if inside else Verdict.NOT_MET)


@pytest.mark.parametrize(
    ("measure", "agent", "lacks"),
    [(measure, agent, name) for measure, agent in SCHEDULES for name in CHECKS[measure]],
)
def test_every_test_of_a_check_is_asked(measure: str, agent: str, lacks: str) -> None:
    assert verdict(checked(course(agent, 21), measure, -1, 14, but=lacks), measure) is Verdict.NOT_MET


@pytest.mark.parametrize(("measure", "agent"), SCHEDULES)
def test_nothing_is_due_between_and_after(measure: str, agent: str) -> None:
    """Every check on its day, and no other, until long after the last that is named."""
    held = [day for day, _, _ in SCHEDULES[measure, agent]]
    goes_on = {"CDK-CBC palbociclib": 308 + 84, "NER-LFT neratinib": 252 + 84}
    until = goes_on.get(f"{measure} {agent}", 700)
    told = checked(course(agent, until - 1), measure, *held)
    assert verdict(told, measure) is Verdict.MET


# Days on which the line would be short, or not begun, are no end of a course.
@pytest.mark.parametrize(("measure", "agent", "day", "earlier"), LATER)
@pytest.mark.parametrize(("lasts", "due"), [(-1, False), (0, True), (1, True)])
def test_a_check_is_due_if_its_day_lies_in_the_exposure(
    measure: str, agent: str, day: int, earlier: tuple[int, ...], lasts: int, due: bool
) -> None:
    told = checked(course(agent, day + lasts), measure, *earlier)
    assert verdict(told, measure) is (Verdict.NOT_MET if due else Verdict.MET)


@pytest.mark.parametrize(("measure", "agent"), SCHEDULES)
@pytest.mark.parametrize(("days", "expected"), [(19, Verdict.EXCLUDED), (20, Verdict.NOT_MET)])
def test_a_line_of_20_days_asks_for_nothing(measure: str, agent: str, days: int, expected: Verdict) -> None:
    assert verdict(course(agent, days), measure) is expected


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (date(2024, 9, 15), Verdict.NOT_MET),
        (date(2024, 9, 16), Verdict.NOT_MET),
        (date(2024, 9, 17), Verdict.MET),
        (date(2024, 9, 18), Verdict.MET),
    ],
)
def test_the_ecg_of_cycle_2_is_due_under_the_label_before_2024_09_17(first: date, expected: Verdict) -> None:
    told = checked(course("ribociclib", 60, first=first), "CDK-ECG", -1, 13, first=first)
    assert verdict(told, "CDK-ECG") is expected


def test_the_label_of_2024_asks_for_an_ecg_before_the_start_too() -> None:
    first = date(2024, 10, 1)
    assert verdict(checked(course("ribociclib", 60, first=first), "CDK-ECG", 13, first=first), "CDK-ECG") == (
        Verdict.NOT_MET
    )


@pytest.mark.parametrize(
    ("days", "expected"),
    [(181, Verdict.UNKNOWN), (182, Verdict.UNKNOWN), (183, Verdict.MET), (184, Verdict.MET)],
)
def test_six_months_are_183_days(days: int, expected: Verdict) -> None:
    assert verdict(course("palbociclib", days), "CDK-STOP") is expected


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (90, "90 d, before 3 months"),
        (91, "91 d, before 6 months"),
        (182, "182 d, before 6 months"),
        (183, "183 d, before 12 months"),
        (364, "364 d, before 12 months"),
        (365, "365 d"),
    ],
)
def test_the_marks_that_a_course_did_not_reach(days: int, told: str) -> None:
    (found,) = [f for f in abstract_told(course("abemaciclib", days).told()).findings if f.rule == "CDK-STOP"]
    assert told in found.statement
    assert ("before" in found.statement.split("The chart shows")[1]) is ("before" in told)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (-15, Verdict.UNKNOWN),
        (-14, Verdict.EXCEPTION),
        (-13, Verdict.EXCEPTION),
        (13, Verdict.EXCEPTION),
        (14, Verdict.EXCEPTION),
        (15, Verdict.UNKNOWN),
    ],
)
def test_what_happened_within_14_days_of_the_stop_may_be_its_reason(after: int, expected: Verdict) -> None:
    on = (FIRST + timedelta(days=100 + after)).isoformat()
    told = course("palbociclib", 100).condition("D70.1", "Neutropenia", on)
    assert verdict(told, "CDK-STOP") is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [(-31, "not-met"), (-30, "met"), (-29, "met"), (13, "met"), (14, "met"), (15, "not-met")],
)
def test_education_counts_from_30_days_before_to_14_after(day: int, expected: str) -> None:
    on = (FIRST + timedelta(days=day)).isoformat()
    told = course("abemaciclib", 100).document("Oral chemotherapy education", on)
    assert verdict(told, "CDK-EDU") == expected
