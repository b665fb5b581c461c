"""In which lane of a timeline a fact of the chart stands, and what it is called there in few words.

Only names are decided here: which concepts stand together, and the short names that clinicians use.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from abstractor.chart import Biomarker, Bounds, Dose, Result, Standing

__all__ = ["DOUBTS", "LANES", "Track", "amount_in_words", "dose_in_words", "lane_of", "name_of", "reading_of"]


class Track(StrEnum):
    """The groups of lanes, in the order in which they stand below each other."""

    DRUGS = "drugs"
    DISEASE = "disease"
    MARKERS = "markers"
    EVENTS = "events"
    RESULTS = "results"
    IMAGING = "imaging"
    PROCEDURES = "procedures"
    VISITS = "visits"
    CARE = "care"


# What a reader must know of a record that does not plainly count.
DOUBTS: Mapping[Standing, str] = {
    Standing.ASSUMED: "status missing",
    Standing.ORDERED_ONLY: "ordered only",
    Standing.PARTIAL: "may be given in part",
    Standing.CONTEXT: "not final",
    Standing.AGAINST: "not done or denied",
    Standing.WITHDRAWN: "cancelled or planned",
}

# A lane, and the concepts that stand in it.
LANES: Mapping[Track, Mapping[str, Sequence[str]]] = {
    Track.DISEASE: {
        "Breast cancer": (
            "breast-cancer breast-carcinoma-in-situ her2-positive-breast-cancer her2-negative-breast-cancer "
            "history-of-breast-cancer hormone-receptor-positive-status hormone-receptor-negative-status "
            "er-positive-status er-negative-status pr-positive-status pr-negative-status"
        ).split(),
        "Disease status": ("disease-status",),
        "Stage": ("m-category", "stage-group"),
        "Other cancer": ("other-cancer", "other-her2-cancer"),
    },
    Track.EVENTS: {
        "Lung (ILD)": ("ild-pneumonitis", "ild-weak"),
        "Adverse events": (
            "ctcae-grade heart-failure diarrhoea neutropenia febrile-neutropenia nausea-vomiting fatigue "
            "thrombocytopenia anaemia venous-thromboembolism hepatotoxicity qt-prolongation drug-eruption "
            "jaw-osteonecrosis hypocalcaemia neurological-symptom"
        ).split(),
    },
    Track.RESULTS: {
        "LVEF": ("lvef",),
        "ECG (QTc)": ("qtc", "qtcf", "electrocardiogram"),
        "Blood counts": ("neutrophils", "leukocytes", "haemoglobin", "platelets", "blood-count-panel"),
        "Liver values": ("alt", "ast", "bilirubin", "alkaline-phosphatase", "hepatic-panel"),
        "Kidney, electrolytes": (
            "creatinine creatinine-clearance calcium potassium phosphate magnesium electrolyte-panel"
        ).split(),
        "Performance": ("ecog", "karnofsky"),
        "Screening": (
            "phq-2 phq-9 gad-7 depression-screening distress-thermometer esas fatigue-score pain-score"
        ).split(),
        "Hepatitis B": ("hbsag", "anti-hbc", "anti-hbs"),
    },
    Track.IMAGING: {
        "Imaging": (
            "echocardiogram muga cardiac-mri brain-mri chest-ct head-ct pet-ct another-examination"
        ).split(),
    },
    Track.PROCEDURES: {
        "Radiotherapy": ("radiotherapy", "radiotherapy-encounter", "cns-local-therapy"),
        "Pathology": ("pathology-report", "metastasis-biopsy"),
    },
    Track.CARE: {
        "Palliative care": ("palliative-care-encounter", "hospice", "goals-of-care", "do-not-resuscitate"),
    },
}
_LANE_OF: Mapping[str, tuple[Track, str]] = {
    concept: (track, lane)
    for track, lanes in LANES.items()
    for lane, concepts in lanes.items()
    for concept in concepts
}
_CAPITALS = frozenset(
    "alt ast ct ctcae ecog esas esr1 gad her2 ild lvef mri muga pet phq pik3ca dpyd ihc ish er pr cns".split()
)
_NAMES = {"lvef": "LVEF", "qtc": "QTc", "qtcf": "QTcF", "pet-ct": "PET-CT", "er": "ER", "pr": "PR"}
_ANSWERS = "answer:"


def lane_of(concepts: Sequence[str], default: tuple[Track, str]) -> tuple[Track, str]:
    """A metastasis stands in the lane of its site; else the first concept that has a lane decides."""
    site = _site(concepts)
    if site is not None:
        return Track.DISEASE, f"Metastasis: {site}"
    return next((_LANE_OF[concept] for concept in concepts if concept in _LANE_OF), default)


def _site(concepts: Sequence[str]) -> str | None:
    found = [c for c in concepts if c.endswith("-metastasis") and c != "history-of-metastasis"]
    named = [c for c in found if not c.startswith(("distant-metastasis", "ambiguous-metastasis"))]
    if named:
        return name_of(named[:1], None).removesuffix(" metastasis")
    return "site not said" if found or "metastasis-in-words" in concepts else None


def name_of(concepts: Sequence[str], text: str | None) -> str:
    """The most telling concept in words, else what is written; the broad "distant metastasis" comes last."""
    told = [c for c in concepts if not c.startswith("answer:") and c != "distant-metastasis"] or concepts
    if not told:
        return text or "not identified"
    first = told[0]
    if first in _NAMES:
        return _NAMES[first]
    return " ".join(word.upper() if word in _CAPITALS else word for word in first.split("-"))


def reading_of(result: Result | Biomarker) -> str:
    """The value as a reader wants it first: "62 %", "3+", "positive"."""
    if isinstance(result, Biomarker):
        return _of_marker(result)
    amount = result.between if result.between is not None else result.number
    if amount is not None:
        return amount_in_words(amount, result.unit)
    said = next((c.removeprefix(_ANSWERS) for c in result.value_concepts if c.startswith(_ANSWERS)), None)
    return said.replace("-", " ") if said is not None else result.text or ""


def _of_marker(marker: Biomarker) -> str:
    method = "" if marker.method in ("text", "overall") else marker.method.upper()
    if marker.reading is not None:
        said = marker.reading
    elif marker.number is not None:
        said = amount_in_words(marker.number, marker.quantity)
    else:
        said = marker.text or ""
    return f"{method} {said}".strip()


def amount_in_words(amount: float | Bounds, unit: str | None) -> str:
    number = str(amount) if isinstance(amount, Bounds) else f"{amount:g}"
    return f"{number} {unit}" if unit and unit != "1" else number


def dose_in_words(dose: Dose | None) -> str:
    return "" if dose is None or dose.amount is None else amount_in_words(dose.amount, dose.unit)
