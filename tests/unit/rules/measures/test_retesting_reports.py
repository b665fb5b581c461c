"""RETEST marker by marker: words of a report, a pathology report, and the days in which a test counts, after
a relapse and where it was metastatic from the start; doubts that meet.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from abstractor.chart import Biomarker, Mention, Seen, Source, Standing
from tests.unit.rules.measures.test_retesting import (
    ALL,
    EARLIER,
    ER_AND_PR,
    FROM_THE_START,
    RELAPSE,
    RULE,
    WHOLE,
    answer,
    asked_of,
    marker,
    report,
)

MARKERS = ("er", "pr", "her2")
NAMES = {"er": "the oestrogen receptor", "pr": "the progesterone receptor", "her2": "HER2"}
COURSES = pytest.mark.parametrize(
    ("story", "of"), [(EARLIER, " of the metastasis"), (FROM_THE_START, "")], ids=["relapse", "de novo"]
)


def others(name: str) -> list[Biomarker]:
    return [each for each in ALL if each.marker != name]


def words(about: str) -> Mention:
    sources = (Source("DiagnosticReport/1", "conclusion", "1", f"{about} positive"),)
    return Mention(about, "positive", "stated", "positive", 0, 8, RELAPSE, Standing.COUNTS, sources)


@COURSES
@pytest.mark.parametrize("lacking", MARKERS)
@pytest.mark.parametrize("about", MARKERS)
def test_words_of_a_report_leave_open_the_marker_of_which_they_speak(
    story: str, of: str, lacking: str, about: str
) -> None:
    context = asked_of(story, others(lacking), mentions=(words(about),))
    said = "unknown (report-text-only)" if about == lacking else "not-met"
    assert answer(context) == said
    if about == lacking:
        (found,) = RULE.findings(context)
        assert f"words of a report on {NAMES[about]}{of}" in found.finding.statement


@COURSES
@pytest.mark.parametrize("lacking", MARKERS)
def test_a_pathology_report_leaves_each_of_them_open(story: str, of: str, lacking: str) -> None:
    context = asked_of(story, others(lacking), procedures=(report("2022-03-08"),))
    assert answer(context) == "unknown (report-text-only)"
    assert answer(asked_of(story, others(lacking))) == "not-met"


@COURSES
@pytest.mark.parametrize("name", MARKERS)
def test_each_of_them_counts_for_itself_to_the_sixtieth_day(story: str, of: str, name: str) -> None:
    for on, said in (("2022-04-29", "met"), ("2022-04-30", "met"), ("2022-05-01", "not-met")):
        assert answer(asked_of(story, (*others(name), marker(name, on)))) == said


@COURSES
@pytest.mark.parametrize("seen", [Seen.PARTIAL, Seen.NOT_ASKED])
def test_silence_says_nothing_where_reports_were_not_seen_whole(story: str, of: str, seen: Seen) -> None:
    known = tuple(replace(each, state=seen) if each.type == "DiagnosticReport" else each for each in WHOLE)
    assert answer(asked_of(story, ER_AND_PR, seen=known)) == "unknown (not-seen-whole)"
    assert answer(asked_of(story, ALL, seen=known)) == "met"


@pytest.mark.parametrize("name", MARKERS)
def test_before_a_relapse_it_counts_from_the_thirtieth_day(name: str) -> None:
    for on, said in (("2022-01-29", "not-met"), ("2022-01-30", "met")):
        assert answer(asked_of(EARLIER, (*others(name), marker(name, on)))) == said


@pytest.mark.parametrize("name", MARKERS)
def test_a_result_of_years_ago_tells_that_it_came_back(name: str) -> None:
    """Without it, three tests of the breast at the metastasis would do."""
    breast = [marker(each, tissue="Breast") for each in MARKERS]
    assert answer(asked_of(FROM_THE_START, breast)) == "met"
    assert answer(asked_of(FROM_THE_START, [*breast, marker(name, "2018-01-20", "Breast")])) == "not-met"


@pytest.mark.parametrize(
    ("her2", "wanted"),
    [
        ((marker("her2", reading=None, text=None, number=2.4),), "met"),
        ((marker("her2", reading=None, text="see comment"),), "unknown (result-unread)"),
        ((marker("her2", standing=Standing.CONTEXT, tissue=None),), "unknown (not-final)"),
        ((marker("her2", reading=None, standing=Standing.CONTEXT),), "unknown (not-final)"),
        ((marker("her2", reading=None, tissue=None),), "unknown (tissue-not-said)"),
    ],
)
def test_a_marker_in_doubt_tells_why(her2: Sequence[Biomarker], wanted: str) -> None:
    assert answer(asked_of(EARLIER, (*ER_AND_PR, *her2))) == wanted
