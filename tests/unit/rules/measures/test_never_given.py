"""An infusion ordered beside tablets and never given: its measures are out, those of the tablets stay."""

import pytest

from abstractor.abstract import Finding
from fixtures.stories import Tale, tale
from tests.asking import abstract_told


def patient() -> Tale:
    told = tale("someone").her2_positive_mbc("2020-12-20", "liver").visit("2022-03-01")
    return told.thp("2021-01-04", until="2021-12-06")


def with_tablets(infusion: str, *tablets: str, filled: str = "2022-03-05") -> Tale:
    told = patient()
    for drug in (infusion, *tablets):
        told.order(drug, "2022-03-01")
    for drug in tablets:
        told.dispensed(drug, filled, days=120)
    return told


def of_second_line(told: Tale, rule: str) -> Finding:
    (found,) = [
        each
        for each in abstract_told(told.told()).findings
        if each.rule == rule and each.line is not None and each.line.number == 2
    ]
    return found


TXH = ("trastuzumab", "tucatinib", "capecitabine")


@pytest.mark.parametrize("filled", ["2022-03-01", "2022-03-05"])
@pytest.mark.parametrize(
    ("drugs", "rule", "verdict"),
    [
        (TXH, "LVEF-BASE", "excluded"),
        (TXH, "TUC-LFT", "not-met"),
        (TXH, "HBV", "not-met"),
        (("ado-trastuzumab emtansine", "tucatinib"), "LVEF-BASE", "excluded"),
        (("ado-trastuzumab emtansine", "tucatinib"), "TDM1-LAB", "excluded"),
        (("ado-trastuzumab emtansine", "tucatinib"), "TUC-LFT", "not-met"),
        (("ado-trastuzumab emtansine", "capecitabine"), "HBV", "not-met"),
        (("trastuzumab", "capecitabine"), "HBV", "not-met"),
        (("trastuzumab", "capecitabine"), "LVEF-BASE", "excluded"),
    ],
)
def test_each_drug_by_itself(drugs: tuple[str, ...], rule: str, verdict: str, filled: str) -> None:
    found = of_second_line(with_tablets(*drugs, filled=filled), rule)
    assert found.verdict == verdict
    if verdict == "excluded":
        assert (
            f"{drugs[0]} was ordered and never given" in found.statement or "the line was" in found.statement
        )


def test_the_antibody_that_was_given_is_judged() -> None:
    told = with_tablets(*TXH).given("trastuzumab", "2022-03-08")
    assert of_second_line(told, "LVEF-BASE").verdict == "not-met"


def test_a_line_of_which_nothing_was_taken_is_judged_by_nothing() -> None:
    told = patient().order("trastuzumab", "2022-03-01").order("capecitabine", "2022-03-01")
    found = of_second_line(told, "HBV")
    assert (found.verdict, "the line was ordered and never given" in found.statement) == ("excluded", True)
