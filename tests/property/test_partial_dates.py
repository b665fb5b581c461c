"""A date without a day, of every measure whose editions change: sure only where each of its days says the
same, whether an edition or the grace of the one before it changed between them."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.abstract import Finding, Verdict
from abstractor.chart import Chart, Patient
from abstractor.dates import DateInterval
from abstractor.rules.library import Confidence
from abstractor.rules.measures.asking import Asking, Decision, found_on
from abstractor.rules.measures.context import AskedBy, MeasureContext, Outcome
from abstractor.rules.measures.occasions import Occasion
from fixtures.stories import Tale, tale
from tests.asking import abstract_told, library
from tests.measure_contexts import context_of

TDXD = "fam-trastuzumab deruxtecan"
GIVEN = (Verdict.MET, Verdict.NOT_MET, Verdict.EXCEPTION, Verdict.UNKNOWN)


def askings_of(rule: object) -> Iterator[tuple[Asking, ...]]:
    """Those of a measure, and of its parts."""
    if not is_dataclass(rule):
        return
    for field in fields(rule):
        held = getattr(rule, field.name)
        if field.name == "asked":
            yield held
        elif is_dataclass(held):
            yield from askings_of(held)


CHANGING = [
    pytest.param(askings, agents, id=f"{measure.id}-{'-'.join(agents) or 'any'}")
    for measure in library().measures
    for askings in askings_of(measure.rule)
    for agents in dict.fromkeys(each.agents for each in askings)
]


@cache
def context() -> MeasureContext:
    asked = [
        AskedBy(
            each.id,
            each.authority,
            each.title,
            each.citation,
            each.agents,
            each.valid_from,
            each.valid_to,
            each.next_review,
            advisory=each.confidence is Confidence.LOW,
        )
        for each in library().editions
    ]
    nobody = Patient("Patient/someone", None, None, False, None, ())
    return context_of(Chart(nobody), asked, as_of="2026-12-31")


def days_of_change(context: MeasureContext, askings: tuple[Asking, ...]) -> list[date]:
    """When an edition of theirs, or of the same drug, took force, ended or lost its grace."""
    own = {each.edition for each in askings}
    drugs = {context.asked[name].agents for name in own} - {()}
    held = [e for e in context.asked.values() if e.edition in own or e.agents in drugs]
    edges = {e.valid_from for e in held} | {e.valid_from + timedelta(days=91) for e in held}
    return sorted(edges | {e.valid_to for e in held if e.valid_to is not None})


def said(
    context: MeasureContext,
    askings: tuple[Asking, ...],
    agents: tuple[str, ...],
    when: DateInterval,
    verdicts: dict[int, Verdict],
) -> Finding | None:
    def decide(asking: Asking, _: DateInterval) -> Decision:
        verdict = verdicts[askings.index(asking)]
        return Decision(Outcome(verdict, "as drawn", None), when.latest, "care")

    found = found_on(context, Occasion(None, when, "an event", agents, ()), askings, decide)
    return None if found is None else found.finding


@pytest.mark.parametrize(("askings", "agents"), CHANGING)
@given(data=st.data())
def test_a_partial_date_says_what_all_its_days_say(
    askings: tuple[Asking, ...], agents: tuple[str, ...], data: st.DataObject
) -> None:
    known = context()
    verdicts = {at: data.draw(st.sampled_from(GIVEN)) for at in range(len(askings))}
    edge = data.draw(st.sampled_from(days_of_change(known, askings)))
    first = edge - timedelta(days=data.draw(st.integers(0, 45)))
    when = DateInterval(first, first + timedelta(days=data.draw(st.integers(1, 60))))
    found = said(known, askings, agents, when, verdicts)
    days = [first + timedelta(days=n) for n in range((when.latest - first).days + 1)]
    if when.latest > min(e.next_review for e in known.asked.values() if e.valid_to is None):
        return  # it is due for review, and says nothing any more
    by_day = [said(known, askings, agents, DateInterval(day, day), verdicts) for day in days]
    each = {None if one is None else one.verdict for one in by_day}
    if each == {None}:
        assert found is None
        return
    assert found is not None
    if len(each) == 1:
        assert found.verdict in each
        assert found.advisory or not all(one.advisory for one in by_day if one is not None)
    elif each == {None, found.verdict}:
        assert found.verdict is not Verdict.NOT_MET
    else:
        assert found.verdict is Verdict.UNKNOWN
    if found.verdict is Verdict.NOT_MET and not found.advisory:
        assert all(one is not None and not one.advisory for one in by_day)


def treated(first: str, *, ordered: str | None, drugs: tuple[str, ...] = ()) -> Tale:
    told = tale("someone", as_of=date(2024, 6, 30)).her2_positive_mbc("2019-12-01", "liver")
    year, month = map(int, first.split("-")[:2])
    told = (
        told.given(TDXD, first)
        .given(TDXD, f"{year}-{month + 2:02}-01")
        .visit("2023-09-05")
        .order("loperamide", "2019-12-02")
    )
    for drug in drugs:
        told.order(drug, ordered or first)
    return told


def verdict(told: Tale, measure: str) -> Verdict:
    found, *_ = [each for each in abstract_told(told.told()).findings if each.rule == measure]
    return found.verdict


PAIR, TRIO = ("ondansetron", "dexamethasone"), ("ondansetron", "dexamethasone", "aprepitant")
MONTHS: list[tuple[str, str, str | None, tuple[str, ...], Verdict]] = [
    ("CINV-TDXD", "2023-03", None, (), Verdict.NOT_MET),
    ("CINV-TDXD", "2023-06", None, (), Verdict.NOT_MET),
    ("CINV-TDXD", "2023-06", "2023-06-10", PAIR, Verdict.UNKNOWN),
    ("CINV-TDXD", "2023-06", "2023-06-28", PAIR, Verdict.NOT_MET),
    ("CINV-TDXD", "2023-06", "2023-06-28", TRIO, Verdict.UNKNOWN),
    ("CINV-TDXD", "2023-06", "2023-06", PAIR, Verdict.UNKNOWN),
    ("CINV-TDXD", "2023-02", "2023-01-01", PAIR, Verdict.NOT_MET),
    ("HBV", "2020-07", None, (), Verdict.NOT_MET),
    ("HBV", "2020-10", None, (), Verdict.NOT_MET),
]


@pytest.mark.parametrize(
    ("measure", "month", "ordered", "drugs", "expected"), MONTHS, ids=[" ".join(row[:2]) for row in MONTHS]
)
def test_a_first_dose_in_a_month(
    measure: str, month: str, ordered: str | None, drugs: tuple[str, ...], expected: Verdict
) -> None:
    year, number = map(int, month.split("-"))
    days = [f"{month}-{day:02}" for day in range(1, monthrange(year, number)[1] + 1, 3)]
    by_day = {verdict(treated(day, ordered=ordered, drugs=drugs), measure) for day in days}
    said_of = verdict(treated(month, ordered=ordered, drugs=drugs), measure)
    assert said_of is expected
    assert expected is Verdict.UNKNOWN or by_day == {expected}
