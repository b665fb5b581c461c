"""VACC dose by dose: how far apart, which is told, and patients to whom none is due."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.dates import Period
from abstractor.rules.found import Found
from abstractor.rules.measures import Vaccination
from abstractor.rules.measures.vaccination import Vaccine
from fixtures.stories import Tale, tale
from tests.asking import chart_of, library
from tests.measure_contexts import context_of
from tests.unit.rules.measures.test_retesting import ASKED
from tests.unit.rules.measures.test_vaccination import finding, with_all, zoster

(RULE,) = (each.rule for each in library().measures if isinstance(each.rule, Vaccination))
SERIES = Vaccine("zoster-vaccine", "zoster vaccine", doses=3, apart=28)


def found(told: Tale, *vaccines: Vaccine) -> Found:
    """Asked for these vaccines by an edition that is always in force."""
    story = told.told()
    asked = (replace(RULE.asked[0], edition=ASKED.edition),)
    context = context_of(chart_of(story.resources, story.patient), (ASKED,), as_of=story.as_of.isoformat())
    context = replace(context, period=Period(*story.period))
    (one,) = replace(RULE, asked=asked, vaccines=vaccines).findings(context)
    return one


@pytest.mark.parametrize(
    ("days", "verdict", "shows"),
    [
        (("2022-01-03", "2022-01-31", "2022-02-28"), "met", "zoster vaccine on 2022-02-28"),
        (("2022-01-03", "2022-01-31", "2022-02-27"), "not-met", "zoster vaccine: 2 of 3 doses"),
        (("2022-01-03", "2022-01-30", "2022-01-31", "2022-02-28"), "met", "zoster vaccine on 2022-02-28"),
        (("2022-01-03",), "not-met", "zoster vaccine: 1 of 3 doses"),
        (("2022-01", "2022-02", "2022-03"), "unknown", "3 on record, their days not known well enough"),
    ],
)
def test_each_dose_is_so_far_from_the_one_before(days: tuple[str, ...], verdict: str, shows: str) -> None:
    said = found(zoster(*days), SERIES).finding
    assert (said.verdict, shows in said.statement) == (verdict, True), said.statement


def test_the_last_dose_is_told() -> None:
    said = finding(zoster("2023-03-06", "2023-05-01"))
    assert said is not None
    assert "zoster vaccine on 2023-05-01" in said.statement


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        (("2023-03-06", "2023-03"), "unknown"),
        (("2023-03", "2023-05-06"), "met"),
        (("2023-03-06", "2023-03-06", "2023-03"), "unknown"),
        (("2023-03-06", "2023-03-06"), "not-met"),
    ],
)
def test_a_dose_of_some_day_of_its_month_may_be_the_second(days: tuple[str, ...], verdict: str) -> None:
    said = finding(zoster(*days))
    assert said is not None
    assert said.verdict == verdict, said.statement


def test_what_is_due_and_why_one_was_not_given_is_told_and_cited() -> None:
    told = with_all("Influenza, seasonal").vaccinated(
        "Influenza, seasonal", "2024-10-07", status="not-done", why_not="patient refused"
    )
    said = finding(told)
    assert said is not None
    assert "expects influenza vaccine (of the season" in said.statement
    assert "influenza vaccine not done on 2024-10-07, with its reason (reason-recorded)" in said.statement
    assert told.last_reference in {each.resource for each in said.evidence}


@pytest.mark.parametrize(
    ("verification", "on", "verdict"),
    [
        ("confirmed", "2015-01-05", "met"),
        ("confirmed", "2025-02-10", "met"),
        ("confirmed", "2025-02-11", "not-met"),
        ("provisional", "2015-01-05", "not-met"),
        ("refuted", "2015-01-05", "not-met"),
    ],
)
def test_a_vaccine_is_not_due_to_who_is_known_to_have_the_disease(
    verification: str, on: str, verdict: str
) -> None:
    told = with_all("Heplisav-B").condition("B18.1", "Chronic hepatitis B", on, verification=verification)
    said = finding(told)
    assert said is not None
    assert said.verdict == verdict, said.statement


def test_the_first_of_those_that_the_birth_date_leaves_open_is_named() -> None:
    said = finding(with_all("Heplisav-B", born="1965"))
    assert said is not None
    assert "the date of birth does not tell whether RSV vaccine is due (patient-unknown)" in said.statement


def test_at_an_age_at_which_none_is_due_nobody_is_asked() -> None:
    old = Vaccine("rsv-vaccine", "RSV vaccine", age_from=75)
    said = found(with_all(), old)
    assert (said.finding.verdict, said.reason) == ("excluded", "not-required")
    assert "expects no vaccine at this age. " in said.finding.statement
    assert found(with_all(), replace(old, age_from=49)).reason == "never-recorded"
    assert found(with_all(), replace(old, age_from=50)).reason == "not-required"


@pytest.mark.parametrize(("visit", "verdict"), [("2022-06-30", "met"), ("2022-07-01", "pending")])
def test_the_season_is_that_of_the_visit(visit: str, verdict: str) -> None:
    """A vaccine of October 2021; the next season begins in July."""
    told = tale("someone", period=(date(2022, 1, 1), date(2022, 12, 31)))
    told.her2_positive_mbc("2021-06-07", "liver").vaccinated("Influenza, seasonal", "2021-10-04").visit(visit)
    influenza = Vaccine("influenza-vaccine", "influenza vaccine", seasonal=True)
    assert found(told, influenza).finding.verdict == verdict
