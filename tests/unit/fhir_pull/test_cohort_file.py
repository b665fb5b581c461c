"""A patients file, line by line; what a line holds is never told back."""

from pathlib import Path

import pytest

from abstractor.errors import InputError
from abstractor.fhir.cohort_choice import gap_of
from abstractor.fhir.cohort_file import ById, ByNumber, Unusable, read_cohort_file


def read(folder: Path, text: str | bytes) -> object:
    file = folder / "patients.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_cohort_file(file)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Patient/p1", ById(1, "Patient/p1")),
        ("  Patient/p1\t", ById(1, "Patient/p1")),
        ("p1", ByNumber(1, "p1")),
        ("0012", ByNumber(1, "0012")),
        ("urn:oid:1.2|0012", ByNumber(1, "0012", "urn:oid:1.2")),
        ("https://a.example/mrn | 12 ", ByNumber(1, "12", "https://a.example/mrn")),
        ("Observation/1", ByNumber(1, "Observation/1")),
        ("Patient/../1", Unusable(1)),
        ("Patient/", Unusable(1)),
        ("|12", Unusable(1)),
        ("urn:oid:1.2|", Unusable(1)),
    ],
)
def test_a_line(tmp_path: Path, line: str, expected: object) -> None:
    assert read(tmp_path, line) == (expected,)


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    found = read(tmp_path, b"\xef\xbb\xbf# ours\r\n\r\n12\r\n   \r\n#13\r\nPatient/p1")
    assert found == (ByNumber(3, "12"), ById(6, "Patient/p1"))


@pytest.mark.parametrize("text", ["", "\n\n", "# nobody\n"])
def test_a_file_that_names_nobody_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="names no patient"):
        read(tmp_path, text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="UTF-8"):
        read(tmp_path, b"12\n\xff\xfe3")
    with pytest.raises(InputError, match="cannot be read"):
        read_cohort_file(tmp_path / "nothing.txt")


def test_a_number_is_searched_for_as_it_is_written() -> None:
    assert ByNumber(1, "1,2|3$4\\5").searched == "1\\,2\\|3\\$4\\\\5"
    assert ByNumber(1, "1,2", "urn:oid:1.2").searched == "urn:oid:1.2|1\\,2"


def test_nothing_of_a_patient_is_shown() -> None:
    assert "0012" not in repr(ByNumber(1, "0012")) and "p1" not in repr(ById(1, "Patient/p1"))


def test_lines_are_told_by_ranges_and_all_are_counted() -> None:
    assert gap_of({"no-patient": []}) is None
    assert gap_of({"no-patient": [9, 3, 4, 5]}) == (
        "4 of the lines of the patients file gave nobody to pull (no-patient: lines 3-5, 9)"
    )
    many = gap_of({"no-patient": list(range(1, 1001, 2)), "unusable-line": [2]})
    assert many is not None and many.startswith("501 of") and "and 400 places more" in many
    assert many.endswith("unusable-line: line 2)")
