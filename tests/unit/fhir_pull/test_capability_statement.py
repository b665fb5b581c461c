"""What an endpoint says it can do, read tolerantly: an odd part is passed over, nonsense is no statement."""

import json

import pytest

from abstractor.fhir.capability import Capability, decode_capability


def read(**parts: object) -> Capability | None:
    return decode_capability(json.dumps({"resourceType": "CapabilityStatement", **parts}).encode())


def test_software_version_and_types() -> None:
    resources = [
        {"type": "Condition", "searchParam": [{"name": "patient"}, {"name": "code"}]},
        {"type": "Group"},
    ]
    capability = read(
        fhirVersion="4.0.1",
        software={"name": "Clinic", "version": "7"},
        rest=[{"mode": "server", "resource": resources}, {"mode": "client", "resource": [{"type": "Task"}]}],
    )
    assert capability is not None
    assert (capability.software, capability.fhir_version, capability.is_r4) == ("Clinic 7", "4.0.1", True)
    assert dict(capability.types) == {"Condition": {"patient", "code"}, "Group": set()}
    assert (capability.lists("Condition"), capability.lists("Task")) == (True, False)


@pytest.mark.parametrize(
    "rest", [None, [], [None], [{}], [{"resource": None}], [{"resource": [None, {"type": None}]}]]
)
def test_a_statement_that_lists_nothing_forbids_nothing(rest: object) -> None:
    capability = read(rest=rest)
    assert capability is not None and capability.lists("Condition")
    assert capability.parameter("Condition", usual="patient") == "patient"


@pytest.mark.parametrize(
    ("version", "fits"), [(None, True), ("4.0.1", True), ("4.3.0", True), ("3.0.2", False), ("5.0.0", False)]
)
def test_the_version_of_fhir(version: str | None, fits: bool) -> None:
    capability = read(fhirVersion=version)
    assert capability is not None and capability.is_r4 is fits


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"resourceType":"Patient"}', b"[" * 5000])
def test_what_is_no_statement(body: bytes) -> None:
    assert decode_capability(body) is None
