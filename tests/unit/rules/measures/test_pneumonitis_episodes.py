"""ILD-ACT on several records of a pneumonitis: which of them tell of one episode, of which line and since
when; and what a dose, a dispense or a statement after it says.
"""

from collections.abc import Callable

import pytest

from fixtures.stories import TDXD, Tale, tale
from tests.unit.rules.measures.pneumonitis_told import DRUG, Json, again, decided, ill, said, treated

GRADE_1 = "Pneumonitis, grade 1"
GRADE_2 = "Pneumonitis, grade 2"


def steroid(told: Tale) -> Tale:
    return told.order("prednisone", "2022-05-10")


def over(words: str, on: str, ended: str, told: Tale | None = None) -> Tale:
    told = told or treated()
    return told.condition("J70.4", words, on, clinical="resolved").but(abatementDateTime=ended)


def second(told: Tale, words: str, on: str = "2022-05-10") -> Tale:
    return told.condition("J70.4", words, on)


def undated(told: Tale) -> Tale:
    return told.but(onsetDateTime=None, recordedDate=None)


def graded(told: Tale, on: str | None = "2022-05-11", **value: object) -> Tale:
    """A CTCAE grade of the record that was told last."""
    result: Json = {
        "resourceType": "Observation",
        "id": "grade",
        "status": "final",
        "code": {"text": "CTCAE grade"},
        "subject": {"reference": "Patient/someone"},
        "focus": [{"reference": told.last_reference}],
        **value,
    }
    return told.raw(result if on is None else {**result, "effectiveDateTime": on})


def at_least(grade: int, comparator: str = ">=") -> Json:
    return {"valueQuantity": {"value": grade, "comparator": comparator}}


def second_line() -> Tale:
    """T-DXd to April, another treatment from June, T-DXd again from September to 18 October."""
    told = treated().progression("2022-05-20").course(["capecitabine", "trastuzumab"], "2022-06-01", cycles=3)
    return told.course(TDXD, "2022-09-06", cycles=3)


RECORDS: list[tuple[str, Callable[[], Tale], str, str]] = [
    (
        "an unsure record of the same days says less than a sure one",
        lambda: steroid(ill(GRADE_2).condition("J98.4", "Lung disorder", "2022-05-12", grade="severe")),
        "met",
        "after grade 2 on 2022-05-10",
    ),
    (
        "so does one without a grade",
        lambda: again(over(GRADE_1, "2022-05-10", "2022-05-24", ill("Pneumonitis", "2022-05-12"))),
        "met",
        "after grade 1 on 2022-05-10, over on 2022-05-24",
    ),
    (
        "of two that are graded neither is left out",
        lambda: again(second(ill(GRADE_1), GRADE_2, "2022-05-17")),
        "not-met critical",
        "after grade 2 on 2022-05-17",
    ),
    (
        "one that was over before is not this one",
        lambda: again(second(over("Pneumonitis", "2021-06-01", "2021-08-02"), GRADE_2)),
        "not-met critical",
        "after grade 2 on 2022-05-10",
    ),
    (
        "one that was not over before may be this one",
        lambda: again(second(ill("Pneumonitis", "2021-06-01"), GRADE_2)),
        "unknown",
        "may have been there before the drug",
    ),
    (
        "a grade is of the record that had begun by its day",
        lambda: again(
            second(graded(ill("Pneumonitis", "2022-03-08"), "2022-03-10", valueInteger=1), "Pneumonitis")
        ),
        "unknown",
        "after grade 1 on 2022-03-08",
    ),
    (
        "a grade without a date is of any record, as far as it reaches",
        lambda: again(graded(over("Pneumonitis", "2022-05-10", "2022-05-24"), None, valueInteger=1)),
        "met",
        "after grade 0-1 on 2022-05-10",
    ),
    (
        "report text of a record without a date is of that record",
        lambda: again(undated(ill(GRADE_2)).note("Grade 2 pneumonitis.", "2022-05-10")),
        "unknown",
        "pneumonitis (no date)",
    ),
    (
        "between two lines it is of the first",
        lambda: second_line().condition("J70.4", GRADE_2, "2022-07-12"),
        "not-met critical",
        "given again on 2022-09-06 (3 doses) after grade 2 on 2022-07-12",
    ),
    (
        "in the second line it is of that line",
        lambda: second_line().condition("J70.4", GRADE_2, "2022-10-04"),
        "not-met critical",
        "given again on 2022-10-18 (1 dose) after grade 2 on 2022-10-04",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "verdict", "shows"), RECORDS, ids=[row[0] for row in RECORDS])
def test_records_of_one_episode_and_of_several(
    name: str, told: Callable[[], Tale], verdict: str, shows: str
) -> None:
    found, _ = decided(told())
    assert len(found) == 1
    got, statement = said(told())
    assert (got, shows in statement) == (verdict, True), statement


def test_without_a_date_it_is_of_the_last_line() -> None:
    (found,), _ = decided(undated(second_line().condition("J70.4", GRADE_2, "2022-10-04")))
    assert found.line is not None and found.line.number == 3


