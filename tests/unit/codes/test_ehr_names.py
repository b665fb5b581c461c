"""Drug names as EHRs, formularies and labels print them: tall-man letters, strengths, forms, diluents.

Every HER2 drug and its partners must map. A word that could be part of another drug's name leaves doubt.
"""

import pytest

from abstractor.codes import SYSTEMS, AgentMatch, Coding
from abstractor.guidelines import load_value_sets

TRASTUZUMAB = [
    "trastuzumab (HERCEPTIN) 440 mg in sodium chloride 0.9 % 250 mL chemo infusion",
    "trastuzumab (HERCEPTIN) chemo infusion 6 mg/kg (Treatment Plan)",
    "trastuzumab-anns (KANJINTI) 420 mg in NaCl 0.9 % 250 mL IVPB",
    "trastuzumab-dkst (OGIVRI) 8 mg/kg = 600 mg in sodium chloride 0.9% 250 mL IV infusion, loading dose",
    "trastuzumab-qyyp (TRAZIMERA) IVPB 6 mg/kg Q21 days",
    "trastuzumab-pkrb 150 mg intravenous powder for injection",
    "trastuzumab-dttb (ONTRUZANT) 150 mg IV solr",
    "trastuzumab-strf (HERCESSI) 420 mg intravenous recon soln",
    "Herceptin 150 mg intravenous solution",
    "HERCEPTIN 440 MG IV SOLR",
    "herceptin test dose",
    "trastuzumab biosimilar 440 mg, cycle 3 day 1",
    "TRASTUZUMAB INJ 10MG",
    "Inj, trastuzumab, excl biosimilar, 10 mg",
    "Injection, trastuzumab, excludes biosimilar, 10 mg",
    "Injection, trastuzumab-anns, biosimilar, (kanjinti), 10 mg",
    "trastuzumab-hyaluronidase-oysk 600 mg-10,000 unit/5 mL subcutaneous solution",
    "trastuzumab-hyaluronidase-oysk (HERCEPTIN HYLECTA) 600 mg-10,000 units/5 mL injection",
    "Herceptin Hylecta 600 mg-10,000 unit/5 mL subcutaneous solution",
    "HERCEPTIN HYLECTA (trastuzumab and hyaluronidase-oysk) injection, for subcutaneous use",
    "trastuzumab 600 mg-hyaluronidase-oysk 10,000 unit/5 mL subcutaneous soln",
    "Injection, trastuzumab, 10 mg and hyaluronidase-oysk",
    "trastuzumab IV every 3 weeks for 17 doses",
]
PHESGO = [
    "PHESGO 600 mg-600 mg-20,000 unit/10 mL subcutaneous solution",
    "PHESGO 1,200 mg-600 mg-30,000 unit/15 mL (80 mg-40 mg-2,000 unit/mL) subcut soln",
    "pertuzumab 1,200 mg-trastuzumab 600 mg-hyaluronidase-zzxf 30,000 unit/15 mL subcut soln",
    "pertuzumab-trastuzumab-hyaluronidase-zzxf (PHESGO) 600-600-20,000 mg-mg-unit/10 mL injection",
    "pertuzumab-trastuzumab-hyaluron-zzxf 600 mg-600 mg-20000 unit/10 mL SC",
    "PHESGO (pertuzumab, trastuzumab, and hyaluronidase-zzxf) injection, for subcutaneous use",
    "PHESGO 60-60-2000 MG-MG-U/ML Subcutaneous Solution",
    "Pertuzu, trastuzu, 10 mg",
    "pertuzumab/trastuzumab/hyaluronidase",
    "pertuzumab-trastuzumab",
]
PERTUZUMAB = [
    "pertuzumab (PERJETA) 840 mg in sodium chloride 0.9 % 250 mL IVPB (loading dose)",
    "PERTUZUMAB (PERJETA) IVPB 420 mg C2D1",
    "Perjeta 420 mg/14 mL (30 mg/mL) intravenous solution",
    "pertuzumab-dpzb (POHERDY) 420 mg/14 mL vial",
    "Injection, pertuzumab, 1 mg",
]
CONJUGATES = [
    ("ado-trastuzumab emtansine (KADCYLA) 260 mg in sodium chloride 0.9 % 250 mL chemo infusion", "T-DM1"),
    ("ado-trastuzumab (KADCYLA) chemo infusion", "T-DM1"),
    ("Kadcyla 100 mg intravenous solution", "T-DM1"),
    ("KADCYLA 160 MG IV SOLR", "T-DM1"),
    ("ADO-TRASTUZumab emtansine 3.6 mg/kg IVPB over 90 minutes", "T-DM1"),
    ("Inj, ado-trastuzumab emt 1mg", "T-DM1"),
    ("Injection, ado-trastuzumab emtansine, 1 mg", "T-DM1"),
    ("fam-trastuzumab deruxtecan-nxki (ENHERTU) 5.4 mg/kg in dextrose 5 % 100 mL IVPB", "T-DXd"),
    ("FAM-TRASTUZumab deruxtecan-nxki 100 mg intravenous recon soln", "T-DXd"),
    ("fam-trastuzumab deruxtecan (ENHERTU) chemo IVPB Cycle 1, Day 1", "T-DXd"),
    ("Enhertu 100 mg intravenous powder for solution", "T-DXd"),
    ("ENHERTU (fam-trastuzumab deruxtecan-nxki) for injection, for intravenous use", "T-DXd"),
    ("Inj fam-trastu deru-nxki 1mg", "T-DXd"),
]
PARTNERS = [
    ("DOCEtaxel (TAXOTERE) 75 mg/m2 in sodium chloride 0.9 % 250 mL (non-PVC) chemo infusion", "docetaxel"),
    ("docetaxel 20 mg/mL (1 mL) intravenous solution", "docetaxel"),
    ("DOCEtaxel (non-alcohol formula) 160 mg/16 mL IV soln", "docetaxel"),
    ("PACLitaxel (TAXOL) 80 mg/m2 in NaCl 0.9 % 250 mL (non-DEHP) chemo infusion, weekly", "paclitaxel"),
    ("PACLitaxel 6 mg/mL intravenous concentrate", "paclitaxel"),
    ("PACLitaxel, semi-synthetic 6 mg/mL intravenous concentrate", "paclitaxel"),
    ("PACLitaxel-protein bound (ABRAXANE) 100 mg IV suspension", "nab-paclitaxel"),
    ("PACLitaxel protein-bound particles 100 mg intravenous suspension,reconstituted", "nab-paclitaxel"),
    ("Abraxane 100 mg intravenous susr", "nab-paclitaxel"),
    ("CARBOplatin AUC 6", "carboplatin"),
    ("CARBOplatin (PARAPLATIN) 600 mg (AUC = 6) in D5W 250 mL IVPB", "carboplatin"),
    ("CARBOplatin 10 mg/mL intravenous solution", "carboplatin"),
    ("vinorelbine (NAVELBINE) 25 mg/m2 in NS 50 mL IV push", "vinorelbine"),
    ("vinorelbine tartrate 50 mg/5 mL intravenous solution", "vinorelbine"),
    ("eriBULin mesylate (HALAVEN) 1 mg/2 mL (0.5 mg/mL) intravenous solution", "eribulin"),
    ("gemcitabine (GEMZAR) 1,000 mg/m2 in sodium chloride 0.9 % 250 mL chemo infusion", "gemcitabine"),
    ("gemcitabine 1 gram intravenous solution", "gemcitabine"),
    ("margetuximab-cmkb (MARGENZA) 25 mg/mL intravenous solution", "margetuximab"),
    ("zanidatamab-hrii (ZIIHERA) 300 mg IV recon soln", "zanidatamab"),
    ("tucatinib (TUKYSA) 150 mg tablet", "tucatinib"),
    ("Tukysa 150 mg tablet Take 2 tablets (300 mg total) by mouth 2 (two) times a day.", "tucatinib"),
    ("capecitabine (XELODA) 500 MG tablet", "capecitabine"),
    ("capecitabine 500 mg tablet Take 3 tablets by mouth twice daily on days 1-14", "capecitabine"),
    ("lapatinib (TYKERB) 250 mg tablet", "lapatinib"),
    ("Lapatinib Ditosylate 250 MG Oral Tab", "lapatinib"),
    ("Nerlynx 40 mg tablet", "neratinib"),
    ("neratinib maleate (NERLYNX) 40 MG tabs", "neratinib"),
    ("letrozole (FEMARA) 2.5 mg tablet", "letrozole"),
    ("anastrozole 1 mg tablet (ARIMIDEX)", "anastrozole"),
    ("tamoxifen citrate 20 mg oral tablet", "tamoxifen"),
    ("fulvestrant (FASLODEX) 250 mg/5 mL intramuscular syringe", "fulvestrant"),
    ("fulvestrant 500 mg/10 mL IM once, 2 injections of 250 mg", "fulvestrant"),
    ("palbociclib (IBRANCE) 125 mg cap", "palbociclib"),
    ("DOXOrubicin (ADRIAMYCIN) 60 mg/m2 IV push syringe", "doxorubicin"),
    ("DOXOrubicin, liposomal, (DOXIL) 2 mg/mL IV susp", "liposomal doxorubicin"),
    ("cyclophosphamide 1,000 mg intravenous powder for injection", "cyclophosphamide"),
    ("zoledronic acid (ZOMETA) 4 mg/100 mL IVPB", "zoledronic acid"),
    ("denosumab (XGEVA) 120 mg/1.7 mL (70 mg/mL) subcutaneous injection", "denosumab 120 mg"),
]
_SHORT = {"T-DM1": "ado-trastuzumab emtansine", "T-DXd": "fam-trastuzumab deruxtecan"}

