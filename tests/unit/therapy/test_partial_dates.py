"""Years, months and missing dates: kept as intervals, narrowed by what must precede them, never rounded."""

import pytest

from tests.builders import told
from tests.therapy_knowledge import therapy_of

METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
THP = METASTATIC + "THP 2020-01-06..2020-04-20\nHP 2020-05-11..2022-03-01\n"
AS_OF = "2022-12-31"


def starts(story: str, as_of: str = AS_OF) -> list[tuple[str, str, str]]:
    return [
        (x.line.regimen or "", str(x.line.start), str(x.decision))
        for x in therapy_of(told(story), as_of).lines
    ]


def uncertain(story: str, as_of: str = AS_OF) -> bool:
    return "date-uncertain" in {flag.code for flag in therapy_of(told(story), as_of).flags}


@pytest.mark.parametrize(
    ("story", "second", "doubt"),
    [
        ("T-DM1 2022", ("TDM1", "2022-03-02..2022-12-31", "2022-03-02..2022-12-31"), True),
        ("order T-DM1 2022", ("TDM1", "2022-03-02..2022-12-31", "2022-03-02..2022-12-31"), True),
        ("order T-DM1 2022\nT-DM1 2022", ("TDM1", "2022-03-02..2022-12-31", "2022-03-02..2022-12-31"), True),
        ("T-DM1 2022-03", ("TDM1", "2022-03-02..2022-03-31", "2022-03-02..2022-03-31"), True),
        # the same occasion told twice, once with its day
        ("T-DM1 2022\nT-DM1 2022-04-05..2022-06-07", ("TDM1", "2022-04-05", "2022-04-05"), False),
        ("order T-DM1 2022\norder T-DM1 2022-04-01\nT-DM1 2022-04-05",
         ("TDM1", "2022-04-05", "2022-04-01"), False),
        # an order of that year may be the decision, or not
        ("order T-DM1 2022\nT-DM1 2022-06-07", ("TDM1", "2022-06-07", "2022-04-08..2022-06-07"), True),
        # a dose comes after the order that it names
        ("order T-DM1 2022-05-01 as MedicationRequest/7\nT-DM1 2022 by order MedicationRequest/7",
         ("TDM1", "2022-05-01..2022-12-31", "2022-05-01..2022-12-31"), True),
    ],
)  # fmt: skip
def test_a_second_line_with_a_partial_start(story: str, second: tuple[str, str, str], doubt: bool) -> None:
    assert starts(THP + story) == [("THP", "2020-01-06", "2020-01-06"), second]
    assert uncertain(THP + story) is doubt


def test_known_on_as_of_means_it_happened_by_then() -> None:
    assert starts(THP + "T-DM1 2022", "2022-06-30")[1][1] == "2022-03-02..2022-06-30"


def test_a_partial_date_of_a_partner_is_read_with_the_partner() -> None:
    story = (
        THP
        + "order tucatinib 2022\nH 2022-04-05..2022-12-06\nfills capecitabine 2022-04-05..2022-12-06 every 21"
    )
    assert [x[0] for x in starts(story)] == ["THP", "TXH"]
    assert uncertain(story)


def test_months_only_make_the_same_lines() -> None:
    months = "\n".join(f"THP 2020-0{month}" for month in range(1, 7))
    story = f"{METASTATIC}{months}\nT-DM1 2020-09\nT-DM1 2020-10"
    assert [(x[0], x[1]) for x in starts(story)] == [
        ("THP", "2020-01-01..2020-01-31"),
        ("TDM1", "2020-09-01..2020-09-30"),
    ]
    assert uncertain(story)


def test_a_partial_repeat_of_a_drug_of_the_line_changes_nothing() -> None:
    assert starts(THP + "H 2021\norder P 2021") == starts(THP)
    assert not uncertain(THP + "H 2021\norder P 2021")


@pytest.mark.parametrize(
    ("story", "lines", "unplaced"),
    [
        ("order T-DM1 ?", 1, ["ado-trastuzumab emtansine"]),
        ("T-DM1 ?", 1, ["ado-trastuzumab emtansine"]),
        ("H ?", 1, []),  # it supports the line that holds its agent
        ("order T-DM1 ?\nT-DM1 2022-04-05", 2, []),
        ("order T-DM1 ? cancelled", 1, []),
        ("zoledronic-acid ?", 1, []),
    ],
)
def test_without_a_date(story: str, lines: int, unplaced: list[str]) -> None:
    therapy = therapy_of(told(THP + story), AS_OF)
    assert len(therapy.lines) == lines
    assert [each.agent for each in therapy.unplaced] == unplaced
    assert [flag.code for flag in therapy.flags] == ["date-uncertain"] * len(unplaced)
    assert all(flag.evidence for flag in therapy.flags)


@pytest.mark.parametrize(
    ("days", "lines", "doubt"),
    [
        ("2020-02", 1, True),  # 6 to 34 days after the start: in the window or not
        ("2020-03", 2, True),
    ],
)
def test_a_partial_date_at_the_edge_of_the_window(days: str, lines: int, doubt: bool) -> None:
    story = f"{METASTATIC}H 2020-01-26..2020-05-11\nvinorelbine {days}"
    assert len(therapy_of(told(story), AS_OF).lines) == lines
    assert uncertain(story) is doubt
