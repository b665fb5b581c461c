"""The criterion of two lines, on derived lines alone: what counts by which definition, what hides a line, and
what is cited."""

from datetime import date

import pytest

from abstractor.abstract import Criterion
from abstractor.chart import Seen
from abstractor.dates import Period
from abstractor.rules.lines_criterion import her2_lines, lines_in_all
from tests.builders import told
from tests.therapy_knowledge import AGENTS, therapy_of

AS_OF = "2023-12-31"
PERIOD = Period(date(2022, 1, 1), date(2022, 12, 31))
HER2 = frozenset(name for name, agent in AGENTS.items() if agent.her2_directed)
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
CURATIVE = "TCHP 2018-02-05..2018-06-11\n"
ONE = "THP 2020-01-06..2020-04-20\n"


def decided(story: str, definition: str = "A", *, seen: Seen = Seen.COMPLETE) -> Criterion:
    chart = told(METASTATIC + story, seen=seen)
    return her2_lines(chart, therapy_of(chart, AS_OF), PERIOD, definition, HER2)


def answer(found: Criterion) -> tuple[str, str | None]:
    return str(found.verdict), found.reason


MET = ("met", None)
FEWER = ("not-met", "fewer-than-two-lines")
DATES = ("unknown", "date-uncertain")


@pytest.mark.parametrize(
    ("story", "a", "b", "c"),
    [
        (ONE, FEWER, FEWER, FEWER),
        (ONE + "T-DM1 2021-01-04", MET, MET, MET),
        (ONE + "vinorelbine 2021-01-04", FEWER, MET, FEWER),
        (CURATIVE + ONE, FEWER, FEWER, MET),
        (ONE + "T-DM1 2022-12-31", MET, MET, MET),
        (ONE + "T-DM1 2023-01-01", FEWER, FEWER, FEWER),  # after the period
        (ONE + "T-DM1 2022-12", MET, MET, MET),
        (ONE + "T-DM1 2023-01", FEWER, FEWER, FEWER),
        (ONE + "T-DM1 2022", MET, MET, MET),
        (ONE + "order T-DM1 2022-03-01 unknown", *(("unknown", "status-unknown"),) * 3),
        (ONE + "T-DM1 ?", DATES, DATES, DATES),
        (ONE + "vinorelbine ?", FEWER, DATES, FEWER),
        (ONE + "zoledronic-acid ?", FEWER, FEWER, FEWER),
    ],
)
def test_by_each_definition(
    story: str, a: tuple[str, str | None], b: tuple[str, str | None], c: tuple[str, str | None]
) -> None:
    assert [answer(decided(story, definition)) for definition in "ABC"] == [a, b, c]


@pytest.mark.parametrize("seen", [Seen.PARTIAL, Seen.REFUSED, Seen.NOT_ASKED])
def test_what_was_not_seen_whole_may_hide_a_line_but_takes_none_away(seen: Seen) -> None:
    found = decided(ONE, seen=seen)
    assert answer(found) == ("unknown", "medications-not-seen-whole")
    assert "MedicationRequest (" in found.statement and "MedicationAdministration (" in found.statement
    assert answer(decided(ONE + "T-DM1 2021-01-04", seen=seen)) == MET


def test_a_line_that_starts_after_the_period_is_neither_named_nor_cited() -> None:
    later = decided(ONE + "T-DM1 2023-01-02")
    assert "1 (THP from 2020-01-06)" in later.statement
    assert {str(each.value) for each in later.evidence} == {"2020-01-06"}


def test_an_added_drug_that_may_open_a_line_after_the_period_hides_none_in_it() -> None:
    doubtful = "HP {0}..{1}\nHP {2}..2023-11-30\ntherapy radiotherapy {3}"
    before = doubtful.format("2021-06-01", "2021-11-30", "2022-04-15", "2022-01-10")
    after = doubtful.format("2022-06-01", "2022-11-30", "2023-04-15", "2023-01-10")
    assert answer(decided(before)) == ("unknown", "progression-uncertain")
    assert answer(decided(after)) == FEWER


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (ONE, "1 line of therapy (0 curative + 1 palliative)"),
        (CURATIVE + ONE, "2 lines of therapy (1 curative + 1 palliative)"),
        ("", "0 lines of therapy (0 curative + 0 palliative)"),
    ],
)
def test_lines_are_told_as_the_literature_counts_them(story: str, said: str) -> None:
    assert lines_in_all(therapy_of(told(METASTATIC + story), AS_OF)) == said


def test_the_lines_that_count_are_named_and_cited() -> None:
    found = decided(ONE + "T-DM1 2021-01-04\nvinorelbine 2022-02-07")
    assert found.criterion == "her2-lines"
    assert found.statement == (
        "3 lines of therapy (0 curative + 3 palliative); palliative lines with a HER2-directed agent: "
        "2 (THP from 2020-01-06; TDM1 from 2021-01-04)"
    )
    assert {str(each.value) for each in found.evidence} == {"2020-01-06", "2021-01-04"}
