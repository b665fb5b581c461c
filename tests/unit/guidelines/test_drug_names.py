"""Drug texts as real systems and people write them. The texts stand alone: no patient is near them."""

import pytest

from abstractor.codes import AgentMatch
from abstractor.guidelines import load_value_sets

# As typed in the clinical drug tables of TCGA-BRCA (open access).
TYPED = [
    ("Adriamyicin", "doxorubicin"),
    ("ADRIAMYCIN", "doxorubicin"),
    ("doxorubicin HCL", "doxorubicin"),
    ("Doxorubicinum", "doxorubicin"),
    ("Doxorubicin Liposome", "liposomal doxorubicin"),
    ("Doxil", "liposomal doxorubicin"),
    ("Cyotxan", "cyclophosphamide"),
    ("Cyclophosphane", "cyclophosphamide"),
    ("cyclophosphamidum", "cyclophosphamide"),
    ("5-Flourouracil", "fluorouracil"),
    ("5 fluorouracil", "fluorouracil"),
    ("5-FU", "fluorouracil"),
    ("metotreksat", "methotrexate"),
    ("Doxetaxel", "docetaxel"),
    ("paclitaxelum", "paclitaxel"),
    ("Paclitaxel (Protein-Bound)", "nab-paclitaxel"),
    ("Albumin-Bound Paclitaxel", "nab-paclitaxel"),
    ("abraxane", "nab-paclitaxel"),
    ("Trustuzumab", "trastuzumab"),
    ("HERCEPTIN", "trastuzumab"),
    ("Xeloda (Capecitabine)", "capecitabine"),
    ("ARIMIDEX (ANASTROZOLE)", "anastrozole"),
    ("Anastrazole", "anastrozole"),
    ("letrozolum", "letrozole"),
    ("aromatase exemestane", "exemestane"),
    ("TAMOXIFEN (NOVADEX)", "tamoxifen"),
    ("tamoxifen citrate", "tamoxifen"),
    ("Fareston", "toremifene"),
    ("Leuprorelin", "leuprolide"),
    ("LEUPROLIDE ACETATE (LUPRON)", "leuprolide"),
    ("VP-16", "etoposide"),
    ("Yondelis", "trabectedin"),
    ("Xgeva", "denosumab 120 mg"),
    ("Denosumab", "denosumab"),
    ("Zometa", "zoledronic acid"),
    ("clodronic acid", "clodronic acid"),
    ("MESNA-1", "mesna"),
    ("AE-37", "ae37 vaccine"),
    ("ac", "cyclophosphamide+doxorubicin"),
    ("TC", "cyclophosphamide+docetaxel"),
    ("TCH", "carboplatin+docetaxel+trastuzumab"),
    ("Cytoxan and Taxotere", "cyclophosphamide+docetaxel"),
    ("Taxotere/Cytoxan", "cyclophosphamide+docetaxel"),
    ("Adriamycin, cytoxan, avastin", "bevacizumab+cyclophosphamide+doxorubicin"),
    ("adriamycin+cuclophosphamide", "cyclophosphamide+doxorubicin"),
    ("cyclophosphamide+methotrexatum+fluorouracillum", "cyclophosphamide+fluorouracil+methotrexate"),
    ("tamoxiphene+leuporeline+gosereline", "goserelin+leuprolide+tamoxifen"),
    (
        "taxol+adriamycin+cyclophosphamide+herceptin",
        "cyclophosphamide+doxorubicin+paclitaxel+trastuzumab",
    ),
]

