"""HER2 under its long name in an Observation: in its own name, and in the value of a coded result."""

import pytest

from abstractor.fhir.facts.her2_words import said_of_her2
from abstractor.fhir.facts.mentions import kind_of_mention


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Human epidermal growth factor receptor 2 [Presence] in Tissue", "her2-text"),
        ("Human Epidermal Growth Factor Receptor-2 by IHC", "her2-text"),
        ("Human epidermal growth factor receptor 2 in Serum", "her2-serum"),
        ("Human epidermal growth factor receptor 3 in Tissue", None),
        ("Epidermal growth factor receptor", None),
        ("Human epidermal growth factor receptor 21", None),
    ],
)
def test_the_name_of_a_result_without_a_known_code(name: str, kind: str | None) -> None:
    assert kind_of_mention(name) == kind


@pytest.mark.parametrize(
    ("value", "reading"),
    [
        ("Human epidermal growth factor receptor 2: positive", "positive"),
        ("Human epidermal growth factor receptor-2 3+", "3+"),
        ("Human epidermal growth factor receptor 3: positive", None),
        ("Human epidermal growth factor receptor 2: see report", None),
    ],
)
def test_the_value_of_a_coded_result(value: str, reading: str | None) -> None:
    assert next((said.reading for said in said_of_her2(value)), None) == reading
