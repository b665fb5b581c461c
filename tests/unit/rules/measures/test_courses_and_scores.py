"""Which dose begins a course, which check is cited; scores, symptoms and deaths of which the day is open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Finding
from abstractor.chart import Chart, Completeness, Seen
from abstractor.dates import Truth, exact
from abstractor.rules.measures import GrowthFactor
from abstractor.rules.measures.occasions import Occasion
from fixtures.stories import HP, TDXD, Tale, tale
from tests.asking import abstract_told, library
from tests.measure_contexts import context_of
from tests.unit.rules.measures.pneumonitis_told import DRUG, again, ill
from tests.unit.rules.measures.pneumonitis_told import said as of_pneumonitis
from tests.unit.rules.measures.test_growth_factor import findings as growth_factors
from tests.unit.rules.measures.test_growth_factor import on as treated_with
from tests.unit.rules.measures.test_pneumonitis_episodes import (
    GRADE_2,
    graded,
    over,
    second,
    steroid,
    undated,
)
from tests.unit.rules.measures.test_rolling_checks import treated
from tests.unit.rules.measures.test_screening import SCORE, ended, pain, patient, phq9
from tests.unit.rules.measures.test_told_of_elsewhere import INSIDE, said, someone
from tests.unit.rules.measures.test_unlisted_records import NOBODY


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


def test_a_drug_that_is_said_to_be_taken_and_given_here_is_given_here() -> None:
    told = said(someone(INSIDE), "trastuzumab")
    assert finding(told, "LVEF-BASE").verdict == "unknown"
    assert finding(told.given("trastuzumab", "2022-03-22"), "LVEF-BASE").verdict == "not-met"


def test_who_is_given_one_of_two_drugs_here_is_treated_here() -> None:
    told = someone(INSIDE).course(["trastuzumab"], "2022-02-20", cycles=9)
    assert finding(said(told, "pertuzumab"), "LVEF-Q3M").verdict == "not-met"


def test_a_drug_that_is_ordered_here_stands_before_one_that_is_only_said_to_be_taken() -> None:
    told = said(someone(INSIDE), "pertuzumab").order("trastuzumab", "2022-02-27")
    assert "the first dose (2022-02-27) of trastuzumab" in finding(told, "LVEF-BASE").statement


def test_a_line_of_a_week_is_short() -> None:
    told = (
        tale("someone")
        .her2_positive_mbc("2021-12-01", "liver")
        .course(["tucatinib"], "2022-01-03", cycles=1, every=7)
    )
    told.progression("2022-01-11").course(TDXD, "2022-01-17", cycles=6)
    told.condition("R19.7", "Diarrhea, unspecified", "2022-01-05")
    found = finding(told, "TKI-DIAR")
    assert (found.verdict, "(short-line)" in found.statement) == ("excluded", True), found.statement


@pytest.mark.parametrize(
    ("told", "start"),
    [
        (lambda told: told, "the start (2022-02-20) of trastuzumab"),
        (lambda told: told.order("trastuzumab", "2022-03-01"), "the first dose (2022-03-01) of trastuzumab"),
        (
            lambda told: told.order("trastuzumab", "2022-02-27").given("trastuzumab", "2022-03-01"),
            "the first dose (2022-03-01) of trastuzumab",
        ),
        (
            lambda told: told.given("trastuzumab", "2022-03-22").given("trastuzumab", "2022-03-01"),
            "the first dose (2022-03-01) of trastuzumab",
        ),
    ],
)
def test_the_first_dose_is_one_given_else_one_ordered_else_one_said(
    told: Callable[[Tale], Tale], start: str
) -> None:
    assert start in finding(told(said(someone(INSIDE), "trastuzumab")), "LVEF-BASE").statement


def test_a_bone_drug_without_a_date_begins_on_no_day() -> None:
    told = tale("someone").her2_positive_mbc("2022-02-07", "bone").visit("2022-02-07")
    told.given("zoledronic acid", "2022-03-07").but(effectiveDateTime=None, effectivePeriod=None)
    assert not [each for each in abstract_told(told.told()).findings if each.rule == "BMA-SAFE"]
    told.given("zoledronic acid", "2022-04-04")
    assert "the start (2022-04-04)" in finding(told, "BMA-SAFE").statement


@pytest.mark.parametrize(("fever", "asked"), [("2022-02-12", 1), ("2022-02-13", 0)])
def test_a_fever_of_another_day_makes_no_febrile_neutropenia(fever: str, asked: int) -> None:
    told = treated_with(TDXD, cycles=2).condition("D70.1", "Agranulocytosis", "2022-02-12")
    assert len(growth_factors(told.condition("R50.81", "Fever", fever))) == asked


def test_a_fever_on_a_drug_that_was_only_ordered_asks_for_nothing() -> None:
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver").order(TDXD[0], "2022-02-01")
    told.condition("D70.1", "Agranulocytosis", "2022-02-12").condition("R50.81", "Fever", "2022-02-12")
    assert growth_factors(told) == []


def test_a_fever_before_the_drug_is_not_of_the_drug() -> None:
    told = treated_with(TDXD, cycles=2).condition("D70.1", "Agranulocytosis", "2022-01-20")
    assert growth_factors(told.condition("R50.81", "Fever", "2022-01-20")) == []


def test_a_failing_kidney_that_is_not_confirmed_may_be_a_risk() -> None:
    told = treated_with(["docetaxel", "trastuzumab", "pertuzumab"])
    told.condition("N18.4", "Chronic kidney disease, stage 4", "2021-01-05", verification="provisional")
    (found,) = growth_factors(told)
    assert (found.verdict, "which may be a risk factor" in found.statement) == ("unknown", True)


def test_who_died_and_was_never_seen_may_have_died_in_the_window() -> None:
    story = someone().asked_for("Dental examination", "2022-02-20").told()
    person, *others = story.resources
    died = replace(story, resources=({**person, "deceasedBoolean": True}, *others))
    (found,) = [each for each in abstract_told(died).findings if each.rule == "PALL"]
    assert (found.verdict, "(date-uncertain)" in found.statement) == ("unknown", True)


def test_an_age_that_nobody_recorded_may_be_a_risk() -> None:
    told = treated_with(["docetaxel", "trastuzumab", "pertuzumab"], born="1957")
    (found,) = growth_factors(told)
    assert (found.verdict, "(age-unknown)" in found.statement) == ("unknown", True)


def test_the_checks_on_treatment_are_cited_and_no_others() -> None:
    found = finding(treated().lvef(62, "2022-04-11", "2022-09-12"), "LVEF-Q3M")
    assert found.verdict == "met"
    assert "The chart shows: 1 on treatment" in found.statement
    cited = {each.resource for each in found.evidence if "lvef" in each.resource}
    assert cited == {"Observation/someone-lvef-2"}


@pytest.mark.parametrize(("on", "verdict"), [("2021-01-11", "not-met"), ("2021-01-12", "exception")])
def test_a_longer_plan_counts_from_the_day_after_a_year(on: str, verdict: str) -> None:
    told = tale("someone", as_of=date(2021, 8, 1)).her2_positive_mbc("2020-01-06", "liver")
    told.course(HP, "2020-01-13").document("LVEF every 6 months", "2020-12-01")
    told.lvef(62, "2020-01-06", "2020-04-13", "2020-07-13", "2020-10-12", on, "2021-07-12")
    assert finding(told, "LVEF-Q3M").verdict == verdict


def test_of_a_gap_that_is_sure_and_a_longer_one_in_doubt_the_sure_one_is_told() -> None:
    told = treated(cycles=20, as_of=date(2022, 12, 31)).lvef(62, "2022-07-18")
    told.lvef(62, "2022-04-18").but(status="preliminary")
    found = finding(told, "LVEF-Q3M")
    assert found.verdict == "not-met"
    assert "none from 2022-07-18 to 2022-12-31, 166 days" in found.statement


def test_what_is_asked_of_nobody_says_so() -> None:
    told = treated().reported("CT of the chest", "2022-01-10", loinc="24627-2")
    assert "(not-required)" in finding(told, "RESTAGE").statement


def demented(**elements: object) -> Tale:
    return patient().condition("F03.C0", "Severe dementia", "2021-06-07").but(**elements)


RESOLVED = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "resolved"}]
}
SCORES: list[tuple[str, Callable[[], Tale], str, str]] = [
    ("taken out since some day", lambda: undated(demented()), "DISTRESS", "excluded"),
    ("over since some day", lambda: demented(clinicalStatus=RESOLVED), "DISTRESS", "excluded"),
    (
        "taken out after the period",
        lambda: demented(onsetDateTime="2023-01-02", recordedDate="2023-01-02"),
        "DISTRESS",
        "unknown",
    ),
    ("a visit lacks before the period ends", lambda: _half_a_year(), "PAIN", "not-met"),
    (
        "high of some day in March, referred in March",
        lambda: phq9(15, "2022-03").asked_for("Psychology referral", "2022-03-10"),
        "DISTRESS",
        "met",
    ),
    (
        "high of some day in March, referred before",
        lambda: phq9(15, "2022-03").asked_for("Psychology referral", "2022-02-28"),
        "DISTRESS",
        "not-met",
    ),
    (
        "high in the year before, low now",
        lambda: phq9(15, "2021-12-31").measured(
            "44261-6", "PHQ-9 total score", "2022-01-03", amount=(2, SCORE)
        ).asked_for("Dental examination", "2022-03-08"),
        "DISTRESS",
        "met",
    ),
]  # fmt: skip


def _half_a_year() -> Tale:
    told = patient(date(2022, 6, 30)).measured("72514-3", "Pain severity", "2022-03-07", amount=(2, SCORE))
    return told.visit("2022-04-04")


@pytest.mark.parametrize(("name", "told", "rule", "verdict"), SCORES, ids=[row[0] for row in SCORES])
def test_scores_and_who_is_asked(name: str, told: Callable[[], Tale], rule: str, verdict: str) -> None:
    assert ended(told(), rule).partition(" ")[0] == verdict


def test_two_visits_with_a_score_each_are_asked_to_the_end() -> None:
    assert ended(pain().visit("2022-12-31"), "PAIN") == "not-met"


@pytest.mark.parametrize(("as_of", "verdict"), [("2022-05-16", "pending"), ("2022-05-17", "met")])
def test_a_week_is_watched_before_the_drug_counts_as_held(as_of: str, verdict: str) -> None:
    told = tale("someone", as_of=date.fromisoformat(as_of)).her2_positive_mbc("2021-12-01", "liver")
    told.order("letrozole", "2022-01-10").course(TDXD, "2022-02-01", until="2022-04-26")
    assert of_pneumonitis(told.condition("J70.4", GRADE_2, "2022-05-10"))[0] == verdict


@pytest.mark.parametrize(
    ("grade", "steroid_told"),
    [
        (
            "Pneumonitis, grade 1",
            "a systemic steroid: none, asked for from grade 2 on; chest CT within 28 days ",
        ),
        (GRADE_2, "a systemic steroid within 7 days not met; chest CT within "),
    ],
)
def test_a_steroid_that_is_not_asked_for_is_not_told_as_missed(grade: str, steroid_told: str) -> None:
    told = ill(grade).order("letrozole", "2022-01-10")
    assert steroid_told in of_pneumonitis(told)[1]
    assert steroid_told in of_pneumonitis(told.reported("Normal.", "2020-01-10", loinc="24627-2"))[1]


@pytest.mark.parametrize(
    ("seen", "truth", "reason"),
    [(Seen.COMPLETE, Truth.NO, None), (Seen.PARTIAL, Truth.UNKNOWN, "not-seen-whole")],
)
def test_silence_on_risks_says_something_where_diagnoses_were_seen_whole(
    seen: Seen, truth: Truth, reason: str | None
) -> None:
    (rule,) = (each.rule for each in library().measures if isinstance(each.rule, GrowthFactor))
    born, first = exact(date(1980, 4, 12)), exact(date(2022, 2, 1))
    chart = Chart(replace(NOBODY, birth=born), completeness=(Completeness("Condition", seen, 1, None),))
    found = rule.factors.at(context_of(chart, ()), Occasion(None, first, "a dose", (), ()), first)
    assert (found.truth, found.reason) == (truth, reason)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (lambda told: told.given(DRUG, "2022-06-21", status="not-done"), "met"),
        (lambda told: told.given(DRUG, "2022-06-21", status="entered-in-error"), "met"),
        (lambda told: told.given(DRUG, "2022-06-21", status="unknown"), "unknown"),
        (lambda told: told.said_to_take(DRUG, "2022-02-01"), "met"),
    ],
)
def test_what_may_be_a_dose_after_a_pneumonitis(after: Callable[[Tale], Tale], verdict: str) -> None:
    assert of_pneumonitis(after(steroid(ill(GRADE_2))))[0] == verdict


def test_a_grade_is_of_the_later_of_two_that_had_begun() -> None:
    told = second(over("Pneumonitis", "2022-03-08", "2022-03-10"), "Pneumonitis")
    verdict, statement = of_pneumonitis(steroid(graded(told, "2022-05-12", valueInteger=3)))
    assert (verdict, "no grade is recorded" in statement) == ("unknown", True), statement
    assert (
        "after grade 3" in of_pneumonitis(again(graded(ill("Pneumonitis"), "2022-05-12", valueInteger=3)))[1]
    )
