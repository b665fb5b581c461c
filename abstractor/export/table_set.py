"""An export as tables: the cohort by line, the findings, the attrition, and the dictionary of all of them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from abstractor.export.attrition import ATTRITION, Counting, attrition_table
from abstractor.export.dictionary import DICTIONARY, dictionary_rows
from abstractor.export.disclosing import Disclosure
from abstractor.export.fields import Table
from abstractor.export.findings import FINDINGS
from abstractor.export.lines import LINES
from abstractor.export.ratings import RATINGS
from abstractor.export.small_cells import LEAST
from abstractor.export.subject_tables import SubjectTables
from abstractor.export.subjects import Subject
from abstractor.export.tables import Format, TableFile

__all__ = ["TABLES", "TableSet"]

TABLES = (LINES, FINDINGS, ATTRITION, RATINGS)


@dataclass(slots=True)
class TableSet:
    """The dictionary is CSV whatever the tables are: it is for people. `reviewed`: with ratings.

    `least`: the limit of small counts where nobody is identified. `counts_only`: the attrition alone.
    """

    folder: Path
    format: Format
    disclosure: Disclosure
    told: Mapping[str, str]
    reviewed: bool = False
    least: int = LEAST
    counts_only: bool = False
    _counting: Counting = field(default_factory=Counting)
    _stack: ExitStack = field(default_factory=ExitStack)
    _open: dict[str, TableFile] = field(default_factory=dict)
    _rules: SubjectTables = field(init=False)

    def __post_init__(self) -> None:
        self.least = 0 if self.disclosure.identified else self.least
        self._rules = SubjectTables(self.disclosure)

    def __enter__(self) -> Self:
        for table in self.tables:
            self._open[table.name] = self._begun(table, self.format)
        self._open[DICTIONARY.name] = self._begun(DICTIONARY, Format.CSV)
        return self

    @property
    def tables(self) -> tuple[Table, ...]:
        counts = attrition_table(self.least)
        if self.counts_only:
            return (counts,)
        shown = (table for table in TABLES if self.reviewed or table is not RATINGS)
        return tuple(counts if table is ATTRITION else table for table in shown)

    @property
    def tells_total(self) -> bool:
        """Whether the number of patients may be told: rows of each of them tell it anyway."""
        return not self.counts_only or self._counting.tells_all(self.least)

    def add(self, subjects: Sequence[Subject]) -> None:
        for subject in subjects:
            self._counting.add(subject.abstract)
        for name, frame in self._rules.part(subjects).items():
            if name in self._open:
                self._open[name].write(frame)

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            identified, notice = self.disclosure.identified, self.told.get("notice")
            rows = dictionary_rows(self.tables, identified=identified, notice=notice)
            self._open[ATTRITION.name].add(self._counting.rows(self.least))
            self._open[DICTIONARY.name].add(rows)
        self._stack.__exit__(kind, wrong, trace)

    def files(self) -> dict[str, int]:
        """Each with its rows."""
        return {file.path.name: file.rows for file in self._open.values()}

    def _begun(self, table: Table, format_: Format) -> TableFile:
        identified = self.disclosure.identified
        return self._stack.enter_context(TableFile(table, self.folder, format_, identified, self.told))
