"""Record by record or by the whole chart: whoever asks for a cohort gets the same answers."""

import json
import random
from pathlib import Path

import pytest

from abstractor.fhir.screening import Screening
from abstractor.workflow.abstracting.cohorts import CohortAsked, answer_files
from fixtures.stories import all_stories, write_ndjson

QUESTIONS = {
    "both": ("distant-metastasis", "trastuzumab"),
    "conjugate": ("breast-cancer", "fam-trastuzumab deruxtecan"),
    "in words": ("metastasis-in-words", "capecitabine"),
    "by mouth": ("cns-metastasis", "tucatinib"),
    "may be": ("breast-cancer", "ado-trastuzumab emtansine"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample clinic, with copies, other versions, other owners and damage among its records."""
    made = tmp_path_factory.mktemp("export")
    write_ndjson(made, all_stories())
    chance = random.Random(11)
    for name in ("Condition", "MedicationRequest", "Encounter"):
        file = made / f"{name}.ndjson"
        lines = file.read_text(encoding="utf-8").splitlines()
        for line in chance.sample(lines, 12):
            lines += _bent(line, chance)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return made


def _bent(line: str, chance: random.Random) -> list[str]:
    resource = json.loads(line)
    version = {**resource.get("meta", {}), "versionId": "2", "lastUpdated": "2030-01-01T00:00:00Z"}
    return [
        line,
        json.dumps({**resource, "meta": version, "status": "entered-in-error"}),
        json.dumps({**resource, "id": f"copy-{chance.randrange(10**6)}"}),
        json.dumps({**resource, "subject": {"reference": "Patient/somebody-else"}}),
    ]


def asked(tmp_path: Path, concept: str, agent: str, *inputs: Path) -> list[str]:
    question = tmp_path / "question.toml"
    question.write_text(
        f'title = "t"\n[[diagnosis]]\nconcepts = ["{concept}"]\n[order]\nagents = ["{agent}"]\n',
        encoding="utf-8",
    )
    answers = answer_files(CohortAsked(question, inputs, "America/New_York", None), progress=lambda _: None)
    return list(answers.lines)


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answers_are_those_of_the_charts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    one_by_one = asked(tmp_path, *QUESTIONS[name], folder)
    monkeypatch.setattr(Screening, "unsure", lambda self: set(self.patients()))
    assert asked(tmp_path, *QUESTIONS[name], folder) == one_by_one
    assert len(one_by_one) > 50


def test_most_charts_need_not_be_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart is read where it must be, and not of everybody: else the law above would be empty."""
    found: list[tuple[int, int]] = []
    unsure = Screening.unsure

    def counted(self: Screening) -> object:
        found.append((len(unsure(self)), len(self.patients())))
        return unsure(self)

    monkeypatch.setattr(Screening, "unsure", counted)
    asked(tmp_path, "breast-cancer", "trastuzumab", folder)
    ((read, patients),) = found
    assert 0 < read < patients / 2


@pytest.mark.parametrize("damage", ["not json", '{"resourceType": "OperationOutcome"}', '{"a": 1}'])
def test_what_may_concern_anybody_is_left_to_the_charts(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    beside = tmp_path / "more.ndjson"
    beside.write_text(f"{damage}\n", encoding="utf-8")
    one_by_one = asked(tmp_path, *QUESTIONS["both"], folder, beside)
    monkeypatch.setattr(Screening, "unsure", lambda self: set(self.patients()))
    assert asked(tmp_path, *QUESTIONS["both"], folder, beside) == one_by_one


@pytest.mark.parametrize("codes", [("confirmed", "refuted"), ("refuted", "confirmed")])
def test_a_diagnosis_that_contradicts_itself_leaves_it_open(tmp_path: Path, codes: tuple[str, str]) -> None:
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    metastasis = {
        "resourceType": "Condition",
        "id": "1",
        "subject": {"reference": "Patient/1"},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C78.7"}]},
        "verificationStatus": {"coding": [{"system": system, "code": code} for code in codes]},
    }
    file = tmp_path / "Condition.ndjson"
    file.write_text(json.dumps(metastasis), encoding="utf-8")
    question = tmp_path / "question.toml"
    question.write_text('title = "t"\n[[diagnosis]]\nconcepts = ["distant-metastasis"]\n', encoding="utf-8")
    answers = answer_files(CohortAsked(question, (file,), "UTC", None), progress=lambda _: None)
    (line,) = map(json.loads, answers.lines)
    assert (line["in"], line["unknown"]) == (None, ["Condition"])
