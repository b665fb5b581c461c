"""Which order a dose answers, what contradicts it, which statement is covered; and what a day more or less
makes of an order given later and of an exempted addition."""

from datetime import date, timedelta

import pytest

from tests.builders import told
from tests.therapy_knowledge import therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
FIRST = METASTATIC + "THP 2020-01-06..2020-04-20\nHP 2020-05-11..2021-05-10\n"


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("orders", "answered"),
    [
        ("order T-DM1 2021-06-01", ["2021-06-01"]),  # on the day of the dose
        ("order T-DM1 2021-06-02", []),
        ("order T-DM1 2021-05", ["2021-05-11..2021-05-31"]),
        ("order T-DM1 2021-06", ["2021-06-01..2021-06-30"]),
        ("order T-DM1 2021-05-20\norder T-DM1 2021-05-28", ["2021-05-20", "2021-05-28"]),
        ("order T-DM1 2021-05-20 unknown", []),
    ],
)
def test_the_orders_that_the_first_dose_answers(orders: str, answered: list[str]) -> None:
    line = therapy_of(told(f"{FIRST}T-DM1 2021-06-01\nT-DM1 2021-08-02\n{orders}"), AS_OF).lines[1]
    (first,) = [e for e in line.exposures if e.given and str(e.when) == "2021-06-01"]
    assert [str(each.when) for each in first.answers] == answered


@pytest.mark.parametrize(
    ("orders", "dose", "conflict"),
    [
        ("order T-DM1 2021-05-20 cancelled", "T-DM1 2021-06-01", True),
        ("order T-DM1 2021-05-20 not-done", "T-DM1 2021-06-01", True),  # an order not to give it
        ("order T-DM1 2021-05-20 draft", "T-DM1 2021-06-01", False),
        ("order T-DM1 2021-05-20", "T-DM1 2021-06-01", False),
        ("order T-DM1 2021-06-02 cancelled", "T-DM1 2021-06-01", False),  # written after it
        ("order T-DM1 2021-05-20 cancelled\norder T-DM1 2021-05-21\norder T-DM1 2021-06-20",
         "T-DM1 2021-06-01", False),
        ("order T-DM1 2021-05-20 cancelled\norder T-DM1 2021-06-20", "T-DM1 2021-06-01", True),
        ("order T-DM1 2021-05-20 cancelled as MedicationRequest/a\n"
         "order T-DM1 2021-05-21 as MedicationRequest/b",
         "T-DM1 2021-06-01 by order MedicationRequest/b", False),
        ("order T-DM1 2021-05-20 cancelled as MedicationRequest/a",
         "T-DM1 2021-06-01 by order MedicationRequest/other", False),
        ("order T-DM1 2021-01-20 cancelled as MedicationRequest/a",
         "T-DM1 2021-06-01 by order MedicationRequest/a", True),
        ("order H 2021-05-20 cancelled", "T-DM1 2021-06-01", False),
    ],
)  # fmt: skip
def test_what_contradicts_a_dose(orders: str, dose: str, conflict: bool) -> None:
    flags = therapy_of(told(f"{FIRST}{dose}\n{orders}"), AS_OF).flags
    assert ("status-conflict" in {flag.code for flag in flags}) is conflict


@pytest.mark.parametrize(
    ("said", "firm", "covered"),
    [
        ("2021-07-01", "2021-09-28", True),  # 89 days
        ("2021-07-01", "2021-09-29", False),
        ("2021-07", "2021-10-28", True),  # 89 days after the last of July
        ("2021-07", "2021-10-29", False),
        ("2021-12-28", "2021-09-30", True),  # 89 days after it
        ("2021-12-29", "2021-09-30", False),
        ("2021-12", "2021-09-03", True),  # 89 days to the first of December
        ("2021-12", "2021-09-02", False),
    ],
)
def test_a_statement_is_covered_by_a_record_near_to_it(said: str, firm: str, covered: bool) -> None:
    therapy = therapy_of(told(f"{FIRST}said neratinib {said}\norder neratinib {firm}"), AS_OF)
    kinds = {e.kind for line in therapy.lines for e in line.exposures if e.agent == "neratinib"}
    assert kinds == ({"order"} if covered else {"order", "statement"})


@pytest.mark.parametrize(
    ("partner", "decisions"),
    [
        (after(140), 1),  # with the drug that was ordered, on its first day
        (after(112), 1),  # 28 days before it
        (after(111), 2),
    ],
)
def test_what_comes_between_an_order_and_its_first_dose(partner: str, decisions: int) -> None:
    """T-DXd is ordered on day 100 and first given on day 140, another new drug beside it or before."""
    story = f"HP {START}..{after(84)}\norder T-DXd {after(100)}\nvinorelbine {partner}\nT-DXd {after(140)}"
    found = therapy_of(told(METASTATIC + story), AS_OF).lines[1:]
    assert len(found) == decisions


EXEMPT = f"{METASTATIC}THP {START}..{after(35)}\nHP {after(42)}..{after(420)}\n"


@pytest.mark.parametrize(
    ("added", "lines", "doubt"),
    [
        (after(55), 2, False),
        (after(56), 1, False),
        ("2020-03", 1, True),  # 55 to 85 days after the start
        (after(365), 1, False),
        (after(366), 2, False),
    ],
)
def test_the_days_of_an_exempted_addition(added: str, lines: int, doubt: bool) -> None:
    therapy = therapy_of(told(f"{EXEMPT}fill palbociclib {added} for 28"), AS_OF)
    assert len(therapy.lines) == lines
    assert ("date-uncertain" in {flag.code for flag in therapy.flags}) is doubt
