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
from abstractor.export.subject_tables import SubjectTables
from abstractor.export.subjects import Subject
from abstractor.export.table_set import TableSet
from abstractor.export.tables import Format, file_name
from abstractor.workflow.exporting.charts import Charts
from abstractor.workflow.exporting.exporting import Telling, written
from abstractor.workflow.exporting.forms import Asked, Form
from tests.unit.exporting.charts import LOCKED, disclosure, subject_of, subjects


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
        (
            _changed(lambda line: replace(line, number=2)),
            "study_id, setting, line_number: stands in two rows that should be one",
        ),
        (_changed(lambda line: replace(line, setting="secret")), "setting: is none of the values"),
        (_changed(lambda line: replace(line, end_reason="secret")), "end_reason: is none of the values"),
        (_changed(lambda line: replace(line, number=-1)), "line_number: is less than 0"),
        (_changed(lambda line: replace(line, number=1.5)), "line_number: is no whole number"),
        (_changed(lambda line: replace(line, number="secret")), "line_number: is no whole number"),
        (_changed(lambda line: replace(line, number=True)), "line_number: is no whole number"),
        (_changed(lambda line: replace(line, number=2**63)), "line_number: is no whole number"),
        (_changed(lambda line: replace(line, her2_directed=1)), "her2_directed: is neither yes nor no"),
        (_changed(lambda line: replace(line, regimen="\ud800secret")), "regimen: is no text"),
        (
            _changed(lambda line: replace(line, end=exact(line.start.earliest.replace(year=2001)))),
            "start: breaks the rule: a line ends after it starts",
        ),
    ],
)
def test_a_table_that_breaks_a_rule_is_refused_without_naming_a_patient(broken: Subject, words: str) -> None:
    with pytest.raises(AbstractorError, match=words) as refused:
        lines_of(broken)
    assert "patient 1 (row 2 of its rows), " in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "canary" not in str(refused.value)


def test_what_is_wrong_is_told_of_several_patients_at_once() -> None:
    """Where each is found, in which of its rows, at which column; the rest is counted."""
    every = [replace(subject, place=f"chart {number}") for number, subject in enumerate(subjects(5), start=1)]
    whole = [each for each in every if each.abstract.lines]
    broken = [_with(each, setting="secret", end_reason="secret") for each in whole]
    with pytest.raises(AbstractorError) as refused:
        SubjectTables(disclosure()).part([each for each in every if not each.abstract.lines] + broken)
    told = str(refused.value)
    assert told.startswith("the table lines breaks its rules, so nothing was written. ")
    for each in whole[:2]:
        assert f"{each.place} (row 2 of its rows), end_reason: is none of the values" in told
        assert f"{each.place} (row 2 of its rows), setting: is none of the values" in told
    assert "; and 3 more. Abstract these charts again" in told
    assert "secret" not in told and "canary" not in told


def _with(subject: Subject, **fields: str) -> Subject:
    first, second, *others = subject.abstract.lines
    abstract = replace(subject.abstract, lines=(first, replace(second, **fields), *others))
    return replace(subject, abstract=abstract)


@pytest.mark.parametrize("again", [0, 2])
def test_a_patient_of_an_earlier_part_is_refused(again: int) -> None:
    every = [replace(subject, place=f"chart {number}") for number, subject in enumerate(subjects(6), start=1)]
    rules = SubjectTables(disclosure())
    rules.part(every[:3])
    rules.part(every[3:5])
    with pytest.raises(AbstractorError, match="comes again after it was written") as refused:
        rules.part([every[5], every[again]])
    assert f"{every[again].place} (row 1 of its rows), study_id" in str(refused.value)
    assert every[5].place not in str(refused.value)


@pytest.mark.parametrize("form", Form)
def test_every_form_of_export_keeps_the_rules(form: Form, tmp_path: Path) -> None:
    broken = [_with(each, end_reason="secret") for each in subjects(2) if each.abstract.lines]
    charts = Charts(len(broken), lambda: iter([tuple(broken)]))
    asked = Asked(form, tmp_path / "out")
    with pytest.raises(AbstractorError, match="end_reason: is none of the values"):
        written(tmp_path, charts, asked, Telling(disclosure(), None, LOCKED))


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
    with TableSet(tmp_path, form, disclosure(), {"notice": "n"}, least=0) as tables:
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


@pytest.mark.parametrize("identified", [False, True])
def test_small_counts_are_left_out_where_nobody_is_identified(identified: bool, tmp_path: Path) -> None:
    """One patient was stopped, four were not: who knows of five in all could compute each from the other."""
    with TableSet(tmp_path, Format.PARQUET, disclosure(identified=identified), {}) as tables:
        tables.add(subjects(5))
    name = file_name("attrition", "parquet", identified=identified)
    held = pl.read_parquet(tmp_path / name).select("patients", "left", "withheld").rows()
    every = [(1, 4), (0, 4), (0, 4), (0, 4), (4, 4)]
    few = [(None, None), (0, None), (0, None), (0, None), (None, None)]
    assert held == [(*row, False) for row in every] if identified else [(*row, True) for row in few]
    (meaning,) = pl.read_csv(tmp_path / file_name("dictionary", "csv", identified=identified)).filter(
        pl.col("table") == "attrition", pl.col("field") == "patients"
    )["meaning"]
    assert ("counts of 1 to 4 are left out" in meaning) is not identified


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
