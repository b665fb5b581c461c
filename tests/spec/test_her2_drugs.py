"""What each HER2-directed drug says of a metastatic breast cancer without any HER2 result (knowledge base,
section 6.2, tiers 3 and 4): alone, and beside a stomach cancer."""

import pytest

from tests.unit.rules.her2.telling import CANCER, LIVER, STOMACH, answer, dose

BY_DRUGS, LOW, NOTHING = "her2-by-drugs-only", "her2-low-drug-only", "her2-not-recorded"


@pytest.mark.parametrize(
    ("drug", "alone", "beside"),
    [
        ("pertuzumab", BY_DRUGS, BY_DRUGS),
        ("ado-trastuzumab emtansine", BY_DRUGS, BY_DRUGS),
        ("tucatinib", BY_DRUGS, BY_DRUGS),
        ("neratinib", BY_DRUGS, BY_DRUGS),
        ("lapatinib", BY_DRUGS, BY_DRUGS),
        ("margetuximab", BY_DRUGS, BY_DRUGS),
        ("trastuzumab", BY_DRUGS, NOTHING),  # given for a stomach cancer too
        ("fam-trastuzumab deruxtecan", LOW, LOW),
    ],
)
def test_a_drug_alone_confirms_nothing(drug: str, alone: str, beside: str) -> None:
    given = dose(drug, "2021-01-01")
    assert answer(CANCER, LIVER, given) == f"unknown {alone}"
    assert answer(CANCER, STOMACH, LIVER, given) == f"unknown {beside}"
