"""The codes that the generated charts are written in, and the near misses among them."""

from typing import NamedTuple

__all__ = [
    "ANTIEMETIC",
    "BACKGROUND",
    "BREAST",
    "COMORBID",
    "EARLY_LINES",
    "ENDOCRINE",
    "HER2_LINES",
    "LABS",
    "LOW_LINES",
    "LUNG",
    "LUNG_LINES",
    "METASTASES",
    "MODIFIERS",
    "NOT_DISTANT",
    "STOMACH",
    "STOMACH_LINES",
    "TDXD",
    "TUMOUR",
    "VITALS",
    "ZOLEDRONIC",
    "Diagnosed",
    "Measured",
    "Term",
]


class Term(NamedTuple):
    """A drug as its order names it, by RxNorm."""

    code: str
    display: str
    name: str


class Diagnosed(NamedTuple):
    """A diagnosis: ICD-10-CM, SNOMED CT or both, as problem lists have them."""

    icd: str
    icd_display: str
    snomed: str
    snomed_display: str


class Measured(NamedTuple):
    """A laboratory result, a vital sign or a tumour marker, by LOINC."""

    code: str
    display: str
    unit: str
    low: float
    high: float


BREAST = (
    Diagnosed(
        "C50.411",
        "Malignant neoplasm of upper-outer quadrant of right female breast",
        "254837009",
        "Malignant neoplasm of breast (disorder)",
    ),
    Diagnosed(
        "C50.912",
        "Malignant neoplasm of unspecified site of left female breast",
        "254837009",
        "Malignant neoplasm of breast (disorder)",
    ),
    Diagnosed("C50.212", "Malignant neoplasm of upper-inner quadrant of left female breast", "", ""),
    Diagnosed("", "", "254837009", "Malignant neoplasm of breast (disorder)"),
)
METASTASES = (
    Diagnosed(
        "C79.51",
        "Secondary malignant neoplasm of bone",
        "94222008",
        "Secondary malignant neoplasm of bone (disorder)",
    ),
    Diagnosed(
        "C78.7",
        "Secondary malignant neoplasm of liver and intrahepatic bile duct",
        "94381002",
        "Secondary malignant neoplasm of liver (disorder)",
    ),
    Diagnosed(
        "C78.01",
        "Secondary malignant neoplasm of right lung",
        "94391008",
        "Secondary malignant neoplasm of lung (disorder)",
    ),
    Diagnosed("C79.31", "Secondary malignant neoplasm of brain", "", ""),
)
# Lymph nodes of the axilla are the region of the breast.
NOT_DISTANT = Diagnosed(
    "C77.3", "Secondary and unspecified malignant neoplasm of axilla and upper limb lymph nodes", "", ""
)
STOMACH = Diagnosed("C16.2", "Malignant neoplasm of body of stomach", "", "")
LUNG = Diagnosed("C34.11", "Malignant neoplasm of upper lobe, right bronchus or lung", "", "")
COMORBID = (
    Diagnosed(
        "I10",
        "Essential (primary) hypertension",
        "59621000",
        "Essential hypertension (disorder)",
    ),
    Diagnosed(
        "E11.9",
        "Type 2 diabetes mellitus without complications",
        "44054006",
        "Diabetes mellitus type 2 (disorder)",
    ),
    Diagnosed("E78.5", "Hyperlipidemia, unspecified", "55822004", "Hyperlipidemia (disorder)"),
    Diagnosed("D64.81", "Anemia due to antineoplastic chemotherapy", "", ""),
    Diagnosed("R11.0", "Nausea", "422587007", "Nausea (finding)"),
    Diagnosed("F41.1", "Generalized anxiety disorder", "21897009", "Generalized anxiety disorder (disorder)"),
    Diagnosed("M17.11", "Unilateral primary osteoarthritis, right knee", "", ""),
    Diagnosed("G62.0", "Drug-induced polyneuropathy", "", ""),
)

