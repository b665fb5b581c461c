"""ILD-ACT on which records count: standing, dates of which one part is known, whose grade a result is, and
what report text adds to them.
"""

from collections.abc import Callable
from datetime import date

import pytest

from fixtures.stories import Tale, tale
from tests.unit.rules.measures.pneumonitis_told import DRUG, again, decided, ill, said, treated
from tests.unit.rules.measures.test_pneumonitis_episodes import (
    GRADE_1,
    GRADE_2,
    graded,
    over,
    second,
    steroid,
    undated,
)


def severe(words: str) -> Tale:
    return ill(words, grade="severe")


STANDING: list[tuple[str, Callable[[], Tale], str]] = [
    ("confirmed", lambda: ill(GRADE_2), "not-met critical"),
    ("of a status that is not told", lambda: ill(GRADE_2, verification=None), "not-met critical"),
    ("provisional", lambda: ill(GRADE_2, verification="provisional"), "unknown"),
    ("refuted", lambda: ill(GRADE_2, verification="refuted"), ""),
    ("entered in error", lambda: ill(GRADE_2, verification="entered-in-error"), ""),
    ("without the day of writing", lambda: ill(GRADE_2).but(recordedDate=None), "not-met critical"),
    ("without the day of onset", lambda: ill(GRADE_2).but(onsetDateTime=None), "not-met critical"),
    ("of another cause in its words", lambda: ill("Radiation pneumonitis, grade 2"), "unknown"),
    ("not of that cause", lambda: severe("Pneumonitis, not radiation-induced"), "not-met critical"),
    ("no cause of it", lambda: severe("Pneumonitis (no radiation given)"), "unknown"),
    ("no such cause", lambda: severe("Pneumonitis, no infectious cause found"), "not-met critical"),
    ("of no such cause", lambda: ill("Non-infectious pneumonitis, grade 2"), "not-met critical"),
]


@pytest.mark.parametrize(("name", "told", "verdict"), STANDING, ids=[row[0] for row in STANDING])
def test_a_record_counts_by_its_status_and_its_words(
    name: str, told: Callable[[], Tale], verdict: str
) -> None:
    got, statement = said(again(told()))
    assert got == verdict, statement


def with_grade(grade: int, on: str | None = "2022-05-11", **elements: object) -> Tale:
    told = over("Pneumonitis", "2022-05-10", "2022-05-24")
    return again(graded(told, on, valueInteger=grade).but(**elements))


def other_disease(grade: int) -> Tale:
    """A grade of the diarrhoea beside it."""
    told = over("Pneumonitis", "2022-05-10", "2022-05-24").condition("R19.7", "Diarrhea", "2022-05-10")
    return again(graded(told, valueInteger=grade))


GRADED: list[tuple[str, Callable[[], Tale], str, str]] = [
    ("of grade 1", lambda: with_grade(1), "met", "after grade 1 on"),
    ("of grade 2", lambda: with_grade(2), "not-met critical", "after grade 2 on"),
    ("amended", lambda: with_grade(2, status="amended"), "not-met critical", "after grade 2 on"),
    ("without a status", lambda: with_grade(2, status=None), "unknown", "(grade-unknown)"),
    ("entered in error", lambda: with_grade(2, status="entered-in-error"), "unknown", "(grade-unknown)"),
    ("preliminary", lambda: with_grade(2, status="preliminary"), "unknown", "(grade-unknown)"),
    ("of another disease", lambda: other_disease(2), "unknown", "(grade-unknown)"),
    ("of the very day", lambda: with_grade(2, "2022-05-10"), "not-met critical", "after grade 2 on"),
    (
        "of a record beside one without a date",
        lambda: again(
            graded(undated(ill("Possible ILD")).condition("J70.4", "ILD", "2022-05-10"), valueInteger=2)
        ),
        "not-met critical",
        "after grade 2 on",
    ),
    (
        "written after the dose",
        lambda: again(graded(ill("Pneumonitis"), "2022-05-20", valueInteger=2), "2022-05-17"),
        "unknown",
        "(date-uncertain)",
    ),
    (
        "written after the dose, of a record that said one of 2 before",
        lambda: again(graded(ill(GRADE_2), "2022-05-20", valueInteger=3), "2022-05-17"),
        "not-met critical",
        "after grade 3 on",
    ),
    (
        "written before the dose",
        lambda: again(graded(ill("Pneumonitis"), "2022-05-16", valueInteger=2), "2022-05-17"),
        "not-met critical",
        "after grade 2 on",
    ),
    (
        "of a record without a date",
        lambda: again(graded(undated(ill("Pneumonitis")), valueInteger=2)),
        "unknown",
        "pneumonitis (no date)",
    ),
    (
        "of some day of the month of its record",
        lambda: again(graded(over("Pneumonitis", "2022-05-10", "2022-05-24"), "2022-05", valueInteger=1)),
        "met",
        "after grade 1 on",
    ),
    (
        "of a record of some day of the month",
        lambda: again(graded(over("Pneumonitis", "2022-05", "2022-06-10"), "2022-05-20", valueInteger=1)),
        "met",
        "after grade 1 on",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "shows"), GRADED, ids=[row[0] for row in GRADED])