# Not the drug by itself, or not only it: an unknown conjugate or antibody, a refusal, teaching, a trial.
DOUBTFUL = [
    "trastuzumab duocarmazine 100 mg IV recon soln", "trastuzumab-duocarmazine (SYD985) 1.2 mg/kg IVPB",
    "trastuzumab-xyzz 420 mg", "trastuzumab imbotolimod", "zenocutuzumab 750 mg IV",
    "Hold trastuzumab", "No trastuzumab given", "patient education: trastuzumab", "trastuzumab declined",
    "ENHERTU placebo", "Anti-trastuzumab antibody", "trastuzumab level", "trastuzumab or placebo",
    "trastuzumab (study drug)", "trastuzumab allergy", "trastuzumab desensitization",
    "T-DM1 (Kadcyla) vs T-DXd (Enhertu)", "trastuzumab-8", "trastuzumab mab", "HercepTest",
]  # fmt: skip


def cases() -> list[tuple[str, str]]:
    plain = [(t, "trastuzumab") for t in TRASTUZUMAB] + [(t, "pertuzumab") for t in PERTUZUMAB]
    fixed = [(t, "pertuzumab+trastuzumab") for t in PHESGO]
    return [*plain, *fixed, *((text, _SHORT[short]) for text, short in CONJUGATES), *PARTNERS]


