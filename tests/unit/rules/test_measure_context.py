"""Which edition asks for a measure on a day, when it is too old to be relied on, and what ends its window."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Verdict
from abstractor.chart import Chart, Patient, Procedure, Source, Standing
from abstractor.dates import DateInterval
from abstractor.rules.found import Found
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import AskedBy, MeasureContext, Outcome
from abstractor.rules.measures.occasions import Occasion
from abstractor.rules.measures.outcomes import care_ended, queried
from tests.builders import day, told
from tests.measure_contexts import context_of

NOBODY = Patient("Patient/1", None, None, False, None, ())
DRUG = ("fam-trastuzumab deruxtecan",)
SOURCES = (Source("Observation/1", "Observation.effectiveDateTime", "1", "2022-06-01"),)


def edition(
    name: str, first: str, last: str | None = None, *, authority: str = "FDA", agents: tuple[str, ...] = DRUG
) -> AskedBy:
    begins, ends = date.fromisoformat(first), date.fromisoformat(last) if last else None
    review = date(2026, 11, 30)
    return AskedBy(name, authority, f"Label {name}", f"Citation {name}", agents, begins, ends, review)


LABELS = (
    edition("second", "2020-01-01", "2021-12-31"),
    edition("first", "2018-01-01", "2019-12-31"),
    edition("third", "2022-01-01"),
    edition("earlier", "2016-01-01", "2017-12-31"),
    edition("of another drug", "2017-01-01", agents=("trastuzumab",)),
    edition("of another authority", "2018-01-02", authority="EMA"),
    edition("guideline", "2018-01-01", "2019-12-31", authority="ASCO", agents=()),
    edition("guideline, newer", "2020-01-01", authority="ASCO", agents=()),
)


def context(*, advisory: bool = False) -> MeasureContext:
    return context_of(Chart(NOBODY), LABELS, measure="LVEF-BASE", advisory=advisory)


@pytest.mark.parametrize(
    ("name", "on", "asks"),
    [
        ("first", "2017-12-31", None),  # no earlier label is asked
        ("first", "2018-01-01", "first"),
        ("first", "2019-12-31", "first"),
        ("first", "2020-01-01", "second"),
        ("first", "2021-12-31", "second"),
        ("first", "2022-01-01", "third"),
        ("first", "2026-01-01", "third"),
        ("third", "2021-12-31", None),
        ("guideline", "2019-12-31", "guideline"),
        ("guideline", "2020-01-01", None),  # only a label has a successor for the same drug
    ],
)
def test_the_edition_that_asks_on_a_day(name: str, on: str, asks: str | None) -> None:
    found = context().in_force(name, date.fromisoformat(on))
    assert (found.edition if found else None) == asks


def found_for(when: DateInterval, *, closes: str = "2022-06-08", advisory: bool = False) -> Found:
    outcome = Outcome(Verdict.NOT_MET, "none", "no-test", ("a test",), SOURCES)
    decision = Decision(outcome, date.fromisoformat(closes), "a test")
    occasion = Occasion(None, when, "an event", (), ())
    found = found_on(context(advisory=advisory), occasion, (Asking("first"),), lambda asking, days: decision)
    assert found is not None
    return found


def on(text: str) -> DateInterval:
    when = day(text)
    assert when is not None
    return when


@pytest.mark.parametrize(
    ("when", "stale"), [("2026-11-30", False), ("2026-12-01", True), ("2026-11", False), ("2026-12", True)]
)
def test_after_its_day_of_review_an_edition_is_not_relied_on(when: str, stale: bool) -> None:
    found = found_for(on(when))
    assert (found.finding.verdict, found.reason) == (
        ("unknown", "guideline-stale") if stale else ("not-met", "no-test")
    )
    assert ("was due for review on 2026-11-30" in found.finding.statement) is stale
    assert found.finding.would_clear == (() if stale else ("a test",))
    assert [each.resource for each in found.finding.evidence] == ["Observation/1"]


@pytest.mark.parametrize(
    ("when", "closes", "touches"),
    [
        ("2021-12-20", "2021-12-31", False),
        ("2021-12-20", "2022-01-01", True),
        ("2022-12-31", "2023-01-07", True),
        ("2023-01-01", "2023-01-08", False),
        ("2022-06-01", "2022-05-01", True),  # a window that closes before the trigger's last day
        ("2021-12", "2021-12-20", False),
        ("2021", "2022-01-05", True),
    ],
)
def test_whether_its_window_touches_the_period(when: str, closes: str, touches: bool) -> None:
    assert found_for(on(when), closes=closes).finding.in_period is touches


def test_what_a_finding_names() -> None:
    one = found_for(on("2022-06-01")).finding
    assert (one.rule, one.authority, one.edition, one.citation) == (
        "LVEF-BASE",
        "FDA",
        "third",
        "Citation third",
    )
    assert (one.line, one.phase, one.also, one.later, one.advisory) == (None, None, None, (), False)
    assert one.statement == "Label third expects a test. The chart shows: none (no-test)."
    assert found_for(on("2022-06-01"), advisory=True).finding.advisory


HOSPICE = Procedure("procedure", ("hospice",), False, None, day("2022-06-01"), Standing.COUNTS, (), SOURCES)


@pytest.mark.parametrize(
    ("chart", "ended"),
    [
        (Chart(replace(NOBODY, death=day("2022-06-08"))), "death"),
        (Chart(replace(NOBODY, death=day("2022-06-09"))), None),
        (Chart(replace(NOBODY, death=day("2022-06"))), None),
        (Chart(NOBODY, procedures=(HOSPICE,)), "hospice"),
        (Chart(NOBODY, procedures=(replace(HOSPICE, standing=Standing.ASSUMED),)), "hospice"),
        (Chart(NOBODY, procedures=(replace(HOSPICE, standing=Standing.ORDERED_ONLY),)), "hospice"),
        (Chart(NOBODY, procedures=(replace(HOSPICE, standing=Standing.AGAINST),)), None),
        (Chart(NOBODY, procedures=(replace(HOSPICE, standing=Standing.CONTEXT),)), None),
        (Chart(NOBODY, procedures=(replace(HOSPICE, when=None),)), None),
        (Chart(NOBODY, procedures=(replace(HOSPICE, when=day("2022-06-08")),)), "hospice"),
        (Chart(NOBODY, procedures=(replace(HOSPICE, when=day("2022-06-09")),)), None),
        (Chart(NOBODY, procedures=(replace(HOSPICE, when=day("2022-06")),)), None),
        (Chart(NOBODY, procedures=(replace(HOSPICE, concepts=("surgery",)),)), None),
        (replace(told("visit 2022-06-01"), patient=NOBODY), None),
    ],
)
def test_what_ends_care_before_a_window_closes(chart: Chart, ended: str | None) -> None:
    found = care_ended(chart, ("hospice",), date(2022, 6, 8))
    assert (found.reason if found else None) == ended
    assert found is None or (found.verdict, found.would_clear) == ("excluded", ())


def test_a_visit_for_hospice_ends_it_too() -> None:
    chart = told("visit 2022-06-01")
    visits = tuple(replace(each, concepts=("hospice",)) for each in chart.visits)
    found = care_ended(replace(chart, visits=visits), ("hospice",), date(2022, 6, 8))
    assert found is not None and found.shows == "hospice care on 2022-06-01"
    assert found.sources == chart.visits[0].sources


def test_what_was_searched_says_how_whole_it_was() -> None:
    assert queried(told(""), "Condition", "Procedure") == "Condition complete, Procedure not-asked"
