"""A drug that was given for something else belongs to no line of the breast cancer (knowledge base, 2.7)."""

from datetime import date

import pytest

from fixtures.stories import HP, TDXD, tale
from tests.asking import abstract_told

REASONS = [
    # the reason's code, its words, does the drug belong to the breast cancer
    ("C54.1", "Malignant neoplasm of endometrium", False),
    ("C67.9", "Malignant neoplasm of bladder", False),
    ("C49.9", "Malignant neoplasm of soft tissue", False),
    ("C81.90", "Hodgkin lymphoma", False),
    ("C50.412", "Malignant neoplasm of breast", True),
    ("C78.7", "Secondary malignant neoplasm of liver", True),
    ("C80.1", "Malignant neoplasm, site not said", True),
    ("Z51.11", "Encounter for antineoplastic chemotherapy", True),
    ("M06.9", "Rheumatoid arthritis", False),
    ("M32.14", "Lupus nephritis", False),
    ("L40.0", "Psoriasis", False),
    ("D64.81", "Anaemia due to chemotherapy", True),
    ("G89.3", "Neoplasm-related pain", True),
    ("R11.2", "Nausea with vomiting", True),
]


@pytest.mark.parametrize(("code", "words", "belongs"), REASONS, ids=[row[0] for row in REASONS])
def test_a_reason_says_what_a_drug_is_for(code: str, words: str, *, belongs: bool) -> None:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2021-01-04", "liver")
    told.course(["docetaxel", *HP], "2021-01-18", cycles=6).condition(code, words, "2022-01-10")
    told.course(TDXD, "2022-06-06", cycles=6, reason=told.last_reference)
    lines = abstract_told(told.visit("2022-06-06").told()).lines
    assert [line.number for line in lines] == ([1, 2] if belongs else [1])
