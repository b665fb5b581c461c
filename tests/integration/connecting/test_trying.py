"""A clinic is tried step by step; what is said helps IT and holds nothing of a patient."""

import json
from pathlib import Path

import pytest

from abstractor.errors import OptionError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.workflow import Services, clinic_rows, clinic_shown, make_keys
from abstractor.workflow.clinic.clinics import add_clinic, clinic_for_pull, connection_to
from abstractor.workflow.clinic.trying import Step, try_clinic
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.connecting.places import guarded, setup_of

STORIES = all_stories()[:8]


def tried(services: Services, setup: ClinicSetup) -> dict[str, Step]:
    return {step.step: step for step in try_clinic(services, add_clinic(services, setup))}


def failed(steps: dict[str, Step]) -> list[str]:
    return [name for name, step in steps.items() if not step.ok]


def test_a_good_clinic_passes_every_step(services: Services) -> None:
    make_keys(services)
    with guarded(services) as door:
        steps = tried(services, setup_of(door))
    assert list(steps) == ["reach", "sign in", "metadata", "patients"]
    assert failed(steps) == []
    assert steps["patients"].said == "8 in the cohort (group all)"


def test_nothing_is_stored_but_the_token(services: Services) -> None:
    make_keys(services)
    with guarded(services) as door:
        tried(services, setup_of(door))
    with services.store.engine.connect() as raw:
        tables = ("patient", "raw_resource", "pull", "pull_run", "work")
        counts = [raw.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() for table in tables]  # noqa: S608 - our tables
    assert counts == [0, 0, 0, 0, 0]


def test_a_group_that_lists_fewer_than_it_counts_fails_the_step(services: Services) -> None:
    with open_clinic(STORIES) as door:
        members = [
            {"entity": {"reference": key}} for key in sorted(door.live()) if key.startswith("Patient/")
        ]
        short = {"resourceType": "Group", "id": "short", "type": "person", "actual": True}
        door.add({**short, "quantity": 8, "member": members[:3]})
        steps = tried(services, ClinicSetup("Short", door.url, group="short"))
    assert failed(steps) == ["patients"]
    assert "counts 8 members and lists 3" in steps["patients"].said


def test_lines_that_name_nobody_are_told_by_their_numbers(services: Services, tmp_path: Path) -> None:
    with open_clinic(STORIES) as door:
        known = [key for key in sorted(door.live()) if key.startswith("Patient/")][:2]
        lines = [
            "# who",
            known[0],
            "Patient/canary-77",
            "",
            known[1],
            "Patient/canary-78",
            "Patient/canary-79",
        ]
        (tmp_path / "patients.txt").write_text("\n".join(lines))
        setup = ClinicSetup("North", door.url, patients_file=str(tmp_path / "patients.txt"))
        step = tried(services, setup)["patients"]
    assert not step.ok
    assert step.said.startswith("2 found ")
    assert "lines 3, 6-7" in step.said
    assert "canary" not in step.said


def test_where_nobody_is_it_ends_at_the_first_step(services: Services) -> None:
    steps = tried(services, ClinicSetup("North", "http://127.0.0.1:9/fhir"))
    assert list(steps) == failed(steps) == ["reach"]
    assert steps["reach"].said.startswith("no connection to http://127.0.0.1:9 ")


def test_a_group_that_is_not_there_is_told(services: Services) -> None:
    with open_clinic(STORIES) as door:
        steps = tried(services, ClinicSetup("North", door.url, group="none"))
    assert failed(steps) == ["patients"]
    assert "404" in steps["patients"].said


def test_a_clinic_that_knows_other_keys_fails_at_signing_in(services: Services) -> None:
    with guarded(services) as door:  # it was given a set without keys
        make_keys(services)
        steps = tried(services, setup_of(door))
    assert failed(steps) == ["sign in"]
    assert list(steps) == ["reach", "sign in"]


def test_types_that_were_not_granted_are_named(services: Services) -> None:
    make_keys(services)
    with guarded(services, allowed="system/Patient.rs system/Group.rs system/Condition.rs") as door:
        steps = tried(services, setup_of(door))
    assert "not granted:" in steps["sign in"].said
    assert "Observation" in steps["sign in"].said


def test_what_is_shown_holds_no_secret(services: Services) -> None:
    make_keys(services)
    with guarded(services) as door:
        setup = setup_of(door, tell="https://hooks.example/canary/path")
        registered = add_clinic(services, setup)
        with connection_to(services, registered, granted=lambda _: None):
            pass
        shown = clinic_shown(services, registered)
    told = json.dumps(shown, default=str)
    assert shown["tell"] == "https://hooks.example/..."
    assert shown["signs_with"] and shown["granted"] and shown["token_until"]
    assert "canary" not in told
    assert "access" not in told


def test_the_list_says_where_each_is_and_whose_charts(services: Services) -> None:
    add_clinic(services, ClinicSetup("b", "https://b.example/r4", by_diagnosis=True))
    add_clinic(services, ClinicSetup("a", "https://a.example/r4", way="bulk", group="g"))
    add_clinic(services, ClinicSetup("c", "https://c.example/r4", patients_file="/lists/c.txt"))
    rows = clinic_rows(services)
    assert [(row.name, row.number, row.way, row.cohort) for row in rows] == [
        ("a", 2, "bulk", "group g"),
        ("b", 1, "search", "by diagnosis"),
        ("c", 3, "search", "file /lists/c.txt"),
    ]
    assert {row.last_pulled for row in rows} == {None}


def test_the_only_clinic_needs_no_name_and_one_of_several_does(services: Services) -> None:
    with pytest.raises(OptionError, match="there is no clinic yet"):
        clinic_for_pull(services, None)
    only = add_clinic(services, ClinicSetup("a", "https://a.example/r4"))
    assert clinic_for_pull(services, None) == only
    assert clinic_for_pull(services, "a", way="bulk").setup.way == "bulk"
    add_clinic(services, ClinicSetup("b", "https://b.example/r4", by_diagnosis=True))
    with pytest.raises(OptionError, match="several clinics, so say which: a, b"):
        clinic_for_pull(services, None)
    with pytest.raises(OptionError, match="a bulk export is of a group or of everybody"):
        clinic_for_pull(services, "b", way="bulk")
