"""When a line ended, why, and when it goes on."""

import pytest

from abstractor.chart import Seen
from tests.builders import told
from tests.therapy_knowledge import lines_of, therapy_of

METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
AS_OF = "2022-12-31"


def last_line(story: str, as_of: str = AS_OF, *, seen: Seen = Seen.COMPLETE) -> tuple[str | None, str]:
    line = therapy_of(told(METASTATIC + story, seen=seen), as_of).lines[-1].line
    return (str(line.end) if line.end else None, line.end_reason)


@pytest.mark.parametrize(
    ("story", "end", "reason"),
    [
        # an infusion: its day; open for less than 90 days
        ("T-DXd 2022-08-01..2022-10-03", None, "ongoing"),  # 89 days
        ("T-DXd 2022-08-01..2022-10-02", "2022-10-02", "unknown"),  # 90 days
        # oral: the end of supply, else of the stated period, else the last order
        ("fill neratinib 2022-01-03 for 30", "2022-02-01", "unknown"),
        ("fill neratinib 2022-09-10 for 30", None, "ongoing"),
        ("fill neratinib 2022-01-03", "2022-01-03", "unknown"),
        ("order neratinib 2022-01-03 until 2022-05-31", "2022-05-31", "unknown"),
        ("order neratinib 2022-01-03 until 2023-05-31", None, "ongoing"),
        ("order neratinib 2022-01-03 until open", "2022-01-03", "unknown"),
        ("order neratinib 2022-01-03 until open stopped", "2022-01-03", "unknown"),
        ("order neratinib 2022-01-03..2022-03-07", "2022-03-07", "unknown"),
        (
            "order neratinib 2022-01-03 until 2021-01-01",
            "2022-01-03",
            "unknown",
        ),  # ends before it was ordered
        ("order neratinib 2022-01-03 until 2022-05-31\nfill neratinib 2022-01-10", "2022-05-31", "unknown"),
        (
            "order neratinib 2022-01-03 until 2022-05-31\nfill neratinib 2022-01-10 for 30",
            "2022-02-08",
            "unknown",
        ),
        # an infusion that is given: orders after the last dose do not extend it
        ("T-DXd 2022-01-03..2022-03-07\norder T-DXd 2022-03-20", "2022-03-07", "unknown"),
        ("T-DXd 2022-01-03..2022-03-07\norder T-DXd 2022-01-02 until 2022-12-31", "2022-03-07", "unknown"),
        ("order T-DXd 2022-01-03 until 2022-05-31", "2022-05-31", "unknown"),
    ],
)
def test_the_last_day(story: str, end: str | None, reason: str) -> None:
    assert last_line(story) == (end, reason)


