"""Edges where one day, one drug or one of two signs decides what a line is and how it ended."""

from datetime import date, timedelta

import pytest

from tests.builders import told
from tests.therapy_knowledge import line_text, lines_of, therapy_of

START = date(2020, 1, 6)
AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def after(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


def shown(story: str, as_of: str = AS_OF) -> list[str]:
    """ "HP" or the agents, and why each line ended."""
    found = therapy_of(told(METASTATIC + story), as_of).lines
    return [f"{line_text(x).split()[2]} {x.line.end_reason}" for x in found]


HP = f"HP {START}..{after(84)}\n"


@pytest.mark.parametrize(
    ("order", "begun", "replaced"),
    [
        (126, 140, False),  # 42 days after its last dose: the next one of the line that was running
        (127, 140, True),  # it had ended, and other drugs were given in its stead
        (106, 105, True),  # the day after the next line began
        (104, 105, False),
    ],
)
def test_an_unanswered_order_of_the_former_drug(order: int, begun: int, replaced: bool) -> None:
    story = HP + f"order H {after(order)}\nT-DXd {after(begun)}..{after(begun + 105)}"
    therapy = therapy_of(told(METASTATIC + story), AS_OF)
    assert [x.line.regimen or x.line.agents for x in therapy.lines] == [("pertuzumab", "trastuzumab"), "TDXD"]
    assert ("ordered-not-given" in {flag.code for flag in therapy.flags}) is replaced


def test_endocrine_therapy_joins_while_one_antibody_of_two_goes_on() -> None:
    story = HP + f"H {after(105)}..{after(420)}\nfills letrozole {after(300)}..{after(420)} every 30"
    assert len(therapy_of(told(METASTATIC + story), AS_OF).lines) == 1


@pytest.mark.parametrize(
    ("as_of", "lines"),
    [("2020-12-11", 1), ("2020-12-12", 2), ("2020-12-31", 2)],  # 41 and 42 days after the month's last
)
def test_endocrine_therapy_of_a_month_at_the_end_of_what_was_seen(as_of: str, lines: int) -> None:
    story = f"H {START}..2020-09-25\nfill letrozole 2020-10"
    assert len(therapy_of(told(METASTATIC + story), as_of).lines) == lines


def test_a_phase_ends_the_day_before_the_next_though_a_supply_reaches_into_it() -> None:
    story = f"THP {START}..{after(105)}\nHP {after(126)}..{after(420)}\nfill letrozole {after(140)} for 60\n"
    story += f"fills palbociclib {after(147)}..{after(420)} every 28"
    (line,) = therapy_of(told(METASTATIC + story), AS_OF).lines
    assert [(p.name, str(p.start), str(p.end)) for p in line.line.phases[:2]] == [
        ("induction", after(0), after(105)),
        ("maintenance", after(126), after(146)),
    ]
    assert str(line.line.phases[2].start) == after(147)


@pytest.mark.parametrize(
    ("days", "ended"),
    [
        ([60], "ongoing"),  # given on under it
        ([95], "progression"),
        ([60, 95], "progression"),  # the second ended what the first did not
        ([84], "progression"),  # on the day of the last dose
    ],
)
def test_of_two_progressions_the_one_after_the_last_dose_ends_a_line(days: list[int], ended: str) -> None:
    said = "\n".join(f"progression {after(on)}" for on in days)
    assert shown(HP + said, as_of=after(120))[0].endswith(f" {ended}")
    cited = therapy_of(told(METASTATIC + HP + said), after(120)).lines[0].line.end
    assert (cited is None) == (ended == "ongoing")


@pytest.mark.parametrize(
    ("until", "reason"),
    [(after(180), "completion"), ("2022-12-30", "completion"), (AS_OF, "unknown"), ("open", "unknown")],
)
def test_a_palliative_order_completes_a_line_only_where_its_period_ran_out(until: str, reason: str) -> None:
    story = f"order T-DXd {START} until {until} completed\nT-DXd {START}..{after(84)}"
    assert [text.split()[-1] for text in shown(story)] == [reason]


def test_an_undated_death_is_cited_where_it_leaves_the_end_open() -> None:
    (flag,) = therapy_of(told(METASTATIC + "T-DXd 2022-08-01..2022-12-05\ndeath ?"), AS_OF).flags
    assert [each.resource for each in flag.evidence] == ["Patient/1"]


def test_what_is_progression_before_the_anchor_is_the_end_of_a_curative_line() -> None:
    story = "condition breast-cancer 2018-01-05\nTCHP 2018-02-05..2018-06-11\nmetastasis liver 2018-06-20\n"
    story += "T-DXd 2018-07-09..2018-12-03"
    assert lines_of(told(story), AS_OF) == [
        "curative 1 TCHP 2018-02-05 to 2018-06-11 (progression)",
        "palliative 1 TDXD 2018-07-09 to 2018-12-03 (unknown)",
    ]
