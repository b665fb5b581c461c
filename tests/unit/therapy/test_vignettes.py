"""The lines of the hard vignettes (knowledge base, section 8), from facts as the chart holds them."""

import pytest

from tests.builders import told
from tests.therapy_knowledge import lines_of, therapy_of

MBC = "condition breast-cancer 2018-01-05\nmetastasis liver {}\n"

# Story, metastatic from, facts, as of, expected lines, flags ("-" before one that must not be there).
VIGNETTES = [
    (
        "V01 dropping docetaxel is no line", "2019-03-01", """
        THP 2019-03-20..2019-07-24
        HP 2019-08-14..2021-02-08
        progression 2021-02-20
        T-DM1 2021-03-02..2022-05-11
        """, "2022-12-31",
        ["palliative 1 THP 2019-03-20 to 2021-02-08 (progression)",
         "palliative 2 TDM1 2021-03-02 to 2022-05-11 (unknown)"], [],
    ),
    (
        "V02 a biosimilar is the same agent", "2020-01-01", """
        THP 2020-01-15..2020-05-20
        HP 2020-06-10..2022-11-30
        """, "2022-12-31", ["palliative 1 THP 2020-01-15 on (ongoing)"], [],
    ),
    (
        "V03 the subcutaneous fixed dose is H and P", "2019-10-20", """
        THP 2019-11-04..2020-02-17
        HP 2020-03-09..2022-05-20
        progression 2022-06-01
        T-DXd 2022-06-14..2022-12-20
        """, "2022-12-31",
        ["palliative 1 THP 2019-11-04 to 2022-05-20 (progression)",
         "palliative 2 TDXD 2022-06-14 on (ongoing)"],
        [],
    ),
    (
        "V05 palbociclib and letrozole join maintenance", "2025-09-20", """
        THP 2025-10-06..2026-01-19
        HP 2026-02-09..2026-11-10
        fills letrozole 2026-03-02..2026-11-01 every 28
        fills palbociclib 2026-03-02..2026-11-01 every 28
        """, "2026-11-21", ["palliative 1 THP 2025-10-06 on (ongoing)"], [],
    ),
    (
        "V07 neoadjuvant, adjuvant, then metastatic after 14 months", "2021-09-15", """
        TCHP 2019-02-04..2019-06-03
        T-DM1 2019-08-20..2020-06-30
        THP 2021-10-01..2022-01-14
        HP 2022-02-04..2022-06-24
        progression 2022-07-05
        T-DXd 2022-07-20..2022-12-14
        """, "2022-12-31",
        ["curative 1 TCHP 2019-02-04 to 2019-06-03 (next-line)",
         "curative 2 TDM1 2019-08-20 to 2020-06-30 (progression)",
         "palliative 1 THP 2021-10-01 to 2022-06-24 (progression)",
         "palliative 2 TDXD 2022-07-20 on (ongoing)"], [],
    ),
    (
        "V08 adjuvant, then metastatic within months", "2022-07-08", """
        T-DM1 2021-05-04..2022-02-10
        T-DXd 2022-07-20..2022-12-14
        """, "2022-12-31",
        ["curative 1 TDM1 2021-05-04 to 2022-02-10 (progression)",
         "palliative 1 TDXD 2022-07-20 on (ongoing)"],
        [],
    ),
    (
        "V09 adjuvant antibodies, given again with a taxane after relapse", "2021-10-10", """
        TCHP 2020-01-10..2020-04-24
        HP 2020-05-15..2021-01-10
        THP 2021-10-20..2022-02-02
        HP 2022-02-23..2022-08-03
        progression 2022-08-15
        T-DXd 2022-08-30..2022-12-13
        """, "2022-12-31",
        ["curative 1 TCHP 2020-01-10 to 2021-01-10 (progression)",
         "palliative 1 THP 2021-10-20 to 2022-08-03 (progression)",
         "palliative 2 TDXD 2022-08-30 on (ongoing)"], [],
    ),
    (
        "V13 V16 V21 V24 V25 THP, then another", "2020-04-10", """
        THP 2020-05-04..2020-08-17
        HP 2020-09-07..2021-05-17
        T-DM1 2021-06-07..2022-11-30
        """, "2022-12-31",
        ["palliative 1 THP 2020-05-04 to 2021-05-17 (next-line)",
         "palliative 2 TDM1 2021-06-07 on (ongoing)"],
        [],
    ),
    (
        "V14 capecitabine alone, then the conjugate", "2020-12-15", """
        fills capecitabine 2021-01-04..2021-11-01 every 21
        T-DXd 2023-02-14..2023-11-01
        """, "2023-12-31",
        ["palliative 1 CHEMO 2021-01-04 to 2021-11-21 (next-line)",
         "palliative 2 TDXD 2023-02-14 on (ongoing)"],
        [],
    ),
    (
        "V18 local therapy of one brain metastasis is no line", "2020-06-01", """
        THP 2020-07-01..2020-10-14
        HP 2020-11-04..2022-12-14
        metastasis brain 2022-03-04
        """, "2022-12-31", ["palliative 1 THP 2020-07-01 on (ongoing)"], ["-treatment-break"],
    ),
    (
        "V19 tucatinib before the conjugate", "2020-10-20", """
        THP 2020-11-02..2021-02-15
        HP 2021-03-08..2022-08-20
        metastasis brain 2022-09-01
        H 2022-09-15..2022-12-29
        fills capecitabine 2022-09-15..2022-12-29 every 21
        fills tucatinib 2022-09-15..2022-12-15 every 30
        progression 2023-01-10
        T-DXd 2023-02-01..2023-06-07
        """, "2023-06-30",
        ["palliative 1 THP 2020-11-02 to 2022-08-20 (progression)",
         "palliative 2 TXH 2022-09-15 to 2023-01-18 (progression)",
         "palliative 3 TDXD 2023-02-01 on (ongoing)"], [],
    ),
    (
        "V22 given again after pneumonitis is the same line", "2020-05-20", """
        THP 2020-06-01..2020-09-14
        HP 2020-10-05..2021-12-28
        progression 2022-01-10
        T-DXd 2022-02-01..2022-04-26
        T-DXd 2022-06-21
        """, "2022-12-31",
        ["palliative 1 THP 2020-06-01 to 2021-12-28 (progression)",
         "palliative 2 TDXD 2022-02-01 to 2022-06-21 (unknown)"], [],
    ),
    (
        "V27 the order is cancelled, three doses were given", "2020-01-02", """
        THP 2020-01-20..2020-05-04
        HP 2020-05-25..2022-05-20
        order T-DXd 2022-06-06 cancelled
        T-DXd 2022-06-14..2022-08-02
        """, "2022-12-31",
        ["palliative 1 THP 2020-01-20 to 2022-05-20 (next-line)",
         "palliative 2 TDXD 2022-06-14 to 2022-08-02 (unknown)"], ["status-conflict"],
    ),
    (
        "V32 the start of the second line is a year", "2021-05", """
        THP 2021-05-10..2021-09-13
        HP 2021-10-04..2022-03-01
        T-DM1 2022
        """, "2022-12-31",
        ["palliative 1 THP 2021-05-10 to 2022-03-01 (next-line)",
         "palliative 2 TDM1 2022-03-02..2022-12-31 on (ongoing)"], ["date-uncertain"],
    ),
    (
        "V33 order, dose and claim of one drug", "2020-03-01", """
        THP 2020-03-16..2020-06-29
        HP 2020-07-20..2021-05-10
        order T-DM1 2021-06-01
        T-DM1 2021-06-03..2021-09-27
        """, "2021-12-31",
        ["palliative 1 THP 2020-03-16 to 2021-05-10 (next-line)",
         "palliative 2 TDM1 2021-06-03 to 2021-09-27 (unknown)"], ["-ordered-not-given"],
    ),
    (
        "V38 looks curative, is metastatic", "2021-01-05", """
        TCHP 2021-01-20..2021-05-05
        HP 2021-05-26..2022-07-06
        progression 2022-07-18
        T-DXd 2022-08-08..2022-12-12
        """, "2022-12-31",
        ["palliative 1 TCHP 2021-01-20 to 2022-07-06 (progression)",
         "palliative 2 TDXD 2022-08-08 on (ongoing)"],
        [],
    ),
    (
        "V41 letrozole alone, then antibodies with anastrozole", "2019-03-15", """
        fills letrozole 2019-04-01..2020-08-24 every 30
        progression 2020-09-14
        HP 2020-10-01..2022-12-08
        fills anastrozole 2020-10-01..2022-12-10 every 30
        """, "2022-12-31",
        ["palliative 1 ET 2019-04-01 to 2020-09-22 (progression)",
         "palliative 2 HP-ET 2020-10-01 on (ongoing)"],
        [],
    ),
    (
        "V45 ribociclib with letrozole", "2022-02-01", """
        fills letrozole 2022-03-01..2022-06-21 every 28
        fills ribociclib 2022-03-01..2022-06-21 every 28
        order ribociclib+letrozole 2022-03-01 stopped because not-tolerated
        """, "2022-12-31",
        ["palliative 1 letrozole+ribociclib 2022-03-01 to 2022-07-18 (toxicity)"], [],
    ),
    (
        "V47 three lines", "2019-04-20", """
        THP 2019-05-06..2019-08-19
        HP 2019-09-09..2020-08-10
        T-DM1 2020-09-01..2021-08-24
        T-DXd 2021-09-14..2022-12-20
        """, "2022-12-31",
        ["palliative 1 THP 2019-05-06 to 2020-08-10 (next-line)",
         "palliative 2 TDM1 2020-09-01 to 2021-08-24 (next-line)",
         "palliative 3 TDXD 2021-09-14 on (ongoing)"], [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("metastatic", "story", "as_of", "lines", "flags"),
    [row[1:] for row in VIGNETTES],
    ids=[row[0].split()[0] for row in VIGNETTES],
)
def test_lines_of_the_vignette(
    metastatic: str, story: str, as_of: str, lines: list[str], flags: list[str]
) -> None:
    chart = told(MBC.format(metastatic) + story)
    assert lines_of(chart, as_of) == lines
    raised = {flag.code for flag in therapy_of(chart, as_of).flags}
    assert {code for code in flags if not code.startswith("-")} <= raised
    assert not {code[1:] for code in flags if code.startswith("-")} & raised


V12 = """
condition breast-cancer 2018-01-05
metastasis liver 2020-01-20
THP 2020-02-03..2020-05-18
HP 2020-06-08..2021-04-05
HP 2021-08-18..2022-12-14
"""


@pytest.mark.parametrize(
    ("gap", "lines"),
    [
        (180, ["palliative 1 THP 2020-02-03 on (ongoing)"]),
        (120, ["palliative 1 THP 2020-02-03 to 2021-04-05 (next-line)",
               "palliative 2 pertuzumab+trastuzumab 2021-08-18 on (ongoing)"]),
        (90, ["palliative 1 THP 2020-02-03 to 2021-04-05 (next-line)",
              "palliative 2 pertuzumab+trastuzumab 2021-08-18 on (ongoing)"]),
    ],
)  # fmt: skip
def test_v12_a_break_of_135_days_is_a_line_by_the_shorter_gaps_only(gap: int, lines: list[str]) -> None:
    assert lines_of(told(V12), "2022-12-31", gap=gap) == lines


def test_v12_the_break_is_told() -> None:
    (flag,) = therapy_of(told(V12), "2022-12-31").flags
    assert (flag.code, flag.severity) == ("treatment-break", "data-quality")
    assert "135 days" in flag.statement and "2021-04-05" in flag.statement
    assert flag.statement.endswith("by a gap of 90 or 120 days another line starts there.")
    assert {e.value for e in flag.evidence} == {"2021-04-05", "2021-08-18"}


def test_v12_by_a_shorter_gap_it_is_told_that_the_longest_disagrees() -> None:
    (flag,) = therapy_of(told(V12), "2022-12-31", gap=120).flags
    assert (flag.code, flag.severity) == ("treatment-break", "data-quality")
    assert flag.statement == (
        "Palliative line 2 starts after 135 days without treatment, from 2021-04-05 to 2021-08-18; "
        "by a gap of 180 days it goes on with the line before."
    )


def test_v05_the_phases_and_the_step_on_its_own_day() -> None:
    story = next(row for row in VIGNETTES if row[0].startswith("V05"))
    (line,) = therapy_of(
        told(MBC.format(story[1]) + story[2] + "\norder palbociclib 2026-02-20"), story[3]
    ).lines
    phases = [(p.name, str(p.start), str(p.end) if p.end else None, p.agents) for p in line.line.phases]
    assert phases == [
        ("induction", "2025-10-06", "2026-01-19", ("docetaxel", "pertuzumab", "trastuzumab")),
        ("maintenance", "2026-02-09", "2026-02-09", ("pertuzumab", "trastuzumab")),
        ("maintenance-intensified", "2026-03-02", None,
         ("letrozole", "palbociclib", "pertuzumab", "trastuzumab")),
    ]  # fmt: skip
    (step,) = line.intensified
    assert (step.agents, str(step.start), str(step.decision)) == (
        ("palbociclib",),
        "2026-03-02",
        "2026-02-20",
    )
    assert line.first_agents == ("docetaxel", "pertuzumab", "trastuzumab")


def test_v01_phases_and_v33_decision() -> None:
    story = next(row for row in VIGNETTES if row[0].startswith("V01"))
    first, second = therapy_of(told(MBC.format(story[1]) + story[2]), story[3]).lines
    assert [(p.name, str(p.start), str(p.end)) for p in first.line.phases] == [
        ("induction", "2019-03-20", "2019-07-24"),
        ("maintenance", "2019-08-14", "2021-02-08"),
    ]
    assert second.line.phases == ()
    story = next(row for row in VIGNETTES if row[0].startswith("V33"))
    _, second = therapy_of(told(MBC.format(story[1]) + story[2]), story[3]).lines
    assert (str(second.decision), str(second.line.start)) == ("2021-06-01", "2021-06-03")
    assert [s.value for s in second.decision_sources] == ["2021-06-01"]
