"""Tables written part by part, as CSV or Parquet: memory holds one part, however many patients there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import polars as pl

from abstractor.export.checking import checked
from abstractor.export.csv_files import write_header, write_rows
from abstractor.export.fields import Table, schema_of

__all__ = ["Format", "TableFile", "file_name"]


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


def file_name(name: str, suffix: str, *, identified: bool) -> str:
    """An identified file says so in its name too."""
    return f"{name}.identified.{suffix}" if identified else f"{name}.{suffix}"


@dataclass(slots=True)
class TableFile:
    """A table that grows in `folder`; as Parquet, of parts that become one file at the end. `told` stands in
    the metadata of Parquet.
    """

    table: Table
    folder: Path
    format: Format
    identified: bool
    told: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    _stream: IO[str] | None = None
    _parts: list[Path] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.folder / file_name(self.table.name, self.format.value, identified=self.identified)

    def __enter__(self) -> Self:
        if self.format is Format.CSV:
            self._stream = self.path.open("w", encoding="utf-8", newline="")
            names = [field.name for field in self.table.shown(identified=self.identified)]
            write_header(names, self._stream)
        return self

    def add(self, rows: Iterable[Mapping[str, object]]) -> None:
        self.write(checked(self.table, rows, identified=self.identified))

    def write(self, frame: pl.DataFrame) -> None:
        """Rows that were held to the table's rules."""
        self.rows += len(frame)
        if self._stream is not None:
            write_rows(frame.iter_rows(), self._stream)
        elif len(frame):
            part = self.folder / f".{self.table.name}.{len(self._parts)}.part"
            frame.write_parquet(part)
            self._parts.append(part)

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream is not None:
            self._stream.close()
        elif kind is None:
            self._join()
        for part in self._parts:
            part.unlink(missing_ok=True)

    def _join(self) -> None:
        schema = schema_of(self.table.shown(identified=self.identified))
        whole = pl.scan_parquet(self._parts) if self._parts else pl.LazyFrame(schema=schema)
        whole.sink_parquet(self.path, metadata={**self.told, "identified": str(self.identified).lower()})