@pytest.mark.parametrize(
    ("story", "end", "reason"),
    [
        ("T-DXd 2022-08-01..2022-12-05\nprogression 2022-12-12", "2022-12-05", "progression"),
        ("T-DXd 2022-08-01..2022-12-05\nprogression 2022-12-05", "2022-12-05", "progression"),
        ("T-DXd 2022-08-01..2022-12-05\nprogression 2022-11-30", None, "ongoing"),  # given on after it
        ("T-DXd 2022-01-03..2022-05-02\nprogression 2022-03-30", "2022-05-02", "progression"),
        ("T-DXd 2022-08-01..2022-12-05\nmetastasis bone 2022-12-12", "2022-12-05", "progression"),
        ("T-DXd 2022-08-01..2022-12-05\nmetastasis liver 2022-12-12", None, "ongoing"),  # no new site
        ("T-DXd 2022-08-01..2022-12-05\ncondition breast-cancer 2022-12-12 relapse", "2022-12-05",
         "progression"),
        ("T-DXd 2022-08-01..2022-12-05\ndeath 2022-12-20", "2022-12-05", "death"),
        ("T-DXd 2022-01-03..2022-05-02\nprogression 2022-05-10\ndeath 2022-12-20", "2022-05-02", "death"),
        ("fill neratinib 2022-12-01 for 30\ndeath 2022-12-20", "2022-12-20", "death"),
        ("T-DXd 2022-08-01..2022-12-05\ndeath 2023-01-20", None, "ongoing"),  # not yet known
        ("T-DXd 2022-08-01..2022-12-05\ndeath ?", "2022-12-05", "death"),
        ("order T-DXd 2022-07-30 stopped because not-tolerated\nT-DXd 2022-08-01..2022-12-05", "2022-12-05",
         "toxicity"),
        ("T-DXd 2022-08-01..2022-12-05\nT-DXd 2022-12-26 not-done because not-tolerated", "2022-12-05",
         "toxicity"),
        ("T-DXd 2022-08-01..2022-12-05\nT-DXd 2022-11-20 not-done because not-tolerated", None, "ongoing"),
        ("order T-DXd 2022-07-30 stopped because refusal\nT-DXd 2022-08-01..2022-12-05", "2022-12-05",
         "patient-choice"),
        ("order T-DXd 2022-07-30 stopped because no-response\nT-DXd 2022-08-01..2022-12-05", "2022-12-05",
         "progression"),
        ("order T-DXd 2022-07-30 stopped because death\nT-DXd 2022-08-01..2022-12-05", "2022-12-05", "death"),
        ("T-DXd 2022-08-01..2022-12-05\nmetastasis bone 2022-12-12 provisional", None, "ongoing"),
        ("T-DXd 2022-08-01..2022-12-05\ncondition heart-failure 2022-12-12 recurrence", None, "ongoing"),
        ("order T-DXd 2022-12-20 cancelled because not-tolerated\nT-DXd 2022-08-01..2022-12-05", "2022-12-05",
         "toxicity"),
        ("order T-DXd 2022-12-20 draft because not-tolerated\nT-DXd 2022-08-01..2022-12-05", None, "ongoing"),
        ("order T-DXd 2022-07-30 stopped because financial\nT-DXd 2022-08-01..2022-12-05", None, "ongoing"),
        # ordered again: the stop was a change of the order
        ("order T-DXd 2022-07-30 stopped because not-tolerated\norder T-DXd 2022-09-01\n"
         "T-DXd 2022-08-01..2022-12-05", None, "ongoing"),
        # the taxane was dropped for toxicity; the line was not
        ("order D 2022-01-02 stopped because not-tolerated\nTHP 2022-01-03..2022-03-07\n"
         "HP 2022-03-28..2022-12-05",
         None, "ongoing"),
        ("order neratinib 2022-01-03 until 2022-05-31 completed", "2022-05-31", "completion"),
        ("order T-DXd 2022-01-03 completed\nT-DXd 2022-01-03..2022-03-07", "2022-03-07", "unknown"),
        ("T-DXd 2022-08-01..2022-12-05\nprogression 2022-12-12\n"
         "order T-DXd 2022-07-30 stopped because not-tolerated",
         "2022-12-05", "progression"),
    ],
)  # fmt: skip
def test_what_ended_it(story: str, end: str | None, reason: str) -> None:
    assert last_line(story) == (end, reason)


def test_adjuvant_therapy_is_completed_by_its_last_order() -> None:
    story = "order T-DM1 2019-01-02 completed\nT-DM1 2019-01-07..2019-10-07\nmetastasis liver 2022-01-03"
    assert lines_of(told(story), "2021-12-31") == ["curative 1 TDM1 2019-01-07 to 2019-10-07 (completion)"]


@pytest.mark.parametrize(
    ("between", "reason"),
    [
        ("progression 2020-12-20", "progression"),
        ("progression 2020-06-01", "progression"),  # documented in the line, treated on, then changed
        ("progression 2020-01-06", "next-line"),  # on the day it started: of the line before
        ("progression 2021-01-04", "progression"),  # on the day of the next line
        ("progression 2021-01-05", "next-line"),
        ("metastasis bone 2020-01-15", "next-line"),  # staging that was filed late
        ("metastasis bone 2020-02-15", "progression"),
        ("stable 2020-12-20", "next-line"),
        # another drug ordered later does not undo the stop; the same one does
        ("order H 2020-01-02 stopped because not-tolerated\norder P 2020-06-01", "toxicity"),
        ("order H 2020-01-02 stopped because not-tolerated\norder H 2020-06-01", "next-line"),
        ("order HP 2020-01-02 stopped because not-tolerated", "toxicity"),
        ("", "next-line"),
    ],
)
def test_a_line_that_another_followed(between: str, reason: str) -> None:
    chart = told(METASTATIC + f"HP 2020-01-06..2020-12-14\nT-DM1 2021-01-04..2021-06-01\n{between}")
    assert therapy_of(chart, AS_OF).lines[0].line.end_reason == reason


