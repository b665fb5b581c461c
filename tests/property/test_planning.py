"""Laws of planning, brain imaging, bones and retesting: less is never better, other facts say nothing."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.abstract import Verdict
from abstractor.guidelines.book.cases import Course, Fact, FactKind, MeasureCase
from abstractor.guidelines.book.working import measured
from tests.asking import library

EVENT = date(2023, 3, 6)
ADJUVANT = Course(("docetaxel", "trastuzumab"), date(2018, 1, 8), date(2018, 12, 10))
REFERRAL, RESULT, PROCEDURE, REPORT = (
    FactKind.REFERRAL, FactKind.RESULT, FactKind.PROCEDURE, FactKind.REPORT,
)  # fmt: skip
# What asks for it, and what may answer, be mistaken for an answer, or excuse it.
TRIGGERS = {
    "BM-MDT": (Fact(FactKind.DIAGNOSIS, EVENT, "cns-metastasis"),),
    "BRAIN-SX": (Fact(FactKind.DIAGNOSIS, EVENT, "neurological-symptom"),),
    "BMA-SAFE": tuple(Fact(FactKind.DOSE, EVENT + timedelta(days=n), "zoledronic acid") for n in (0, 28)),
}
ANSWERS = {
    "PALL": [(REFERRAL, "palliative-care-encounter"), (FactKind.VISIT, "palliative-care-encounter")],
    "GOC": [(FactKind.NOTE, "goals-of-care"), (FactKind.DIAGNOSIS, "do-not-resuscitate")],
    "MDT": [(FactKind.NOTE, "tumour-board"), (PROCEDURE, "tumour-board")],
    "GBRCA": [(REFERRAL, "cancer-genetics"), (RESULT, "germline-test")],
    "BM-MDT": [(REFERRAL, "radiation-oncology-care"), (PROCEDURE, "cns-local-therapy")],
    "BRAIN-SX": [(REPORT, "brain-mri"), (PROCEDURE, "head-ct")],
    "BMA-SAFE": [(RESULT, "creatinine"), (RESULT, "calcium"), (REFERRAL, "dental-examination")],
    "RETEST": [(FactKind.MARKER, "er"), (FactKind.MARKER, "pr"), (FactKind.MARKER, "her2-ihc")],
}
# Those of which no silence is an omission.
NEVER_MISSED = {"MDT"}
# The better, the further on.
RANK = (Verdict.NOT_MET, Verdict.UNKNOWN, Verdict.EXCEPTION, Verdict.MET)
UNRELATED = (
    Fact(RESULT, EVENT + timedelta(days=4), "ecog", value=1, unit="{score}"),
    Fact(REFERRAL, EVENT + timedelta(days=5), "fertility-preservation"),
    Fact(FactKind.DIAGNOSIS, EVENT + timedelta(days=6), "fatigue"),
    Fact(FactKind.ORDER, EVENT + timedelta(days=7), "loperamide"),
    Fact(PROCEDURE, EVENT + timedelta(days=8), "echocardiogram"),
)


def verdict(measure: str, facts: Sequence[Fact], *, unseen: tuple[str, ...] = ()) -> Verdict | None:
    told = MeasureCase(
        says="a made-up patient",
        why="a law",
        adjuvant=ADJUVANT,
        metastatic=EVENT,
        facts=(*TRIGGERS.get(measure, ()), *facts),
        unseen=unseen,
        measure=measure,
        as_of=EVENT + timedelta(days=500),
    )
    (worked,) = measured([told], library())
    return worked.verdict


def told_as(kind: FactKind, means: str, day: int, tissue: str | None) -> Fact:
    on = EVENT + timedelta(days=day)
    value = "positive" if kind is FactKind.MARKER else "done" if kind is RESULT else None
    return Fact(kind, on, means, answer=value, tissue=tissue if kind is FactKind.MARKER else None)


@st.composite
def answered(draw: st.DrawFn) -> tuple[str, list[Fact]]:
    """A measure, and up to five answers round its event."""
    measure = draw(st.sampled_from(sorted(ANSWERS)))
    answer = st.tuples(
        st.sampled_from(ANSWERS[measure]), st.integers(0, 100), st.sampled_from(["Liver", "Breast", None])
    )
    drawn = draw(st.lists(answer, min_size=1, max_size=5))
    return measure, [told_as(kind, means, day, tissue) for (kind, means), day, tissue in drawn]


@settings(max_examples=150)
@given(told=answered(), at=st.integers(0, 100))
def test_without_an_answer_it_is_never_better(told: tuple[str, list[Fact]], at: int) -> None:
    measure, facts = told
    fewer = [fact for n, fact in enumerate(facts) if n != at % len(facts)]
    before, after = verdict(measure, facts), verdict(measure, fewer)
    assert before in RANK and after in RANK
    assert RANK.index(after) <= RANK.index(before)


@settings(max_examples=100)
@given(told=answered(), others=st.lists(st.sampled_from(UNRELATED), unique=True, min_size=1))
def test_other_facts_say_nothing(told: tuple[str, list[Fact]], others: list[Fact]) -> None:
    measure, facts = told
    assert verdict(measure, [*facts, *others]) == verdict(measure, facts)


@settings(max_examples=60)
@given(told=answered())
def test_what_was_not_seen_whole_is_never_an_omission(told: tuple[str, list[Fact]]) -> None:
    measure, facts = told
    kinds = ("DiagnosticReport", "DocumentReference", "Observation", "Procedure", "ServiceRequest")
    assert verdict(measure, facts, unseen=kinds) is not Verdict.NOT_MET


@pytest.mark.parametrize("measure", sorted(ANSWERS))
def test_the_laws_are_asked_of_something(measure: str) -> None:
    """With nothing on record it is missed, with everything met."""
    facts = [told_as(kind, means, 0, "Liver") for kind, means in ANSWERS[measure]]
    facts += [replaced for replaced in (told_as(RESULT, "creatinine", 28, None),) if measure == "BMA-SAFE"]
    assert verdict(measure, facts) is Verdict.MET
    assert verdict(measure, []) is (Verdict.UNKNOWN if measure in NEVER_MISSED else Verdict.NOT_MET)
