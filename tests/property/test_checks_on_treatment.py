"""Laws of the checks on treatment, on made-up courses: less evidence is never better, others say nothing."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from abstractor.abstract import Verdict
from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.working import measured
from abstractor.rules.measures import CheckBeforeDose, RollingCheck
from tests.asking import library

START = date(2022, 4, 4)
DRUGS = {
    "LVEF-ACT": "trastuzumab",
    "LVEF-Q3M": "trastuzumab",
    "ILD-MON": "fam-trastuzumab deruxtecan",
    "TUC-LFT": "tucatinib",
    "LAP-LFT": "lapatinib",
    "TDM1-LAB": "ado-trastuzumab emtansine",
    "TDXD-CBC": "fam-trastuzumab deruxtecan",
}
CHECKS = {
    "LVEF-Q3M": [("echocardiogram", FactKind.PROCEDURE), ("lvef", FactKind.RESULT)],
    "ILD-MON": [("chest-ct", FactKind.REPORT), ("pet-ct", FactKind.REPORT)],
    "TUC-LFT": [("hepatic-panel", FactKind.REPORT), ("alt", FactKind.RESULT)],
    "LAP-LFT": [("hepatic-panel", FactKind.REPORT), ("ast", FactKind.RESULT)],
    "TDM1-LAB": [("hepatic-panel", FactKind.REPORT), ("platelets", FactKind.RESULT)],
    "TDXD-CBC": [("blood-count-panel", FactKind.REPORT), ("neutrophils", FactKind.RESULT)],
}
# The better, the further on; what is excluded or open stands apart.
RANK = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.EXCEPTION, Verdict.MET)
UNRELATED = (
    Fact(FactKind.RESULT, START + timedelta(days=40), "ecog", value=1, unit="{score}"),
    Fact(FactKind.REFERRAL, START + timedelta(days=50), "dental-examination"),
    Fact(FactKind.DIAGNOSIS, START + timedelta(days=60), "fatigue"),
    Fact(FactKind.ORDER, START + timedelta(days=70), "zoledronic acid"),
)


def verdict(measure: str, facts: Sequence[Fact], *, unseen: tuple[str, ...] = ()) -> Verdict | None:
    told = MeasureCase(
        says="a made-up course",
        why="a law",
        metastatic=START - timedelta(days=30),
        lines=(Course((DRUGS[measure],), START, START + timedelta(days=231)),),
        facts=tuple(facts),
        unseen=unseen,
        measure=measure,
        as_of=START + timedelta(days=300),
    )
    (worked,) = measured([told], library())
    return worked.verdict


@st.composite
def checked(draw: st.DrawFn) -> tuple[str, list[Fact]]:
    """A measure, and its checks every so many days with some left out."""
    measure = draw(st.sampled_from(sorted(CHECKS)))
    every = draw(st.sampled_from([7, 14, 20, 21, 30, 42, 80, 100]))
    days = [n * every - draw(st.integers(0, 7)) for n in range(250 // every + 1)]
    kept = draw(st.lists(st.sampled_from(days), unique=True, min_size=len(days) - 2))
    concepts = draw(st.lists(st.sampled_from(CHECKS[measure]), unique=True, min_size=1))
    return measure, [
        Fact(
            kind,
            START + timedelta(days=day),
            concept,
            value=61 if kind is FactKind.RESULT else None,
            unit="%",
        )
        for day in sorted(kept)
        for concept, kind in concepts
    ]


@settings(max_examples=60)
@given(told=checked(), at=st.integers(0, 100))
def test_without_a_check_it_is_never_better(told: tuple[str, list[Fact]], at: int) -> None:
    measure, facts = told
    assume(facts)
    fewer = [fact for n, fact in enumerate(facts) if n != at % len(facts)]
    before, after = verdict(measure, facts), verdict(measure, fewer)
    assert before in RANK and after in RANK
    assert RANK.index(after) <= RANK.index(before)


@settings(max_examples=40)
@given(told=checked(), others=st.lists(st.sampled_from(UNRELATED), unique=True, min_size=1))
def test_other_facts_say_nothing(told: tuple[str, list[Fact]], others: list[Fact]) -> None:
    measure, facts = told
    assert verdict(measure, [*facts, *others]) == verdict(measure, facts)


@settings(max_examples=30)
@given(told=checked())
def test_what_was_not_seen_whole_is_never_an_omission(told: tuple[str, list[Fact]]) -> None:
    measure, facts = told
    rule = next(each.rule for each in library().measures if each.id == measure)
    assert isinstance(rule, RollingCheck | CheckBeforeDose)
    assert verdict(measure, facts, unseen=(rule.first_type,)) is not Verdict.NOT_MET


VALUES = st.integers(30, 70)


@settings(max_examples=60)
@given(
    values=st.lists(
        st.tuples(st.integers(1, 230), VALUES), min_size=1, max_size=5, unique_by=lambda each: each[0]
    ),
    followed=st.lists(st.integers(0, 260), max_size=4, unique=True),
    baseline=VALUES,
)
def test_without_a_referral_what_followed_is_never_better(
    values: list[tuple[int, int]], followed: list[int], baseline: int
) -> None:
    facts = [Fact(FactKind.RESULT, START - timedelta(days=5), "lvef", value=baseline, unit="%")]
    facts += [
        Fact(FactKind.RESULT, START + timedelta(days=day), "lvef", value=value, unit="%")
        for day, value in values
    ]
    referrals = [Fact(FactKind.REFERRAL, START + timedelta(days=day), "cardiology-care") for day in followed]
    before = verdict("LVEF-ACT", [*facts, *referrals])
    after = verdict("LVEF-ACT", [*facts, *referrals[1:]])
    assert (before is None) is (after is None)
    if before is not None and after is not None:
        assert RANK.index(after) <= RANK.index(before)
