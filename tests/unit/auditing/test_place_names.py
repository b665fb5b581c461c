"""Names of the place from the whole chart, also where its own records were never pulled."""

import json
from zoneinfo import ZoneInfo

import pytest

from abstractor.workflow.auditing.masking import HIDDEN, mask_of
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


QUILL = {
    *("Wren Quill", "Quill, Wren", "Quill", "W. Quill", "W Quill", "Quill, W.", "Wren"),
    *("wrenquill", "quillwren"),
}


def test_displays_of_references_to_the_place_are_its_names() -> None:
    found = names_of_chart([ENCOUNTER, OBSERVATION, DOCTOR])
    assert set(found.places) == {"Canary Clinic", "Dr. Wren Quill", "Ward Nine", "Lab South"}
    assert set(found.people) == {
        *("Heron", "Ada Heron", "Heron, Ada", "A. Heron", "A Heron", "Heron, A.", "Ada"),
        *("adaheron", "heronada"),
        *QUILL,
    }


@pytest.mark.parametrize(
    ("display", "names"),
    [
        ("Wren Quill, MD", QUILL),
        ("Wren Quill", QUILL),
        (
            "Quill, Wren A., M.D.",
            QUILL | {"Wren A. Quill", "Quill, Wren A."},
        ),
        ("Dr. Quill", {"Quill"}),
        ("MD", set()),
        ("", set()),
        (", ,", set()),
        ("Quill", {"Quill"}),
        (
            "Prof. Dr. Wren van Quill",
            QUILL
            | {"Wren van Quill", "Quill, Wren van"}
            | {"van Quill, Wren", "W. van Quill", "W van Quill", "van Quill, W."},
        ),
        ("Attending physician", set()),
    ],
)
def test_of_a_person_the_surname_too(display: str, names: set[str]) -> None:
    record = body(resourceType="Observation", performer=[{"reference": "Practitioner/7", "display": display}])
    assert set(names_of_chart([record]).people) == names


@pytest.mark.parametrize("unreadable", [b"no JSON", b"[]", b"3", b"[" * 100_000])
def test_what_cannot_be_read_names_nobody(unreadable: bytes) -> None:
    assert names_of_chart([unreadable, DOCTOR]) == names_of_chart([DOCTOR])


def test_a_number_of_very_many_digits_keeps_no_name_from_being_found() -> None:
    long = DOCTOR.replace(b"{", b'{"x": ' + b"9" * 5000 + b", ", 1)
    assert names_of_chart([long]) == names_of_chart([DOCTOR])


H = HIDDEN


def as_read(text: str, *records: bytes) -> str:
    """A text of the chart while its place is hidden."""
    found = names_of_chart(records)
    zone = ZoneInfo("America/New_York")
    return mask_of(site=True, wave=False, zone=zone, names=found.places, people=found.people).text(text)


@pytest.mark.parametrize(
    "display",
    [
        "Ngozi Okaforde, MD, FACP",
        "Ngozi Okaforde MBBS",
        "Ngozi Okaforde, M.B.B.S., XQZP",
        "Ngozi Okaforde XQZP",
        "Ngozi Okaforde FNP-BC, X.Q.Z.",
        "Ngozi Okaforde, Attending Physician",
        "Ngozi A. Okaforde (Oncology)",
        "Medical Oncology - Ngozi Okaforde",
        "RN Ngozi Okaforde Case Manager",
        "OKAFORDE, NGOZI",
        "OKAFORDE, NGOZI A, MD",
        "OKAFORDE Ngozi",
        "Ngozi OKAFORDE",
        "NGOZI OKAFORDE FRCP(C)",
        "Okaforde XQZP, Ngozi",
        "okaforde, ngozi",
        "DR. NGOZI OKAFORDE",
    ],
)
@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Signed Dr. Okaforde.", f"Signed Dr. {H}."),
        ("DR. OKAFORDE", f"DR. {H}"),
        ("signed dr okaforde", f"signed dr {H}"),
        ("Signed Ngozi Okaforde", f"Signed {H}"),
        ("signed ngozi okaforde", f"signed {H}"),
        ("Signed OKAFORDE,NGOZI", f"Signed {H}"),
        ("HER2 IHC 3+, PT 12 s", "HER2 IHC 3+, PT 12 s"),
    ],
)
def test_however_a_person_is_shown_and_written(display: str, text: str, seen: str) -> None:
    record = body(resourceType="Observation", performer=[{"reference": "Practitioner/7", "display": display}])
    assert as_read(text, record) == seen


