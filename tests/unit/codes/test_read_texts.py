"""Texts of drugs that are read to their end, and those that are not: what is left over decides nothing."""

import pytest

from abstractor.codes import SYSTEMS, AgentMatch, Coding
from abstractor.guidelines import load_value_sets

PLAIN = Coding(SYSTEMS["rxnorm"], "224905", "trastuzumab")


@pytest.mark.parametrize(
    ("codings", "text", "match"),
    [
        ([], "Docetaxel 75mg/m2 IV over 60min", AgentMatch(("docetaxel",))),
        ([], "Kadcyla 3.6mg/kg in sodium chloride 250mL", AgentMatch(("ado-trastuzumab emtansine",))),
        ([], "AC", AgentMatch(("cyclophosphamide", "doxorubicin"))),
        ([], "prochlorperazine 10 mg PO AC", AgentMatch((), "unmapped")),
        ([PLAIN], "Enhertu, see protocol", AgentMatch((), "conflict")),
        ([PLAIN], "T-DM1 (study arm B)", AgentMatch((), "conflict")),
        ([PLAIN], "trastuzumab, see protocol", AgentMatch(("trastuzumab",))),
    ],
)
def test_a_text(codings: list[Coding], text: str, match: AgentMatch) -> None:
    assert load_value_sets().agents_of(codings, [text]) == match
