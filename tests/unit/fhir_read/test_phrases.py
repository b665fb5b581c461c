"""What stands only in the words of a diagnosis or a procedure."""

from typing import Any

import pytest

from abstractor.chart import Standing
from tests.unit.fhir_read.charting import ICD, SNOMED, chart_of, coded, condition, procedure

METASTASIS = ("metastasis-in-words",)
CPT = "http://www.ama-assn.org/go/cpt"


def concepts(code: dict[str, Any]) -> tuple[str, ...]:
    (found,) = chart_of(condition(code)).diagnoses
    return found.concepts


@pytest.mark.parametrize(
    "words",
    [
        "Liver metastases from breast cancer",
        "Secondary malignant neoplasm of retroperitoneum",
        "Metastatic malignant neoplasm to liver",
        "No recurrence in the breast; bone mets",
        "Metastatic breast cancer, no brain metastases",
        "Metastatic HER2 negative breast cancer",
        "History of metastatic breast cancer",
        "HER2 not amplified metastatic breast cancer",
        "Breast cancer, stage IV",
        "Breast carcinoma cT2 N1 M1",
    ],
)
def test_a_metastasis_in_words(words: str) -> None:
    assert concepts({"text": words}) == METASTASIS
    assert concepts({"coding": [{"system": SNOMED, "code": "369530999", "display": words}]}) == METASTASIS


@pytest.mark.parametrize(
    "words",
    [
        "No evidence of metastasis",
        "Breast cancer without distant metastases",
        "Rule out bone metastasis",
        "Liver metastasis ruled out",
        "Metastatic disease not seen",
        "Metastatic workup",
        "Non-metastatic breast cancer",
        "Family history of metastatic breast cancer",
        "Metastatic breast cancer in mother",
        "Micrometastasis",
        "Metastatic melanoma",
        "Lung cancer with brain metastases",
        "Chronic kidney disease, stage IV",
        "Breast cancer, stage I-V",
        "Breast cancer, stage IIIC",
        "Breast cancer cT2 N1 M0",
    ],
)
def test_no_metastasis_in_words(words: str) -> None:
    assert concepts({"text": words}) == ()


def test_a_known_code_with_words_that_say_more() -> None:
    assert concepts(coded("C50.911", ICD, "Metastatic breast cancer, stage IV")) == (
        "breast-cancer",
        *METASTASIS,
    )
    assert concepts(coded("C61", ICD, "Metastatic cancer")) == ()
    assert "metastasis-in-words" not in concepts(coded("C78.7", ICD, "Metastatic to liver"))
    assert "heart-failure" not in concepts(coded("C50.911", ICD, "Breast cancer, heart failure"))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (coded("233703007", SNOMED, "Interstitial lung disease"), ("ild-pneumonitis",)),
        ({"text": "Pneumonitis due to drug, grade 2"}, ("ild-pneumonitis",)),
        (coded("84114007", SNOMED, "Heart failure"), ("heart-failure",)),
        ({"text": "Acute on chronic HFrEF"}, ("heart-failure",)),
    ],
)
def test_a_reason_in_words_is_never_sure(code: dict[str, Any], found: tuple[str, ...]) -> None:
    (sure,) = chart_of(condition(code)).diagnoses
    assert (sure.concepts, sure.standing) == (found, Standing.CONTEXT)
    (refuted,) = chart_of(condition(code, verificationStatus=coded("refuted"))).diagnoses
    assert refuted.standing is Standing.AGAINST


@pytest.mark.parametrize(
    "words",
    [
        "Heart failure ruled out",
        "No pneumonitis",
        "Aspiration pneumonitis",
        "Family history of heart failure",
        "Screening for heart failure",
        "Heart failure screening",
        "Renal failure",
    ],
)
def test_no_reason_in_words(words: str) -> None:
    (found,) = chart_of(condition({"text": words})).diagnoses
    assert (found.concepts, found.standing) == ((), Standing.COUNTS)


@pytest.mark.parametrize(
    ("words", "cns"),
    [
        ("Stereotactic radiosurgery; 1 simple cranial lesion", True),
        ("Whole brain irradiation", True),
        ("Stereotactic radiosurgery of spine", False),
        ("Radiosurgery planning, brain", False),
        ("Referral for cranial radiotherapy", False),
        ("MRI brain", False),
    ],
)
def test_radiotherapy_of_the_brain_by_a_display(words: str, cns: bool) -> None:
    for code in ({"coding": [{"system": CPT, "code": "61796", "display": words}]}, {"text": words}):
        (done,) = chart_of(procedure(code)).procedures
        assert ("cns-local-therapy" in done.concepts) is cns
