"""What is written for REDCap, held against its rules, imported, and read back as the tables that it was."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from abstractor.export.findings import FINDINGS, finding_rows
from abstractor.export.lines import LINES, line_rows
from abstractor.export.ratings import rating_rows
from abstractor.export.redcap import RedcapFiles
from abstractor.export.redcap_forms import CHART, FINDING, LINE, RATING, Form, code_of, forms_of
from abstractor.export.subjects import Subject
from tests.unit.exporting.charts import REVIEWED, disclosure, subjects
from tests.unit.exporting.redcap_rules import Project, wrong_in_dictionary, wrong_in_records

Rows = list[dict[str, str]]


def read(path: Path) -> tuple[list[str], Rows]:
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        rows = list(reader)
    return list(reader.fieldnames or ()), rows


def audited(number: int) -> list[Subject]:
    """The first two were read, each by a reviewer and an adjudicator."""
    first, second, *others = subjects(number)
    return [replace(first, reviews=REVIEWED), replace(second, reviews=REVIEWED), *others]


@pytest.fixture(params=[False, True], ids=["de-identified", "identified"])
def written(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[bool, dict[str, tuple[list[str], Rows]]]:
    identified: bool = request.param
    every = audited(6)
    with RedcapFiles(tmp_path, disclosure(identified=identified), "not signed", reviewed=True) as files:
        files.add(every[:4])
        files.add(every[4:])
    told = {name.partition(".")[0]: read(tmp_path / name) for name in files.files()}
    assert {name: len(rows) for name, (_, rows) in told.items()} == {
        name.partition(".")[0]: rows for name, rows in files.files().items()
    }
    return identified, told


Written = tuple[bool, dict[str, tuple[list[str], Rows]]]


def test_the_dictionary_and_the_records_keep_the_rules(written: Written) -> None:
    _, told = written
    header, fields = told["redcap_dictionary"]
    repeating = [row["form_name"] for row in told["redcap_repeating"][1]]
    assert wrong_in_dictionary(header, fields) == []
    assert wrong_in_records(fields, repeating, told["redcap_records"][1]) == []
    assert repeating == [LINE.name, FINDING.name, RATING.name]
    labels = [row["custom_form_label"] for row in told["redcap_repeating"][1]]
    names = {field["Variable / Field Name"] for field in fields}
    assert all(name in names for label in labels for name in label.replace("]", "[").split("[")[1::2])


def test_what_is_imported_is_what_is_exported_again(written: Written) -> None:
    _, told = written
    header, records = told["redcap_records"]
    project = Project("study_id", header)
    assert project.import_records(records) == {"count": 6}
    assert project.export_records() == records
    project.import_records(records)
    assert project.export_records() == records


def test_the_records_are_the_tables(written: Written) -> None:
    identified, told = written
    records = told["redcap_records"][1]
    shown = disclosure(identified=identified)
    lines = [row for each in audited(6) for row in line_rows(each, shown)]
    findings = [row for each in audited(6) for row in finding_rows(each, shown)]
    ratings = [row for each in audited(6) for row in rating_rows(each, shown)]
    assert len(ratings) == 10
    assert len(lines) == len(_of(records, LINE)) + 1  # who has no line has a row in the table alone
    there = [row for row in lines if row["item"]]
    for form, rows in ((LINE, there), (FINDING, findings), (RATING, ratings)):
        fields = form.shown(identified=identified)
        for record, row in zip(_of(records, form), rows, strict=True):
            assert record["study_id"] == row["study_id"]
            told_again = {field.name: record[form.variable(field)] for field in fields}
            assert told_again == {
                field.name: _plain(row[field.name], coded=bool(field.values)) for field in fields
            }
    assert [field.name for field in LINES.shown(identified=identified)] == [
        field.name for form in (CHART, LINE) for field in form.shown(identified=identified)
    ]
    assert {field.name for field in FINDING.fields} < {field.name for field in FINDINGS.fields}


def _of(records: Rows, form: Form) -> Rows:
    return [row for row in records if row["redcap_repeat_instrument"] == form.name]


def _plain(value: object, *, coded: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    text = str(value)
    guarded = f"'{text}" if text.startswith(("=", "+")) else text
    return code_of(text) if coded else guarded


def test_who_is_told_is_marked_as_an_identifier(written: Written) -> None:
    identified, told = written
    marked = {row["Variable / Field Name"] for row in told["redcap_dictionary"][1] if row["Identifier?"]}
    dates = {"line_start", "line_end", "fnd_decision_date", "patient", "fnd_statement", "line_site"}
    assert dates <= marked if identified else not marked


def test_verdicts_that_nobody_signed_say_so(written: Written) -> None:
    _, told = written
    above = {row["Section Header"]: row["Variable / Field Name"] for row in told["redcap_dictionary"][1]}
    headers = [row["Section Header"] for row in told["redcap_dictionary"][1] if row["Section Header"]]
    assert headers == ["not signed", "not signed"]
    assert above["not signed"] == "fnd_verdict"


def test_codes_of_choices_stay_apart() -> None:
    for form in forms_of(reviewed=True):
        for field in form.fields:
            assert len({code_of(value) for value in field.values}) == len(field.values)


Change = Callable[[Rows], object]


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[1].update(redcap_repeat_instance="3"),
        lambda rows: rows[1].update(redcap_repeat_instance=""),
        lambda rows: rows[1].update(redcap_repeat_instrument="chart"),
        lambda rows: rows[1].update(verdict="included"),
        lambda rows: rows[1].update(line_setting="Curative"),
        lambda rows: rows[1].update(line_her2_directed="yes"),
        lambda rows: rows[2].update(line_start="1.3.2021"),
        lambda rows: rows[0].update(flags="-1"),
        lambda rows: rows[0].update(chart_complete="9"),
        lambda rows: rows.pop(0),
        lambda rows: rows.append(dict(rows[1])),
        lambda rows: rows[-1].update(redcap_repeat_instance="9"),
        lambda rows: rows[-1].update(rtg_rating="no-finding"),
        lambda rows: rows[-1].update(rtg_program="met"),
        lambda rows: rows[-1].update(rtg_answer="agree"),
        lambda rows: rows[-1].update(rtg_answer="cannot_tell"),
        lambda rows: rows[-1].update(rtg_seat="first"),
    ],
)
def test_the_rules_find_what_is_wrong(tmp_path: Path, change: Change) -> None:
    with RedcapFiles(tmp_path, disclosure(), None, reviewed=True) as files:
        files.add([replace(each, reviews=REVIEWED) for each in subjects(4) if each.abstract.lines])
    _, fields = read(tmp_path / "redcap_dictionary.csv")
    _, records = read(tmp_path / "redcap_records.csv")
    change(records)
    assert wrong_in_records(fields, [LINE.name, FINDING.name, RATING.name], records)


def test_a_cycle_has_no_form_of_ratings(tmp_path: Path) -> None:
    with RedcapFiles(tmp_path, disclosure(), None) as files:
        files.add(subjects(3))
    told = "".join((tmp_path / name).read_text("utf-8") for name in files.files())
    assert "rtg_" not in told and "rating" not in told
