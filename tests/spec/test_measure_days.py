"""The windows of the measures (knowledge base, section 4), for each drug that opens one or answers one."""

from datetime import date, timedelta

import pytest

from fixtures.stories import Tale, tale
from tests.asking import abstract_told

FIRST = date(2022, 6, 1)
ANTIBODIES_AND_LAPATINIB = (
    "trastuzumab",
    "pertuzumab",
    "ado-trastuzumab emtansine",
    "fam-trastuzumab deruxtecan",
    "lapatinib",
)


def _verdict(told: Tale, rule: str) -> str:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return str(found.verdict)


def _measured(drug: str, days: int) -> str:
    """An ejection fraction so many days after the first dose, before it where negative."""
    told = (
        tale("someone").her2_positive_mbc("2021-12-01", "liver").course([drug], FIRST.isoformat(), cycles=5)
    )
    return _verdict(told.lvef(60, (FIRST + timedelta(days=days)).isoformat()), "LVEF-BASE")


@pytest.mark.parametrize("drug", ANTIBODIES_AND_LAPATINIB)
@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-91, "not-met"), (-90, "met"), (-89, "met"), (6, "met"), (7, "met"), (8, "not-met")],
)
def test_an_ejection_fraction_of_90_days_before_to_7_after(drug: str, days: int, verdict: str) -> None:
    assert _measured(drug, days) == verdict


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-29, "not-met"), (-28, "met"), (-27, "met"), (6, "met"), (7, "met"), (8, "not-met")],
)
def test_margetuximab_asks_for_it_within_four_weeks(days: int, verdict: str) -> None:
    assert _measured("margetuximab", days) == verdict


@pytest.mark.parametrize(
    ("drug", "verdict"),
    [
        ("zoledronic acid", "met"),
        ("denosumab 120 mg", "met"),
        ("pamidronate", "met"),
        ("denosumab", "unknown"),  # of either product
        ("denosumab 60 mg", "not-met"),
        ("ibandronate", "not-met"),
    ],
)
def test_which_drug_answers_a_bone_metastasis(drug: str, verdict: str) -> None:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-03-01", "bone")
    told.visit("2022-03-05").order("docetaxel", "2022-03-10")
    assert _verdict(told.order(drug, "2022-04-01"), "BMA") == verdict
