"""The shipped tables against what is known of their systems: ICD-10-CM itself, check digits, the guard."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import pytest

from abstractor.codes import NAMES_OF_UNLISTED, SYSTEMS
from abstractor.guidelines import load_library, load_value_sets
from abstractor.guidelines.assembly import words_of
from abstractor.guidelines.compiled import shipped_rows
from abstractor.guidelines.guard import table_problems
from abstractor.guidelines.shelf import shipped
from abstractor.guidelines.tables import CodeRow

# What the measures and criteria of this shelf need a code for; the others wait for a site's own.
NEEDED = {
    "breast-cancer", "distant-metastasis", "ambiguous-nodal-metastasis", "ambiguous-metastasis",
    "bone-metastasis", "cns-metastasis", "liver-metastasis", "lung-metastasis", "other-her2-cancer",
    "heart-failure", "ild-pneumonitis", "her2-positive-breast-cancer", "her2-negative-breast-cancer",
    "her2-ihc", "her2-ish", "her2-overall", "her2-serum", "er", "pr", "lvef", "m-category", "stage-group",
    "disease-status", "echocardiogram", "muga", "visit-class", "answer:positive", "answer:negative",
    "answer:equivocal", "answer:indeterminate", "answer:present", "answer:absent", "answer:ihc-0",
    "answer:ihc-1+", "answer:ihc-2+", "answer:ihc-3+", "answer:not-done", "answer:m0", "answer:m1",
    "answer:progressed", "stop-reason:not-tolerated", "stop-reason:refusal", "stop-reason:death",
    "stop-reason:lost", "stop-reason:no-response", "stop-reason:financial", "excluded-visit",
    "telephone-visit", "unclassified-drug",
}  # fmt: skip
# Declared for a site's own codes: none is verified, or the codes are licensed.
# The last two go by chapters, not by codes.
WITHOUT_CODE = {
    "cardiac-mri", "growth-factor-injection", "other-cancer", "other-disease",
}  # fmt: skip
# What the name of a record whose code no table has says that it is, which is nothing that a rule asks for.
BY_NAME = {"another-examination", "another-specimen"}
# Known by words alone: no code of them is verified, or it is CPT, CDT or CVX.
BY_WORDS = {
    "cardiology-care", "covid-19-vaccine", "creatinine-clearance", "ctcae-grade", "dental-disease",
    "dental-examination", "distress-thermometer", "dpyd-genotype", "drug-education",
    "esas", "esr1",
    "fatigue-score", "febrile-neutropenia", "germline-test", "hepatitis-b-vaccine", "influenza-vaccine",
    "lvef-interval-plan", "metastasis-biopsy",
    "neurosurgery-care", "nurse-visit", "pain-management",
    "pet-ct", "pneumococcal-vaccine", "psychosocial-care",
    "pulmonology-care", "qtcf", "radiation-oncology-care", "rsv-vaccine", "scalp-cooling",
    "treatment-consent", "zoster-vaccine",
}  # fmt: skip


@cache
def rows() -> tuple[CodeRow, ...]:
    return tuple(shipped_rows(shipped(), words_of(shipped())))


def of_system(name: str) -> list[CodeRow]:
    return [row for row in rows() if row.system == SYSTEMS[name]]


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")
def test_every_icd_10_cm_row_is_in_the_release() -> None:
    # Here and not above: it parses 9.7 MB, and this test alone pays for that. It has no types.
    import simple_icd_10_cm as release  # type: ignore[import-untyped]

    unknown = [row.code for row in of_system("icd10cm") if not release.is_valid_item(row.code)]
    assert unknown == []
    named = {row.code: (row.display, release.get_description(row.code)) for row in of_system("icd10cm")}
    assert {code: pair for code, pair in named.items() if pair[0] != pair[1]} == {}
    complete = (
        "C50",
        "I50",
        "J84",
        "C15",
        "C16",
        "C18",
        "C22",
        "C34",
        "D70",
        "E11",
        "G81",
        "I26",
        "K71",
        "R27",
    )
    for category in complete:
        missing = set(release.get_descendants(category)) - {row.code for row in of_system("icd10cm")}
        assert missing == set(), f"{category} is not complete"


def luhn(digits: str) -> int:
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))]
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def test_every_loinc_code_has_its_check_digit() -> None:
    """Answers (LA...) are numbered by another rule."""
    numbers = [row.code.split("-") for row in of_system("loinc") if not row.code.startswith("LA")]
    assert [number for number, check in numbers if luhn(number) != int(check)] == []


_PERMUTED = "1576283094"


def dihedral(left: int, right: int) -> int:
    """The product in the dihedral group of the pentagon, on which the check digit of SNOMED CT rests."""
    turn = (left + (right if left < 5 else -right)) % 5
    return turn + (5 if (left < 5) != (right < 5) else 0)


def verhoeff(digits: str) -> int:
    """0 where the check digit is right."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        permuted = int(digit)
        for _ in range(place % 8):
            permuted = int(_PERMUTED[permuted])
        check = dihedral(check, permuted)
    return check


