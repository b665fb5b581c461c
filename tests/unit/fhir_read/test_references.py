"""References, done once."""

import pytest

from abstractor.fhir.references import contained_id, identity_in, resolve

UUID = "9b2f4c1e-0a6d-4a53-9f3b-6d1f8a2e7c10"


@pytest.mark.parametrize(
    ("reference", "named"),
    [
        ("Patient/1", "Patient/1"),
        (" Patient/1 ", "Patient/1"),
        ("Patient/1/_history/7", "Patient/1"),
        ("/Patient/1", "Patient/1"),
        ("https://clinic.example/fhir/Patient/1", "Patient/1"),
        ("https://clinic.example:8443/a/b/fhir/Patient/1/_history/2", "Patient/1"),
        (f"urn:uuid:{UUID}", f"Patient/{UUID}"),
        ("Patient/a.b-c_d", "Patient/a.b-c_d"),
        ("urn:uuid:1", None),
        ("urn:oid:1.2.3", None),
        ("Patient?identifier=x|1", None),
        ("Patient/", None),
        ("patient/1", None),
        ("1", None),
        ("#p", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_reference_names(reference: str | None, named: str | None) -> None:
    assert resolve(reference, {}, expected="Patient") == named


def test_an_address_of_the_bundle_is_what_the_bundle_says() -> None:
    links = {"urn:uuid:1": "Patient/9", "http://other/fhir/Patient/1": "Patient/8"}
    assert resolve("urn:uuid:1", links, expected="Patient") == "Patient/9"
    assert resolve("http://other/fhir/Patient/1/_history/3", links) == "Patient/8"
    assert resolve("Patient/1", links) == "Patient/1"


def test_a_uuid_needs_a_type_to_be_named() -> None:
    assert resolve(f"urn:uuid:{UUID}", {}) is None


def test_an_identity_in_an_address() -> None:
    assert identity_in("Condition/5") == "Condition/5"
    assert identity_in("Condition.ndjson:5") is None


@pytest.mark.parametrize(
    ("reference", "inside"), [("#med", "med"), ("#", None), ("Medication/1", None), (None, None)]
)
def test_a_reference_into_the_record_itself(reference: str | None, inside: str | None) -> None:
    assert contained_id(reference) == inside
