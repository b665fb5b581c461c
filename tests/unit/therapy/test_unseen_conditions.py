"""The criterion of two lines where no metastasis was seen and the conditions were not seen whole; and one
flag for one undated dose."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Criterion
from abstractor.chart import Chart, Completeness, Seen
from abstractor.dates import Period
from abstractor.rules.lines_criterion import her2_lines
from fixtures.stories import TDXD, tale
from tests.asking import abstract_told
from tests.builders import told
from tests.therapy_knowledge import AGENTS, therapy_of

PERIOD = Period(date(2022, 1, 1), date(2022, 12, 31))
HER2 = frozenset(name for name, agent in AGENTS.items() if agent.her2_directed)
TWO = "THP 2020-01-06..2020-04-20\nT-DM1 2021-01-04..2021-06-07\n"
MIXED = "THP 2020-01-06..2020-04-20\nvinorelbine 2021-01-04..2021-06-07\n"
MAYBE = ("unknown", "conditions-not-seen-whole")
FEWER = ("not-met", "fewer-than-two-lines")


def decided(story: str, definition: str, state: Seen) -> Criterion:
    chart: Chart = told("condition breast-cancer 2018-01-05\n" + story)
    rows = (*(row for row in chart.completeness if row.type != "Condition"),)
    chart = replace(chart, completeness=(Completeness("Condition", state, 1, None), *rows))
    return her2_lines(chart, therapy_of(chart, "2022-12-31"), PERIOD, definition, HER2)


@pytest.mark.parametrize(
    ("story", "definition", "state", "answer"),
    [
        (TWO, "A", Seen.PARTIAL, MAYBE),
        (TWO, "A", Seen.NOT_ASKED, MAYBE),
        (TWO, "A", Seen.COMPLETE, FEWER),
        (TWO, "C", Seen.PARTIAL, ("met", None)),  # in any setting
        (MIXED, "A", Seen.PARTIAL, FEWER),  # one of them is HER2-directed
        (MIXED, "B", Seen.PARTIAL, MAYBE),
        (MIXED, "C", Seen.PARTIAL, FEWER),
        (TWO.replace("2021-", "2023-"), "A", Seen.PARTIAL, FEWER),  # the second after the period
        ("metastasis liver 2020-12-20\n" + TWO, "A", Seen.PARTIAL, FEWER),  # a metastasis was seen
    ],
)
def test_lines_that_are_curative_for_want_of_conditions(
    story: str, definition: str, state: Seen, answer: tuple[str, str | None]
) -> None:
    found = decided(story, definition, state)
    assert (str(found.verdict), found.reason) == answer


def test_the_lines_that_may_be_palliative_are_named_and_cited() -> None:
    found = decided(TWO, "A", Seen.PARTIAL)
    assert "2 may be palliative (THP from 2020-01-06; TDM1 from 2021-01-04)" in found.statement
    assert len(found.evidence) == 2


def test_one_undated_dose_is_one_flag() -> None:
    story = tale("q").her2_positive_mbc("2019-01-10", "liver").thp("2020-02-01", cycles=6).visit("2022-05-05")
    told_once = abstract_told(story.order(TDXD[0], "2022-04-01").but(authoredOn=None).told())
    assert [flag.code for flag in told_once.flags].count("date-uncertain") == 1
    lines = told_once.inclusion.criteria[1]
    assert (str(lines.verdict), lines.reason) == ("unknown", "date-uncertain")


@pytest.mark.parametrize(
    ("day", "answer"), [("2022-12-31", ("unknown", "agent-unmapped")), ("2023-01-01", FEWER)]
)
def test_a_record_of_which_no_drug_can_be_read_may_hide_a_line(day: str, answer: tuple[str, str]) -> None:
    chart: Chart = told("metastasis liver 2019-12-20\nTHP 2020-01-06..2020-04-20\nT-DM1 " + day)
    *known, last = chart.administrations
    unread = replace(last, agents=(), unmapped="study drug", nameless=True)
    for held, expected in ((unread, answer), (replace(unread, nameless=False), FEWER)):
        chart = replace(chart, administrations=(*known, held))
        found = her2_lines(chart, therapy_of(chart, "2023-12-31"), PERIOD, "A", HER2)
        assert (str(found.verdict), found.reason) == expected
