"""The thorough look at the code tables names the line that is wrong."""

from dataclasses import replace

import pytest

from abstractor.codes import SYSTEMS
from abstractor.guidelines.guard import table_problems
from abstractor.guidelines.shelf import Place
from abstractor.guidelines.tables import CodeRow

ROW = CodeRow(
    Place("codes.csv", "line 2"), ("lvef",), SYSTEMS["loinc"], "10230-1", "LVEF", None, None, None, "QI",
    "high", "",
)  # fmt: skip
OTHER = replace(ROW, place=Place("codes.csv", "line 3"), code="8806-2")


def test_a_sound_table() -> None:
    """However short a source is: who wrote it knows it."""
    assert list(table_problems([ROW, OTHER])) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(OTHER, display=""), "codes.csv, line 3: column display: "),
        (replace(OTHER, confidence="low"), "codes.csv, line 3: column confidence: "),
        (replace(OTHER, code="EF"), f"codes.csv, line 3: no such code of {SYSTEMS['loinc']}: 'EF'"),
        (replace(OTHER, code=ROW.code), "codes.csv, line "),
    ],
)
def test_a_line_that_is_wrong(wrong: CodeRow, says: str) -> None:
    told = list(table_problems([ROW, wrong]))
    assert told
    for each in told:
        assert each.startswith(says)
        assert each.endswith("; mend that line")
