"""What a manifest says that was asked for is held against what was asked for."""

import pytest

from abstractor.fhir.bulk.asked import ExportAsked

ASKED = "https://clinic.example/r4/Group/g 1/$export"
EVERYTHING = ExportAsked("Group/g%201/$export", ("Patient", "Condition"), {})
CHANGES = EVERYTHING.of_changes("2026-01-01T00:00:00+00:00")
LESS: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@pytest.mark.parametrize(
    ("asked", "request_told", "expected"),
    [
        (EVERYTHING, None, LESS),
        (EVERYTHING, "", LESS),
        (EVERYTHING, "x", LESS),
        (EVERYTHING, "https://[", LESS),
        (EVERYTHING, ASKED, LESS),
        (EVERYTHING, f"{ASKED}?_type=Condition,Patient", LESS),
        (EVERYTHING, f"{ASKED}?_type=Condition&_outputFormat=ndjson&_type=Patient", LESS),
        (EVERYTHING, f"{ASKED}?_type=Condition%2CPatient%2CObservation", LESS),
        (EVERYTHING, f"{ASKED}?_type=Condition%252C%20Patient", LESS),
        (EVERYTHING, "GET /Group/g%201/%24export?_type=Condition,Patient", LESS),
        (EVERYTHING, "https://clinic.example/Patient/$export", LESS),
        (EVERYTHING, f"{ASKED}?_since=1970-01-01T00:00:00Z", LESS),
        (EVERYTHING, f"{ASKED}?_type=Patient,Encounter", (("Condition",), ())),
        (EVERYTHING, f"{ASKED}?_since=2024-06-01T00:00:00Z", ((), ("_since",))),
        (EVERYTHING, f"{ASKED}?_since=yesterday", ((), ("_since",))),
        (EVERYTHING, "https://clinic.example/r4/Group/g2/$export", ((), ("Group",))),
        (EVERYTHING, f"{ASKED}?_typeFilter=Condition%3Fcode%3Dx", ((), ("_typeFilter",))),
        (CHANGES, ASKED, LESS),
        (CHANGES, f"{ASKED}?_since=2026-01-01T00%3A00%3A00%2B00%3A00", LESS),
        (CHANGES, f"{ASKED}?_since=2026-01-01T00:00:00+00:00", LESS),
        (CHANGES, f"{ASKED}?_since=2025-12-31T19:00:00.000-05:00", LESS),
        (CHANGES, f"{ASKED}?_since=2025-12-31", LESS),
        (CHANGES, f"{ASKED}?_since=2026-01-01T00:00:01Z", ((), ("_since",))),
    ],
)
def test_what_a_clinic_says_that_it_was_asked_for_is_held_against_what_it_was(
    asked: ExportAsked, request_told: str | None, expected: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    assert asked.narrowed(request_told) == expected


def test_a_group_that_nobody_asked_for_is_less_than_everybody() -> None:
    everybody = ExportAsked("Patient/$export", ("Patient",), {})
    assert everybody.narrowed(ASKED) == ((), ("Group",))
    assert everybody.narrowed("https://clinic.example/$export") == LESS
