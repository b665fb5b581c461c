"""The traps of real terminology (knowledge base, codes section 1), each held down on the shipped tables."""

from collections.abc import Iterable

import pytest

from abstractor.codes import SYSTEMS, AgentMatch, Coding, canonical
from abstractor.guidelines import load_value_sets

TRASTUZUMAB, PERTUZUMAB = "trastuzumab", "pertuzumab"
TDM1, TDXD = "ado-trastuzumab emtansine", "fam-trastuzumab deruxtecan"


def drug(*codes: str, texts: Iterable[str] = ()) -> AgentMatch:
    return load_value_sets().agents_of([coding(code) for code in codes], texts)


def coding(written: str) -> Coding:
    """ "rxnorm 224905": the short name of a system, or its address, and a code."""
    system, code = written.rsplit(" ", 1)
    return Coding(*canonical(SYSTEMS.get(system, system), code))


def concepts(written: str) -> tuple[str, ...]:
    return load_value_sets().concepts_of([coding(written)])


DRUGS = [
    # 1. RxNorm files the conjugates under trastuzumab: the most specific code wins.
    ("rxnorm 224905", TRASTUZUMAB),
    ("rxnorm 1371041", TDM1),
    ("rxnorm 1371041, rxnorm 224905", TDM1),
    ("rxnorm 1371046, rxnorm 224905", TDM1),
    ("rxnorm 1658084, rxnorm 1371041, rxnorm 224905", TDM1),
    ("rxnorm 2267574, rxnorm 224905", TDXD),
    ("rxnorm 2267577, rxnorm 224905", TDXD),
    ("rxnorm 2267581, rxnorm 2267582, rxnorm 224905", TDXD),
    ("hcpcs J9354, rxnorm 224905", TDM1),
    ("hcpcs J9358, rxnorm 224905", TDXD),
    ("snomed 702836004, snomed 387003001", TDM1),
    # 2. Fixed-dose products give their components.
    ("rxnorm 2382603, rxnorm 224905", f"{PERTUZUMAB}+{TRASTUZUMAB}"),
    ("hcpcs J9316, rxnorm 1298944", f"{PERTUZUMAB}+{TRASTUZUMAB}"),
    ("rxnorm 2119713", TRASTUZUMAB),
    ("hcpcs J9356", TRASTUZUMAB),
    # 3. Paclitaxel 100 MG Injection is the protein-bound product.
    ("rxnorm 583214", "nab-paclitaxel"),
    ("rxnorm 583214, rxnorm 56946", "nab-paclitaxel"),
    ("rxnorm 312199", "paclitaxel"),
    # 4. Two ingredient codes for one drug.
    ("rxnorm 2267574", TDXD),
    ("rxnorm 2267582", TDXD),
    ("rxnorm 1045452", "eribulin"),
    ("rxnorm 1045453", "eribulin"),
    # 6. Old and new billing codes, and every biosimilar.
    ("hcpcs J8520", "capecitabine"),
    ("hcpcs J8521", "capecitabine"),
    ("hcpcs J8522", "capecitabine"),
    ("hcpcs J2505", "pegfilgrastim"),
    ("hcpcs J2506", "pegfilgrastim"),
    *[(f"hcpcs Q{number}", TRASTUZUMAB) for number in (5112, 5113, 5114, 5116, 5117, 5146)],
    ("hcpcs J9276", "zanidatamab"),
    ("hcpcs J9011", "datopotamab deruxtecan"),
    # 15. One system under several addresses, and codes in small letters.
    ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets J9354", TDM1),
    ("http://www.nlm.nih.gov/research/umls/hcpcs J9354", TDM1),
    ("urn:oid:2.16.840.1.113883.6.285 j9354", TDM1),
    # 16. What public code calls by another drug's name.
    ("rxnorm 68442", "filgrastim"),
    ("rxnorm 1298944", PERTUZUMAB),
    # The dose of denosumab is the drug, as far as bone metastases go.
    ("rxnorm 993449", "denosumab"),
    ("hcpcs J0897", "denosumab"),
    ("rxnorm 993458, hcpcs J0897", "denosumab 120 mg"),
    ("rxnorm 993452, hcpcs J0897", "denosumab 60 mg"),
]


@pytest.mark.parametrize(("codes", "agents"), DRUGS)
def test_a_drug_code_means(codes: str, agents: str) -> None:
    assert drug(*codes.split(", ")) == AgentMatch(tuple(sorted(agents.split("+"))))


