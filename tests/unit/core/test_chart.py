"""The chart as it could be known on a day: later facts are left out, later ends read as still going on."""

from datetime import date

from abstractor.chart import Chart
from fixtures.stories import Story, tale
from tests.asking import chart_of

DAY = date(2022, 6, 30)


def told() -> Story:
    one = tale("someone").breast_cancer("2019-01-07").metastasis("liver", "2022-07-01").lvef(60, "2022-06-30")
    one.order("letrozole", "2022-06-01", stated=("2022-06-01", "2022-12-31")).order(
        "anastrozole", "2022-07-01"
    )
    one.given("trastuzumab", "2022-06-30").given("trastuzumab", "2022-07-01").visit("2022-06-30")
    return one.visit("2022-07-02").death("2022-08-01").told()


def known() -> Chart:
    return chart_of(told().resources, "Patient/someone").as_of(DAY)


def test_facts_after_the_day_are_left_out() -> None:
    chart = known()
    assert len(chart.diagnoses) == 1
    assert len(chart.administrations) == 1
    assert len(chart.visits) == 1
    assert [order.agents for order in chart.orders] == [("letrozole",)]
    assert len(chart.results) == 1


def test_a_treatment_period_that_ends_later_was_still_going_on() -> None:
    supply = known().orders[0].supply
    assert supply is not None
    assert supply[1] is not None
    assert supply[1].latest == DAY


def test_nobody_is_dead_before_the_day_of_death() -> None:
    whole = chart_of(told().resources, "Patient/someone")
    assert whole.as_of(date(2022, 7, 31)).patient.deceased is False
    assert whole.as_of(date(2022, 8, 1)).patient.deceased is True


def test_a_partial_date_counts_from_its_first_possible_day() -> None:
    story = tale("someone").breast_cancer("2022").told()
    chart = chart_of(story.resources, "Patient/someone")
    assert len(chart.as_of(date(2021, 12, 31)).diagnoses) == 0
    assert len(chart.as_of(date(2022, 1, 1)).diagnoses) == 1


def test_the_digest_names_the_content_and_not_its_order() -> None:
    resources = told().resources
    digest = chart_of(resources, "Patient/someone").digest
    assert chart_of(tuple(reversed(resources)), "Patient/someone").digest == digest
    assert chart_of(resources[:-3], "Patient/someone").digest != digest
