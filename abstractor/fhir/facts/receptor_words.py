"""An oestrogen or progesterone receptor in words or as a percentage of stained nuclei: "95 %", "<1%",
"positive (strong, 90%)".

Positive from 1 % on (general knowledge: ASCO/CAP ER and PR guidelines of 2010 and 2020, not re-read;
confidence medium). Words that contradict their percentage are no reading.
"""

import re

__all__ = ["receptor_by_percent", "receptor_in_words"]

_POSITIVE_FROM = 1.0
_PERCENT = re.compile(r"(?P<bound>[<>]=?|≥|≤)?\s*(?P<first>\d+(?:\.\d+)?)\s*(?:-\s*\d+(?:\.\d+)?\s*)?%")
_WORD = re.compile(r"[a-z]+|[^\sa-z(),;:.=-]")
_ANSWERS = {"neg": "negative", "negative": "negative", "pos": "positive", "positive": "positive"}
_SAYS_NOTHING = frozenset(
    "about approximately cells er estrogen in intensity moderate moderately nuclear nuclei oestrogen of pr "
    "progesterone receptor receptors staining strong strongly tumor tumour weak weakly with".split()
)


def receptor_by_percent(percent: float, bound: str = "") -> str | None:
    """Of "<10 %" it cannot be told."""
    if bound in ("<", "<=", "≤"):
        below = percent < _POSITIVE_FROM or (bound == "<" and percent == _POSITIVE_FROM)
        return "negative" if below else None
    if bound == "" or percent >= _POSITIVE_FROM:
        return "positive" if percent >= _POSITIVE_FROM else "negative"
    return None


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