NOT_DRUGS = [
    "rxnorm 228833",  # 16: seen as trastuzumab
    "rxnorm 1298065",  # 16: seen as pertuzumab
    "hcpcs G9835",  # 7: a quality report, not a dose
    "hcpcs G9836",
    "hcpcs G9837",
    "icd10cm Z79.62",  # 14: only a class
    "icd10cm Z79.633",
    "http://www.whocc.no/atc L01FD01",  # licensed: not shipped
]


@pytest.mark.parametrize("code", NOT_DRUGS)
def test_a_code_is_no_drug_of_ours(code: str) -> None:
    assert drug(code) == AgentMatch((), "unmapped")
    assert concepts(code) == ()


@pytest.mark.parametrize("text", ["Inj, trastuzumab-xyzz, 10 mg", "Inj datopotamab-deruxtecan", "a zumab"])
def test_no_text_is_matched_by_a_part_of_a_word(text: str) -> None:
    assert drug(texts=[text]) == AgentMatch((), "unmapped")


def test_a_precise_name_beside_the_ingredients_code() -> None:
    assert drug("rxnorm 224905", texts=["Kadcyla"]) == AgentMatch((TDM1,))
    assert drug("rxnorm 224905", texts=["trastuzumab deruxtecan"]) == AgentMatch((TDXD,))
    assert drug("hcpcs J0897", texts=["Xgeva"]) == AgentMatch(("denosumab 120 mg",))


@pytest.mark.parametrize(
    ("code", "text", "may_be"),
    [
        ("rxnorm 1298944", "Herceptin", ("pertuzumab", "trastuzumab")),
        ("rxnorm 224905", "Perjeta 420 mg", ("pertuzumab", "trastuzumab")),
        ("hcpcs J9306", "Herceptin", ("pertuzumab", "trastuzumab")),
        ("hcpcs J9306", "trastuzumab", ("pertuzumab", "trastuzumab")),
        ("hcpcs J9355", "Kadcyla", (TDM1, "trastuzumab")),
        ("rxnorm 1922509", "Enhertu, arm B", (TDXD, "trastuzumab")),
        ("hcpcs J9358", "Kadcyla", (TDM1, TDXD)),
        ("rxnorm 72962", "Taxol", ("docetaxel", "paclitaxel")),
    ],
)
def test_a_code_and_words_that_name_two_drugs_are_neither(
    code: str, text: str, may_be: tuple[str, ...]
) -> None:
    assert drug(code, texts=[text]) == AgentMatch((), "conflict", may_be)


@pytest.mark.parametrize(
    ("code", "text", "agents"),
    [
        # Words that repeat the coded drug, by its brand, its ingredient, or as one of two.
        ("rxnorm 1298944", "Perjeta 420 mg", ("pertuzumab",)),
        ("rxnorm 1298953", "pertuzumab", ("pertuzumab",)),
        ("rxnorm 2382604", "pertuzumab and trastuzumab", ("pertuzumab", "trastuzumab")),
        ("rxnorm 2382604", "Herceptin", ("pertuzumab", "trastuzumab")),
        ("rxnorm 1298944", "Phesgo", ("pertuzumab", "trastuzumab")),
        ("hcpcs J9354", "trastuzumab", (TDM1,)),
        # Words that say more, also what is given before it.
        ("rxnorm 101306", "TCHP", ("trastuzumab",)),
        ("hcpcs J9355", "trastuzumab, premedication dexamethasone", ("trastuzumab",)),
        ("hcpcs J9355", "trastuzumab; dexamethasone 8 mg", ("trastuzumab",)),
        ("hcpcs J1100", "premedication of Taxol", ("dexamethasone",)),
        # One drug as it is dosed or made soluble; "AC" is also before meals.
        ("hcpcs J3489", "Reclast", ("zoledronic acid",)),
        ("hcpcs J1453", "Emend 150 mg", ("fosaprepitant",)),
        ("hcpcs J1100", "AC", ("dexamethasone",)),
    ],
)
def test_words_that_only_say_the_coded_drug_again(code: str, text: str, agents: tuple[str, ...]) -> None:
    assert drug(code, texts=[text]) == AgentMatch(agents)


def test_every_shipped_code_beside_every_name_of_its_drug() -> None:
    sets = load_value_sets()
    alone = {(key, said): told for key, told in sets.drugs.items() for said, name in sets.names.items()
             if name.agents == told.agents and name.rank}  # fmt: skip
    assert len(alone) > 1000
    for (key, said), told in alone.items():
        assert sets.agents_of([Coding(*key)], [" ".join(said)]) == AgentMatch(told.agents), (key, said)


