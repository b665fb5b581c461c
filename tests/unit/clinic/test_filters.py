"""Search parameters compare with codes and with spans of time, as FHIR's search page says."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from fixtures.clinic.filters import Lens, dates_of
from fixtures.clinic.shelf import Record

OPENED = datetime(2026, 1, 1, tzinfo=UTC)


def held(**elements: Any) -> Record:
    return Record("Observation", "one", "1", "p", json.dumps(elements).encode())


def coded(code: str, system: str = "urn:s") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


@pytest.mark.parametrize(
    ("words", "prefix", "first", "after"),
    [
        ("2026", "eq", "2026-01-01", "2027-01-01"),
        ("ge2024-02", "ge", "2024-02-01", "2024-03-01"),
        ("lt2026-12-31", "lt", "2026-12-31", "2027-01-01"),
        ("2026-01-01T10:00Z", "eq", "2026-01-01T10:00", "2026-01-01T10:01"),
        ("2026-01-01T10:00:05+02:00", "eq", "2026-01-01T08:00:05", "2026-01-01T08:00:06"),
    ],
)
def test_a_date_is_a_span(words: str, prefix: str, first: str, after: str) -> None:
    wanted = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (first, after)]
    assert dates_of(words) == (prefix, *wanted)


@pytest.mark.parametrize("words", ["", "soon", "2026-13", "2026-02-30", "ge", "2026-01-01T10:00:00 01:00"])
def test_what_is_no_date(words: str) -> None:
    assert dates_of(words) is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2026-03", True),
        ("2026-03-05", False),
        ("ge2026-03-10", True),
        ("ge2026-03-11", False),
        ("gt2026-03-09", True),
        ("le2026-03-01", True),
        ("lt2026-03-01", False),
        ("sa2026-02", True),
        ("eb2026-04", True),
        ("ne2026-03", False),
        ("2025,2026", True),
    ],
)
def test_a_period_is_compared_whole(value: str, kept: bool) -> None:
    record = held(effectivePeriod={"start": "2026-03-01", "end": "2026-03-10"})
    assert Lens(OPENED).keeps(record, "date", value) is kept


def test_a_period_without_an_end_goes_on() -> None:
    record = held(effectivePeriod={"start": "2026-03-01"})
    assert Lens(OPENED).keeps(record, "date", "ge2090-01-01")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("lab", True),
        ("urn:s|lab", True),
        ("urn:t|lab", False),
        ("|lab", True),
        ("x,lab", True),
        ("la", False),
    ],
)
def test_a_code_is_found_with_its_system_or_without(value: str, kept: bool) -> None:
    record = held(category=[coded("lab"), coded("other")])
    assert Lens(OPENED).keeps(record, "category", value) is kept


def test_elements_that_are_not_what_they_should_be_match_nothing() -> None:
    for wrong in (None, 5, "text", {"coding": "lab"}, [[5]], {"coding": [None, {"code": 5}]}):
        assert not Lens(OPENED).keeps(held(category=wrong), "category", "lab")
