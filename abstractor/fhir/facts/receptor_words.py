"""An oestrogen or progesterone receptor in words or as a percentage of stained nuclei: "95 %", "<1%",
"positive (strong, 90%)".

Words that contradict their percentage are no reading.
"""

import re

from abstractor.fhir.text.scales import receptor_by_percent

__all__ = ["receptor_in_words"]

_PERCENT = re.compile(r"(?P<bound>[<>]=?|≥|≤)?\s*(?P<first>\d+(?:\.\d+)?)\s*(?:-\s*\d+(?:\.\d+)?\s*)?%")
_WORD = re.compile(r"[a-z]+|[^\sa-z(),;:.=-]")
_ANSWERS = {"neg": "negative", "negative": "negative", "pos": "positive", "positive": "positive"}
_SAYS_NOTHING = frozenset(
    "about approximately cells er estrogen in intensity moderate moderately nuclear nuclei oestrogen of pr "
    "progesterone receptor receptors staining strong strongly tumor tumour weak weakly with".split()
)


def receptor_in_words(text: str) -> str | None:
    """The reading; None where a word of it is not known or its parts disagree."""
    plain = text.lower()
    found = {receptor_by_percent(float(m["first"]), m["bound"] or "") for m in _PERCENT.finditer(plain)}
    for word in _WORD.findall(_PERCENT.sub(" ", plain)):
        if word in _ANSWERS:
            found.add(_ANSWERS[word])
        elif word not in _SAYS_NOTHING:
            return None
    return found.pop() if len(found) == 1 else None