# As pharmacies and billing write them.
WRITTEN = [
    ("trastuzumab-dkst (Ogivri) 420 mg IV", "trastuzumab"),
    ("5 ML hyaluronidase-oysk 2000 UNT/ML / trastuzumab 120 MG/ML Injection", "trastuzumab"),
    ("Herceptin Hylecta", "trastuzumab"),
    ("Phesgo", "pertuzumab+trastuzumab"),
    ("hyaluronidase / pertuzumab / trastuzumab", "pertuzumab+trastuzumab"),
    ("Kadcyla (ado-trastuzumab emtansine)", "ado-trastuzumab emtansine"),
    ("Kadcyla (trastuzumab)", "ado-trastuzumab emtansine"),
    ("T-DM1", "ado-trastuzumab emtansine"),
    ("trastuzumab emtansine", "ado-trastuzumab emtansine"),
    ("fam-trastuzumab deruxtecan-nxki 100 MG Injection", "fam-trastuzumab deruxtecan"),
    ("trastuzumab deruxtecan", "fam-trastuzumab deruxtecan"),
    ("Enhertu (trastuzumab)", "fam-trastuzumab deruxtecan"),
    ("T-DXd", "fam-trastuzumab deruxtecan"),
    ("Abraxane (paclitaxel)", "nab-paclitaxel"),
    ("Xgeva (denosumab)", "denosumab 120 mg"),
    ("Wyost", "denosumab 120 mg"),
    ("denosumab 60 mg/mL prefilled syringe", "denosumab 60 mg"),
    ("Prolia", "denosumab 60 mg"),
    ("denosumab-bbdz", "denosumab"),
    ("Reclast", "zoledronic acid 5 mg"),
    ("{28 letrozole 2.5 MG / 21 ribociclib 200 MG} Pack", "letrozole+ribociclib"),
    ("Kisqali Femara Co-Pack", "letrozole+ribociclib"),
    ("datopotamab deruxtecan", "datopotamab deruxtecan"),
    # A salt, a form, a package.
    ("ribociclib succinate 200 mg tablet", "ribociclib"),
    ("ribociclib (KISQALI) 600 mg/day (200 mg x 3) tablet therapy pack", "ribociclib"),
    ("KISQALI (600 MG DOSE) 200 MG PO TBPK", "ribociclib"),
    ("ribociclib-letrozole 600 mg/day-2.5 mg tablets", "letrozole+ribociclib"),
    ("palbociclib 125 mg tablet therapy pack", "palbociclib"),
    ("tucatinib hemiethanolate 150 mg", "tucatinib"),
    ("elacestrant dihydrochloride 345 mg", "elacestrant"),
    ("exemestane micronized 25 mg", "exemestane"),
    ("everolimus (antineoplastic) 10 mg tablet", "everolimus"),
    ("Afinitor Disperz 2 mg", "everolimus"),
    ("leuprolide acetate (3 month) 11.25 mg", "leuprolide"),
    ("octreotide LAR 20 mg", "octreotide"),
    ("zoledronic acid-mannitol-water 4 mg/100 mL", "zoledronic acid"),
    ("zoledronic acid-mannitol-water 5 mg/100 mL", "zoledronic acid 5 mg"),
    ("ondansetron (ZOFRAN-ODT) disintegrating tablet 8 mg", "ondansetron"),
    ("Zofran ODT 8 mg tablet", "ondansetron"),
    ("ondansetron 8 mg rapid dissolve tablet", "ondansetron"),
    ("Zuplenz 8 mg oral soluble film", "ondansetron"),
    ("ondansetron 16 mg, dexamethasone 12 mg in NaCl (iso-osm) 50 mL IVPB", "dexamethasone+ondansetron"),
    ("aprepitant 125 mg (1)-80 mg (2) capsules in a dose pack", "aprepitant"),
    ("EMEND TRI-FOLD", "aprepitant"),
    ("Emend 125 mg-80 mg oral combo pack", "aprepitant"),
    ("Emend pack", "aprepitant"),
    ("Cinvanti 130 mg/18 mL", "aprepitant"),
    ("fosaprepitant dimeglumine 150 mg injection", "fosaprepitant"),
    ("Focinvez 150 mg/50 mL", "fosaprepitant"),
    ("Akynzeo (netupitant-palonosetron) 300 mg-0.5 mg capsule", "netupitant+palonosetron"),
    ("fosnetupitant chloride-palonosetron 235 mg-0.25 mg", "fosnetupitant+palonosetron"),
    ("Sancuso 3.1 mg/24 hour transdermal patch", "granisetron"),
    ("Hemady 20 mg tablet", "dexamethasone"),
    ("dexamethasone sod phosphate 4 mg/mL vial", "dexamethasone"),
    ("DEXAMETHASONE SODIUM PHOSPHATE 10 MG/ML IJ SOLN", "dexamethasone"),
    ("Zyprexa Zydis 5 mg", "olanzapine"),
    ("Medrol Dosepak", "methylprednisolone"),
    ("diphenoxylate-atropine 2.5 mg-0.025 mg", "atropine+diphenoxylate"),
]

NOT_A_DRUG = [
    "Chemo, NOS", "Hormone, NOS", "Taxane", "Poly E", "Not otherwise specified", "Bevacizumab or Placebo",
    "BEVACIZUMAB (AVASTIN)/PLACEBO PROVIDED BY STUDY", "trastuzumab duocarmazine", "deruxtecan",
    "unknown deruxtecan", "trastuzumab biosimilar study arm", "moonicin", "", "40 mg IV",
    # Another drug that shares a salt or a form, and what is put into the eye or the ear.
    "metoprolol succinate 50 mg", "sumatriptan succinate", "promethazine ODT", "ODT tablet therapy pack",
    "trastuzumab succinate conjugate", "paclitaxel poliglumex", "tobramycin-dexamethasone 0.3 %-0.1 %",
    "dexamethasone 0.1 % ophthalmic", "Decadron eye drops", "olanzapine-samidorphan", "succinate",
]  # fmt: skip


@pytest.mark.parametrize(("text", "agents"), [*TYPED, *WRITTEN], ids=lambda value: value)
def test_a_drug_is_told(text: str, agents: str) -> None:
    assert load_value_sets().agents_of([], [text]) == AgentMatch(tuple(sorted(agents.split("+"))))


@pytest.mark.parametrize("text", NOT_A_DRUG)
def test_what_names_no_drug_stays_unmapped(text: str) -> None:
    """It may be what it names, or be made of it: doubt, never that drug for sure."""
    match = load_value_sets().agents_of([], [text])
    assert (match.agents, match.reason) == ((), "unmapped")


def test_no_name_hides_behind_a_word_to_ignore() -> None:
    sets = load_value_sets()
    swallowed = [words for words in sets.names if set(words) <= sets.ignorable]
    assert swallowed == []


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("Poly E", ()),
        ("trastuzumab duocarmazine", ("ado-trastuzumab emtansine", "trastuzumab")),
        ("ONC trial of Enhertu, cohort seven", ("fam-trastuzumab deruxtecan",)),
    ],
)
def test_a_text_not_read_to_its_end_may_be_what_it_names(text: str, may_be: tuple[str, ...]) -> None:
    held = load_value_sets().agents_of([], [text]).may_be
    assert set(may_be) <= set(held)
    assert bool(held) == bool(may_be)
