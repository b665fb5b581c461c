"""A metastasis on record long after treatment began, while that treatment went on."""

from datetime import date

import pytest

from fixtures.stories import HP, tale
from tests.asking import abstract_told

CASES = [
    # metastasis, last dose, flagged
    ("2020-03-16", "2020-06-13", False),  # 89 days on
    ("2020-03-16", "2020-06-14", True),  # 90 days on
    ("2020-03-16", "2021-04-05", True),
    ("2020-01-13", "2021-04-05", False),  # within 14 days of the start: the line is palliative
    ("2021-05-10", "2021-04-05", False),  # a relapse after it
]


@pytest.mark.parametrize(("metastatic", "last", "flagged"), CASES)
def test_a_line_for_cure_that_goes_on(metastatic: str, last: str, *, flagged: bool) -> None:
    told = tale("someone", as_of=date(2022, 12, 31)).breast_cancer("2019-12-02").her2_ihc("3+", "2019-12-02")
    told.metastasis("liver", metastatic).course(["docetaxel", *HP], "2020-01-06", until=last)
    flags = [f for f in abstract_told(told.visit("2022-05-01").told()).flags if f.code == "date-uncertain"]
    assert bool(flags) is flagged, flags
    for flag in flags:
        assert "filed late" in flag.statement
        assert {each.resource.split("/")[0] for each in flag.evidence} >= {"Condition"}
