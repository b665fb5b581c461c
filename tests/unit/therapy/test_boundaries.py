"""The day before, the day of and the day after every number of the line policy."""

from datetime import date, timedelta

import pytest

from abstractor.chart import Chart
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.deriving import derive_by_gap
from tests.builders import told
from tests.therapy_knowledge import LIBRARY, POLICY, lines_of, therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def after(days: int, start: date = START) -> str:
    return (start + timedelta(days=days)).isoformat()


def names(chart: Chart, as_of: str = AS_OF, *, gap: int = 180) -> list[tuple[str, str, str]]:
    """Setting and number, agents, why it opened."""
    return [
        (f"{x.line.setting} {x.line.number}", "+".join(x.line.agents), x.line.opened_because)
        for x in therapy_of(chart, as_of, gap=gap).lines
    ]


@pytest.mark.parametrize(
    ("gap", "days", "lines"),
    [(gap, gap + by, 1 if by <= 0 else 2) for gap in (90, 120, 180) for by in (-1, 0, 1)],
)
def test_a_restart_advances_only_past_the_gap(gap: int, days: int, lines: int) -> None:
    chart = told(METASTATIC + f"HP {START}\nHP {after(days)}")
    found = therapy_of(chart, AS_OF, gap=gap).lines
    assert [x.line.opened_because for x in found] == ["first", "restart-after-gap"][:lines]


@pytest.mark.parametrize(("days", "told_as_break"), [(89, False), (90, True), (180, True), (181, False)])
def test_a_break_is_told_from_90_days_to_the_gap(days: int, told_as_break: bool) -> None:
    chart = told(METASTATIC + f"HP {START}\nHP {after(days)}")
    codes = [flag.code for flag in therapy_of(chart, AS_OF).flags]
    assert codes == (["treatment-break"] if told_as_break else [])


def test_several_gaps_at_once_say_what_each_says_alone() -> None:
    chart = told(METASTATIC + f"THP {START}\nHP {after(100)}\nHP {after(240)}\norder T-DM1 ?")
    as_of = date.fromisoformat(AS_OF)
    anchor = metastatic_anchor(chart, LIBRARY.inclusion)
    together = derive_by_gap(chart, anchor, LIBRARY, POLICY, as_of, gaps=(90, 120, 180))
    assert together == {gap: therapy_of(chart, AS_OF, gap=gap) for gap in (90, 120, 180)}
    assert [len(therapy.lines) for therapy in together.values()] == [3, 2, 1]


def test_any_agent_of_the_line_bridges_the_gap() -> None:
    chart = told(METASTATIC + f"THP {START}\nH {after(100)}\nP {after(200)}\nH {after(300)}")
    assert len(therapy_of(chart, AS_OF).lines) == 1


@pytest.mark.parametrize(("days", "lines"), [(27, 1), (28, 1), (29, 2)])
def test_the_regimen_window_includes_its_last_day(days: int, lines: int) -> None:
    chart = told(METASTATIC + f"H {START}\nvinorelbine {after(days)}\nH {after(days)}")
    found = therapy_of(chart, AS_OF).lines
    assert len(found) == lines
    assert found[-1].first_agents == ("trastuzumab", "vinorelbine")
    assert found[-1].line.opened_because == ("first" if lines == 1 else "new-agent")


@pytest.mark.parametrize("partner", ["pertuzumab", "capecitabine"])
@pytest.mark.parametrize(("days", "lines"), [(41, 1), (42, 1), (43, 2)])
def test_late_partners_have_their_own_window(partner: str, days: int, lines: int) -> None:
    late = f"fill capecitabine {after(days)} for 21" if partner == "capecitabine" else f"P {after(days)}"
    chart = told(METASTATIC + f"D+H {START}\n{late}\nH {after(days)}")
    assert len(therapy_of(chart, AS_OF).lines) == lines


