"""`abstractor doctor` as IT runs it: on 80 columns, with its exit codes, and nothing of a patient."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fixtures.clinic.door import Door
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.acceptance.running import Said, abstractor

CANARY = "canary7741"
PATIENCE = 200.0


def ill(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """A record that holds the canary wherever a record can hold something of a patient."""
    return {
        "resourceType": kind,
        "id": f"{CANARY}-{name}",
        "subject": {"reference": f"Patient/{CANARY}", "display": CANARY},
        "code": {"text": CANARY, "coding": [{"system": CANARY, "code": CANARY, "display": CANARY}]},
        "status": CANARY,
        "note": [{"text": CANARY}],
        f"{CANARY}Field": CANARY,
        **more,
    }


RECORDS = [
    {
        "resourceType": "Patient",
        "id": CANARY,
        "name": [{"family": CANARY}],
        "identifier": [{"value": CANARY}],
        "birthDate": CANARY,
    },
    *(ill("Observation", f"o{n}", valueString=CANARY, effectiveDateTime=CANARY) for n in range(5)),
    *(ill("Condition", f"c{n}", onsetDateTime=CANARY) for n in range(3)),
    ill("MedicationRequest", "m1", medicationReference={"reference": f"Medication/{CANARY}"}, intent=CANARY),
]


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    faults = ["forbidden-type=Procedure", "foreign-patient=Condition", "html-login=Encounter"]
    with open_clinic(all_stories()[:2], faults=faults) as door:
        for record in RECORDS:
            door.add(record)
        door.set_group([CANARY])
        yield door


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("machine")
    return {"ABSTRACTOR_DATA_DIR": str(folder / "data"), "ABSTRACTOR_HTTP_BACKOFF": "0.01"}


@pytest.fixture(scope="module")
def registered(door: Door, env: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Said:
    """The doctor's visit to a clinic that IT has just added."""
    file = tmp_path_factory.mktemp("setups") / "north.toml"
    file.write_text(f'name = "North"\nbase_url = "{door.url}"\ngroup = "all"\n')
    assert abstractor("clinic", "add", file, env=env).code == 0
    return abstractor("doctor", "North", env=env, timeout=PATIENCE)


# What is told on stderr, before each part that somebody waits for.
TOLD = (
    "reaching the endpoint",
    "reading what it says of itself",
    "reading the list of patients",
    "asking for each type of record of one patient",
    "asking again in small pages",
    "asking what changed",
    "checking records against the FHIR model",
    "deciding the worked cases of every criterion and rule",
)


@pytest.mark.timeout(400)
def test_what_is_tried_now_is_told_to_who_waits(registered: Said) -> None:
    assert registered.err.splitlines() == list(TOLD)
    assert not [words for words in TOLD if words in registered.out]


@pytest.mark.timeout(400)
def test_the_report_of_a_terminal(registered: Said) -> None:
    assert registered.code == 0, registered.err
    assert max(map(len, registered.out.splitlines())) <= 80
    for heading in (
        "The way in",
        "What came for one patient",
        "Criteria and rules: ",
        "A first pull",
        "Records that do not fit the FHIR model",
        "A ticket for whoever runs the endpoint",
    ):
        assert f"\n{heading}" in registered.out, heading
    assert "visit-in-period   Cannot be decided (Encounter not given)." in registered.out
    assert "records of other patients came along and were left out" in registered.out


@pytest.mark.timeout(400)
def test_nothing_of_the_patient_is_told_or_kept(registered: Said, env: dict[str, str], door: Door) -> None:
    assert door.members() == [CANARY]  # it was this one that was tried
    assert CANARY not in registered.out + registered.err
    kept = [file for file in Path(env["ABSTRACTOR_DATA_DIR"]).rglob("*") if file.is_file()]
    assert kept
    assert [file.name for file in kept if CANARY.encode() in file.read_bytes()] == []


@pytest.mark.timeout(400)
def test_json_and_strict(door: Door, env: dict[str, str]) -> None:
    words = ("doctor", "--clinic-url", door.url, "--group", "all", "--json", "--strict")
    said = abstractor(*words, env=env, timeout=PATIENCE)
    assert said.code == 3
    report = json.loads(said.out)
    assert said.err.splitlines() == list(TOLD)
    assert report["schema"] == "abstractor.doctor/1"
    assert report["clinic"] is None and report["outcome"] == "blind"
    assert CANARY not in said.out + said.err


def test_a_clinic_that_cannot_be_reached_ends_with_1(env: dict[str, str]) -> None:
    said = abstractor("doctor", "--clinic-url", "http://127.0.0.1:9/fhir", env=env)
    assert said.code == 1
    assert "STOP connection" in said.out
    waited, why = said.err.splitlines()
    assert waited == TOLD[0] and "Connection refused" in why


@pytest.mark.parametrize(
    "words",
    [
        ("North", "--clinic-url", "http://127.0.0.1:9/fhir"),
        ("Nowhere",),
        ("North", "--group", "all"),
        ("--clinic-url", "not an address"),
        ("--clinic-url", "http://127.0.0.1:9/fhir", "--patient", "a/b"),
    ],
)
def test_what_makes_no_sense_ends_with_2(words: tuple[str, ...], env: dict[str, str]) -> None:
    said = abstractor("doctor", *words, env=env)
    assert (said.code, said.out) == (2, ""), said.err
    assert said.err.count("\n") == 1


def test_where_no_clinic_was_added_it_needs_an_address(tmp_path: Path) -> None:
    said = abstractor("doctor", env={"ABSTRACTOR_DATA_DIR": str(tmp_path / "data")})
    assert (said.code, said.out) == (2, "")
    assert "there is no clinic yet: `abstractor clinic add FILE.toml` adds one" in said.err