@pytest.mark.parametrize(
    ("grade", "verdict", "shows"),
    [
        (at_least(2), "not-met critical", "after grade >=2 on 2022-05-10"),
        (at_least(1), "unknown", "its grade lies on both sides of 2"),
        (at_least(1, ">"), "unknown", "its grade lies on both sides of 2"),
        (at_least(1, "<="), "met", "after grade 0-1 on 2022-05-10"),
        (at_least(2, "<="), "unknown", "its grade lies on both sides of 2"),
    ],
)
def test_a_grade_with_an_open_end(grade: Json, verdict: str, shows: str) -> None:
    """Over since 24 May and given again in June: right after grade 1, never after "1 or more"."""
    got, statement = said(again(graded(over("Pneumonitis", "2022-05-10", "2022-05-24"), **grade)))
    assert (got, shows in statement) == (verdict, True), statement


def test_report_text_contradicts_no_grade_with_an_open_end_that_holds_its_own() -> None:
    for words, contradicts in (("Grade 3 pneumonitis.", False), ("Grade 1 pneumonitis.", True)):
        told = graded(ill("Pneumonitis"), **at_least(2)).note(words, "2022-05-10")
        assert ("report text says otherwise" in said(again(told))[1]) is contradicts


@pytest.mark.parametrize(("grade", "contradicts"), [(1, True), (2, False), (3, True)])
@pytest.mark.parametrize("dated", [True, False])
def test_report_text_contradicts_another_grade_alone(grade: int, contradicts: bool, dated: bool) -> None:
    told = ill(GRADE_2).note(f"Grade {grade} pneumonitis.", "2022-05-10")
    statement = said(again(told if dated else told.but(date=None)))[1]
    assert ("report text says otherwise" in statement) is contradicts


@pytest.mark.parametrize(
    ("words", "since"),
    [
        ("History of pneumonitis in 2022.", "2022-05-10"),
        ("History of pneumonitis; CT again in 2023.", "2022-05-10"),
        ("History of pneumonitis.", "2022-05-10"),
    ],
)
def test_report_text_of_a_disease_known_before_is_of_its_own_day_unless_it_names_an_earlier_year(
    words: str, since: str
) -> None:
    verdict, statement = said(again(treated().note(words, "2022-05-10")))
    assert (verdict, f"pneumonitis ({since})" in statement) == ("unknown", True), statement


AFTERWARDS: list[tuple[str, Callable[[Tale], Tale], str, str]] = [
    ("nothing", lambda told: told, "met", "no further dose of"),
    ("another drug", lambda told: told.given("trastuzumab", "2022-06-07"), "met", "no further dose of"),
    (
        "said not to be taken",
        lambda told: told.said_to_take(DRUG, "2022-06-21", status="not-taken"),
        "met",
        "no further dose of",
    ),
    (
        "said to have ended before",
        lambda told: told.said_to_take(DRUG, "2022-02-01", "2022-05-01"),
        "met",
        "no further dose of",
    ),
    (
        "said to have gone on",
        lambda told: told.said_to_take(DRUG, "2022-02-01", "2022-06-30"),
        "unknown",
        "(only-said)",
    ),
    ("said to be taken again", lambda told: told.said_to_take(DRUG, "2022-06-21"), "unknown", "(only-said)"),
    ("a dose of its month", lambda told: told.given(DRUG, "2022-05"), "unknown", "(date-uncertain)"),
    ("a dose of the month before", lambda told: told.given(DRUG, "2022-04"), "met", "no further dose of"),
    ("ordered", lambda told: told.order(DRUG, "2022-06-21"), "met", "(ordered on 2022-06-21, not given)"),
]


@pytest.mark.parametrize(
    ("name", "after", "verdict", "shows"), AFTERWARDS, ids=[row[0] for row in AFTERWARDS]
)
def test_what_was_there_after_it(name: str, after: Callable[[Tale], Tale], verdict: str, shows: str) -> None:
    got, statement = said(after(steroid(ill(GRADE_2))))
    assert (got, shows in statement) == (verdict, True), statement


@pytest.mark.parametrize(
    ("ended", "again_on", "due"),
    [
        ("2022-06-07", "2022-07-05", "the same dose may be given"),
        ("2022-06-08", "2022-07-05", "one dose level less is due"),
        ("2022-06", "2022-07-05", "the same dose or one level less is due, by days that are not exact"),
        ("2022-07", "2022-08-02", "one dose level less is due"),
    ],
)
def test_by_how_long_it_lasted_the_dose_that_is_due_is_told(ended: str, again_on: str, due: str) -> None:
    verdict, statement = said(again(over(GRADE_1, "2022-05-10", ended), again_on))
    assert (verdict, f"; {due};" in statement) == ("met", True), statement


def test_the_last_dose_before_and_the_first_after_are_told() -> None:
    told = treated().given(DRUG, "2022-05-03", milligrams=400).given(DRUG, "2022-05-06", milligrams=380)
    over(GRADE_1, "2022-05-10", "2022-05-24", told)
    told.given(DRUG, "2022-06-21", milligrams=320).given(DRUG, "2022-07-12", milligrams=300)
    assert "; 380 mg before and 320 mg after" in said(told)[1]
    assert "; 380 mg before and 320 mg after" in said(told.dispensed(DRUG, "2022-05-08", days=21))[1]


def test_a_drug_that_was_handed_out_tells_no_dose() -> None:
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver").order(DRUG, "2022-02-01")
    told.dispensed(DRUG, "2022-02-01", days=21).dispensed(DRUG, "2022-02-22", days=21)
    over(GRADE_1, "2022-03-08", "2022-03-22", told)
    verdict, statement = said(told.given(DRUG, "2022-04-05", milligrams=320))
    assert (verdict, "; the doses are not both stated" in statement) == ("met", True), statement
