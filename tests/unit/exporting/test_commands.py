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
    assert json.loads((tmp_path / "one" / "export.json").read_text("utf-8"))["study_key"] == "kept"


@pytest.mark.parametrize(
    ("words", "wrong", "says"),
    [
        (("csv",), OptionError, "name what to export"),
        (("csv", "--cycle", "1", "--audit", "1"), OptionError, "one of them"),
        (("csv", "--from", "nowhere.jsonl"), InputError, "nowhere.jsonl: cannot be read"),
        (("csv", "--from", README), InputError, "at byte 0: is no abstract"),
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


@pytest.mark.parametrize("line", ['{"patient": "Patient/canary"}', '{"patient": 7}', "[]", "{"])
def test_a_line_that_is_no_abstract_is_told_without_it(abstracts: Path, line: str, tmp_path: Path) -> None:
    place = abstracts.stat().st_size
    with abstracts.open("a", encoding="utf-8") as lines:
        lines.write(f"{line}\n")
    done = typed("export", "csv", "--from", abstracts, "-o", tmp_path / "out")
    assert str(done.exception) == f"{abstracts}, at byte {place}: is no abstract of this version's schema"
    assert [path.name for path in tmp_path.iterdir()] == [abstracts.name]


def test_two_abstracts_of_a_patient_are_refused(abstracts: Path, tmp_path: Path) -> None:
    abstracts.write_text(abstracts.read_text("utf-8") * 2, encoding="utf-8")
    done = typed("export", "csv", "--from", abstracts, "-o", tmp_path / "out")
    assert "two abstracts of a patient" in str(done.exception)


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
    assert done.stderr.splitlines() == ["line 2, label: is no label that this item can have"]
    assert isinstance(done.exception, InputError)
    assert "canary" not in str(done.exception).replace(str(labels), "")
