"""Each agent of each regimen, by hand from the knowledge base (sections 1.2, 1.3 and 7.3): a row names the
drugs that may fill each place, with `/` between those that are the same there, and what may stand beside."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from abstractor.guidelines import load_library

TAXANE = "docetaxel / paclitaxel / nab-paclitaxel"
TDM1, TDXD = "ado-trastuzumab emtansine", "fam-trastuzumab deruxtecan"
AROMATASE = "letrozole / anastrozole / exemestane"
# What an antibody is combined with in maintenance or instead of chemotherapy (section 1.2).
PARTNER = f"{AROMATASE} / fulvestrant / tamoxifen"
# Endocrine therapy of every kind: beside a regimen that has a name without it, it is no other choice (7.3).
ET = f"{PARTNER} / toremifene / elacestrant / megestrol"
CYTOTOXIC = f"""
    {TAXANE} / tesetaxel / carboplatin / cisplatin / oxaliplatin / doxorubicin / epirubicin /
    liposomal doxorubicin / mitoxantrone / cyclophosphamide / ifosfamide / capecitabine / gemcitabine /
    fluorouracil / methotrexate / pemetrexed / vinorelbine / vinblastine / vincristine / eribulin /
    ixabepilone / etoposide / irinotecan / topotecan / mitomycin / trabectedin
"""
SINGLE = (
    "capecitabine / gemcitabine / eribulin / carboplatin / cisplatin / ixabepilone / liposomal doxorubicin"
)


@dataclass(frozen=True, slots=True)
class Named:
    regimen: str
    places: tuple[str, ...]
    beside: str = ""


NAMED = [
    Named("TCHP", (TAXANE, "carboplatin", "trastuzumab", "pertuzumab"), ET),
    Named("THP", (TAXANE, "trastuzumab", "pertuzumab"), ET),
    Named("TH", (TAXANE, "trastuzumab"), ET),
    Named("TDXD-P", (TDXD, "pertuzumab"), ET),
    Named("TDXD", (TDXD,), ET),
    Named("TDM1-TUC", (TDM1, "tucatinib"), ET),
    Named("TDM1", (TDM1,), ET),
    Named("TXH", ("tucatinib", "capecitabine", "trastuzumab"), ET),
    Named("HP-TUC", ("trastuzumab", "pertuzumab", "tucatinib"), ET),
    Named("NX", ("neratinib", "capecitabine"), ET),
    Named("LX", ("lapatinib", "capecitabine"), ET),
    Named("LH", ("lapatinib", "trastuzumab"), ET),
    Named("MARG-C", ("margetuximab", "capecitabine / vinorelbine / eribulin / gemcitabine"), ET),
    Named("H-VIN", ("trastuzumab", "vinorelbine"), f"pertuzumab / {ET}"),
    Named("H-C", ("trastuzumab", SINGLE), f"pertuzumab / {ET}"),
    Named("HP-ET-PALBO", ("trastuzumab", PARTNER, "palbociclib"), "pertuzumab"),
    Named("ABEMA-H-F", ("abemaciclib", "trastuzumab", "fulvestrant")),
    Named("HP-ET", ("trastuzumab", "pertuzumab", PARTNER)),
    Named("H-ET", ("trastuzumab", PARTNER)),
    Named("L-ET", ("lapatinib", PARTNER)),
    Named("ET", (ET,)),
    Named("CHEMO", (CYTOTOXIC,)),
]


def _agents(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split("/") if name.strip()]


def _choices(row: Named) -> Iterator[frozenset[str]]:
    """The first drug of every place, and each other drug instead of it; each drug beside the first ones."""
    places = [_agents(place) for place in row.places]
    firsts = [place[0] for place in places]
    for at, place in enumerate(places):
        for agent in place:
            yield frozenset([*firsts[:at], agent, *firsts[at + 1 :]])
    for agent in _agents(row.beside):
        yield frozenset([*firsts, agent])


def _name(chosen: frozenset[str]) -> str | None:
    return next((regimen.id for regimen in load_library().regimens if regimen.fits(chosen)), None)


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row.regimen)
def test_each_agent_in_its_place(row: Named) -> None:
    for chosen in _choices(row):
        assert _name(chosen) == row.regimen, sorted(chosen)


@pytest.mark.parametrize("row", NAMED, ids=lambda row: row.regimen)
def test_no_place_may_be_empty(row: Named) -> None:
    firsts = [_agents(place)[0] for place in row.places]
    for agent in firsts:
        assert _name(frozenset(firsts) - {agent}) != row.regimen, agent


def test_the_catalogue_is_this_table_and_in_its_order() -> None:
    held = [
        (each.id, [set(slot) for slot in each.needs], set(each.allows)) for each in load_library().regimens
    ]
    told = [(row.regimen, [set(_agents(p)) for p in row.places], set(_agents(row.beside))) for row in NAMED]
    assert held == told
