"""The benchmark's ground: charts that come out the same everywhere, and an answer equal to the reference."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.courses import PER_PATIENT
from benchmarks.generate import write_charts
from benchmarks.reference import answer
from tests.acceptance.running import ROOT, abstractor

# What `python -m benchmarks.generate FOLDER --patients 60` prints: another Python must not give other charts.
DIGESTS = {
    "Condition": "d800571210d69f524f9ea0f1467bfeef2f1c85bc13f7befe022e5fbfe12c01e1",
    "Encounter": "0ca8755dbeb3fe28539097f4a2a3a193574e57d857044edebed40170af188a87",
    "MedicationRequest": "78a3c129bd752ea506b29732853f3fb720e3664e7551dda9b7442eb99a1156e3",
    "Observation": "1cc41f0e618ae6c656eb106cce1614cb3817da91ae510f71490ba42522ba1722",
    "Patient": "d0149062abe59175c5fed89032a348226d76ca4fb048a0bbfe1956b18b7527dc",
}
SYSTEMS = {
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "snomed": "http://snomed.info/sct",
}


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    write_charts(folder, patients=60)
    return folder


def test_the_charts_are_the_same_to_the_byte(export: Path) -> None:
    found = {kind: hashlib.sha256((export / f"{kind}.ndjson").read_bytes()).hexdigest() for kind in DIGESTS}
    assert found == DIGESTS


def test_every_chart_has_one_size(export: Path) -> None:
    counts = {kind: len((export / f"{kind}.ndjson").read_text("utf-8").splitlines()) for kind in PER_PATIENT}
    assert counts == {kind: 60 * each for kind, each in PER_PATIENT.items()}


def test_a_patient_is_the_same_whoever_else_is_generated(export: Path, tmp_path: Path) -> None:
    write_charts(tmp_path, patients=3)
    alone = set((tmp_path / "Condition.ndjson").read_text("utf-8").splitlines())
    assert len(alone) == 60
    assert alone < set((export / "Condition.ndjson").read_text("utf-8").splitlines())


def test_the_program_answers_as_the_reference_does(export: Path) -> None:
    said = abstractor("cohort", "benchmarks/question.toml", export)
    assert said.code == 0, said.err
    assert said.out == answer(export)


def test_the_reference_tells_patients_apart(export: Path) -> None:
    rows = [json.loads(line) for line in answer(export).splitlines()]
    assert 10 < sum(row["in"] for row in rows) < 50
    assert any(row["orders"] and not row["in"] for row in rows)
    assert len({row["encounters"] for row in rows}) > 3


def test_whoever_validates_every_resource_answers_the_same(tmp_path: Path) -> None:
    write_charts(tmp_path, patients=4)
    peer = ROOT / "benchmarks/peers/full_validation.py"
    words = [sys.executable, str(peer), str(tmp_path), str(ROOT / "benchmarks/question.json")]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    assert done.stdout == answer(tmp_path)
    assert set(json.loads(done.stderr)) == {"start", "load", "execute"}


def test_the_peers_are_given_the_codes_of_the_shipped_tables() -> None:
    asked = json.loads((ROOT / "benchmarks/question.json").read_text("utf-8"))
    assert asked["metastasis"] == _shipped("distant-metastasis", "icd10cm", "snomed")
    assert asked["orders"] == _shipped("fam-trastuzumab deruxtecan", "rxnorm")
    assert {SYSTEMS["icd10cm"]: asked["breast_cancer_icd"]} == _shipped("breast-cancer", "icd10cm")
    assert set(asked["breast_cancer"][SYSTEMS["snomed"]]) < set(
        _shipped("breast-cancer", "snomed")[SYSTEMS["snomed"]]
    )


def _shipped(concept: str, *systems: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in ("diagnoses_icd10cm", "drugs_rxnorm", "snomed"):
        table = ROOT / f"abstractor/guidelines/value_sets/{name}.csv"
        with table.open(encoding="utf-8", newline="") as lines:
            row: dict[str, Any]
            for row in csv.DictReader(lines):
                if row["concept"] == concept and row["system"] in systems:
                    found.setdefault(SYSTEMS[row["system"]], []).append(row["code"])
    return {system: sorted(codes) for system, codes in found.items()}