TDXD = (
    Term("2267576", "fam-trastuzumab deruxtecan-nxki 100 MG Injection", "trastuzumab deruxtecan"),
    Term("2267581", "Enhertu 100 MG Injection", "trastuzumab deruxtecan"),
    Term("2267574", "fam-trastuzumab deruxtecan", "trastuzumab deruxtecan"),
)
_TDXD = TDXD[0]
_TRASTUZUMAB = Term("224905", "trastuzumab", "trastuzumab")
_PERTUZUMAB = Term("1298948", "14 ML pertuzumab 30 MG/ML Injection", "pertuzumab")
_TDM1 = Term("1658084", "ado-trastuzumab emtansine 100 MG Injection", "ado-trastuzumab emtansine")
_DOCETAXEL = Term("1001405", "docetaxel 20 MG/ML Injectable Solution", "docetaxel")
_PACLITAXEL = Term("312199", "paclitaxel 6 MG/ML Injectable Solution", "paclitaxel")
_CAPECITABINE = Term("200328", "capecitabine 500 MG Oral Tablet", "capecitabine")
_TUCATINIB = Term("2361290", "tucatinib 150 MG Oral Tablet", "tucatinib")
_PALBOCICLIB = Term("1601380", "palbociclib 100 MG Oral Capsule", "palbociclib")
ENDOCRINE = Term("200064", "letrozole 2.5 MG Oral Tablet", "letrozole")
ZOLEDRONIC = Term("1114085", "100 ML zoledronic acid 0.04 MG/ML Injection", "zoledronic acid")
ANTIEMETIC = Term("198052", "ondansetron 4 MG Oral Tablet", "ondansetron")
BACKGROUND = (
    Term("314076", "lisinopril 10 MG Oral Tablet", "lisinopril"),
    Term("861007", "metformin hydrochloride 500 MG Oral Tablet", "metformin"),
    Term("617312", "atorvastatin 20 MG Oral Tablet", "atorvastatin"),
    ANTIEMETIC,
)

HER2_LINES = (
    ((_DOCETAXEL, _TRASTUZUMAB, _PERTUZUMAB), (_PACLITAXEL, _TRASTUZUMAB, _PERTUZUMAB)),
    ((_TDM1,), (_TDXD,)),
    ((_TUCATINIB, _CAPECITABINE, _TRASTUZUMAB), (_TDXD,)),
    ((_CAPECITABINE, _TRASTUZUMAB), (_TDXD,)),
)
LOW_LINES = (((ENDOCRINE, _PALBOCICLIB),), ((_CAPECITABINE,),), ((_TDXD,),), ((_PACLITAXEL,),))
EARLY_LINES = (((_DOCETAXEL, _TRASTUZUMAB, _PERTUZUMAB),), ((_TRASTUZUMAB,), (_TDM1,)))
STOMACH_LINES = (((_CAPECITABINE, _TRASTUZUMAB),), ((_TDXD,),))
LUNG_LINES = (((_DOCETAXEL,),), ((_TDXD,), (_PACLITAXEL,)))

_HER2 = Measured("85319-2", "HER2 [Presence] in Breast cancer specimen by Immune stain", "", 0, 0)
_ISH = Measured("85318-4", "ERBB2 gene duplication [Presence] in Breast cancer specimen by FISH", "", 0, 0)
_ER = Measured("85337-4", "Estrogen receptor Ag [Presence] in Breast cancer specimen", "", 0, 0)
_PR = Measured("85339-0", "Progesterone receptor Ag [Presence] in Breast cancer specimen", "", 0, 0)
TUMOUR = {
    "her2": ((_HER2, "3+"), (_ISH, "Positive"), (_ER, "Positive"), (_PR, "Negative")),
    "low": ((_HER2, "1+"), (_ISH, "Negative"), (_ER, "Positive"), (_PR, "Positive")),
    "early": ((_HER2, "3+"), (_ISH, "Positive"), (_ER, "Negative"), (_PR, "Negative")),
    "stomach": ((_HER2, "3+"),),
    "lung": (),
}
LABS = (
    Measured("751-8", "Neutrophils [#/volume] in Blood by Automated count", "10*3/uL", 0.9, 7.5),
    Measured("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 8.5, 14.5),
    Measured("777-3", "Platelets [#/volume] in Blood by Automated count", "10*3/uL", 90, 350),
    Measured("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 2.2, 11),
    Measured("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Blood", "U/L", 8, 70),
    Measured("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Blood", "U/L", 8, 65),
    Measured("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 0.2, 1.4),
    Measured("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.5, 1.3),
    Measured("10230-1", "Left ventricular Ejection fraction", "%", 49, 68),
)
VITALS = (
    Measured("29463-7", "Body weight", "kg", 48, 98),
    Measured("8310-5", "Body temperature", "Cel", 36.1, 37.6),
    Measured("8867-4", "Heart rate", "/min", 58, 104),
)
# The coded answers that tumour markers come with.
MODIFIERS = {
    "Positive": ("10828004", "Positive (qualifier value)"),
    "Negative": ("260385009", "Negative (qualifier value)"),
    "1+": ("260347006", "Present + out of ++++ (qualifier value)"),
    "3+": ("260349009", "Present +++ out of ++++ (qualifier value)"),
}
