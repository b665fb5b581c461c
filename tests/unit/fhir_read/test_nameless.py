"""Which records name no drug at all, and which name one that we do not know."""

import pytest

from abstractor.codes import SYSTEMS, Coding
from abstractor.fhir.facts.nameless import is_nameless
from abstractor.guidelines import load_value_sets

HCPCS, RXNORM, NDC = SYSTEMS["hcpcs"], SYSTEMS["rxnorm"], SYSTEMS["ndc"]


@pytest.mark.parametrize(
    ("codings", "text", "nameless"),
    [
        ((), None, True),
        ((), "XYZ-101 study drug", True),
        ((), "Investigational agent 100 mg", True),
        ((), "lisinopril 10 mg", False),
        ((Coding(NDC, "65597-406-01"),), None, True),
        ((Coding(NDC, "65597-406-01", "lisinopril"),), None, False),
        ((Coding("urn:local", "123"),), None, True),
        ((Coding(RXNORM, "29046"),), None, False),  # a drug that is none of ours
        ((Coding(HCPCS, "J9999", "Not otherwise classified, antineoplastic drugs"),), None, True),
        ((Coding(HCPCS, "J3590", "Unclassified biologics"),), None, True),
        ((Coding(HCPCS, "J3490"),), "propofol", False),
        ((Coding(HCPCS, "J1885"),), None, False),
    ],
)
def test_is_nameless(codings: tuple[Coding, ...], text: str | None, nameless: bool) -> None:
    assert is_nameless(codings, [text], load_value_sets()) is nameless
