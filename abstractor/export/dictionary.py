"""The data dictionary: every column of every table, as a table of its own and as a page."""

from collections.abc import Iterable, Iterator, Sequence

from abstractor.export.fields import Field, Kind, Table

__all__ = ["DICTIONARY", "dictionary_page", "dictionary_rows"]

DICTIONARY = Table(
    "dictionary",
    "a column of a table",
    (
        Field("table", Kind.CODE, "The table.", "the export"),
        Field("field", Kind.CODE, "The column.", "the export"),
        Field("type", Kind.CODE, "What stands in it.", "the export", tuple(map(str, Kind))),
        Field("units", Kind.CODE, "Of a number.", "the export", required=False),
        Field(
            "values",
            Kind.NAMES,
            "All that can stand in it, where they are few.",
            "the export",
            required=False,
        ),
        Field("meaning", Kind.WORDS, "What it says.", "the export"),
        Field(
            "source", Kind.WORDS, "The element of the abstract or record that it comes from.", "the export"
        ),
        Field("may_be_empty", Kind.YES_NO, "Whether a row may have none.", "the export"),
        Field("one_row_is", Kind.WORDS, "What one row of the table is.", "the export"),
    ),
    ("table", "field"),
)


def dictionary_rows(
    tables: Iterable[Table], *, identified: bool, notice: str | None = None
) -> Iterator[dict[str, object]]:
    """The columns that an export of this kind has; `notice` is said of every verdict."""
    for table in tables:
        for field in table.shown(identified=identified):
            yield {
                "table": table.name,
                "field": field.name,
                "type": str(field.kind),
                "units": field.units or None,
                "values": "; ".join(field.values) or None,
                "meaning": f"{field.meaning} ({notice})" if notice and field.verdict else field.meaning,
                "source": field.source,
                "may_be_empty": not field.required,
                "one_row_is": table.unit,
            }


def dictionary_page(tables: Sequence[Table]) -> str:
    """The same in Markdown; a column of identified exports alone is marked."""
    parts: list[str] = []
    for table in tables:
        parts += [f"### {table.name}", "", f"One row is {table.unit}.", ""]
        parts += ["| field | type | meaning | values | from |", "| --- | --- | --- | --- | --- |"]
        parts += [_row(field) for field in table.fields]
        parts.append("")
    return "\n".join(parts)


def _row(field: Field) -> str:
    kind = f"{field.kind}, {field.units}" if field.units else str(field.kind)
    notes = [
        *(["may be empty"] if not field.required else []),
        *(["**identified exports only**"] if field.identifying else []),
    ]
    meaning = f"{field.meaning} {'; '.join(notes).capitalize()}." if notes else field.meaning
    return f"| `{field.name}` | {kind} | {meaning} | {', '.join(field.values)} | {field.source} |"
