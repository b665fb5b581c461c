"""The edges of the windows round T-DXd, neratinib, tucatinib, capecitabine and docetaxel (knowledge base,
section 4.1), each day before, of and after, and every change of edition.
"""

from datetime import date, timedelta

import pytest

from abstractor.abstract import Finding
from fixtures.stories import TDXD, Tale, tale
from fixtures.stories.dosages import Daily
from tests.asking import abstract_told

FIRST = date(2022, 6, 1)
CHANGE = date(2023, 3, 24)
LATE = date(2026, 10, 31)


def _day(first: date, days: int) -> str:
    return (first + timedelta(days=days)).isoformat()


def _found(told: Tale, rule: str) -> Finding | None:
    return next((each for each in abstract_told(told.told()).findings if each.rule == rule), None)


def _verdict(told: Tale, rule: str) -> str:
    found = _found(told, rule)
    return "none" if found is None else str(found.verdict)


def _on(drugs: list[str], first: date = FIRST) -> Tale:
    told = tale("someone", as_of=LATE).her2_positive_mbc("2018-12-03", "liver")
    return told.course(drugs, first.isoformat(), cycles=5)


def _antiemetics(first: date, *drugs: str, days: int = 0) -> Finding:
    told = _on(TDXD, first)
    for drug in drugs:
        told.order(drug, _day(first, days))
    found = _found(told, "CINV-TDXD")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-43, "not-met"), (-42, "met"), (-41, "met"), (6, "met"), (7, "met"), (8, "not-met")],
)
def test_a_chest_ct_of_42_days_before_to_7_after(days: int, verdict: str) -> None:
    told = _on(TDXD).reported("CT of the head", "2021-12-02", loinc="30799-1")
    told.reported("CT of the chest", _day(FIRST, days), loinc="24627-2")
    assert _verdict(told, "ILD-BASE") == verdict


@pytest.mark.parametrize(("days", "verdict"), [(-1, "none"), (0, "not-met"), (1, "not-met")])
def test_a_chest_ct_is_asked_for_since_the_guidance(days: int, verdict: str) -> None:
    told = _on(TDXD, date(2022, 3, 12) + timedelta(days=days))
    told.reported("CT of the head", "2021-12-02", loinc="30799-1")
    assert _verdict(told, "ILD-BASE") == verdict


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-8, "not-met"), (-7, "met"), (-6, "met"), (0, "met"), (1, "met"), (2, "not-met")],
)
def test_antiemetics_of_a_week_before_to_a_day_after(days: int, verdict: str) -> None:
    found = _antiemetics(FIRST, "ondansetron", "dexamethasone", days=days)
    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("days", "verdict", "edition", "also"),
    [
        (-1, "met", "nccn-antiemesis-2019.1", None),
        (0, "met", "nccn-antiemesis-2019.1", "nccn-antiemesis-2023.1"),
        (1, "met", "nccn-antiemesis-2019.1", "nccn-antiemesis-2023.1"),
        (89, "met", "nccn-antiemesis-2019.1", "nccn-antiemesis-2023.1"),
        (90, "met", "nccn-antiemesis-2019.1", "nccn-antiemesis-2023.1"),
        (91, "not-met", "nccn-antiemesis-2023.1", None),
    ],
)
def test_two_antiemetics_round_the_change(days: int, verdict: str, edition: str, also: str | None) -> None:
    found = _antiemetics(CHANGE + timedelta(days=days), "ondansetron", "dexamethasone")
    assert (found.verdict, found.edition, found.also) == (verdict, edition, also)


@pytest.mark.parametrize("days", [-1, 0, 90, 91])
def test_three_antiemetics_are_met_by_the_version_in_force(days: int) -> None:
    found = _antiemetics(CHANGE + timedelta(days=days), "ondansetron", "dexamethasone", "aprepitant")
    expected = "nccn-antiemesis-2019.1" if days < 0 else "nccn-antiemesis-2023.1"
    assert (found.verdict, found.edition, found.also) == ("met", expected, None)


def test_a_first_dose_of_some_day_of_the_change_must_be_met_by_both() -> None:
    told = tale("someone", as_of=LATE).her2_positive_mbc("2021-12-01", "liver")
    told.given(TDXD[0], "2023-03").given(TDXD[0], "2023-04-20").given(TDXD[0], "2023-05-11")
    told.order("ondansetron", "2023-03-24").order("dexamethasone", "2023-03-24")
    assert _verdict(told, "CINV-TDXD") == "unknown"


@pytest.mark.parametrize("first", [date(2021, 6, 1), date(2024, 6, 3)])
@pytest.mark.parametrize("drugs", [["docetaxel", "trastuzumab"], ["ado-trastuzumab emtansine"]])
def test_low_risk_is_never_not_met(first: date, drugs: list[str]) -> None:
    assert _verdict(_on(drugs, first), "CINV-OTHER") == "met"


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-4, "not-met"), (-3, "met"), (-2, "met"), (2, "met"), (3, "met"), (4, "not-met")],
)
def test_loperamide_of_three_days_either_way(days: int, verdict: str) -> None:
    first = date(2020, 6, 1)
    told = _on(["neratinib"], first).order("loperamide", _day(first, days))
    assert _verdict(told, "NER-DIAR") == verdict


