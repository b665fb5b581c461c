"""Which changes of drug are a new line, and what toxicity or a restart makes of them (section 1.3)."""

from datetime import date, timedelta

import pytest

from tests.builders import told
from tests.therapy_knowledge import line_text, therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


def lines(story: str) -> list[tuple[str, str, str]]:
    """Name, why it opened, why it ended."""
    return [
        (line_text(x).split()[2], x.line.opened_because, x.line.end_reason)
        for x in therapy_of(told(METASTATIC + story), AS_OF).lines
    ]


TOXIC = "stopped because not-tolerated"


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        # within an equivalence: the same line, and the stop of the first drug ended nothing
        (
            f"order D {after(-2)} {TOXIC}\nTHP {START}..{after(42)}\npaclitaxel+HP {after(63)}..{after(126)}",
            [("THP", "first", "unknown")],
        ),
        (
            f"order letrozole {START} {TOXIC}\nHP {START}..{after(200)}\n"
            f"fills letrozole {START}..{after(60)}\nfills exemestane {after(91)}..{after(180)}",
            [("HP-ET", "first", "unknown")],
        ),
        # outside: a new line, and the former ended for toxicity
        (
            f"order T-DM1 {after(-2)} {TOXIC}\nT-DM1 {START}..{after(84)}\nT-DXd {after(105)}..{after(168)}",
            [("TDM1", "first", "toxicity"), ("TDXD", "new-agent", "unknown")],
        ),
        (
            f"order tucatinib {after(-2)} {TOXIC}\nfills tucatinib {START}..{after(90)}\n"
            f"fills neratinib {after(121)}..{after(180)}",
            [("tucatinib", "first", "toxicity"), ("neratinib", "new-agent", "unknown")],
        ),
        (
            f"order T-DM1 {after(-2)} {TOXIC}\nT-DM1 {START}..{after(84)}\nprogression {after(90)}\n"
            f"T-DXd {after(105)}",
            [("TDM1", "first", "progression"), ("TDXD", "new-agent", "unknown")],
        ),
        (
            f"order T-DM1 {after(-2)} stopped because refusal\n"
            f"T-DM1 {START}..{after(84)}\nT-DXd {after(105)}",
            [("TDM1", "first", "patient-choice"), ("TDXD", "new-agent", "unknown")],
        ),
    ],
)
def test_toxicity(story: str, expected: list[tuple[str, str, str]]) -> None:
    assert lines(story) == expected


PALBO = f"fills letrozole {START}..{after(300)}\nfills palbociclib {START}..{after(84)} every 28\n"
RIBO = f"fills ribociclib {after(112)}..{after(280)} every 28\n"
STOPPED = f"order palbociclib {START} {TOXIC}\n"


@pytest.mark.parametrize(
    ("story", "count"),
    [
        (PALBO + RIBO, 2),  # nothing says why
        (PALBO + RIBO + STOPPED, 1),
        (PALBO + RIBO + STOPPED + f"progression {after(100)}", 2),
        (PALBO + RIBO + STOPPED + f"progression {after(113)}", 1),  # after the swap
        (PALBO + RIBO + f"order palbociclib {START} stopped because refusal", 2),
        (PALBO + RIBO + f"order letrozole {START} {TOXIC}", 2),  # another drug was not tolerated
        (PALBO + RIBO + STOPPED + f"H {START}", 2),  # beside a HER2-directed drug it is no such swap
        (PALBO + RIBO + f"order palbociclib {after(150)} {TOXIC}", 2),  # said of a later order
        (PALBO + STOPPED + f"fills ribociclib {after(480)}..{after(500)} every 28", 1),  # 180 days after
        (PALBO + STOPPED + f"fills ribociclib {after(481)}..{after(500)} every 28", 2),
    ],
)
def test_a_cdk_inhibitor_for_another_that_was_not_tolerated(story: str, count: int) -> None:
    assert len(lines(story)) == count


def test_a_swap_where_progression_is_doubtful_is_one_line_in_doubt() -> None:
    therapy = therapy_of(told(METASTATIC + PALBO + RIBO + STOPPED + "progression ?"), AS_OF)
    assert len(therapy.lines) == 1
    assert [flag.code for flag in therapy.flags] == ["date-uncertain"]


EXEMPT = f"THP {START}..{after(105)}\n"
ADDED = f"fills palbociclib {after(147)}..{after(300)} every 28\n"


@pytest.mark.parametrize(
    ("antibodies", "count"),
    [
        (f"HP {after(126)}..{after(300)}", 1),
        (f"H {after(126)}..{after(300)}", 1),
        (f"P {after(126)}..{after(300)}", 2),  # pertuzumab alone is neither HP nor H
        (f"H {after(126)}\nH {after(189)}..{after(300)}", 1),  # 42 days after the addition
        (f"H {after(126)}\nH {after(190)}..{after(300)}", 3),  # and back too late for that line's window
        (f"H {after(189)}..{after(300)}", 1),  # 42 days before and after
    ],
)
def test_trastuzumab_goes_on_within_42_days_of_the_addition(antibodies: str, count: int) -> None:
    assert len(lines(EXEMPT + ADDED + antibodies)) == count


def test_trastuzumab_that_stopped_43_days_before_the_addition_did_not_go_on() -> None:
    story = f"THP {START}..{after(104)}\nH {after(150)}..{after(300)}\n"
    assert len(lines(story + ADDED)) == 2


@pytest.mark.parametrize("drug", ["D", "paclitaxel", "nab-paclitaxel"])
def test_any_taxane_of_the_line_allows_the_exemption(drug: str) -> None:
    story = f"{drug}+HP {START}..{after(105)}\nHP {after(126)}..{after(300)}\n"
    assert len(lines(story + ADDED)) == 1


@pytest.mark.parametrize("drug", ["vinorelbine", "C"])
def test_without_a_taxane_there_is_no_exemption(drug: str) -> None:
    story = f"{drug}+HP {START}..{after(105)}\nHP {after(126)}..{after(300)}\n"
    assert len(lines(story + ADDED)) == 2


def test_names_are_of_the_opening_and_a_restart_with_one_antibody_has_none() -> None:
    story = f"THP {START}..{after(105)}\nHP {after(126)}..{after(210)}\nH {after(400)}..{after(442)}"
    assert [name for name, _, _ in lines(story)] == ["THP", "trastuzumab"]
    late = f"H {START}..{after(300)}\nfills tamoxifen {after(60)}..{after(300)} every 30"
    assert [name for name, _, _ in lines(late)] == ["tamoxifen+trastuzumab"]
