"""Tumour markers: which result code is of which marker and method, and how its answer is read.

HER2 comes in five forms (knowledge base, codes section 1, trap 9): the LOINC answers of the IHC score,
SNOMED CT's pluses, positive or negative, the disorder used as a value, and words. "Present" says that there
was staining, which is no HER2 status; of a duplicated gene, or of a hormone receptor, it is the answer.
"""

__all__ = ["MARKERS", "reading_of"]

MARKERS = {
    "er": ("er", "ihc"),
    "her2-ihc": ("her2", "ihc"),
    "her2-ish": ("her2", "ish"),
    "her2-ish-copies": ("her2", "ish"),
    "her2-ish-ratio": ("her2", "ish"),
    "her2-overall": ("her2", "overall"),
    "her2-serum": ("her2-serum", "overall"),
    "pr": ("pr", "ihc"),
}
_ANY = {
    "answer:equivocal": "equivocal",
    "answer:indeterminate": "indeterminate",
    "answer:negative": "negative",
    "answer:positive": "positive",
}
_HER2 = {
    "answer:ihc-0": "0",
    "answer:ihc-1+": "1+",
    "answer:ihc-2+": "2+",
    "answer:ihc-3+": "3+",
    "her2-negative-breast-cancer": "negative",
    "her2-positive-breast-cancer": "positive",
}
_PRESENCE = {"answer:absent": "negative", "answer:present": "positive"}


def reading_of(marker: tuple[str, str], answers: tuple[str, ...]) -> str | None:
    """The answer; None where there is none or they disagree."""
    name, method = marker
    readable = dict(_ANY)
    if name == "her2":
        readable |= _HER2
    if name in ("er", "pr") or method == "ish":
        readable |= _PRESENCE
    read = {readable[answer] for answer in answers if answer in readable}
    return read.pop() if len(read) == 1 else None
