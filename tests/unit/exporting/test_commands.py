"""The commands `export` and `labels`: what they ask for, say and refuse."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from abstractor.abstract import to_json
from abstractor.cli.app import app
from abstractor.errors import AbstractorError, InputError, OptionError
from tests.unit.exporting.charts import abstract_of

README = Path(__file__).parents[3] / "README.md"


@pytest.fixture
def abstracts(tmp_path: Path) -> Path:
    path = tmp_path / "abstracts.jsonl"
    path.write_text("".join(f"{to_json(abstract_of(name))}\n" for name in "12"), encoding="utf-8")
    return path


def typed(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, words)])


def test_an_identified_export_is_asked_for_and_said(abstracts: Path, tmp_path: Path) -> None:
    done = typed("export", "fhir", "--from", abstracts, "-o", tmp_path / "out", "--identified")
    assert done.exit_code == 0
    assert "keep it as you keep charts" in done.stderr
    assert done.stdout.splitlines()[-1] == "2 patients, identified"
    assert "Patient/canary-1" in (tmp_path / "out" / "Patient.identified.ndjson").read_text("utf-8")


def test_a_study_key_is_made_and_used_again(abstracts: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        done = typed(
            "export", "csv", "--from", abstracts, "-o", tmp_path / name, "--study-key", tmp_path / "key"
        )
        assert done.exit_code == 0
    one, two = ((tmp_path / name / "lines.csv").read_text("utf-8") for name in ("one", "two"))
    assert one == two
    manifest = json.loads((tmp_path / "one" / "export.json").read_text("utf-8"))
    assert (manifest["editions"], manifest["small_counts"]) == (["asco-her2-2018"], "1 to 4 left out")
    assert json.loads((tmp_path / "one" / "export.json").read_text("utf-8"))["study_key"] == "kept"


@pytest.mark.parametrize(
    ("words", "wrong", "says"),
    [
        (("csv",), OptionError, "name what to export"),
        (("csv", "--from", README, "--small-counts", "3"), OptionError, "5 to 1000, or 0"),
        (("csv", "--cycle", "1", "--audit", "1"), OptionError, "one of them"),
        (("csv", "--from", "nowhere.jsonl"), InputError, "nowhere.jsonl: cannot be read"),
        (("csv", "--from", README), InputError, "line 1: is no abstract"),
        (("csv", "--from", README, "--study-key", README), InputError, "holds no study key"),
        (("csv", "--from", README, "--study-key", README / "x"), InputError, "cannot be used"),
    ],
)
def test_what_cannot_be_exported(
    words: tuple[str | Path, ...], wrong: type[AbstractorError], says: str, tmp_path: Path
) -> None:
    done = typed("export", *words, "-o", tmp_path / "out")
    assert isinstance(done.exception, wrong)
    assert says in str(done.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line", ['{"patient": "Patient/canary"}', '{"patient": "canary"}', '{"patient": 7}', "[]", "{"]
)
def test_a_line_that_is_no_abstract_is_told_without_it(abstracts: Path, line: str, tmp_path: Path) -> None:
    with abstracts.open("a", encoding="utf-8") as lines:
        lines.write(f"{line}\n")
    done = typed("export", "csv", "--from", abstracts, "-o", tmp_path / "out")
    assert str(done.exception).startswith(f"{abstracts}, line 3: is no abstract of this version's schema; ")
    assert [path.name for path in tmp_path.iterdir()] == [abstracts.name]


def test_two_abstracts_of_a_patient_are_refused(abstracts: Path, tmp_path: Path) -> None:
    abstracts.write_text(abstracts.read_text("utf-8") * 2, encoding="utf-8")
    done = typed("export", "csv", "--from", abstracts, "-o", tmp_path / "out")
    assert "two abstracts of a patient, in lines 1 and 3" in str(done.exception)


@pytest.mark.parametrize("form", ["csv", "parquet", "redcap", "fhir"])
def test_a_file_that_was_written_in_is_told_by_its_line(form: str, abstracts: Path, tmp_path: Path) -> None:
    """Whatever the form: the same rules hold for all of them."""
    lines = [json.loads(line) for line in abstracts.read_text("utf-8").splitlines()]
    lines[0]["lines"][1]["end_reason"] = "canary"
    lines[1]["lines"][2]["number"] = -7
    abstracts.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    done = typed("export", form, "--from", abstracts, "-o", tmp_path / "out")
    told = str(done.exception)
    assert isinstance(done.exception, AbstractorError)
    assert "line 1 of abstracts.jsonl (row 2 of its rows), end_reason: is none of the values" in told
    assert "line 2 of abstracts.jsonl (row 3 of its rows), line_number: is less than 0" in told
    assert "canary" not in told and "-7" not in told
    assert [path.name for path in tmp_path.iterdir()] == [abstracts.name]


@pytest.mark.parametrize(
    ("at", "value", "way"),
    [
        (("lines", 1, "number"), 1.5, "lines[1].number"),
        (("lines", 0, "agents"), ["canary", 7], "lines[0].agents[1]"),
        (("flags", 1, "code"), 7, "flags[1].code"),
        (("inclusion", "sensitive"), "canary", "inclusion.sensitive"),
        (("findings", 0, "statement"), "canary\ud800", "findings[0].statement"),
    ],
)
def test_a_value_of_another_type_is_told_by_its_element(
    at: tuple[str | int, ...], value: object, way: str, abstracts: Path, tmp_path: Path
) -> None:
    first, second = abstracts.read_text("utf-8").splitlines()
    whole = json.loads(second)
    held = whole
    for each in at[:-1]:
        held = held[each]
    held[at[-1]] = value
    abstracts.write_text(f"{first}\n{json.dumps(whole)}\n", encoding="utf-8")
    done = typed("export", "fhir", "--from", abstracts, "-o", tmp_path / "out")
    assert isinstance(done.exception, InputError)
    assert f"line 2: is no abstract of this version's schema: {way} is of another type" in str(done.exception)
    assert "canary" not in str(done.exception)


def test_a_resource_that_is_not_valid_is_told_by_its_line(abstracts: Path, tmp_path: Path) -> None:
    first, second = abstracts.read_text("utf-8").splitlines()
    whole = json.loads(second)
    whole["flags"][0]["statement"] = ""
    abstracts.write_text(f"{first}\n{json.dumps(whole)}\n", encoding="utf-8")
    done = typed("export", "fhir", "--from", abstracts, "-o", tmp_path / "out", "--identified")
    told = "a DetectedIssue to be exported is not valid: detail, so nothing was written"
    assert str(done.exception) == f"line 2 of abstracts.jsonl: {told}"


def test_labels_are_checked_and_counted(abstracts: Path, tmp_path: Path) -> None:
    labels, head = tmp_path / "labels.csv", "patient,item,label,reader\n"
    labels.write_text(f"{head}Patient/canary-1,criterion:her2-lines,met,A\n", "utf-8")
    assert typed("labels", labels).stdout == "1 labels\n"
    done = typed("labels", labels, "--against", abstracts, "--json")
    (told,) = json.loads(done.stdout)["rules"]
    assert (told["rule"], told["same"], told["agreed"]["value"]) == ("her2-lines", 1, 1.0)
    assert "100%" in typed("labels", labels, "--against", abstracts).stdout
    labels.write_text(f"{head}Patient/canary-1,criterion:her2-lines,canary,A\n", "utf-8")
    done = typed("labels", labels)
    assert done.stderr.splitlines() == [
        "line 2, label: is no label that this item can have: write met, not-met, unknown, cannot-tell"
    ]
    assert isinstance(done.exception, InputError)
    assert "1 line is wrong" in str(done.exception)
    assert "canary" not in str(done.exception).replace(str(labels), "")


def test_labels_of_no_such_chart_or_item_are_named_by_line(abstracts: Path, tmp_path: Path) -> None:
    labels, rows = tmp_path / "labels.csv", ["Patient/canary-1,criterion:her2-lines,met,A"]
    rows += [f"Patient/canary-no-{number},criterion:her2-lines,met,A" for number in range(22)]
    rows += ["Patient/canary-2,line:palliative:99,right,A"]
    labels.write_text("\n".join(["patient,item,label,reader", *rows, ""]), "utf-8")
    done = typed("labels", labels, "--against", abstracts)
    assert done.stderr.splitlines() == [
        f"lines {', '.join(map(str, range(3, 23)))} and 2 more (--json has them all): a patient that is not"
        " in these abstracts, so not compared",
        "line 25: an item that is not in these abstracts, so not compared",
    ]
    told = json.loads(typed("labels", labels, "--against", abstracts, "--json").stdout)
    assert (told["no_patient"], told["no_item"]) == ([*range(3, 25)], [25])


@pytest.mark.parametrize("more", ["", "\n", "\n\n"])
@pytest.mark.parametrize("words", [(), ("--json",), ("--against",)])
def test_a_file_of_labels_without_one_imports_nothing(
    words: tuple[str, ...], more: str, abstracts: Path, tmp_path: Path
) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_text(f"patient,item,label,reader{more}", "utf-8")
    done = typed("labels", labels, *words, *([abstracts] if words == ("--against",) else []))
    assert isinstance(done.exception, InputError)
    assert (done.exception.exit_code, done.stdout) == (1, "")
    assert "holds no label below its header, so nothing was imported" in str(done.exception)