@pytest.mark.parametrize(
    ("display", "text", "seen"),
    [
        ("Ann White, MD", "White cells; white and WHITE; Dr. white", f"{H} cells; white and {H}; Dr. {H}"),
        ("Ann Pet", "PET scan by Dr. PET, Pet", f"PET scan by Dr. {H}, {H}"),
        ("LEE, ANN", "Seen by Lee", f"Seen by {H}"),
        ("Ann LEE", "Seen by Lee", f"Seen by {H}"),
        ("Bo Wu", "Seen by Dr. Wu and mrs wu", f"Seen by Dr. {H} and mrs {H}"),
        ("Ann Smith-Jones", "Dr. Jones, Dr. Smith-Jones", f"Dr. {H}, Dr. {H}"),
        ("Maria Garcia Lopez", "Dr. Garcia", f"Dr. {H}"),
        ("Ann Ward, MD", "Dr. Ward; ward 3", f"Dr. {H}; ward 3"),
        ("WARD, ANN", "Dr. Ward; ward 3", f"Dr. {H}; ward 3"),
        ("Yin Ma, MA", "Dr. Ma, MA", f"Dr. {H}, MA"),
        ("Oncologist One", "Line One", "Line One"),
    ],
)
def test_a_word_that_may_be_a_common_one(display: str, text: str, seen: str) -> None:
    record = body(resourceType="Observation", performer=[{"reference": "Practitioner/7", "display": display}])
    assert as_read(text, record) == seen


@pytest.mark.parametrize(
    "key", ["performer", "recorder", "asserter", "requester", "author", "informant", "individual", "actor"]
)
@pytest.mark.parametrize("reference", [{}, {"reference": "#c1"}, {"reference": "urn:uuid:7"}])
def test_who_did_it_is_named_without_a_reference(key: str, reference: dict[str, str]) -> None:
    person = body(resourceType="Condition", **{key: {**reference, "display": "Dr. Horatio Plimsoll"}})
    assert as_read("Agreed Dr. Plimsoll; HORATIO PLIMSOLL", person) == f"Agreed Dr. {H}; {H}"
    lab = body(resourceType="Condition", **{key: [{**reference, "display": "Quillfeather Laboratory"}]})
    text = "Laboratory values, read at Quillfeather laboratory"
    assert as_read(text, lab) == f"Laboratory values, read at {H}"


def test_a_place_is_named_without_a_reference() -> None:
    ward = body(resourceType="Encounter", location=[{"location": {"display": "Ward Juniper 4"}}])
    note = body(resourceType="Observation", note=[{"authorString": "Wendeline Crabtree, MD", "text": "-"}])
    surgeon = body(resourceType="Procedure", performer=[{"actor": {"display": "Dr. Ward"}}])
    assert as_read("Dr. Ward; ward 3", surgeon) == f"{H}; ward 3"
    text = "Ward Juniper 4: agreed Dr. Crabtree; on the ward"
    assert as_read(text, ward, note) == f"{H}: agreed Dr. {H}; on the ward"


@pytest.mark.parametrize(
    "held",
    [
        {"performer": {"reference": "Patient/1", "display": "Jane Marigold"}},
        {"performer": {"type": "Device", "display": "Jane Marigold"}},
        {"informationSource": {"reference": "http://x/fhir/RelatedPerson/1", "display": "Jane Marigold"}},
        {"subject": {"display": "Jane Marigold"}},
        {"medicationReference": {"display": "Jane Marigold"}},
        {"performer": {"code": "7", "display": "Jane Marigold"}},
        {"informationSource": {"display": "Patient"}},
        {"performer": [{"display": "Nurse"}, {"display": "Pathology department"}]},
        {"performer": {"type": ["Practitioner"], "reference": 7, "display": 3}},
        {"contained": [{"resourceType": ["Practitioner"], "name": "Jane Marigold"}]},
    ],
)
def test_others_are_not_people_of_the_place(held: dict[str, object]) -> None:
    found = names_of_chart([body(resourceType="MedicationStatement", **held)])
    assert (found.places, found.people) == ((), ())


def test_contained_records_name_the_place_for_the_whole_chart() -> None:
    holder = body(
        resourceType="Observation",
        contained=[
            {"resourceType": "Practitioner", "id": "c1", "name": [{"text": "Ivo Brambleworth, MD"}]},
            {"resourceType": "Organization", "id": "c2", "name": "Zellwood Infirmary"},
        ],
        performer=[{"reference": "#c1"}, {"reference": "#c2"}],
    )
    text = "Reviewed by Dr. Brambleworth, Zellwood Infirmary."
    assert as_read(text, holder) == f"Reviewed by Dr. {H}, {H}."


def test_a_role_names_its_person_and_its_place() -> None:
    role = body(
        resourceType="PractitionerRole",
        practitioner={"display": "Ada Heron, MD"},
        organization={"reference": "Organization/2", "display": "Canary Clinic"},
    )
    assert as_read("Dr. Heron, Canary Clinic", role) == f"Dr. {H}, {H}"
