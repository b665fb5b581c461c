"""`abstractor abstract` from outside: its promises on results, counts, errors and exit codes."""

import gzip
import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fixtures.stories import all_stories, write_ndjson
from tests.acceptance.running import ROOT, Said, abstractor

PERIOD = ("--period", "2022-01-01/2022-12-31", "--timezone", "America/New_York")
SCHEMA = json.loads((ROOT / "docs/contract.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export")
    write_ndjson(made, all_stories())
    return made


@pytest.fixture(scope="module")
def said(folder: Path) -> Said:
    return abstractor("abstract", folder, *PERIOD)


def test_every_patient_gets_one_abstract_that_keeps_the_schema(said: Said) -> None:
    assert said.code == 0, said.err
    references = [each["patient"] for each in said.abstracts]
    assert references == sorted(references)
    assert {story.patient for story in all_stories()} <= set(references)
    assert max(Counter(references).values()) == 1
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    for each in said.abstracts:
        validator.validate(each)


def test_nothing_read_is_lost(folder: Path, said: Said) -> None:
    files = sorted(folder.glob("*.ndjson"))
    sent = Counter(file.stem for file in files for _ in file.read_text("utf-8").splitlines())
    assert {name: row["read"] for name, row in said.counts.items() if row["read"]} == dict(sent)
    for row in said.counts.values():
        assert row["read"] == row["used"] + row["not_used"] + row["quarantined"]


def test_the_same_input_gives_the_same_bytes_whatever_its_order_and_shape(
    folder: Path, said: Said, tmp_path: Path
) -> None:
    lines = [
        line for file in sorted(folder.glob("*.ndjson")) for line in file.read_text("utf-8").splitlines()
    ]
    random.Random(7).shuffle(lines)
    (tmp_path / "all.ndjson").write_text("\n".join(lines[: len(lines) // 2]), encoding="utf-8")
    with gzip.open(tmp_path / "rest.ndjson.gz", "wt", encoding="utf-8") as rest:
        rest.write("\n".join(lines[len(lines) // 2 :]))
    again = abstractor("abstract", tmp_path, *PERIOD, "--workers", "2")
    assert again.code == 0, again.err
    assert [_verdicts(each) for each in again.abstracts] == [_verdicts(each) for each in said.abstracts]
    assert abstractor("abstract", folder, *PERIOD).out == said.out


def _verdicts(abstract: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in abstract.items() if name not in ("completeness",)}


def test_a_bundle_says_the_same_as_its_ndjson(said: Said, tmp_path: Path) -> None:
    chosen = next(s for s in all_stories() if s.id == "v03")
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": r} for r in chosen.resources],
    }
    (tmp_path / "v03.json").write_text(json.dumps(bundle), encoding="utf-8")
    alone = abstractor("abstract", tmp_path / "v03.json", *PERIOD)
    assert alone.code == 0, alone.err
    mine = next(each for each in said.abstracts if each["patient"] == "Patient/v03")
    assert alone.abstracts[0]["lines"] == mine["lines"]
    assert alone.abstracts[0]["inclusion"] == mine["inclusion"]


def test_results_go_to_a_file_whole(folder: Path, said: Said, tmp_path: Path) -> None:
    target = tmp_path / "abstracts.jsonl"
    done = abstractor("abstract", folder, *PERIOD, "-o", target)
    assert (done.code, done.out) == (0, "")
    assert target.read_text(encoding="utf-8") == said.out


def test_strict_ends_with_three_where_something_was_quarantined(folder: Path) -> None:
    assert abstractor("abstract", folder, *PERIOD, "--strict").code == 3


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--period", "2022-12-31/2022-01-01"), 2, "ends before it starts"),
        (("--period", "2022"), 2, "--period"),
        (("--period", "2022-02-30/2022-12-31"), 2, "not a date"),
        ((*PERIOD[:2], "--timezone", "Mars/Olympus"), 2, "no such zone"),
        ((*PERIOD[:2], "--timezone", "../../etc/passwd"), 2, "no such zone"),
        ((*PERIOD, "--as-of", "yesterday"), 2, "--as-of"),
        ((*PERIOD, "--definition", "D"), 2, "--definition"),
        ((*PERIOD, "--gap-days", "0"), 2, "--gap-days"),
        ((*PERIOD, "--cohort", "luminal"), 2, "--cohort"),
        ((*PERIOD, "--nonsense"), 2, "--nonsense"),
        (("--period", "2022-W01-1/2022-W52-7"), 2, "not a date"),
        (("--period", "0001-01-01/9999-12-31"), 2, "not a date"),
        ((*PERIOD, "--site", "nowhere"), 2, "no such folder"),
        ((*PERIOD, "--site", "README.md"), 2, "no such folder"),
        ((*PERIOD, "--timezone", ""), 2, "no such zone"),
        ((*PERIOD, "-o", ""), 1, "no file name"),
        ((*PERIOD, "-o", "README.md/x"), 1, "cannot be written"),
        ((), 2, "--period"),
    ],
)
def test_a_bad_option_is_one_line_and_code_two(
    folder: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    done = abstractor("abstract", folder, *words)
    assert done.code == code
    assert done.out == ""
    assert says in done.err
    assert len(done.err.splitlines()) == 1
    assert "Traceback" not in done.err


def test_a_missing_input_is_one_line_and_code_one(tmp_path: Path) -> None:
    done = abstractor("abstract", tmp_path / "nothing", *PERIOD)
    assert (done.code, done.out, len(done.err.splitlines())) == (1, "", 1)
    assert "nothing" in done.err


def test_completeness_file_changes_what_silence_means(tmp_path: Path) -> None:
    write_ndjson(tmp_path, [s for s in all_stories() if s.id == "v02"])
    before = abstractor("abstract", tmp_path, *PERIOD).abstracts[0]
    (tmp_path / "completeness.json").write_text('{"MedicationAdministration": "partial"}', encoding="utf-8")
    after = abstractor("abstract", tmp_path, *PERIOD).abstracts[0]
    assert before["inclusion"]["verdict"] == "excluded"
    assert after["inclusion"]["verdict"] == "review"


def test_results_never_replace_what_is_no_plain_file(folder: Path, said: Said, tmp_path: Path) -> None:
    assert abstractor("abstract", folder, *PERIOD, "-o", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    assert abstractor("abstract", folder, *PERIOD, "-o", link).code == 0
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == said.out


def test_results_never_replace_an_input(tmp_path: Path) -> None:
    write_ndjson(tmp_path, [s for s in all_stories() if s.id == "v02"])
    before = (tmp_path / "Patient.ndjson").read_bytes()
    done = abstractor("abstract", tmp_path, *PERIOD, "-o", tmp_path / "Patient.ndjson")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert (tmp_path / "Patient.ndjson").read_bytes() == before


def test_a_date_from_before_any_chart_costs_its_record_only(tmp_path: Path) -> None:
    order = {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order"}
    order |= {"subject": {"reference": "Patient/b"}, "medicationCodeableConcept": {"text": "trastuzumab"}}
    lines = [{"resourceType": "Patient", "id": "a"}, order | {"authoredOn": "0001-01-01T00:00:00"}]
    (tmp_path / "some.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = abstractor("abstract", tmp_path, *PERIOD)
    assert done.code == 0, done.err
    assert [each["patient"] for each in done.abstracts] == ["Patient/a", "Patient/b"]
    assert done.counts["MedicationRequest"]["quarantined"] == 1


def test_the_cohort_changes_the_criteria_of_inclusion_alone(folder: Path, said: Said) -> None:
    asked = abstractor("abstract", folder, *PERIOD, "--cohort", "cdk46")
    assert asked.code == 0, asked.err
    validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
    for mine, theirs in zip(asked.abstracts, said.abstracts, strict=True):
        validator.validate(mine)
        inclusion = mine["inclusion"]
        assert (inclusion["cohort"], inclusion["definition"], inclusion["by_definition"]) == (
            "cdk46",
            None,
            {},
        )
        assert inclusion["sensitive"] is False
        assert [row["criterion"] for row in inclusion["criteria"]] == [
            "hr-positive-her2-negative-mbc",
            "cdk46-started",
            "visit-in-period",
        ]
        assert mine["lines"] == theirs["lines"]
        assert mine["findings"] == theirs["findings"]
    included = {each["patient"] for each in asked.abstracts if each["inclusion"]["verdict"] == "included"}
    assert included == {"Patient/aida", "Patient/berit", "Patient/celia", "Patient/v45"}