@pytest.mark.parametrize(("days", "verdict"), [(-1, "not-met"), (0, "met"), (1, "met")])
def test_a_raised_dose_is_enough_since_the_label_of_2021_06(days: int, verdict: str) -> None:
    first = date(2021, 6, 1) + timedelta(days=days)
    told = tale("someone", as_of=LATE).her2_positive_mbc("2021-01-04", "liver")
    told.order("neratinib", first.isoformat(), dosage=Daily(120))
    for cycle in range(4):
        told.dispensed("neratinib", _day(first, 28 * cycle))
    assert _verdict(told, "NER-DIAR") == verdict


@pytest.mark.parametrize(("days", "verdict"), [(-91, "not-met"), (-90, "met"), (14, "met"), (15, "not-met")])
def test_an_antidiarrhoeal_of_two_weeks_after_the_first_report(days: int, verdict: str) -> None:
    told = _on(["tucatinib", "trastuzumab"]).condition("R19.7", "Diarrhea, unspecified", _day(FIRST, 20))
    told.order("loperamide", _day(FIRST, 20 + days))
    assert _verdict(told, "TKI-DIAR") == verdict


@pytest.mark.parametrize(
    ("first", "days", "verdict", "advisory"),
    [
        (date(2022, 11, 30), None, "excluded", False),
        (date(2022, 12, 1), None, "not-met", True),
        (date(2022, 12, 1), 13, "met", True),
        (date(2022, 12, 1), 14, "met", True),
        (date(2022, 12, 1), 15, "not-met", True),
        (date(2025, 10, 31), 14, "met", True),
        (date(2025, 10, 31), None, "not-met", True),
        (date(2025, 11, 1), None, "not-met", False),
        (date(2025, 11, 1), -1, "met", False),
        (date(2025, 11, 1), 0, "met", False),
        (date(2025, 11, 1), 1, "not-met", False),
    ],
)
def test_the_genotype_by_the_label_of_the_day(
    first: date, days: int | None, verdict: str, advisory: bool
) -> None:
    told = _on(["capecitabine", "trastuzumab"], first)
    if days is not None:
        told.measured("45284-0", "DPYD gene", _day(first, days)).but(
            code={"text": "DPYD genotype"}, valueString="normal metabolizer"
        )
    found = _found(told, "CAPE-DPYD")
    assert found is not None
    assert (found.verdict, found.advisory) == (verdict, advisory), found.statement


@pytest.mark.parametrize(
    ("days", "verdict"),
    [(-1, "not-met"), (0, "unknown"), (1, "met"), (2, "met"), (3, "met"), (4, "met"), (5, "not-met")],
)
def test_a_growth_factor_of_day_1_to_4(days: int, verdict: str) -> None:
    told = _on(["docetaxel", "carboplatin", "trastuzumab"]).given("pegfilgrastim", _day(FIRST, days))
    assert _verdict(told, "GCSF") == verdict


@pytest.mark.parametrize(
    ("days", "verdict"), [(-8, "not-met"), (-7, "met"), (0, "met"), (4, "met"), (5, "not-met")]
)
def test_an_order_of_a_growth_factor(days: int, verdict: str) -> None:
    told = _on(["docetaxel", "carboplatin", "trastuzumab"]).order("pegfilgrastim", _day(FIRST, days))
    assert _verdict(told, "GCSF") == verdict


@pytest.mark.parametrize(("birth", "verdict"), [("1957-06-01", "not-met"), ("1957-06-02", "excluded")])
def test_the_birthday_that_makes_a_risk_factor(birth: str, verdict: str) -> None:
    told = tale("someone", as_of=LATE, born=birth).her2_positive_mbc("2021-12-01", "liver")
    told.course(["docetaxel", "trastuzumab"], FIRST.isoformat(), cycles=5)
    assert _verdict(told, "GCSF") == verdict


@pytest.mark.parametrize(("days", "verdict"), [(6, "not-met review"), (7, "not-met review"), (8, "unknown")])
def test_a_steroid_of_seven_days_stands_for_a_grade(days: int, verdict: str) -> None:
    told = _on(TDXD, date(2022, 2, 1)).condition("J70.2", "Drug-induced lung disorder", "2022-05-10")
    told.order("prednisone", _day(date(2022, 5, 10), days)).given(TDXD[0], "2022-06-21")
    abstract = abstract_told(told.told())
    (found,) = [each for each in abstract.findings if each.rule == "ILD-ACT"]
    flags = [str(flag.severity) for flag in abstract.flags if flag.code == "ILD-ACT"]
    assert " ".join([str(found.verdict), *flags]) == verdict


@pytest.mark.parametrize(("days", "verdict"), [(29, "met"), (30, "met"), (31, "none")])
def test_pneumonitis_to_30_days_after_the_line(days: int, verdict: str) -> None:
    told = tale("someone", as_of=LATE).her2_positive_mbc("2021-12-01", "liver")
    told.course(TDXD, "2022-02-01", until="2022-04-26")
    told.condition("J70.2", "Pneumonitis, grade 1", _day(date(2022, 4, 26), days))
    assert _verdict(told, "ILD-ACT") == verdict
