"""Laws of HER2 status: a plain reading of the criteria agrees, order and copies do not matter, and weaker
evidence never undoes stronger.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abstractor.abstract import Criterion
from abstractor.chart import Biomarker, Standing
from tests.unit.fhir_read.charting import LOINC, chart_of, coded, condition, observation
from tests.unit.rules.her2.telling import (
    CANCER,
    LIVER,
    POLICY,
    STOMACH,
    Fact,
    chart,
    coded_in,
    criterion,
    diagnosis,
    dose,
    flags,
    ihc,
    ish,
    outside_tissue,
    status,
    told,
    words,
)

ORIGIN = date(2006, 6, 1)
SCORES = ("0", "1+", "2+", "3+")
TISSUES = ("Breast", "Liver", "Lung", "Axilla", "Stomach", None)

days = st.integers(0, 6000).map(lambda n: (ORIGIN + timedelta(days=n)).isoformat())
partial = st.one_of(days, days.map(lambda d: d[:7]), days.map(lambda d: d[:4]), st.just("?"))
ratios = st.sampled_from([0.9, 1.7, 1.79, 1.8, 1.99, 2.0, 2.19, 2.2, 2.21, 3.4])
copies = st.sampled_from([1.5, 3.99, 4.0, 5.9, 5.99, 6.0, 6.01, 12.0])


def read_plainly(ratio: float | None, count: float, score: str | None, on: date) -> str:
    """One ISH beside an IHC of the same day, as knowledge base section 6.1 says it."""
    if on < date(2007, 1, 1):
        return "open"
    if on < date(2013, 10, 1):
        if ratio is None:
            return "positive" if count > 6 else ("equivocal" if count >= 4 else "negative")
        return "positive" if ratio > 2.2 else ("equivocal" if ratio >= 1.8 else "negative")
    high, many, some = ratio is not None and ratio >= 2, count >= 6, count >= 4
    if on < date(2018, 5, 30):
        if high or many:
            return "positive"
        return "equivocal" if some else "negative"
    if high and some:
        return "positive"
    if not high and not some:
        return "negative"
    if score is None:
        return "open"
    if score == "3+":
        return "positive"
    if ratio is None:
        by_score = {"2+": "positive" if many else "equivocal", "1+": "negative", "0": "negative"}
        return "open" if many and score != "2+" else by_score[score]
    return "positive" if many and score == "2+" else "negative"


def together(by_ish: str, score: str | None, on: date) -> str:
    """IHC and ISH of one day and tissue as one status: open, equivocal or contradictory ones are unknown."""
    if score is None or on < date(2007, 1, 1):
        return by_ish if by_ish in ("positive", "negative") else "unknown"
    by_ihc = {"0": "negative", "1+": "negative", "2+": "equivocal", "3+": "positive"}[score]
    conclusive = {each for each in (by_ihc, by_ish) if each in ("positive", "negative")}
    if len(conclusive) != 1:
        return "unknown"
    if by_ish not in conclusive:
        return "positive" if by_ihc == "positive" else "unknown"
    return conclusive.pop()


@given(st.none() | ratios, copies, st.none() | st.sampled_from(SCORES), days)
def test_a_plain_reading_of_the_criteria_agrees(
    ratio: float | None, count: float, score: str | None, on: str
) -> None:
    beside = [ihc(score, on)] if score is not None else []
    found = status(CANCER, ish(ratio, count, on), *beside)
    day = date.fromisoformat(on)
    assert found.status == together(read_plainly(ratio, count, score, day), score, day), found.shows


def test_a_plain_reading_agrees_around_every_change_date() -> None:
    """Every cell with every score on the day before, of and after each change."""
    changes = [edition.valid_from for edition in POLICY.her2.editions]
    counts = (3.99, 4.0, 5.99, 6.0, 6.01)
    for day in (change + timedelta(days=n) for change in changes for n in (-1, 0, 1)):
        for ratio in (None, 1.79, 1.8, 1.99, 2.0, 2.2, 2.21):
            for count in counts:
                for score in (None, *SCORES):
                    beside = [ihc(score, day.isoformat())] if score is not None else []
                    found = status(CANCER, ish(ratio, count, day.isoformat()), *beside)
                    expected = together(read_plainly(ratio, count, score, day), score, day)
                    assert found.status == expected, (day, ratio, count, score, found.shows)


@st.composite
def results(draw: st.DrawFn) -> list[Biomarker]:
    """Any results of any tissue, some of them not final."""
    held: list[Biomarker] = []
    for _ in range(draw(st.integers(0, 5))):
        on, tissue = draw(partial), draw(st.sampled_from(TISSUES))
        if draw(st.booleans()):
            held.append(
                ihc(draw(st.sampled_from((*SCORES, "positive", "negative", None))), on, tissue=tissue)
            )
        else:
            said = draw(st.sampled_from((None, "positive", "negative")))
            ratio, count = draw(st.none() | ratios), draw(st.none() | copies)
            held.extend(ish(ratio, count, on, said=said, tissue=tissue))
    return held


surroundings = st.lists(
    st.sampled_from(
        [
            STOMACH,
            coded_in("1", "2025-01-10"),
            coded_in("2", "2025-03-10"),
            diagnosis("her2-positive-breast-cancer"),
            diagnosis("her2-negative-breast-cancer"),
        ]
    ),
    max_size=4,
    unique_by=id,
)
weaker = st.lists(
    st.sampled_from(
        [
            words("2019-02-11"),
            outside_tissue("2019-02-11", marker="her2-gene", reading="amplified"),
            outside_tissue("2019-02-11", marker="her2-serum", reading="positive"),
            dose("trastuzumab", "2021-01-01"),
            dose("ado-trastuzumab emtansine", "2021-01-01"),
            dose("fam-trastuzumab deruxtecan", "2023-01-01"),
        ]
    ),
    min_size=1,
    max_size=4,
    unique_by=id,
)


def said(facts: Sequence[Fact]) -> tuple[Any, ...]:
    decided: Criterion = criterion(CANCER, LIVER, *facts)
    return decided.verdict, decided.reason, flags(CANCER, LIVER, *facts)


@given(results(), surroundings, weaker, st.randoms(use_true_random=False))
def test_the_order_of_facts_never_matters(
    held: list[Biomarker], around: list[Fact], weak: list[Fact], random: Random
) -> None:
    facts: list[Fact] = [*held, *around, *weak]
    shuffled = list(facts)
    random.shuffle(shuffled)
    assert said(shuffled) == said(facts)


@given(results(), surroundings)
def test_a_copy_of_every_result_changes_nothing(held: list[Biomarker], around: list[Fact]) -> None:
    assert said([*held, *held, *around]) == said([*held, *around])


@given(results(), surroundings, weaker)
def test_weaker_evidence_never_undoes_what_is_confirmed(
    held: list[Biomarker], around: list[Fact], weak: list[Fact]
) -> None:
    before = criterion(CANCER, LIVER, *held, *around).verdict
    after = criterion(CANCER, LIVER, *held, *around, *weak).verdict
    if before == "met":
        assert after == "met"
    if before == "unknown":
        assert after == "unknown"  # nor does it confirm or exclude anything by itself


@given(results(), st.sampled_from(["her2-positive-breast-cancer", "her2-negative-breast-cancer"]))
def test_a_code_never_undoes_what_tissue_confirms(held: list[Biomarker], code: str) -> None:
    if criterion(CANCER, LIVER, *held).verdict == "met":
        assert criterion(CANCER, LIVER, *held, diagnosis(code)).verdict == "met"


@given(results(), results(), st.sampled_from([Standing.CONTEXT, Standing.WITHDRAWN, Standing.AGAINST]))
def test_results_that_are_not_final_never_decide(
    held: list[Biomarker], others: list[Biomarker], standing: Standing
) -> None:
    unsure = [replace(each, standing=standing) for each in others]
    assert status(CANCER, *held, *unsure).status == status(CANCER, *held).status


@given(results())
def test_nothing_is_confirmed_without_a_positive_result(held: list[Biomarker]) -> None:
    silent = [b for b in held if b.reading in ("0", "1+", "2+", "negative", None) and b.quantity is None]
    assert told(status(CANCER, *silent)) != "positive"


RECORDS = [
    condition("C50.911", id="cancer", onsetDateTime="2019-01-10"),
    condition("C78.7", id="liver", onsetDateTime="2019-03-01"),
    observation("85319-2", id="ihc", valueString="2+", effectiveDateTime="2019-02-11"),
    observation("49683-6", id="ratio", valueQuantity={"value": 2.6}, effectiveDateTime="2019-02-15"),
    observation("74860-8", id="copies", valueQuantity={"value": 7.1}, effectiveDateTime="2019-02-15"),
]
MISTAKES = [
    observation("85319-2", id="x1", valueString="0", status="entered-in-error"),
    observation("85318-4", id="x2", valueCodeableConcept=coded("LA6577-6", LOINC), status="entered-in-error"),
    condition("C16.9", id="x3", verificationStatus=coded("entered-in-error")),
    condition("Z17.32", id="x4", verificationStatus=coded("entered-in-error")),
    *({**record, "id": f"copy-{record['id']}", "status": "entered-in-error"} for record in RECORDS[2:]),
]


@given(st.lists(st.sampled_from(MISTAKES), unique_by=lambda record: record["id"]))
def test_a_record_entered_in_error_changes_nothing(mistakes: list[dict[str, Any]]) -> None:
    without, with_them = chart_of(*RECORDS), chart_of(*RECORDS, *mistakes)
    assert with_them.biomarkers == without.biomarkers
    assert with_them.diagnoses == without.diagnoses
    assert status(*with_them.biomarkers, *with_them.diagnoses).status == "positive"
    assert chart(*with_them.biomarkers).biomarkers == with_them.biomarkers