@pytest.mark.parametrize(
    ("first", "second"),
    [("D", "paclitaxel"), ("paclitaxel", "nab-paclitaxel"), ("nab-paclitaxel", "D")],
)
def test_a_taxane_swap_is_one_line_with_both(first: str, second: str) -> None:
    chart = told(METASTATIC + f"{first}+HP {START}..{after(63)}\n{second}+HP {after(84)}..{after(126)}")
    (line,) = therapy_of(chart, AS_OF).lines
    assert line.line.regimen == "THP" and len(line.line.agents) == 4
    assert len(line.first_agents) == 3


def test_a_swap_in_the_first_weeks_keeps_the_name() -> None:
    chart = told(METASTATIC + f"THP {START}\npaclitaxel+HP {after(21)}..{after(63)}")
    (line,) = therapy_of(chart, AS_OF).lines
    assert line.line.regimen == "THP"
    assert line.first_agents == ("docetaxel", "paclitaxel", "pertuzumab", "trastuzumab")


def test_aromatase_inhibitors_swap_beside_antibodies() -> None:
    chart = told(
        METASTATIC + f"HP {START}..{after(420)}\nfills letrozole {START}..{after(200)}\n"
        f"fills exemestane {after(231)}..{after(420)}"
    )
    (line,) = therapy_of(chart, AS_OF).lines
    assert line.line.agents == ("exemestane", "letrozole", "pertuzumab", "trastuzumab")
    assert line.line.regimen == "HP-ET"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("H", "T-DM1"),
        ("T-DM1", "T-DXd"),
        ("H", "margetuximab"),
        ("tucatinib", "neratinib"),
        ("neratinib", "lapatinib"),
    ],
)
def test_what_is_not_equivalent_advances(first: str, second: str) -> None:
    chart = told(METASTATIC + f"{first} {START}..{after(84)}\n{second} {after(105)}..{after(189)}")
    assert [x[2] for x in names(chart)] == ["first", "new-agent"]


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        (f"T-DM1 {START}..{after(63)}\nHP {after(84)}..{after(147)}", 2),
        (f"THP {START}..{after(63)}\nH {after(84)}..{after(147)}", 1),  # dropping never advances
        (f"THP {START}..{after(63)}\nD {after(84)}..{after(147)}", 1),
        (f"HP {START}..{after(63)}\nzoledronic-acid {after(90)}\nondansetron {after(95)}", 1),
    ],
)
def test_what_advances_and_what_does_not(story: str, lines: int) -> None:
    assert len(therapy_of(told(METASTATIC + story), AS_OF).lines) == lines


@pytest.mark.parametrize(
    ("breaks", "progression", "because"),
    [
        (42, 20, ["first"]),
        (43, 20, ["first", "restart-after-progression"]),
        (100, None, ["first"]),
        (100, 0, ["first", "restart-after-progression"]),  # on the day of the last dose
        (100, -1, ["first"]),  # a dose was given after it: the line went on
        (100, 100, ["first", "restart-after-progression"]),  # on the day of the restart
        (100, 101, ["first"]),
        (181, 20, ["first", "restart-after-gap"]),
    ],
)
def test_the_same_regimen_again_after_progression(
    breaks: int, progression: int | None, because: list[str]
) -> None:
    last = START + timedelta(days=84)
    story = f"HP {START}..{last}\nHP {after(breaks, last)}"
    if progression is not None:
        story += f"\nprogression {after(progression, last)}"
    assert [x[2] for x in names(told(METASTATIC + story))] == because


@pytest.mark.parametrize(
    ("added", "because"), [("", "restart-after-gap"), (f"vinorelbine {after(277)}", "new-agent")]
)
def test_a_restart_with_a_new_drug_in_its_window_is_no_restart(added: str, because: str) -> None:
    chart = told(METASTATIC + f"HP {START}..{after(63)}\nHP {after(270)}..{after(312)}\n{added}")
    assert therapy_of(chart, AS_OF).lines[1].line.opened_because == because


@pytest.mark.parametrize(("offset", "setting"), [(-15, "curative"), (-14, "palliative"), (-13, "palliative")])
def test_the_lookback_before_the_anchor(offset: int, setting: str) -> None:
    anchor = date(2021, 6, 15)
    chart = told(f"metastasis liver {anchor}\nTHP {after(offset, anchor)}..{after(offset + 63, anchor)}")
    (line,) = therapy_of(chart, AS_OF).lines
    assert (line.line.setting, line.line.number) == (setting, 1)
    assert line.line.end_reason != "progression" or setting == "curative"


