"""The catalogue of regimens: the first one that fits names the line."""

import pytest

from abstractor.guidelines import load_library

EXAMPLES = [
    ("THP", "docetaxel pertuzumab trastuzumab"),
    ("THP", "nab-paclitaxel pertuzumab trastuzumab"),
    ("TCHP", "carboplatin docetaxel pertuzumab trastuzumab"),
    ("TCHP", "carboplatin paclitaxel pertuzumab trastuzumab"),
    ("TCHP", "carboplatin nab-paclitaxel pertuzumab trastuzumab"),
    ("TH", "paclitaxel trastuzumab"),
    ("TDXD-P", "fam-trastuzumab_deruxtecan pertuzumab"),
    ("TDXD", "fam-trastuzumab_deruxtecan"),
    ("TDM1", "ado-trastuzumab_emtansine"),
    ("TDM1-TUC", "ado-trastuzumab_emtansine tucatinib"),
    ("TXH", "capecitabine trastuzumab tucatinib"),
    ("HP-TUC", "pertuzumab trastuzumab tucatinib"),
    ("NX", "capecitabine neratinib"),
    ("LX", "capecitabine lapatinib"),
    ("LH", "lapatinib trastuzumab"),
    ("MARG-C", "eribulin margetuximab"),
    ("H-VIN", "trastuzumab vinorelbine"),
    ("H-VIN", "pertuzumab trastuzumab vinorelbine"),
    ("H-C", "capecitabine trastuzumab"),
    ("HP-ET-PALBO", "letrozole palbociclib pertuzumab trastuzumab"),
    ("HP-ET-PALBO", "fulvestrant palbociclib trastuzumab"),
    ("ABEMA-H-F", "abemaciclib fulvestrant trastuzumab"),
    ("HP-ET", "anastrozole pertuzumab trastuzumab"),
    ("H-ET", "tamoxifen trastuzumab"),
    ("L-ET", "lapatinib letrozole"),
    ("ET", "letrozole"),
    ("ET", "megestrol"),
    ("CHEMO", "capecitabine"),
    ("CHEMO", "cyclophosphamide doxorubicin"),
    (None, "carboplatin docetaxel trastuzumab"),
    (None, "letrozole palbociclib"),
    (None, "fam-trastuzumab_deruxtecan tucatinib"),
    # endocrine therapy beside a regimen that has a name without it
    ("THP", "docetaxel letrozole pertuzumab trastuzumab"),
    ("TCHP", "carboplatin nab-paclitaxel pertuzumab tamoxifen trastuzumab"),
    ("TDXD", "fam-trastuzumab_deruxtecan letrozole"),
    ("TDM1", "ado-trastuzumab_emtansine letrozole"),
    ("LH", "lapatinib letrozole trastuzumab"),
    ("TXH", "capecitabine fulvestrant trastuzumab tucatinib"),
    ("H-C", "capecitabine exemestane pertuzumab trastuzumab"),
    (None, "capecitabine letrozole"),
    (None, "trastuzumab"),
    (None, "pertuzumab trastuzumab"),
]


def named(agents: str) -> str | None:
    chosen = frozenset(name.replace("_", " ") for name in agents.split())
    return next((regimen.id for regimen in load_library().regimens if regimen.fits(chosen)), None)


@pytest.mark.parametrize(("regimen", "agents"), EXAMPLES)
def test_the_first_that_fits(regimen: str | None, agents: str) -> None:
    assert named(agents) == regimen


def test_every_regimen_has_an_example() -> None:
    assert {regimen.id for regimen in load_library().regimens} == {row[0] for row in EXAMPLES} - {None}


def test_catalogues_follow_the_kinds_of_their_drugs() -> None:
    library = load_library()
    regimens = {regimen.id: regimen for regimen in library.regimens}
    endocrine = {name for name, agent in library.agents.items() if agent.kind == "endocrine"}
    chemo = {n for n, agent in library.agents.items() if agent.kind in library.line_policy.chemotherapy_kinds}
    assert set(regimens["ET"].needs[0]) == endocrine == set(library.line_policy.joins_maintenance)
    assert set(regimens["CHEMO"].needs[0]) == chemo
    assert all(library.agents[name].counts_in_lines for name in chemo | endocrine)
