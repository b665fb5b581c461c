"""An export for REDCap: the data dictionary, which forms repeat, and the records.

A record is a row for the chart form and one for each line, finding and rating, numbered from 1 in each
without a gap: only the cells of the row's own form are filled.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from abstractor.export.csv_files import cell, write_header, write_rows
from abstractor.export.disclosing import Disclosure
from abstractor.export.fields import Field
from abstractor.export.findings import FINDINGS
from abstractor.export.lines import LINES
from abstractor.export.ratings import RATINGS
from abstractor.export.redcap_forms import (
    CHART,
    DICTIONARY_HEADER,
    FINDING,
    LINE,
    RATING,
    Form,
    code_of,
    dictionary,
    forms_of,
    repeating,
)
from abstractor.export.subject_tables import SubjectTables
from abstractor.export.subjects import Subject
from abstractor.export.tables import file_name

__all__ = ["RedcapFiles", "record_header"]

_INSTRUMENT, _INSTANCE = "redcap_repeat_instrument", "redcap_repeat_instance"
_COMPLETE = "2"
# Whose rows a form has that repeats.
_TABLES = {LINE.name: LINES.name, FINDING.name: FINDINGS.name, RATING.name: RATINGS.name}
Row = Mapping[str, object]


@dataclass(slots=True)
class RedcapFiles:
    folder: Path
    disclosure: Disclosure
    notice: str | None
    reviewed: bool = False
    _rows: dict[str, int] = field(default_factory=dict)
    _records: IO[str] | None = None
    _forms: tuple[Form, ...] = field(init=False)
    _rules: SubjectTables = field(init=False)

    def __post_init__(self) -> None:
        self._forms = forms_of(reviewed=self.reviewed)
        self._rules = SubjectTables(self.disclosure)

    def __enter__(self) -> Self:
        identified = self.disclosure.identified
        self._write(
            "redcap_dictionary",
            DICTIONARY_HEADER,
            list(dictionary(self._forms, identified=identified, notice=self.notice)),
        )
        self._write("redcap_repeating", ("form_name", "custom_form_label"), list(repeating(self._forms)))
        self._records = (self.folder / self._name("redcap_records")).open("w", encoding="utf-8", newline="")
        write_header(record_header(self._forms, identified=identified), self._records)
        self._rows[self._name("redcap_records")] = 0
        return self

    def add(self, subjects: Sequence[Subject]) -> None:
        """The same rows, held to the same rules, as in the tables."""
        if self._records is None:
            return
        parts = self._rules.part(subjects)
        held = {
            name: frame.rows_by_key("study_id", named=True, include_key=True) for name, frame in parts.items()
        }
        for name, lines in held[LINES.name].items():
            records = self._record(lines[0], {table: rows.get(name, ()) for table, rows in held.items()})
            self._rows[self._name("redcap_records")] += write_rows(records, self._records)

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._records is not None:
            self._records.close()

    def files(self) -> dict[str, int]:
        return dict(self._rows)

    def _record(self, chart: Row, rows: Mapping[str, Sequence[Row]]) -> Iterator[list[str]]:
        """The row that is filled once, and those of each form that repeats, from the rows by table."""
        yield self._filled(CHART, chart, chart, 0)
        for form in self._forms[1:]:
            # A patient without a line has a row among the lines all the same.
            its = [row for row in rows[_TABLES[form.name]] if row["item"] is not None]
            for number, row in enumerate(its, start=1):
                yield self._filled(form, chart, row, number)

    def _filled(self, form: Form, chart: Row, row: Row, instance: int) -> list[str]:
        cells = [cell(chart["study_id"]), form.name if instance else "", str(instance or "")]
        for each in self._forms:
            shown = each.shown(identified=self.disclosure.identified)
            if each is form:
                cells += [_cell(field, row[field.name]) for field in shown]
                cells.append(_COMPLETE)
            else:
                cells += [""] * (len(shown) + 1)
        # The record's own id is the first field of the chart form, and of every row.
        del cells[3]
        return cells

    def _name(self, name: str) -> str:
        return file_name(name, "csv", identified=self.disclosure.identified)

    def _write(self, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """As they are: labels of ours, and annotations that begin with an @."""
        with (self.folder / self._name(name)).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        self._rows[self._name(name)] = len(rows)


def record_header(forms: Sequence[Form], *, identified: bool) -> list[str]:
    first, *others = (
        name
        for form in forms
        for name in (*map(form.variable, form.shown(identified=identified)), f"{form.name}_complete")
    )
    return [first, _INSTRUMENT, _INSTANCE, *others]


def _cell(column: Field, value: object) -> str:
    return code_of(value) if column.values and isinstance(value, str) else cell(value)
