"""Drugs that are only said to be taken: treatment elsewhere, for which silence here is no omission."""

from datetime import date

import pytest

from fixtures.stories import HP, Tale, tale
from tests.asking import abstract_told

THP = ("docetaxel", *HP)
METASTATIC = "2022-02-01"
INSIDE, OUTSIDE = "2022-02-20", "2022-11-11"


def someone(*visits: str) -> Tale:
    """Bone metastasis on 2022-02-01; of everything that the measures look for first there is one record."""
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc(METASTATIC, "bone")
    told.asked_for("Echocardiogram", "2019-01-01").order("docetaxel", "2018-02-05")
    told.procedure("Insertion of a venous access port", "2018-02-05")
    told.measured("718-7", "Haemoglobin", "2019-02-01", amount=(12.1, "g/dL"))
    for day in visits:
        told.visit(day)
    return told


def said(told: Tale, *drugs: str, start: str = "2022-02-20", end: str = "2022-08-20") -> Tale:
    for drug in drugs:
        told.said_to_take(drug, start, end)
    return told


def answer(told: Tale, rule: str) -> str:
    found = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    reasons = ("treated-elsewhere", "only-said", "doses-not-seen")
    return "; ".join(
        " ".join([f"{each.verdict}", *(reason for reason in reasons if f"({reason})" in each.statement)])
        for each in found
    )


@pytest.mark.parametrize("rule", ["PALL", "GOC", "RETEST", "BMA", "HBV", "LVEF-BASE", "LVEF-Q3M"])
def test_told_of_alone_and_no_visit_in_the_window_is_excluded(rule: str) -> None:
    assert answer(said(someone(OUTSIDE), *THP), rule) == "excluded treated-elsewhere"


@pytest.mark.parametrize("rule", ["HBV", "LVEF-BASE", "LVEF-Q3M"])
def test_told_of_alone_beside_a_visit_is_open_and_not_left_out(rule: str) -> None:
    assert answer(said(someone(INSIDE), *THP), rule) in ("unknown only-said", "unknown")


@pytest.mark.parametrize("rule", ["PALL", "GOC", "BMA"])
def test_who_is_seen_here_in_the_window_is_asked_for_care_round_the_disease(rule: str) -> None:
    assert answer(said(someone(INSIDE), *THP), rule) == "not-met"


@pytest.mark.parametrize("rule", ["PALL", "GOC", "BMA"])
def test_a_dose_or_an_order_of_this_site_in_the_window_is_treatment_here(rule: str) -> None:
    told = said(someone(OUTSIDE), *HP)
    assert answer(told.given("docetaxel", "2022-02-20"), rule) == "not-met"


def test_told_of_at_another_time_says_nothing_of_the_window() -> None:
    told = said(someone(OUTSIDE), *THP, start="2022-09-20", end="2022-10-20")
    assert answer(told, "PALL") == "not-met"
    assert answer(someone(OUTSIDE), "PALL") == "not-met"


def test_what_was_done_counts_whoever_gave_the_drug() -> None:
    told = said(someone(OUTSIDE), *THP).lvef(62, "2022-02-10")
    assert answer(told, "LVEF-BASE") == "met"


def test_a_drug_that_is_given_here_needs_what_its_line_needs_whatever_else_is_said() -> None:
    told = said(someone(INSIDE), "pertuzumab")
    for day in ("2022-02-20", "2022-03-13", "2022-04-03"):
        told.given("docetaxel", day).given("trastuzumab", day)
    assert answer(told, "LVEF-BASE") == "not-met"


@pytest.mark.parametrize(
    ("drugs", "rule", "expected"),
    [
        (("capecitabine", "neratinib"), "NER-DIAR", "unknown only-said"),
        (("capecitabine", "neratinib"), "NER-LFT", "unknown only-said"),
        (("ado-trastuzumab emtansine",), "TDM1-LAB", "unknown doses-not-seen"),
        (("fam-trastuzumab deruxtecan",), "CINV-TDXD", "unknown only-said"),
        (("zoledronic acid", *THP), "BMA-SAFE", "unknown"),
    ],
)
def test_every_kind_of_measure_tells_of_it(drugs: tuple[str, ...], rule: str, expected: str) -> None:
    assert answer(said(someone(INSIDE), *drugs, start="2022-02-20"), rule).startswith(expected)
