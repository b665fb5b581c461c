"""Laws of VACC, HBV, FERT, CONTRA and the screenings on made-up charts: less evidence is never better, other
facts say nothing, and what was not seen whole is never an omission.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.abstract import Verdict
from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.working import measured
from tests.asking import library

FIRST = date(2025, 3, 3)
AS_OF = date(2025, 12, 31)
VISITS = (Fact(FactKind.VISIT, FIRST), Fact(FactKind.VISIT, FIRST + timedelta(days=60)))
EVIDENCE: dict[str, tuple[tuple[FactKind, str], ...]] = {
    "HBV": tuple((FactKind.RESULT, test) for test in ("hbsag", "anti-hbc", "anti-hbs")),
    "FERT": ((FactKind.REFERRAL, "fertility-preservation"), (FactKind.VISIT, "fertility-preservation")),
    "CONTRA": ((FactKind.RESULT, "pregnancy-test"), (FactKind.REFERRAL, "contraception-counselling")),
    "DISTRESS": ((FactKind.RESULT, "phq-9"), (FactKind.RESULT, "distress-thermometer")),
    "FATIGUE": ((FactKind.RESULT, "fatigue-score"), (FactKind.DIAGNOSIS, "fatigue")),
    "PAIN": ((FactKind.RESULT, "pain-score"),),
    "VACC": tuple(
        (FactKind.VACCINATION, vaccine)
        for vaccine in (
            "influenza-vaccine",
            "covid-19-vaccine",
            "pneumococcal-vaccine",
            "zoster-vaccine",
            "hepatitis-b-vaccine",
        )
    ),
}
FIRST_TYPES = {
    "HBV": "Observation",
    "CONTRA": "Observation",
    "DISTRESS": "Observation",
    "FATIGUE": "Observation",
    "PAIN": "Observation",
    "VACC": "Immunization",
}
UNRELATED = (
    Fact(FactKind.RESULT, FIRST, "ecog", value=1, unit="{score}"),
    Fact(FactKind.REFERRAL, FIRST, "dental-examination"),
    Fact(FactKind.REPORT, FIRST, "chest-ct"),
    Fact(FactKind.ORDER, FIRST, "zoledronic acid"),
)
# A chart without its only score or vaccine tells less: what was not met may then be unknown.
OPEN = (Verdict.NOT_MET, Verdict.UNKNOWN)


def verdict(measure: str, facts: Sequence[Fact], *, unseen: tuple[str, ...] = ()) -> Verdict | None:
    told = MeasureCase(
        says="a made-up chart",
        why="a law",
        metastatic=FIRST - timedelta(days=30),
        lines=(Course(("pertuzumab", "trastuzumab"), FIRST),),
        facts=(*VISITS, *facts),
        born=date(1985, 6, 10),
        unseen=unseen,
        measure=measure,
        as_of=AS_OF,
    )
    (worked,) = measured([told], library())
    return worked.verdict


@st.composite
def charts(draw: st.DrawFn, measures: Sequence[str] = tuple(EVIDENCE)) -> tuple[str, list[Fact]]:
    """A measure, and what counts for it on days in and beside its windows. Scores are low: a high one asks
    for more."""
    measure = draw(st.sampled_from(sorted(measures)))
    days = st.sampled_from([-900, -240, -60, -15, -14, -1, 0, 1, 30, 31, 60])
    told = draw(st.lists(st.tuples(st.sampled_from(EVIDENCE[measure]), days), min_size=1, max_size=8))
    return measure, [
        Fact(
            kind,
            FIRST + timedelta(days=day),
            concept,
            value=draw(st.integers(0, 2)) if kind is FactKind.RESULT and measure in SCORED else None,
            answer=None if measure in SCORED or kind is not FactKind.RESULT else "negative",
        )
        for (kind, concept), day in told
    ]


SCORED = ("DISTRESS", "FATIGUE", "PAIN")


@settings(max_examples=120)
@given(told=charts(), at=st.integers(0, 100))
def test_less_evidence_is_never_better(told: tuple[str, list[Fact]], at: int) -> None:
    measure, facts = told
    fewer = [fact for n, fact in enumerate(facts) if n != at % len(facts)]
    before, after = verdict(measure, facts), verdict(measure, fewer)
    assert after == before or (before in (Verdict.MET, *OPEN) and after in OPEN)


@settings(max_examples=60)
@given(told=charts(), others=st.lists(st.sampled_from(UNRELATED), unique=True, min_size=1))
def test_other_facts_say_nothing(told: tuple[str, list[Fact]], others: list[Fact]) -> None:
    measure, facts = told
    assert verdict(measure, [*facts, *others]) == verdict(measure, facts)


@settings(max_examples=60)
@given(told=charts(measures=tuple(FIRST_TYPES)))
def test_what_was_not_seen_whole_is_never_an_omission(told: tuple[str, list[Fact]]) -> None:
    measure, facts = told
    assert verdict(measure, facts, unseen=(FIRST_TYPES[measure],)) is not Verdict.NOT_MET


@settings(max_examples=60)
@given(told=charts())
def test_the_order_of_facts_and_a_fact_told_twice_change_nothing(told: tuple[str, list[Fact]]) -> None:
    measure, facts = told
    assert verdict(measure, facts) == verdict(measure, facts[::-1]) == verdict(measure, [*facts, *facts])