def test_a_graded_result(name: str, told: Callable[[], Tale], verdict: str, shows: str) -> None:
    got, statement = said(told())
    assert (got, shows in statement) == (verdict, True), statement


def ended(words: str, on: str, end: str, told: Tale) -> Tale:
    return over(words, on, end, told)


TOGETHER: list[tuple[str, Callable[[], Tale], str, str]] = [
    (
        "the end of another record of the episode is its own",
        lambda: again(ended("Pneumonitis", "2022-05-12", "2022-05-24", ill(GRADE_1))),
        "met",
        "over on 2022-05-24",
    ),
    (
        "of several ends the last, as far as it reaches",
        lambda: again(
            ended(
                "Pneumonitis",
                "2022-05-12",
                "2022-06",
                ended("Pneumonitis", "2022-05-11", "2022-06-10", ill(GRADE_1)),
            )
        ),
        "unknown",
        "over on 2022-06-01..2022-06-30",
    ),
    (
        "an end of another episode is none of its own",
        lambda: again(ended(GRADE_1, "2022-03-08", "2022-03-10", ill(GRADE_1))),
        "unknown",
        "(resolution-not-recorded)",
    ),
    (
        "a record without a date is of no episode",
        lambda: again(undated(over(GRADE_1, "2022-05-10", "2022-05-24").condition("J70.4", "ILD", "2022"))),
        "unknown",
        "(onset-uncertain)",
    ),
    (
        "some day of May and the middle of June are one",
        lambda: again(
            ended(GRADE_1, "2022-06-15", "2022-06-20", ill("Pneumonitis", "2022-05")), "2022-07-05"
        ),
        "met",
        "after grade 1 on 2022-06-15",
    ),
    (
        "the middle of June and some day of May are one",
        lambda: again(
            second(over(GRADE_1, "2022-05", "2022-06-20"), "Pneumonitis", "2022-06-15"), "2022-07-05"
        ),
        "met",
        "after grade 1 on 2022-05-01..2022-05-31",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "shows"), TOGETHER, ids=[row[0] for row in TOGETHER])
def test_records_of_one_episode_tell_together(
    name: str, told: Callable[[], Tale], verdict: str, shows: str
) -> None:
    got, statement = said(told())
    assert (got, shows in statement) == (verdict, True), statement


TEXT: list[tuple[str, Callable[[], Tale], str, str]] = [
    (
        "only possible",
        lambda: treated().note("Possible pneumonitis.", "2022-05-10"),
        "unknown",
        "the disease is only possible, and stands in report text alone",
    ),
    (
        "beside an unsure record of years ago",
        lambda: (
            treated().condition("J98.4", "Lung disorder", "2019-03-01").note("Possible ILD.", "2022-05-10")
        ),
        "unknown",
        "(text-only)",
    ),
    (
        "told with the year of another finding",
        lambda: treated().note("Grade 2 pneumonitis; the CT of 2021 was clear.", "2022-05-10"),
        "unknown",
        "pneumonitis (2022-05-10) on",
    ),
    (
        "of a record that is over, beside one of years ago",
        lambda: over(GRADE_1, "2022-05-10", "2022-05-24", over("Fibrosis", "2019-03-01", "2019-06-01")).note(
            "Pneumonitis.", "2022-05-11"
        ),
        "met",
        "after grade 1 on 2022-05-10, over on 2022-05-24",
    ),
    (
        "of another disease",
        lambda: over(GRADE_1, "2022-05-10", "2022-05-24").pathology_report("HER2 positive.", "2022-06-14"),
        "met",
        "after grade 1 on 2022-05-10, over on 2022-05-24",
    ),
    (
        "after it was over",
        lambda: over(GRADE_1, "2022-05-10", "2022-05-24").note("Pneumonitis.", "2022-06-14"),
        "unknown",
        "“Pneumonitis.”",
    ),
    (
        "weeks later and before it was over, beside one of years ago",
        lambda: over(GRADE_1, "2022-05-10", "2022-06-15", over("Fibrosis", "2019-03-01", "2019-06-01")).note(
            "Pneumonitis.", "2022-06-14"
        ),
        "met",
        "over on 2022-06-15",
    ),
    (
        "before it was over",
        lambda: over(GRADE_1, "2022-05-10", "2022-06-15").note("Pneumonitis.", "2022-06-14"),
        "met",
        "over on 2022-06-15",
    ),
]