def test_two_products_are_a_conflict() -> None:
    both = drug("hcpcs J9354", "hcpcs J9358")
    assert (both.agents, both.reason) == ((), "conflict")
    assert both.may_be == ("ado-trastuzumab emtansine", "fam-trastuzumab deruxtecan")


MEANINGS = [
    # 5. The receptor codes; headers mean nothing.
    ("icd10cm Z17.31", "her2-positive-breast-cancer"),
    ("icd10cm Z1731", "her2-positive-breast-cancer"),
    ("icd10cm z17.31", "her2-positive-breast-cancer"),
    ("icd10cm Z17.32", "her2-negative-breast-cancer"),
    ("icd10cm Z17.3", ""),
    ("icd10cm Z17.4", ""),
    ("icd10cm C50.A1", "breast-cancer"),
    ("http://hl7.org/fhir/sid/icd-10 C50.9", "breast-cancer"),
    # 8. Serum HER2 is not the tumour's.
    ("loinc 32996-1", "her2-serum"),
    ("loinc 42914-2", "her2-serum"),
    ("loinc 51981-9", "her2-serum"),
    # 9. HER2 answers in all their forms.
    ("loinc 85319-2", "her2-ihc"),
    ("loinc 85318-4", "her2-ish"),
    ("loinc 48676-1", "her2-overall"),
    ("loinc LA6111-4", "answer:ihc-0"),
    ("loinc LA11841-6", "answer:ihc-1+"),
    ("loinc LA11842-4", "answer:ihc-2+"),
    ("loinc LA11843-2", "answer:ihc-3+"),
    ("snomed 260347006", "answer:ihc-1+"),
    ("snomed 260348001", "answer:ihc-2+"),
    ("snomed 260349009", "answer:ihc-3+"),
    ("loinc LA6576-8", "answer:positive"),
    ("loinc LA6577-6", "answer:negative"),
    ("snomed 10828004", "answer:positive"),
    ("snomed 260385009", "answer:negative"),
    ("snomed 280414007", "answer:equivocal"),
    ("snomed 42425007", "answer:equivocal"),
    ("snomed 82334004", "answer:indeterminate"),
    ("text 3+", "answer:ihc-3+"),
    ("text positive", "answer:positive"),
    # 10. A disorder as diagnosis and as value; one code that says both facts.
    ("snomed 427685000", "answer:positive breast-cancer her2-positive-breast-cancer"),
    ("snomed 431396003", "answer:negative breast-cancer her2-negative-breast-cancer"),
    ("snomed 459391000124109", "breast-cancer distant-metastasis her2-positive-breast-cancer"),
    # 11. A history has a code of its own.
    ("snomed 1287652008", "history-of-metastasis"),
    # 12. ECOG answers are no answers to anything else.
    ("loinc LA9622-7", "answer:ecog-0"),
    # Not otherwise classified: a drug, and not which.
    ("hcpcs J9999", "unclassified-drug"),
    ("hcpcs C9399", "unclassified-drug"),
    # 13. Intent.
    ("snomed 363676003", "intent:palliative"),
    # 16. What public code calls by another name.
    ("loinc 24627-2", "chest-ct"),
    ("loinc 417181009", ""),
    ("snomed 417181009", "breast-cancer hormone-receptor-positive-status"),
    # Regional disease is no distant metastasis; a metastasis of another cancer is none of the breast's.
    ("snomed 94181007", ""),
    ("snomed 96981000119102", "other-her2-cancer"),
]


@pytest.mark.parametrize(("code", "meaning"), MEANINGS)
def test_a_code_means(code: str, meaning: str) -> None:
    assert concepts(code) == tuple(meaning.split())


WRITTEN = [
    ("IHC 3+", "answer:ihc-3+"),
    ("positive (3+)", "answer:ihc-3+"),
    ("Equivocal", "answer:equivocal"),
    ("Not amplified", "answer:negative"),
    ("HER2 pos (low)", ""),
    ("probably positive", ""),
    ("not 3+", ""),
]


@pytest.mark.parametrize(("said", "meaning"), WRITTEN)
def test_only_an_exact_form_is_an_answer(said: str, meaning: str) -> None:
    found = load_value_sets().concepts_of([Coding("text", " ".join(said.lower().split()))])
    assert found == tuple(meaning.split())
