"""Days at an edge that no other table tells: of one pneumonitis, of a diarrhoea after its line; who asks for
navigation, what is only said to be taken, and what never flags.
"""

from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import HP, TDXD, Tale, tale
from tests.asking import abstract_told
from tests.unit.rules.measures.test_pneumonitis_episodes import GRADE_1, again, ill, over


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


@pytest.mark.parametrize(("on", "verdict"), [("2022-05-31", "met"), ("2022-06-01", "unknown")])
def test_records_of_three_weeks_tell_of_one_pneumonitis(on: str, verdict: str) -> None:
    """Without a grade on 10 May, of grade 1 later: of one episode the grade is known, of two it is not."""
    told = again(over(GRADE_1, on, "2022-06-10", ill("Pneumonitis", "2022-05-10")))
    assert finding(told, "ILD-ACT").verdict == verdict


@pytest.mark.parametrize(("on", "verdict"), [("2022-06-07", "not-met"), ("2022-06-08", "excluded")])
def test_a_diarrhoea_to_thirty_days_after_its_line_is_of_that_line(on: str, verdict: str) -> None:
    """Tucatinib to 8 May 2022."""
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver")
    told.course(["tucatinib", "capecitabine", "trastuzumab"], "2022-01-03", through="2022-05-01")
    told.progression("2022-05-13").course(TDXD, "2022-05-16", cycles=6)
    assert finding(told.condition("R19.7", "Diarrhea, unspecified", on), "TKI-DIAR").verdict == verdict


@pytest.mark.parametrize(
    ("visit", "edition"),
    [
        (date(2023, 12, 29), "practice-navigation-2018"),
        (date(2024, 1, 2), "cms-navigation-2024"),
        (date(2025, 3, 3), "cms-navigation-2024"),
    ],
)
def test_navigation_is_asked_for_by_the_fee_schedule_from_2024_on(visit: date, edition: str) -> None:
    year = (date(visit.year, 1, 1), date(visit.year, 12, 31))
    told = tale("someone", as_of=year[1], period=year).her2_positive_mbc("2021-12-01", "liver")
    told.course(HP, "2022-01-03", cycles=4).visit(visit.isoformat())
    assert finding(told, "NAV").edition == edition


@pytest.mark.parametrize("start", ["2021-02-01", "2021-07-05"])
def test_loperamide_that_is_only_said_to_be_taken_is_an_exception(start: str) -> None:
    """Before a start at a lower dose was on the label, and since."""
    year = (date(2021, 1, 1), date(2021, 12, 31))
    told = tale("someone", as_of=year[1], period=year).her2_positive_mbc("2020-12-01", "liver")
    told.course(["neratinib", "capecitabine"], start, cycles=4)
    found = finding(told.said_to_take("loperamide", start), "NER-DIAR")
    assert (found.verdict, "(said-to-take)" in found.statement) == ("exception", True)
    assert finding(told.order("loperamide", start), "NER-DIAR").verdict == "met"


def test_scalp_cooling_is_reported_and_never_flags() -> None:
    told = tale("someone").her2_positive_mbc("2021-12-01", "liver").procedure("Port insertion", "2018-02-05")
    told.course(["docetaxel", *HP], "2022-01-03", cycles=4)
    found = finding(told, "SCALP")
    assert (found.verdict, found.advisory) == ("excluded", True)
