"""Why a line ended: which orders speak of it, which reason is the strongest, and what is cited for it."""

from datetime import date, timedelta

import pytest

from tests.builders import told
from tests.therapy_knowledge import therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
TDM1 = f"T-DM1 {START}..2020-03-30\n"
NEXT = "T-DXd 2020-05-04..2020-08-17\n"


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


def reason(story: str, as_of: str = AS_OF) -> str:
    return therapy_of(told(METASTATIC + story), as_of).lines[0].line.end_reason


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (f"order T-DM1 {START} stopped because not-tolerated", "toxicity"),
        (f"order T-DM1 {START} stopped because refusal", "patient-choice"),
        (f"order T-DM1 {START} stopped because no-response", "progression"),
        (f"order T-DM1 {START} stopped because death", "next-line"),  # other drugs were given after it
        (f"order T-DM1 {START} stopped because something-else", "next-line"),
        (f"order T-DM1 {after(-60)} stopped because not-tolerated", "toxicity"),
        (f"order T-DM1 {after(-61)} stopped because not-tolerated", "next-line"),
        ("order T-DM1 2020-05-03 stopped because not-tolerated", "toxicity"),
        ("order T-DM1 2020-05-04 stopped because not-tolerated", "next-line"),  # on the next line's day
        ("order T-DM1 2020-04-13 cancelled because not-tolerated", "toxicity"),
        ("order T-DM1 2020-04-13 draft because not-tolerated", "next-line"),  # never live
        (f"order T-DXd {START} stopped because not-tolerated", "next-line"),  # not a drug of this line
        # ordered again, so it went on
        (f"order T-DM1 {START} stopped because not-tolerated\norder T-DM1 2020-02-03", "next-line"),
        (f"order T-DM1 {START}\norder T-DM1 2020-02-03 stopped because not-tolerated", "toxicity"),
        # the stronger of two
        (
            f"order T-DM1 {START} stopped because refusal\n"
            "order T-DM1 2020-01-06 stopped because not-tolerated",
            "toxicity",
        ),
        (f"order T-DM1 {START} stopped because not-tolerated\nprogression 2020-04-20", "progression"),
        (f"order T-DM1 {START} stopped because not-tolerated\nprogression 2020-05-04", "progression"),
        (f"order T-DM1 {START} stopped because not-tolerated\nprogression 2020-05-05", "toxicity"),
    ],
)
def test_the_reason_of_a_line_with_another_after_it(order: str, why: str) -> None:
    assert reason(TDM1 + NEXT + order) == why


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        ("", "unknown"),
        (f"order T-DM1 {START} stopped because death", "death"),
        ("death 2020-05-01", "death"),
        ("death 2022-12-31", "death"),
        ("death ?", "death"),
        ("death 2020-05-01\nprogression 2020-04-20", "death"),
        ("progression 2020-04-20", "progression"),
    ],
)
def test_the_reason_of_the_last_line(fact: str, why: str) -> None:
    assert reason(TDM1 + fact) == why


@pytest.mark.parametrize(
    ("death", "why"), [("2020-05-03", "death"), ("2020-05-04", "death"), ("2020-06-01", "next-line")]
)
def test_death_ends_the_line_that_ran_until_it(death: str, why: str) -> None:
    assert reason(TDM1 + f"order T-DXd 2020-05-04\ndeath {death}") == why


@pytest.mark.parametrize(
    ("drug", "why"),
    [("H", "toxicity"), ("vinorelbine", "unknown")],
)
def test_a_drug_that_was_dropped_on_the_way_ends_nothing(drug: str, why: str) -> None:
    """Vinorelbine ended 29 days before the antibody did."""
    story = f"H+vinorelbine {START}..{after(63)}\nH {after(84)}\nH {after(92)}\n"
    assert reason(story + f"order {drug} {START} stopped because not-tolerated") == why


@pytest.mark.parametrize(
    ("orders", "why"),
    [
        ("order TCHP 2018-02-05 completed", "completion"),
        ("order TCHP 2018-02-05", "unknown"),
        ("order TCHP 2018-02-05 completed\norder TCHP 2018-03-19", "unknown"),  # the last one was not
        ("order TCHP 2018-02-05\norder TCHP 2018-03-19 completed", "completion"),
        ("order TCHP 2018-02-05 completed\norder T-DM1 2018-03-19 draft", "completion"),
    ],
)
def test_a_curative_line_whose_last_order_was_completed(orders: str, why: str) -> None:
    story = f"condition breast-cancer 2018-01-05\nTCHP 2018-02-05..2018-05-21\n{orders}"
    (line,) = therapy_of(told(story), AS_OF).lines
    assert line.line.end_reason == why


@pytest.mark.parametrize(
    ("fact", "doubt"),
    [
        (f"order T-DM1 {START} stopped because not-tolerated", True),
        ("progression 2020-04-20", False),  # a stronger reason than what may have been
        ("", True),
    ],
)
def test_what_may_have_been_progression_is_told_beside_a_weaker_reason(fact: str, doubt: bool) -> None:
    flags = therapy_of(told(METASTATIC + TDM1 + NEXT + f"{fact}\nprogression ?"), AS_OF).flags
    said = [flag.statement for flag in flags if flag.statement.startswith("Palliative line 1")]
    assert said == (["Palliative line 1: progression without a date may have ended it."] if doubt else [])


@pytest.mark.parametrize(
    ("last", "as_of", "end"),
    [
        ("2020-03-30", "2020-06-27", None),  # 89 days
        ("2020-03-30", "2020-06-28", "2020-03-30"),
    ],
)
def test_a_line_is_open_for_90_days_after_its_last_dose(last: str, as_of: str, end: str | None) -> None:
    line = therapy_of(told(f"{METASTATIC}T-DM1 {START}..{last}"), as_of).lines[0].line
    assert (line.end and str(line.end)) == end


@pytest.mark.parametrize(
    ("story", "end"),
    [
        (f"fill capecitabine {START} for 90\nT-DXd 2020-03-02", "2020-03-01"),  # the day before the next
        (f"fill capecitabine {START} for 90\ndeath 2020-03-02", "2020-03-02"),
        (f"fill capecitabine {START} for 90\nT-DXd 2020-03", "2020-02-29..2020-03-30"),
        (f"fill capecitabine {START} for 30\nT-DXd 2020-03-02", "2020-02-04"),
    ],
)
def test_the_last_day_is_never_later_than_what_came_after(story: str, end: str) -> None:
    assert str(therapy_of(told(METASTATIC + story), AS_OF).lines[0].line.end) == end
