"""An address is told by its type alone: the rest may name a patient."""

import pytest

from abstractor.fhir.types import type_in


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://a.example/r4/Condition?patient=canary", " to Condition"),
        ("https://a.example/r4/Patient/canary", " to Patient"),
        ("https://a.example/r4/Observation/_search", " to Observation"),
        ("https://a.example/r4/metadata", ""),
        ("https://a.example/r4/Canary?_type=Condition", ""),
    ],
)
def test_the_type_in_an_address(url: str, told: str) -> None:
    assert type_in(url) == told