@pytest.mark.parametrize(("text", "agents"), cases(), ids=lambda value: value)
def test_a_printed_name_maps(text: str, agents: str) -> None:
    assert load_value_sets().agents_of([], [text]) == AgentMatch(tuple(sorted(agents.split("+"))))


@pytest.mark.parametrize("text", DOUBTFUL)
def test_a_word_that_may_change_the_drug_leaves_doubt(text: str) -> None:
    assert load_value_sets().agents_of([], [text]).agents == ()


@pytest.mark.parametrize("text", ["trastuzumab-deruxtecan-xyzz", "trastuzumab vedotin", "zz-trastuzumab"])
def test_an_unknown_conjugate_beside_the_ingredients_code_is_no_trastuzumab(text: str) -> None:
    match = load_value_sets().agents_of([Coding(SYSTEMS["rxnorm"], "224905", "trastuzumab")], [text])
    assert match.agents != ("trastuzumab",)


TWO_PRODUCTS = [
    "trastuzumab 440mg; Kadcyla 100mg", "Herceptin and Kadcyla", "T-DM1 (Kadcyla) or T-DXd (Enhertu)",
    "trastuzumab 440 mg, Enhertu 100 mg", "Kadcyla 100 mg or trastuzumab 440 mg",
    "Herceptin (Kadcyla)", "Kadcyla/Herceptin", "Kadcyla; Enhertu", "Kadcyla, trastuzumab",
]  # fmt: skip


@pytest.mark.parametrize("text", TWO_PRODUCTS)
def test_a_text_that_names_two_products_is_doubt(text: str) -> None:
    match = load_value_sets().agents_of([], [text])
    assert match.agents == ()
    assert len(match.may_be) == 2
