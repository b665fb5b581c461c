"""The tables of an export: their rows, what breaks a rule, and CSV that no spreadsheet runs."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from abstractor.abstract import Line, Verdict
from abstractor.dates import exact
from abstractor.errors import AbstractorError
from abstractor.export.checking import checked
from abstractor.export.csv_files import cell, write_rows
from abstractor.export.dictionary import dictionary_rows
from abstractor.export.fields import Field, Kind
from abstractor.export.findings import FINDINGS, finding_rows
from abstractor.export.lines import LINES, line_rows
from abstractor.export.subjects import Subject
from abstractor.export.table_set import TableSet
from abstractor.export.tables import Format, file_name
from tests.unit.exporting.charts import disclosure, subject_of, subjects


def lines_of(subject: Subject, *, identified: bool = False) -> pl.DataFrame:
    rows = line_rows(subject, disclosure(identified=identified))
    return checked(LINES, rows, identified=identified)


def test_a_patient_has_a_row_a_line() -> None:
    told = lines_of(subject_of("1")).select(
        "item", "regimen", "start_precision", "days", "end_reason", "age_at_start", "not_seen_whole", "lines"
    )
    assert told.rows() == [
        ("line:curative:1", "TCHP", "year", None, "progression", 87, "Procedure", 3),
        ("line:palliative:1", "THP", "day", 326, "progression", 89, "Procedure", 3),
        ("line:palliative:2", None, "day", None, "ongoing", 90, "Procedure", 3),
    ]


def test_a_patient_without_a_line_has_a_row_too() -> None:
    (bare,) = [each for each in subjects(3) if not each.abstract.lines]
    told = lines_of(bare).select("lines", "item", "verdict", "stopped_by", "stopped_reason").rows()
    assert told == [(0, None, "excluded", "her2-positive-mbc", "her2-negative")]


def test_a_reason_that_is_no_code_does_not_leave() -> None:
    (bare,) = [each for each in subjects(3) if not each.abstract.lines]
    criterion = replace(bare.abstract.inclusion.criteria[0], reason="Canary, of the clinic")
    inclusion = replace(bare.abstract.inclusion, criteria=(criterion,))
    told = lines_of(replace(bare, abstract=replace(bare.abstract, inclusion=inclusion)))
    assert told["stopped_reason"].to_list() == ["other"]


def test_findings_have_the_keys_of_reviews() -> None:
    rows = finding_rows(subject_of("1"), disclosure())
    assert checked(FINDINGS, rows, identified=False)["item"].to_list() == [
        "finding:sequencing:palliative:1:-:ASCO",
        "finding:sequencing:palliative:1:maintenance-intensified:ASCO",
        "finding:ILD-ACT:-:-:-:ASCO",
    ]


def test_an_identified_table_has_what_the_other_leaves_out() -> None:
    subject = subject_of("1")
    more = set(lines_of(subject, identified=True).columns) - set(lines_of(subject).columns)
    assert more == {"patient", "start_earliest", "start_latest", "end_earliest", "end_latest"}
    assert lines_of(subject, identified=True)["identified"].all()
    assert not lines_of(subject)["identified"].any()


def _changed(line: Callable[[Line], Line]) -> Subject:
    subject = subject_of("secret")
    lines = subject.abstract.lines
    return replace(subject, abstract=replace(subject.abstract, lines=(lines[0], line(lines[1]), lines[2])))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (_changed(lambda line: replace(line, number=2)), "UniqueColumns|columns .* not unique|unique"),
        (_changed(lambda line: replace(line, setting="secret")), "setting: <Check isin"),
        (_changed(lambda line: replace(line, end_reason="secret")), "end_reason: <Check isin"),
        (_changed(lambda line: replace(line, number=-1)), "line_number: <Check greater_than_or_equal"),
        (
            _changed(lambda line: replace(line, end=exact(line.start.earliest.replace(year=2001)))),
            "ends after",
        ),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused_without_naming_a_patient(broken: Subject, words: str) -> None:
    with pytest.raises(AbstractorError, match=words) as refused:
        lines_of(broken)
    assert "secret" not in str(refused.value)
    assert "canary" not in str(refused.value)


def test_included_meet_every_criterion() -> None:
    subject = subject_of("1")
    criteria = (replace(subject.abstract.inclusion.criteria[0], verdict=Verdict.NOT_MET),)
    inclusion = replace(subject.abstract.inclusion, verdict=Verdict.EXCLUDED)
    lines_of(
        replace(subject, abstract=replace(subject.abstract, inclusion=replace(inclusion, criteria=criteria)))
    )
    with pytest.raises(AbstractorError, match="included meet every criterion"):
        lines_of(replace(subject, abstract=replace(subject.abstract, inclusion=inclusion)))


@pytest.mark.parametrize("form", Format)
def test_both_forms_hold_the_same_rows(form: Format, tmp_path: Path) -> None:
    every = subjects(5)
    with TableSet(tmp_path, form, disclosure(), {"notice": "n"}) as tables:
        tables.add(every[:2])
        tables.add(every[2:])
    assert tables.files() == {
        f"lines.{form}": 13,
        f"findings.{form}": 12,
        f"attrition.{form}": 5,
        "dictionary.csv": len(list(dictionary_rows(tables.tables, identified=False))),
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(tables.files())
    read = pl.read_csv if form is Format.CSV else pl.read_parquet
    told = read(tmp_path / f"lines.{form}")
    assert told.columns == [field.name for field in LINES.shown(identified=False)]
    assert told["study_id"].to_list() == sorted(told["study_id"].to_list())
    steps = read(tmp_path / f"attrition.{form}").select("step", "patients", "left").rows()
    assert steps == [
        ("her2-positive-mbc", 1, 4),
        ("her2-lines", 0, 4),
        ("visit-in-period", 0, 4),
        ("review", 0, 4),
        ("included", 4, 4),
    ]


def _typed(field: Field) -> pl.Expr:
    text = pl.col(field.name).str.replace("^'", "")
    match field.kind:
        case Kind.YES_NO:
            return text.cast(pl.Int64).cast(pl.Boolean)
        case Kind.DATE:
            return text.str.to_date()
    return text.cast(field.type)


@pytest.mark.parametrize("identified", [False, True])
def test_what_is_read_back_is_what_was_written(identified: bool, tmp_path: Path) -> None:
    """Parquet as it is; CSV once an apostrophe before a formula is taken away."""
    every, shown = subjects(5), disclosure(identified=identified)
    for form in Format:
        with TableSet(tmp_path, form, shown, {}) as tables:
            tables.add(every)
    for table, rows in ((LINES, line_rows), (FINDINGS, finding_rows)):
        held = checked(table, (row for each in every for row in rows(each, shown)), identified=identified)
        name = file_name(table.name, "{}", identified=identified)
        assert pl.read_parquet(tmp_path / name.format("parquet")).equals(held)
        plain = pl.read_csv(tmp_path / name.format("csv"), infer_schema=False)
        again = plain.with_columns(map(_typed, table.shown(identified=identified)))
        assert again.equals(held)


def test_parquet_says_whether_it_is_identified(tmp_path: Path) -> None:
    with TableSet(tmp_path, Format.PARQUET, disclosure(identified=True), {"notice": "not signed"}) as tables:
        tables.add(subjects(2))
    told = pl.read_parquet_metadata(tmp_path / "lines.identified.parquet")
    assert (told["identified"], told["notice"]) == ("true", "not signed")


def test_verdicts_that_nobody_signed_say_so(tmp_path: Path) -> None:
    with TableSet(tmp_path, Format.CSV, disclosure(), {"notice": "not signed"}) as tables:
        tables.add(subjects(2))
    told = pl.read_csv(tmp_path / "dictionary.csv").filter(
        pl.col("meaning").str.contains("(not signed)", literal=True)
    )
    assert told.select("table", "field").rows() == [
        *(("lines", f"verdict{definition}") for definition in ("", "_a", "_b", "_c")),
        ("findings", "verdict"),
    ]


def test_an_export_without_a_row_is_a_table_all_the_same(tmp_path: Path) -> None:
    with TableSet(tmp_path, Format.PARQUET, disclosure(), {}):
        pass
    assert pl.read_parquet(tmp_path / "findings.parquet").columns[0] == "study_id"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", "\uff1d"])
def test_no_cell_is_a_formula(start: str) -> None:
    assert cell(f"{start}HYPERLINK(1)").startswith("'")


@pytest.mark.parametrize(
    ("value", "told"), [(None, ""), (True, "1"), (False, "0"), (-3, "-3"), ("a\x00b", "ab")]
)
def test_cells(value: object, told: str) -> None:
    assert cell(value) == told


def test_quotes_commas_and_lines_are_read_back() -> None:
    out = io.StringIO()
    assert write_rows([('say "no", then', "two\nlines", None)], out) == 1
    assert list(csv.reader(io.StringIO(out.getvalue()))) == [['say "no", then', "two\nlines", ""]]