@pytest.mark.parametrize(("name", "told", "verdict", "shows"), TEXT, ids=[row[0] for row in TEXT])
def test_report_text_beside_records(name: str, told: Callable[[], Tale], verdict: str, shows: str) -> None:
    got, statement = said(again(told()))
    assert (got, shows in statement) == (verdict, True), statement


@pytest.mark.parametrize(
    ("on", "contradicts"),
    [
        ("2022-04-18", False),
        ("2022-04-19", True),
        ("2022-06-14", True),
        ("2022-06-15", False),
        ("2022-04", True),
    ],
)
def test_report_text_contradicts_a_grade_within_three_weeks_of_it(on: str, contradicts: bool) -> None:
    told = over(GRADE_2, "2022-05-10", "2022-05-24").note("Grade 3 pneumonitis.", on)
    verdict, statement = said(again(told))
    assert (verdict, "report text says otherwise" in statement) == ("not-met critical", contradicts), (
        statement
    )


@pytest.mark.parametrize(
    ("on", "verdict", "shows"),
    [
        ("2022-01-31", "", ""),
        ("2022-02-01", "unknown", "(onset-uncertain)"),
        ("2022-02-02", "not-met critical", "after grade 2"),
        ("2022-02", "unknown", "(onset-uncertain)"),
        ("2022-01", "", ""),
        ("2022", "unknown", "(onset-uncertain)"),
    ],
)
def test_it_is_new_on_the_drug_from_the_day_after_the_first_dose(on: str, verdict: str, shows: str) -> None:
    got, statement = said(again(ill(GRADE_2, on)))
    assert (got, shows in statement) == (verdict, True), statement


def first_line() -> Tale:
    """T-DXd to 26 April and no more."""
    told = treated().progression("2022-05-20")
    return told.course(["capecitabine", "trastuzumab"], "2022-06-01", cycles=3)


def test_what_was_told_first_of_another_episode_is_not_of_this_one() -> None:
    told = second(over(GRADE_1, "2022-03-08", "2022-03-10", first_line()), GRADE_2, "2022-07-12")
    assert said(told)[0] == "met"


def test_of_some_day_of_may_it_may_have_come_up_in_time() -> None:
    told = second(first_line().condition("J70.4", "Pneumonitis", "2022-05"), GRADE_2, "2022-06-10")
    assert len(decided(told)[0]) == 1


@pytest.mark.parametrize(("on", "told_of"), [("2022-05-26", True), ("2022-05-27", False)])
def test_to_thirty_days_after_the_line_it_is_of_the_line(on: str, told_of: bool) -> None:
    """What was written first of it counts."""
    told = first_line().condition("J70.4", GRADE_2, on)
    told_first = second(first_line().condition("J70.4", "Pneumonitis", on), GRADE_2, "2022-06-10")
    for each in (told, told_first):
        assert bool(decided(each)[0]) is told_of


@pytest.mark.parametrize("as_of", [date(2022, 5, 20), date(2022, 12, 31)])
def test_what_was_only_ordered_did_no_harm(as_of: date) -> None:
    told = (
        tale("someone", as_of=as_of)
        .her2_positive_mbc("2021-12-01", "liver")
        .given("trastuzumab", "2022-01-03")
    )
    told.order(DRUG, "2022-05-02").condition("J70.4", GRADE_2, "2022-05-10")
    assert said(told) == ("", "")


def test_of_what_is_only_said_to_be_taken_the_first_day_counts() -> None:
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    told.said_to_take(DRUG, "2022-03-01", "2022-04-30").said_to_take(DRUG, "2022-02-01", "2022-02-28")
    verdict, statement = said(steroid(told.condition("J70.4", GRADE_2, "2022-02-15")))
    assert (verdict, "(only-said)" in statement) == ("unknown", True), statement
