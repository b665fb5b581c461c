"""The tables of the charts of an export, part by part: no form of export writes what breaks their rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from abstractor.export.checking import Growing
from abstractor.export.disclosing import Disclosure
from abstractor.export.findings import FINDINGS, finding_rows
from abstractor.export.lines import LINES, line_rows
from abstractor.export.ratings import RATINGS, rating_rows
from abstractor.export.subjects import Subject

__all__ = ["SubjectTables"]

_ROWS = {LINES.name: line_rows, FINDINGS.name: finding_rows, RATINGS.name: rating_rows}


@dataclass(slots=True)
class SubjectTables:
    """`part` gives the lines, the findings and the ratings of some charts; `AbstractorError` where one breaks
    a rule, alone or beside those before it.
    """

    disclosure: Disclosure
    _growing: Mapping[str, Growing] = field(init=False)

    def __post_init__(self) -> None:
        identified = self.disclosure.identified
        self._growing = {table.name: Growing(table, identified) for table in (LINES, FINDINGS, RATINGS)}

    def part(self, subjects: Sequence[Subject]) -> dict[str, pl.DataFrame]:
        """By the name of the table."""
        shown = self.disclosure
        places: dict[object, str] = {shown.study_id(each.who): each.place for each in subjects if each.place}
        return {
            name: growing.part((row for each in subjects for row in _ROWS[name](each, shown)), places)
            for name, growing in self._growing.items()
        }