def test_the_check_digit_finds_a_slip() -> None:
    assert verhoeff("254837009") == 0
    assert verhoeff("254837090") != 0
    assert luhn("85319") == 2


def test_every_snomed_code_has_its_check_digit() -> None:
    assert [row.code for row in of_system("snomed") if verhoeff(row.code)] == []


def test_the_guard_finds_nothing() -> None:
    assert list(table_problems(list(rows()))) == []


def test_the_guard_finds_something() -> None:
    spoiled = [row for row in rows() if row.code == "C79.51"]
    assert any("unique" in said or "duplicat" in said for said in table_problems([*spoiled, *spoiled]))


def test_every_meaning_that_is_needed_has_a_code() -> None:
    concepts = load_value_sets().concepts
    coded = {c for (system, _), held in concepts.items() if system != NAMES_OF_UNLISTED for c in held}
    assert coded >= NEEDED
    declared = words_of(shipped()).concepts
    assert declared - coded == WITHOUT_CODE | BY_NAME
    assert load_library().uncoded == WITHOUT_CODE | BY_NAME  # a name by itself finds nothing


def test_what_is_known_by_words_alone_has_no_code() -> None:
    concepts = load_value_sets().concepts
    worded = ("text", "words:")
    coded = {c for (system, _), held in concepts.items() if not system.startswith(worded) for c in held}
    words = {key: held for key, held in concepts.items() if key[0].startswith(worded)}
    named = {c for (system, _), held in words.items() if system != NAMES_OF_UNLISTED for c in held}
    assert {c for c in named - coded if not c.startswith(("answer:", "stop-reason:"))} - BEFORE == BY_WORDS


# Held in words since before, for diagnoses and procedures.
BEFORE = {"cns-local-therapy", "excluded-visit", "metastasis-in-words"}


@pytest.mark.parametrize(
    ("code", "concepts"),
    [
        ("24325-3", {"hepatic-panel", "alt", "ast", "bilirubin", "alkaline-phosphatase"}),
        ("57021-8", {"blood-count-panel", "neutrophils", "platelets", "leukocytes", "haemoglobin"}),
        ("58410-2", {"blood-count-panel", "platelets", "leukocytes", "haemoglobin"}),
        ("51990-0", {"electrolyte-panel", "creatinine", "calcium", "potassium"}),
        ("17861-6", {"calcium"}),
        ("5195-3", {"hbsag"}),
        ("13952-7", {"anti-hbc"}),
        ("22322-2", {"anti-hbs"}),
        ("2708-6", {"oxygen-saturation"}),
        ("55757-9", {"phq-2"}),
        ("44261-6", {"phq-9"}),
        ("69737-5", {"gad-7"}),
        ("72514-3", {"pain-score"}),
        ("42348-3", {"goals-of-care"}),
    ],
)
def test_a_result_or_a_panel_means(code: str, concepts: set[str]) -> None:
    assert set(load_value_sets().concepts[SYSTEMS["loinc"], code]) == concepts


@pytest.mark.parametrize(
    ("code", "concepts"),
    [
        ("Z66", {"do-not-resuscitate", "goals-of-care"}),
        ("Z51.5", {"palliative-care-encounter"}),
        ("Z31.84", {"fertility-preservation"}),
        ("J98.4", {"ild-weak"}),
        ("R51.9", {"neurological-symptom"}),
        ("H53.2", {"neurological-symptom"}),
        ("H53.59", set()),
        ("D70.1", {"neutropenia"}),
        ("B18.1", {"hepatitis-b"}),
        ("Z90.722", {"bilateral-oophorectomy"}),
        ("N18.4", {"severe-renal-impairment"}),
        ("N18.31", set()),
    ],
)
def test_a_diagnosis_of_care_means(code: str, concepts: set[str]) -> None:
    assert set(load_value_sets().concepts.get((SYSTEMS["icd10cm"], code), ())) == concepts


def test_navigation_is_dated_from_its_first_year() -> None:
    dated = {r.code: r.valid_from for r in rows() if r.meanings == ("patient-navigation",) and r.valid_from}
    assert dated == dict.fromkeys(("G0023", "G0024", "G0140", "G0146"), date(2024, 1, 1))


def test_no_dental_code_and_no_cpt_ships() -> None:
    assert not of_system("cpt")
    assert not [row.code for row in of_system("hcpcs") if row.code.startswith("D")]


