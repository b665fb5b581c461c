"""An export for REDCap: the data dictionary, which forms repeat, and the records.

A record is a row for the chart form and one for each line and finding, numbered from 1 in each without a gap:
only the cells of the row's own form are filled.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from abstractor.export.checking import checked
from abstractor.export.csv_files import cell, write_header, write_rows
from abstractor.export.disclosing import Disclosure
from abstractor.export.fields import Field
from abstractor.export.findings import FINDINGS, finding_rows
from abstractor.export.lines import LINES, line_rows
from abstractor.export.redcap_forms import (
    CHART,
    DICTIONARY_HEADER,
    FINDING,
    FORMS,
    LINE,
    Form,
    code_of,
    dictionary,
    repeating,
)
from abstractor.export.subjects import Subject
from abstractor.export.tables import file_name

__all__ = ["RedcapFiles", "record_header"]

_INSTRUMENT, _INSTANCE = "redcap_repeat_instrument", "redcap_repeat_instance"
_COMPLETE = "2"
Row = Mapping[str, object]


@dataclass(slots=True)
class RedcapFiles:
    folder: Path
    disclosure: Disclosure
    notice: str | None
    _rows: dict[str, int] = field(default_factory=dict)
    _records: IO[str] | None = None

    def __enter__(self) -> Self:
        identified = self.disclosure.identified
        self._write(
            "redcap_dictionary",
            DICTIONARY_HEADER,
            list(dictionary(identified=identified, notice=self.notice)),
        )
        self._write("redcap_repeating", ("form_name", "custom_form_label"), list(repeating()))
        self._records = (self.folder / self._name("redcap_records")).open("w", encoding="utf-8", newline="")
        write_header(record_header(identified=identified), self._records)
        self._rows[self._name("redcap_records")] = 0
        return self

    def add(self, subjects: Sequence[Subject]) -> None:
        """The same rows, held to the same rules, as in the tables."""
        identified = self.disclosure.identified
        lines = checked(
            LINES,
            (row for each in subjects for row in line_rows(each, self.disclosure)),
            identified=identified,
        )
        findings = checked(
            FINDINGS,
            (row for each in subjects for row in finding_rows(each, self.disclosure)),
            identified=identified,
        )
        by_patient = {
            name: list(rows)
            for name, rows in findings.rows_by_key("study_id", named=True, include_key=True).items()
        }
        told = lines.rows_by_key("study_id", named=True, include_key=True)
        if self._records is not None:
            self._rows[self._name("redcap_records")] += write_rows(
                (
                    record
                    for name, rows in told.items()
                    for record in _record(rows, by_patient.get(name, ()), identified=identified)
                ),
                self._records,
            )

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._records is not None:
            self._records.close()

    def files(self) -> dict[str, int]:
        return dict(self._rows)

    def _name(self, name: str) -> str:
        return file_name(name, "csv", identified=self.disclosure.identified)

    def _write(self, name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """As they are: labels of ours, and annotations that begin with an @."""
        with (self.folder / self._name(name)).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *rows])
        self._rows[self._name(name)] = len(rows)


def record_header(*, identified: bool) -> list[str]:
    first, *others = (
        name
        for form in FORMS
        for name in (*map(form.variable, form.shown(identified=identified)), f"{form.name}_complete")
    )
    return [first, _INSTRUMENT, _INSTANCE, *others]


def _record(lines: Sequence[Row], findings: Sequence[Row], *, identified: bool) -> Iterator[list[str]]:
    chart = lines[0]
    yield _filled(CHART, chart, chart, 0, identified=identified)
    there = [row for row in lines if row["item"] is not None]
    for number, row in enumerate(there, start=1):
        yield _filled(LINE, chart, row, number, identified=identified)
    for number, row in enumerate(findings, start=1):
        yield _filled(FINDING, chart, row, number, identified=identified)


def _filled(form: Form, chart: Row, row: Row, instance: int, *, identified: bool) -> list[str]:
    cells = [cell(chart["study_id"]), form.name if instance else "", str(instance or "")]
    for each in FORMS:
        shown = each.shown(identified=identified)
        if each is form:
            cells += [_cell(field, row[field.name]) for field in shown]
            cells.append(_COMPLETE)
        else:
            cells += [""] * (len(shown) + 1)
    # The record's own id is the first field of the chart form, and of every row.
    del cells[3]
    return cells


def _cell(column: Field, value: object) -> str:
    return code_of(value) if column.values and isinstance(value, str) else cell(value)
