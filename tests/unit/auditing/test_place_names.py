"""Names of the place from the whole chart, also where its own records were never pulled."""

import json

import pytest

from abstractor.workflow.auditing.place_names import names_of_chart


def body(**held: object) -> bytes:
    return json.dumps(held).encode()


ENCOUNTER = body(
    resourceType="Encounter",
    serviceProvider={"display": "Canary Clinic"},
    participant=[{"individual": {"reference": "Practitioner?identifier=x|7", "display": "Dr. Wren Quill"}}],
    location=[{"location": {"reference": "http://127.0.0.1/fhir/Location/3", "display": "Ward Nine"}}],
)
OBSERVATION = body(
    resourceType="Observation",
    code={"coding": [{"display": "Ejection fraction"}]},
    subject={"reference": "Patient/1", "display": "A patient"},
    device={"reference": "Device/4", "display": "Echo"},
    performer=[{"type": "Organization", "display": "Lab South"}, {"display": "Nurse"}],
)
DOCTOR = body(resourceType="Practitioner", name=[{"family": "Heron", "given": ["Ada"]}])


def test_displays_of_references_to_the_place_are_its_names() -> None:
    found = names_of_chart([ENCOUNTER, OBSERVATION, DOCTOR])
    assert set(found.places) == {"Canary Clinic", "Dr. Wren Quill", "Ward Nine", "Lab South"}
    assert set(found.people) == {"Heron", "Ada Heron", "Quill", "Wren Quill"}


@pytest.mark.parametrize(
    ("display", "names"),
    [
        ("Wren Quill, MD", {"Wren Quill", "Quill"}),
        ("Quill, Wren A., M.D.", {"Wren A. Quill", "Quill"}),
        ("Dr. Quill", {"Quill"}),
        ("MD", set()),
        ("", set()),
        (", ,", set()),
        ("Quill", {"Quill"}),
        ("Prof. Dr. Wren van Quill", {"Wren van Quill", "Quill"}),
    ],
)
def test_of_a_person_the_surname_too(display: str, names: set[str]) -> None:
    record = body(resourceType="Observation", performer=[{"reference": "Practitioner/7", "display": display}])
    assert set(names_of_chart([record]).people) == names


@pytest.mark.parametrize("unreadable", [b"no JSON", b"[]", b"3", b"[" * 100_000])
def test_what_cannot_be_read_names_nobody(unreadable: bytes) -> None:
    assert names_of_chart([unreadable, DOCTOR]) == names_of_chart([DOCTOR])
