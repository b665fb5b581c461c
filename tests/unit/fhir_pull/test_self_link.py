"""The self link says what was searched for: names and values, in whatever spelling means the same."""

import pytest

from abstractor.fhir.self_link import ignored

ASKED = {"patient": "p1", "category": "laboratory", "_count": "200"}
CLINIC = "https://clinic.example/Observation?"


@pytest.mark.parametrize(
    ("own", "left_out"),
    [
        ("https://clinic.example/Observation?patient=p1&category=laboratory&_count=200", ()),
        ("Observation?category=laboratory&subject=Patient/p1", ()),
        ("https://clinic.example/Observation?patient:Patient=p1&category:in=x", ()),
        ("https://clinic.example/Observation?patient=p1&_count=50", ("category",)),
        ("https://clinic.example/Observation?category=laboratory", ("patient",)),
        ("https://clinic.example/Observation?_count=50", ("category", "patient")),
        ("https://clinic.example/Observation?sessionID=7", ()),
        ("https://clinic.example/Observation", ()),
        ("http://[", ()),
        (None, ()),
    ],
)
def test_the_self_link_tells_what_was_passed_over(own: str | None, left_out: tuple[str, ...]) -> None:
    assert ignored(ASKED, own) == left_out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"patient": "p1"}, "patient=Patient/p1"),
        ({"patient": "p1"}, "patient=Patient%2Fp1"),
        ({"patient": "p1"}, "patient=Patient%252Fp1"),
        ({"patient": "p1"}, "patient=https%3A%2F%2Fclinic.example%2Ffhir%2FPatient%2Fp1"),
        ({"patient": "p1"}, "subject:Patient=p1"),
        ({"patient": "p1"}, "patient.identifier=mrn%7C7"),
        ({"subject": "Patient/p1"}, "patient=p1"),
        ({"patient": "p1,p2,p3"}, "patient=p3,p1,p2"),
        ({"patient": "p1,p2,p3"}, "patient=p1%2Cp2%2Cp3"),
        ({"patient": "p1,p2"}, "patient=Patient/p2&patient=Patient/p1"),
        ({"_id": "p1,p2"}, "_id=p2,p1"),
        ({"code": "http://loinc.org|718-7"}, "code=718-7"),
        ({"code": "http://loinc.org|718-7"}, "code=%7C718-7"),
        ({"code": "http://loinc.org|718-7"}, "code=https://LOINC.org/%7C718-7"),
        ({"code": "http://hl7.org/fhir/sid/icd-10-cm|C50.1"}, "code=urn:oid:2.16.840.1.113883.6.90%7Cc50.1"),
        (
            {"category": "laboratory"},
            "category=http://x/observation-category%7Claboratory,http://y%7Claboratory",
        ),
        ({"_lastUpdated": "ge2024-01-01T10:00:00+00:00"}, "_lastUpdated=ge2024-01-01T10:00:00+00:00"),
        ({"_lastUpdated": "ge2024-01-01T10:00:00.9Z"}, "_lastUpdated=ge2024-01-01T10:00:00z"),
        ({"_lastUpdated": "ge2024-01-01T10:00:00Z"}, "_lastUpdated=%3E%3D2024-01-01T05:00:00-05:00"),
        ({"_lastUpdated": "ge2024-01-01T10:00:00Z"}, "_lastUpdated=gt2024-01-01"),
        ({"intent": "order"}, "intent=proposal"),
    ],
)
def test_another_spelling_of_the_same_is_the_same(asked: dict[str, str], told: str) -> None:
    assert ignored(asked, CLINIC + told) == ()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"patient": "p1"}, "patient=p2"),
        ({"patient": "p1"}, "patient=P1"),
        ({"patient": "p1"}, "patient="),
        ({"patient": "p6,p7,p8"}, "patient=p6"),
        ({"patient": "p6,p7,p8"}, "patient=p6,p7,p9"),
        ({"patient": "p6"}, "patient=p6,p7"),
        ({"subject": "Patient/p6,Patient/p7"}, "subject=Patient/p6"),
        ({"_id": "p1,p2"}, "_id=p1"),
        ({"code": "http://loinc.org|718-7,http://loinc.org|6690-2"}, "code=718-7"),
        ({"code": "http://loinc.org|718-7"}, "code=http://snomed.info/sct%7C718-7"),
        ({"category": "laboratory"}, "category=vital-signs"),
        ({"_lastUpdated": "ge2024-01-01T10:00:00Z"}, "_lastUpdated=ge2024-01-01T10:00:00-05:00"),
        ({"_lastUpdated": "ge2024-01-01T10:00:00Z"}, "_lastUpdated=le2024-01-01T10:00:00Z"),
        ({"_lastUpdated": "ge2024-01-01T10:00:00Z"}, "_lastUpdated=today"),
    ],
)
def test_a_value_that_was_asked_for_and_is_not_told_was_passed_over(asked: dict[str, str], told: str) -> None:
    assert ignored(asked, CLINIC + told) == tuple(asked)