ANCHOR = date(2021, 6, 15)
BOTH = ["curative 1", "palliative 1"]


@pytest.mark.parametrize(
    ("story", "lines"),
    [
        (f"H {after(-200, ANCHOR)}..{after(200, ANCHOR)}", ["curative 1"]),
        (f"H {after(-200, ANCHOR)}\nH {after(-30, ANCHOR)}\nH {after(12, ANCHOR)}", ["curative 1"]),
        (f"H {after(-200, ANCHOR)}\nH {after(-30, ANCHOR)}\nH {after(13, ANCHOR)}", BOTH),
        (f"H {after(-200, ANCHOR)}..{after(63, ANCHOR)}\nD {after(20, ANCHOR)}", BOTH),
        (f"fills letrozole {after(-400, ANCHOR)}..{after(300, ANCHOR)}", ["curative 1"]),
        (
            f"fills letrozole {after(-400, ANCHOR)}..{after(300, ANCHOR)}\n"
            f"HP {after(20, ANCHOR)}..{after(300, ANCHOR)}",
            BOTH,
        ),
        # another aromatase inhibitor at relapse is palliative therapy, not a swap
        (
            f"fills letrozole {after(-400, ANCHOR)}..{after(-10, ANCHOR)}\n"
            f"fills exemestane {after(5, ANCHOR)}..{after(90, ANCHOR)}",
            BOTH,
        ),
    ],
)  # fmt: skip
def test_across_the_anchor(story: str, lines: list[str]) -> None:
    assert [x[0] for x in names(told(f"metastasis liver {ANCHOR}\n{story}"))] == lines


def test_old_agents_given_with_the_new_belong_to_the_first_palliative_line() -> None:
    story = f"H {after(-200, ANCHOR)}..{after(300, ANCHOR)}\nD+P {after(20, ANCHOR)}..{after(104, ANCHOR)}"
    curative, palliative = therapy_of(told(f"metastasis liver {ANCHOR}\n{story}"), AS_OF).lines
    assert curative.line.agents == ("trastuzumab",)
    assert palliative.line.regimen == "THP" and palliative.line.opened_because == "first"
    assert curative.line.end is not None and palliative.line.start.earliest > curative.line.end.latest


@pytest.mark.parametrize(
    ("metastasis", "setting", "flags"),
    [
        ("", "curative", set()),
        ("metastasis liver ?", "palliative", {"date-uncertain"}),
        ("condition ambiguous-metastasis 2020-01-01", "palliative", {"date-uncertain"}),
        ("metastasis liver 2020", "palliative", {"date-uncertain"}),
        ("metastasis liver 2022", "curative", set()),
    ],
)
def test_settings_where_the_anchor_is_doubtful(metastasis: str, setting: str, flags: set[str]) -> None:
    therapy = therapy_of(told(f"{metastasis}\nTHP 2020-06-01..2020-09-14"), AS_OF)
    assert [x.line.setting for x in therapy.lines] == [setting]
    assert {flag.code for flag in therapy.flags} == flags


def test_an_oral_drug_that_goes_on_into_the_next_line_belongs_to_it_from_its_start() -> None:
    story = f"""
    H {START}..{after(84)}
    fill capecitabine {START} for 90
    fill capecitabine {after(88)} for 90
    H {after(105)}..{after(210)}
    fills tucatinib {after(105)}..{after(210)} every 30
    fill capecitabine {after(178)} for 90
    """
    first, second = therapy_of(told(METASTATIC + story), AS_OF).lines
    assert first.line.regimen == "H-C"
    assert second.line.regimen == "TXH" and second.line.opened_because == "new-agent"


def test_the_line_says_the_same_in_words() -> None:
    assert lines_of(told(METASTATIC + f"THP {START}"), "2020-01-31") == [
        "palliative 1 THP 2020-01-06 on (ongoing)"
    ]
