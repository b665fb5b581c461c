"""What is said to clear a verdict does: each finding that is named is told, and the chart judged again."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.abstract import Finding, Verdict
from abstractor.rules.clearing import UNCLEAR, would_clear
from abstractor.rules.judging import judge
from abstractor.rules.kinds import (
    ChosenRegimen,
    CnsStatus,
    Condition,
    Findable,
    LineNumber,
    PriorHer2Regimens,
    ReasonRecorded,
    Received,
    ReceptorStatus,
    RelapseWithin,
)
from abstractor.rules.library import Confidence, Edition, Recommendation
from abstractor.rules.situation import Situation
from fixtures.stories import TDM1, TDXD, THP, Tale
from tests.asking import abstract_told, library, situation_of
from tests.unit.rules.unclear import (
    ACTIVE,
    POSITIVE,
    STABLE,
    UNCLEAR_CHOICES,
    WEAK,
    Held,
    Unclear,
    second,
    treated_brain,
)

TOLD = [(each, held) for each in UNCLEAR_CHOICES for held in each.held]


def finding(told: Tale, each: Unclear, *, before: int = 0) -> Finding:
    """The authority's finding on the choice."""
    (found,) = [
        f
        for f in abstract_told(told.told()).findings
        if f.rule == "sequencing"
        and f.authority == each.authority
        and (f.phase is not None) is each.step
        and f.line is not None
        and (f.line.setting, f.line.number) == ("palliative", each.number + before)
    ]
    return found


@pytest.mark.parametrize("each", UNCLEAR_CHOICES, ids=lambda each: f"{each.name}, {each.authority}")
def test_what_would_clear_it(each: Unclear) -> None:
    found = finding(each.told(), each)
    assert found.verdict == each.verdict, found.statement
    assert found.would_clear == tuple(held.says for held in each.held)


@pytest.mark.parametrize(
    ("each", "held"), TOLD, ids=[f"{each.name}, {each.authority}: {held.says}" for each, held in TOLD]
)
def test_what_is_said_to_clear_it_does(each: Unclear, held: Held) -> None:
    found = finding(held.tell(each.told()), each, before=held.before)
    assert found.verdict not in UNCLEAR, found.statement
    assert found.would_clear == ()


def test_only_five_are_named_the_shortest() -> None:
    """With untreated CNS metastases tucatinib is acceptable too; that is the sixth and longest."""
    choice = next(each for each in UNCLEAR_CHOICES if each.held[-1].says == STABLE)
    found = finding(treated_brain("2023-06-05", "2023-08-28")(choice.told()), choice)
    assert (found.verdict, len(choice.held)) == ("acceptable", 5)
    lengths = [len(each) for each in finding(choice.told(), choice).would_clear]
    assert lengths == sorted(lengths) and lengths[-1] < len(ACTIVE)


@pytest.mark.parametrize("verdict", [each for each in Verdict if each not in UNCLEAR])
def test_a_verdict_that_needs_no_clearing_asks_nothing(verdict: Verdict) -> None:
    def never(_: Situation) -> Verdict:
        raise AssertionError("nothing is to be tried")

    assert would_clear(verdict, [row([ReceptorStatus(True)])], SITUATION, never) == ()


SITUATION = situation_of(second(TDM1).told(), 2)
ASKING: list[Condition] = [
    CnsStatus(("active",)),
    CnsStatus(("active", "stable")),
    CnsStatus(("none",)),
    RelapseWithin(365, holds=True),
    RelapseWithin(183, holds=False),
    ReasonRecorded(("weak-heart",)),
    ReasonRecorded(("lung-disease", "trastuzumab-deruxtecan-withheld")),
    ReasonRecorded(("lung-disease",), recorded=False),
    Received(tuple(TDXD), before=True),
    Received(tuple(THP), before=False),
    PriorHer2Regimens(2),
    PriorHer2Regimens(3, any_setting=True),
    ReceptorStatus(True),
    ReceptorStatus(False),
    LineNumber(2, 2),
    ChosenRegimen(("TDXD",)),
]
OUTCOMES = [
    Verdict.PREFERRED,
    Verdict.ACCEPTABLE,
    Verdict.EXCEPTION,
    Verdict.NOT_PREFERRED,
    Verdict.INDETERMINATE,
]


def row(when: list[Condition], verdict: Verdict = Verdict.PREFERRED, name: str = "row") -> Recommendation:
    return Recommendation(name, tuple(when), verdict, f"{name} expects this", "", None, Confidence.HIGH)


def edition(rows: list[Recommendation], otherwise: Verdict) -> Edition:
    encoded = next(each for each in library().editions if each.id == "nccn-bc-2022.1")
    return replace(encoded, recommendations=tuple(rows), otherwise=otherwise)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Up to five rows of up to three conditions each."""
    several = st.lists(st.sampled_from(ASKING), min_size=1, max_size=3)
    drawn = draw(st.lists(st.tuples(several, st.sampled_from(OUTCOMES)), max_size=5))
    rows = [row(when, verdict, f"row {at}") for at, (when, verdict) in enumerate(drawn)]
    return edition(rows, draw(st.sampled_from([Verdict.NOT_PREFERRED, Verdict.NOT_ADDRESSED])))


def clearing(of: Edition) -> tuple[set[str], set[str]]:
    """The slow way: every answer to every question, and every two, that give a better verdict."""
    asked = [(c.question(), a) for r in of.recommendations for c in r.when if isinstance(c, Findable)
             for a in c.answers(SITUATION)]  # fmt: skip

    def clear(assumed: dict[str, object]) -> bool:
        other = replace(SITUATION, assumed=assumed, decided={})
        return judge(of, other, library()).verdict not in UNCLEAR

    singles = {a.finding for q, a in asked if clear({q: a.value})}
    pairs = {
        f"{a.finding}; and {b.finding}"
        for (q, a), (r, b) in combinations(dict.fromkeys(asked), 2)
        if q != r and clear({q: a.value, r: b.value})
    }
    return singles, pairs


def asked_of(of: Edition) -> tuple[str, ...]:
    """What would clear the edition's verdict."""
    verdict = judge(of, SITUATION, library()).verdict
    return would_clear(verdict, of.recommendations, SITUATION, lambda s: judge(of, s, library()).verdict)


@given(editions())
def test_every_finding_that_is_named_clears_and_none_is_missed(of: Edition) -> None:
    verdict = judge(of, SITUATION, library()).verdict
    named = asked_of(of)
    singles, pairs = clearing(of)
    due = set() if verdict not in UNCLEAR else singles or pairs
    assert len(named) == min(len(due), 5)
    assert set(named) <= due
    assert list(named) == sorted(named, key=lambda said: (len(said), said))
    left = due - set(named)
    assert all(len(said) >= len(named[-1]) for said in left)


def test_two_findings_together_where_neither_is_enough() -> None:
    when: list[Condition] = [ReceptorStatus(True), ReasonRecorded(("weak-heart",))]
    assert asked_of(edition([row(when)], Verdict.NOT_PREFERRED)) == (f"{POSITIVE.says}; and {WEAK}",)


def test_nothing_is_named_where_three_would_be_needed() -> None:
    when: list[Condition] = [ReceptorStatus(True), ReasonRecorded(("weak-heart",)), PriorHer2Regimens(2)]
    assert asked_of(edition([row(when)], Verdict.NOT_PREFERRED)) == ()
