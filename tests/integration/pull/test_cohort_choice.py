"""Whose charts: by Group, by a file of ids and record numbers, by diagnosis; nobody is missing in silence."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from abstractor.errors import AbstractorError, ClinicError, ClinicMisbehaved, ClinicRefused, OptionError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.fhir.endpoint import Listed, connect
from fixtures.clinic.door import Door
from fixtures.clinic.personalities.loading import PERSONALITIES
from fixtures.clinic.running import open_clinic
from tests.integration.pull.clinics import quick, record

MRN, OTHER = "urn:example:mrn", "urn:example:payer"
BREAST, LUNG = "http://snomed.info/sct|254837009", "http://snomed.info/sct|363358000"
CANARY = "Zq-77-canary"


def person(identity: str, *numbers: tuple[str, str]) -> dict[str, Any]:
    told = [{"system": system, "value": value} for system, value in numbers]
    return record("Patient", identity, identifier=told)


def diagnosis(identity: str, patient: str, token: str) -> dict[str, Any]:
    system, _, code = token.partition("|")
    coding = {"system": system, "code": code}
    return record("Condition", identity, patient=patient, code={"coding": [coding]})


PEOPLE = [
    person("p1", (MRN, "100"), (OTHER, "900")),
    person("p2", (MRN, "200")),
    person("p3", (MRN, "300"), (OTHER, "777")),
    person("p4", (MRN, "p1"), (OTHER, "777")),  # the number of one, the id of another
    person("p5", (MRN, "a,b|c")),
    *(person(f"q{n}", (MRN, f"7{n}")) for n in range(30)),
    diagnosis("c1", "p1", BREAST),
    diagnosis("c2", "p1", BREAST),
    diagnosis("c3", "p2", LUNG),
    diagnosis("c4", "p3", BREAST),
]


@pytest.fixture(scope="module")
def doors() -> Iterator[Callable[[str], Door]]:
    with ExitStack() as stack:
        opened = {name: stack.enter_context(open_clinic(personality=name)) for name in PERSONALITIES}
        for door in opened.values():
            door.reset(PEOPLE)
        yield opened.__getitem__


def cohort(
    door: Door, *, codes: Sequence[str] = (), **more: Any
) -> tuple[list[Listed], AbstractorError | None]:
    """Everybody who came, and the error after them."""
    setup = ClinicSetup("Test", door.url, **more)
    found: list[Listed] = []
    with connect(quick(door.url, at_once=4, page_size=7)) as clinic:
        try:
            for one in clinic.cohort(setup, codes):
                found.append(one)
        except (ClinicError, OptionError) as error:
            return found, error
    return found, None


def written(folder: Path, *lines: str) -> dict[str, str]:
    path = folder / "patients.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"patients_file": str(path)}


def named(found: Sequence[Listed]) -> list[str]:
    return sorted(one.reference for one in found if one.reference is not None)


def test_everybody_and_a_group(doors: Callable[[str], Door]) -> None:
    door = doors("plain")
    everybody, gap = cohort(door)
    assert gap is None and all(one.received is not None for one in everybody)
    grouped, gap = cohort(door, group="all")
    assert gap is None and named(grouped) == named(everybody) and len(grouped) == 35


def test_a_file_of_ids_and_record_numbers(doors: Callable[[str], Door], tmp_path: Path) -> None:
    lines = ["# our cohort", "", "100", f"{MRN}|200", " Patient/p3 ", "Patient/p1", "a,b|c", "p1"]
    found, gap = cohort(doors("plain"), **written(tmp_path, *lines))
    assert [(one.line, one.reference) for one in sorted(found, key=lambda one: one.line or 0)] == [
        (3, "Patient/p1"),
        (4, "Patient/p2"),
        (5, "Patient/p3"),
        (7, None),  # the system of this number would be "a,b"
        (8, "Patient/p4"),
    ]
    assert "no-patient: line 7" in str(gap)


def test_who_is_not_found_is_told_by_line_and_never_by_number(
    doors: Callable[[str], Door], tmp_path: Path
) -> None:
    lines = [CANARY, "100", "Patient/nobody", "777", f"{OTHER}|100", f"Patient/{CANARY}/x", "|5", "98", "99"]
    found, gap = cohort(doors("plain"), **written(tmp_path, *lines))
    assert named(found) == ["Patient/p1"]
    assert isinstance(gap, ClinicMisbehaved)
    assert str(gap).startswith(
        "8 of the lines of the patients file gave nobody to pull (no-patient: lines 1, 5, 8-9; "
        "no-patient:http-404:not-found: line 3; several-patients: line 4; unusable-line: lines 6-7)"
    )
    assert {one.line: one.why for one in found if one.reference is None}[4] == "several-patients"
    assert CANARY not in f"{gap} {found}"


def test_a_number_stands_in_no_address(doors: Callable[[str], Door], tmp_path: Path) -> None:
    door = doors("plain")
    door.heard(forget=True)
    found, gap = cohort(door, **written(tmp_path, *(f"7{n}" for n in range(30))))
    assert gap is None and len(found) == 30
    asked = [one for one in door.heard() if one.path.startswith("/Patient")]
    assert {one.method for one in asked} == {"POST"} and not any("identifier" in one.query for one in asked)


@pytest.mark.parametrize("name", ["epic", "oracle", "athena"])
def test_where_numbers_are_found_by_address_alone_the_site_must_allow_it(
    doors: Callable[[str], Door], tmp_path: Path, name: str
) -> None:
    file = written(tmp_path, "100", "200", "Patient/p3")
    found, refusal = cohort(doors(name), **file)
    assert (found, type(refusal)) == ([], ClinicRefused)
    assert "identifiers_in_address = true" in str(refusal)
    found, gap = cohort(doors(name), identifiers_in_address=True, **file)
    assert gap is None and named(found) == ["Patient/p1", "Patient/p2", "Patient/p3"]


@pytest.mark.parametrize(
    ("name", "by_id"),
    [("plain", "Patient/p1"), ("oracle", "Patient/p1"), ("epic", None), ("athena", None)],
)
def test_a_merged_patient_is_followed_where_the_clinic_says_to_whom(
    tmp_path: Path, name: str, by_id: str | None
) -> None:
    with open_clinic(personality=name) as door:
        door.reset(PEOPLE)
        door.merge("p2", "p3")
        door.merge("p3", "p1")
        found, gap = cohort(door, identifiers_in_address=True, **written(tmp_path, "Patient/p2"))
        if by_id is None:
            assert named(found) == [] and "line 1" in str(gap)
        else:
            assert [(one.reference, one.followed) for one in found] == [(by_id, True)] and gap is None
        found, _ = cohort(door, identifiers_in_address=True, **written(tmp_path, "100", "200"))
        assert named(found) == ["Patient/p1"]


def test_links_in_a_loop_lead_to_nobody(tmp_path: Path) -> None:
    def linked(identity: str, into: str) -> dict[str, Any]:
        link = [{"other": {"reference": into}, "type": "replaced-by"}]
        return person(identity, (MRN, identity)) | {"link": link}

    with open_clinic() as door:
        door.reset([linked("p1", "Patient/p2"), linked("p2", "Patient/p1"), linked("p3", "Patient/gone")])
        found, gap = cohort(door, **written(tmp_path, "p1", "Patient/p3"))
    assert named(found) == []
    assert "merged-in-a-loop: line 1" in str(gap) and "merged-into-unread:http-404:not-found: line 2" in str(
        gap
    )


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([BREAST], ["Patient/p1", "Patient/p3"]), ([LUNG], ["Patient/p2"]), ([LUNG, BREAST], None)],
)
def test_by_diagnosis(doors: Callable[[str], Door], codes: list[str], expected: list[str] | None) -> None:
    padding = [f"http://snomed.info/sct|{n}" for n in range(100)]
    found, gap = cohort(doors("plain"), by_diagnosis=True, codes=[*codes, *padding, *codes])
    assert gap is None and len(found) == len(set(named(found)))
    assert named(found) == (expected or ["Patient/p1", "Patient/p2", "Patient/p3"])


@pytest.mark.parametrize("name", ["epic", "oracle", "athena"])
def test_by_diagnosis_where_the_clinic_does_not_allow_it(doors: Callable[[str], Door], name: str) -> None:
    found, error = cohort(doors(name), by_diagnosis=True, codes=[BREAST])
    assert found == [] and isinstance(error, OptionError) and "name a group" in str(error)


@pytest.mark.parametrize(
    "fault", ["missing-next=Condition", "outcome-entry=Condition", "page-reorder=Condition"]
)
def test_a_list_by_diagnosis_that_may_not_be_whole_says_so(fault: str) -> None:
    with open_clinic() as door:
        door.reset([*PEOPLE, *(diagnosis(f"d{n}", f"q{n}", BREAST) for n in range(30))])
        door.arm(fault)
        found, gap = cohort(door, by_diagnosis=True, codes=[BREAST])
    assert found and isinstance(gap, ClinicMisbehaved) and "may not be whole" in str(gap)


def test_a_diagnosis_of_nobody_leaves_the_list_open() -> None:
    with open_clinic() as door:
        door.reset([*PEOPLE, diagnosis("d1", "p1", BREAST) | {"subject": {"display": "somebody"}}])
        found, gap = cohort(door, by_diagnosis=True, codes=[BREAST])
    assert named(found) == ["Patient/p1", "Patient/p3"] and "a-diagnosis-of-nobody" in str(gap)


@pytest.mark.parametrize(
    ("fault", "error"),
    [("forbidden-type=Condition", ClinicRefused), ("html-login=Condition", ClinicMisbehaved)],
)
def test_a_refused_list_by_diagnosis_is_an_error(fault: str, error: type[ClinicError]) -> None:
    with open_clinic(faults=[fault]) as door:
        door.reset(PEOPLE)
        found, said = cohort(door, by_diagnosis=True, codes=[BREAST])
    assert (found, type(said)) == ([], error)


@pytest.mark.parametrize(
    ("fault", "came", "told"),
    [
        ("throttled-seconds=Patient", 30, None),
        ("unavailable-always=Patient", 0, "http-503"),
        ("next-foreign-host=Patient", 0, "search-not-whole:foreign-host"),
        ("outcome-entry=Patient", 30, None),
        ("foreign-patient=Patient", 30, None),
    ],
)
def test_trouble_while_numbers_are_looked_for(
    tmp_path: Path, fault: str, came: int, told: str | None
) -> None:
    with open_clinic(faults=[fault]) as door:
        door.reset(PEOPLE)
        found, error = cohort(door, **written(tmp_path, *(f"7{n}" for n in range(30))))
    assert len(named(found)) == came
    assert (error is None) == (told is None) and (told or "") in str(error)