def test_it_ends_the_day_before_the_next_line_at_the_latest() -> None:
    story = (
        "fill neratinib 2022-01-03 for 90\nfill capecitabine 2022-01-03 for 90\nT-DXd 2022-02-14..2022-12-05"
    )
    assert lines_of(told(METASTATIC + story), AS_OF) == [
        "palliative 1 NX 2022-01-03 to 2022-02-13 (next-line)",
        "palliative 2 TDXD 2022-02-14 on (ongoing)",
    ]


def test_a_late_first_description_of_known_metastases_is_no_progression() -> None:
    story = "HP 2020-01-06..2020-12-14\nT-DM1 2021-01-04\nmetastasis bone 2020-02-15\n"
    assert therapy_of(told(story + "stage M1 2019-12-20"), AS_OF).lines[0].line.end_reason == "next-line"
    found_later = story + "stage M1 2019-12-20\nmetastasis lung 2020-06-15"
    assert therapy_of(told(found_later), AS_OF).lines[0].line.end_reason == "progression"


@pytest.mark.parametrize(("last", "reason"), [("2022-11-07", "toxicity"), ("2022-11-06", "ongoing")])
def test_the_stop_of_a_drug_that_was_dropped_before_is_not_the_lines(last: str, reason: str) -> None:
    """28 days before the line's last dose it still belonged to it, 29 days before it had been dropped."""
    story = "order D 2022-08-01 stopped because not-tolerated\nHP 2022-08-01..2022-12-05\n"
    story += f"D 2022-08-01..{last}"
    assert last_line(story)[1] == reason


def test_evidence_shows_first_last_decision_and_end() -> None:
    story = "order T-DXd 2022-07-28\nT-DXd 2022-08-01..2022-12-05\nprogression 2022-12-12"
    line = therapy_of(told(METASTATIC + story), AS_OF).lines[0].line
    assert {e.value for e in line.evidence} == {"2022-08-01", "2022-12-05", "2022-07-28", "2022-12-12"}


@pytest.mark.parametrize(
    ("story", "flags"),
    [
        ("HP 2022-01-03..2022-05-02\ndeath 2022-05-20\nHP 2022-06-13", ["event-after-death"]),
        ("HP 2022-01-03..2022-05-02\ndeath 2022-05-20\norder T-DXd 2022-06-13", ["event-after-death"]),
        ("HP 2022-01-03..2022-05-02\ndeath 2022-05\nHP 2022-05-23", []),
        ("HP 2022-01-03..2022-05-02\ndeath 2022-05-02", []),
    ],
)
def test_nothing_after_death_is_an_exposure(story: str, flags: list[str]) -> None:
    therapy = therapy_of(told(METASTATIC + story), AS_OF)
    (line,) = therapy.lines
    assert line.line.end_reason == "death"
    assert [flag.code for flag in therapy.flags] == flags


PHASES = "THP 2022-01-03..2022-04-18\n"


@pytest.mark.parametrize(
    ("story", "phases"),
    [
        (PHASES, []),
        (PHASES + "HP 2022-05-09", []),  # 21 days: not dropped yet
        (PHASES + "HP 2022-05-09..2022-05-16", []),  # 28 days
        (PHASES + "HP 2022-05-09..2022-05-17", ["induction", "maintenance"]),
        ("HP 2022-01-03..2022-12-05", []),
        ("D+C 2022-01-03..2022-12-05", []),
        ("THP 2022-01-03..2022-12-05", []),
        # capecitabine only ordered: nothing says how long it was taken
        ("order capecitabine 2022-01-03\nH 2022-01-10..2022-12-05", []),
        (
            "order capecitabine 2022-01-03 until 2022-03-31\nH 2022-01-10..2022-12-05",
            ["induction", "maintenance"],
        ),
        ("order THP 2022-01-03..2022-04-18\norder HP 2022-05-09..2022-12-05", ["induction", "maintenance"]),
    ],
)
def test_phases(story: str, phases: list[str]) -> None:
    (line,) = therapy_of(told(METASTATIC + story), AS_OF).lines
    assert [p.name for p in line.line.phases] == phases
