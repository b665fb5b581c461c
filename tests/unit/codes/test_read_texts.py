"""Texts of drugs that are read to their end, and those that are not: what is left over decides nothing."""

import pytest

from abstractor.codes import SYSTEMS, Coding
from abstractor.guidelines import load_value_sets

PLAIN = Coding(SYSTEMS["rxnorm"], "224905", "trastuzumab")
UNSURE = ["TDM-1X", "ado trastuzumabb", "trastuzumab dxd2", "trastuzumab emtansyn", "something deruxtecan",
          "trastuzumab duocarmazine", "T-DM1 (study arm B)", "Enhertu, arm B"]  # fmt: skip


@pytest.mark.parametrize(
    ("codings", "text", "agents", "reason"),
    [
        ([], "Docetaxel 75mg/m2 IV over 60min", ("docetaxel",), None),
        ([], "Kadcyla 3.6mg/kg in sodium chloride 250mL", ("ado-trastuzumab emtansine",), None),
        ([], "AC", ("cyclophosphamide", "doxorubicin"), None),
        ([], "prochlorperazine 10 mg PO AC", (), "unmapped"),
        ([], "trastuzumab (Kadcyla)", ("ado-trastuzumab emtansine",), None),
        ([], "trastuzumab (Enhertu)", ("fam-trastuzumab deruxtecan",), None),
        ([], "trastuzumab (Herceptin)", ("trastuzumab",), None),
        ([PLAIN], "Enhertu, see protocol", ("fam-trastuzumab deruxtecan",), None),
        ([PLAIN], "TDM-1", ("ado-trastuzumab emtansine",), None),
        ([PLAIN], "T-DM 1 day 1", ("ado-trastuzumab emtansine",), None),
        ([PLAIN], "trastuzumab dxd", ("fam-trastuzumab deruxtecan",), None),
        ([PLAIN], "trastuzumab, see protocol", ("trastuzumab",), None),
        ([PLAIN], "trastuzumab 440 mg in sodium chloride 250 mL", ("trastuzumab",), None),
    ],
)
def test_a_text(codings: list[Coding], text: str, agents: tuple[str, ...], reason: str | None) -> None:
    match = load_value_sets().agents_of(codings, [text])
    assert (match.agents, match.reason) == (agents, reason)


@pytest.mark.parametrize("text", UNSURE)
def test_an_ingredients_code_beside_an_unknown_word_may_be_a_conjugate(text: str) -> None:
    match = load_value_sets().agents_of([PLAIN], [text])
    assert (match.agents, match.reason) == ((), "conflict")
    assert {"trastuzumab"} | set(match.may_be) > {"trastuzumab"}
