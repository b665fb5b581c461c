"""Which day divides curative from palliative lines, and on which day maintenance begins."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Standing
from abstractor.dates import DateInterval, Truth
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.course import Anchor
from abstractor.rules.therapy.progression import progressions
from abstractor.rules.therapy.setting import Boundary, boundary_of
from tests.builders import day, told
from tests.therapy_knowledge import LIBRARY, POLICY, therapy_of

AS_OF = "2022-12-31"
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"


def on(text: str) -> DateInterval:
    when = day(text)
    assert when is not None
    return when


def boundary(stands: Truth, when: str) -> Boundary:
    return boundary_of(Anchor(stands, day(when), ()), POLICY)


@pytest.mark.parametrize(
    ("stands", "when", "start", "palliative", "setting"),
    [
        (Truth.YES, "2020-01-15", "2019-12-31", Truth.NO, "curative"),
        (Truth.YES, "2020-01-15", "2020-01-01", Truth.YES, "palliative"),  # 14 days before
        (Truth.YES, "2020-01", "2020-01-02", Truth.UNKNOWN, "palliative"),
        (Truth.YES, "2020-01-15", "2019", Truth.NO, "curative"),
        (Truth.YES, "2020-01-15", "2020", Truth.YES, "palliative"),
        (Truth.YES, "?", "2020-01-02", Truth.UNKNOWN, "palliative"),
        (Truth.UNKNOWN, "?", "2020-01-02", Truth.UNKNOWN, "palliative"),
        (Truth.NO, "?", "2020-01-02", Truth.NO, "curative"),
    ],
)
def test_the_setting_of_a_line(stands: Truth, when: str, start: str, palliative: Truth, setting: str) -> None:
    found = boundary(stands, when)
    assert (found.palliative(on(start)), found.setting(on(start))) == (palliative, setting)


@pytest.mark.parametrize(
    ("stands", "when", "first", "second", "divided"),
    [
        (Truth.YES, "2020-01-15", "2019-12-31", "2020-01-01", True),
        (Truth.YES, "2020-01-15", "2019-12-30", "2019-12-31", False),
        (Truth.YES, "2020-01-15", "2020-01-01", "2020-01-02", False),
        (Truth.YES, "2020-01", "2019-12-17", "2019-12-18", True),  # the later may be palliative
        (Truth.YES, "2020-01", "2019-12-18", "2020-02-01", False),  # the earlier may be, too
        (Truth.YES, "?", "2019-01-01", "2021-01-01", False),
        (Truth.NO, "?", "2019-01-01", "2021-01-01", False),
    ],
)
def test_what_lies_between_two_days(stands: Truth, when: str, first: str, second: str, divided: bool) -> None:
    assert boundary(stands, when).divides(on(first), on(second)) is divided


@pytest.mark.parametrize(
    ("story", "phases"),
    [
        # from the first antibody after the last chemotherapy, not the one beside it
        ("THP 2020-01-06..2020-03-09\nHP 2020-03-30..2020-06-01",
         ["induction 2020-01-06", "maintenance 2020-03-30"]),
        ("THP 2020-01-06..2020-03-09\nHP 2020-03-10..2020-06-01 every 21",
         ["induction 2020-01-06", "maintenance 2020-03-10"]),
        ("THP 2020-01-06..2020-03-09\nHP 2020-04-06", []),  # 28 days: it may have been the next cycle
        ("THP 2020-01-06..2020-03-09\nHP 2020-04-07", ["induction 2020-01-06", "maintenance 2020-04-07"]),
        ("HP 2020-01-06..2020-06-01", []),
        ("D 2020-01-06..2020-06-01", []),
        # chemotherapy that was only ordered says nothing of how long it was taken
        ("order capecitabine 2020-01-06\nHP 2020-01-06..2020-06-01", []),
        ("order capecitabine 2020-01-06 until 2020-03-09\nHP 2020-01-06..2020-06-01",
         ["induction 2020-01-06", "maintenance 2020-03-30"]),
        ("order capecitabine 2020-01-06\nHP 2020-01-06\norder HP 2020-06-01", []),
        # drugs that were all only ordered are taken as ordered
        ("order THP 2020-01-06..2020-03-09\norder HP 2020-03-30..2020-06-01",
         ["induction 2020-01-06", "maintenance 2020-03-30"]),
    ],
)  # fmt: skip
def test_the_day_on_which_maintenance_begins(story: str, phases: list[str]) -> None:
    (line,) = therapy_of(told(METASTATIC + story), AS_OF).lines
    assert [f"{phase.name} {phase.start}" for phase in line.line.phases] == phases


@pytest.mark.parametrize(
    ("standing", "counts"),
    [(Standing.COUNTS, True), (Standing.ASSUMED, True), (Standing.CONTEXT, False), (Standing.AGAINST, False)],
)
@pytest.mark.parametrize("sign", ["condition breast-cancer 2020-06-01 recurrence", "progression 2020-06-01"])
def test_a_sign_of_progression_counts_by_its_status(sign: str, standing: Standing, counts: bool) -> None:
    chart = told(METASTATIC + sign)
    chart = replace(
        chart,
        diagnoses=tuple(replace(d, standing=standing) if d.clinical_status == "recurrence" else d
                        for d in chart.diagnoses),
        results=tuple(replace(r, standing=standing) for r in chart.results),
    )  # fmt: skip
    anchor = metastatic_anchor(chart, LIBRARY.inclusion)
    found = progressions(chart, anchor, LIBRARY.inclusion, POLICY, date.fromisoformat(AS_OF))
    assert len([each for each in found if not each.relapse]) == int(counts)