SUPPORTIVE = (
    "loperamide", "diphenoxylate", "budesonide", "colestipol", "ondansetron", "granisetron", "palonosetron",
    "netupitant", "fosnetupitant", "rolapitant", "aprepitant", "fosaprepitant", "dexamethasone", "prednisone",
    "prednisolone", "methylprednisolone", "olanzapine", "filgrastim", "pegfilgrastim", "eflapegrastim",
    "efbemalenograstim", "goserelin", "leuprolide", "triptorelin",
)  # fmt: skip


@pytest.mark.parametrize("name", SUPPORTIVE)
def test_a_supportive_drug_is_known_by_name_and_never_counts_in_a_line(name: str) -> None:
    assert load_value_sets().agents_of((), (name,)).agents == (name,)
    assert not load_library().agents[name].counts_in_lines


def test_every_distant_site_counts_as_distant() -> None:
    sites = {
        "bone-metastasis", "bone-marrow-metastasis", "cns-metastasis", "liver-metastasis",
        "lung-metastasis", "pleura-metastasis", "peritoneum-metastasis", "skin-metastasis",
        "ovary-metastasis", "adrenal-metastasis", "distant-nodal-metastasis",
    }  # fmt: skip
    concepts = load_value_sets().concepts
    alone = [key for key, held in concepts.items() if sites & set(held) and "distant-metastasis" not in held]
    assert alone == []


@pytest.mark.parametrize(
    ("code", "concepts"),
    [
        ("C77.0", ("ambiguous-nodal-metastasis",)),
        ("C77.1", ("distant-metastasis", "distant-nodal-metastasis")),
        ("C77.3", ()),
        ("C77.8", ("ambiguous-nodal-metastasis",)),
        ("C77.9", ("ambiguous-nodal-metastasis",)),
        ("C79.31", ("cns-metastasis", "distant-metastasis")),
        ("C79.51", ("bone-metastasis", "distant-metastasis")),
        ("C79.52", ("bone-marrow-metastasis", "distant-metastasis")),
        ("C79.8", ("ambiguous-metastasis",)),
        ("C79.81", ()),
        ("C50.412", ("breast-cancer",)),
        ("D05.11", ("breast-carcinoma-in-situ",)),
        ("Z17.410", ("her2-positive-breast-cancer", "hormone-receptor-positive-status")),
        ("Z17.421", ("her2-negative-breast-cancer", "hormone-receptor-negative-status")),
    ],
)
def test_a_diagnosis_means(code: str, concepts: Iterable[str]) -> None:
    assert load_value_sets().concepts.get((SYSTEMS["icd10cm"], code), ()) == concepts


# HCPCS codes that say "a drug" and not which: they stand among the procedures.
BILLED_WITHOUT_A_NAME = {"J9999", "C9399", "J3490", "J3590"}


def test_a_code_for_any_drug_is_a_drug_without_a_name() -> None:
    sets = load_value_sets()
    unnamed = {code for (_, code), held in sets.concepts.items() if held == ("unclassified-drug",)}
    assert unnamed == BILLED_WITHOUT_A_NAME
    assert not {(SYSTEMS["hcpcs"], code) for code in unnamed} & set(sets.drugs)


def test_every_drug_with_a_billing_code_has_it() -> None:
    """The agents of the knowledge base's HCPCS table: 88 codes name a drug."""
    billed = of_system("hcpcs")
    drugs = [row for row in billed if row.rank is not None]
    assert len(drugs) == len({row.code for row in drugs}) == 88
    agents = {agent for row in drugs for agent in row.meanings}
    assert agents >= {"zanidatamab", "datopotamab deruxtecan", "margetuximab", "fam-trastuzumab deruxtecan"}
    assert not load_library().agents["datopotamab deruxtecan"].her2_directed


def test_all_26_lvef_codes_ship() -> None:
    lvef = [row.code for row in of_system("loinc") if row.meanings == ("lvef",)]
    assert len(lvef) == 26


def test_the_biologics_have_the_properties_of_their_kind() -> None:
    agents = load_library().agents
    assert {name for name, agent in agents.items() if agent.her2_directed} == {
        "trastuzumab", "pertuzumab", "margetuximab", "ado-trastuzumab emtansine",
        "fam-trastuzumab deruxtecan", "tucatinib", "neratinib", "lapatinib", "pyrotinib", "inetetamab",
        "zanidatamab", "trastuzumab rezetecan", "disitamab vedotin",
    }  # fmt: skip
    assert all(agent.kind.startswith("her2-") == agent.her2_directed for agent in agents.values())
    assert {agent.route for agent in agents.values()} == {"infusion", "injection", "oral"}
    never = {"bone", "antiemetic", "steroid", "growth-factor", "ovarian-suppression", "antidiarrhoeal"}
    assert not any(agent.counts_in_lines for agent in agents.values() if agent.kind in never)
