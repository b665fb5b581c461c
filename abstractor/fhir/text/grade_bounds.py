"""Bounds of a grade in the words of a diagnosis, written as the range of grades that they leave: "grade <= 1"
is grade 1, "up to grade 2" is 1 to 2, "grade 2 or higher" is 2 to 5, "not grade 2" any.
"""

import re

__all__ = ["as_ranges", "says_zero"]

_HIGHEST = 5
_ANY = re.compile(
    r"[<>\u2264\u2265+]|\b(?:at|up|or|no|not|never|less|lower|more|higher|greater|max\w*|below|under|above|over)\b",
    re.IGNORECASE,
)
_GRADE = r"(?:\b(?:ctcae )?(?:grade|grd?\.?|g|ctcae)\b) ?"
_N = r"([1-5])(?![\d-])"
_MORE, _LESS = r"or (?:higher|greater|more|above|worse)\b", r"or (?:lower|less|below|under|milder)\b"
# "Improved to grade <= 1", "held until grade <= 1": not what it was at its worst.
_AT_WORST = r"(?<!\bto )(?<!\buntil )(?<!\btill )(?<!\bnow )"


def _either_side(sign: str) -> str:
    """The bound stands before the word "grade" or behind it."""
    return rf"(?:{sign} ?(?:a )?{_GRADE}{_N}|{_GRADE}(?:of )?{sign} ?(?:grade )?{_N})"


def _bound(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_UNDER = _bound(
    _AT_WORST + _either_side(r"(?:<(?!=)|\b(?:less|lower) than|\bbelow|\bunder)"),
    rf"\bnot (?:a )?{_GRADE}([1-5]) ?(?:{_MORE}|\+)",
    rf"\bnot (?:at least|>=|\u2265) ?{_GRADE}{_N}",
)
_AT_MOST = _bound(
    _AT_WORST
    + _either_side(
        r"(?:<=|\u2264|\bat most|\bup to|\bmax(?:imum|imal|\.)?(?: of)?"
        r"|\b(?:no|not|never) (?:more|higher|greater|worse) than|\b(?:not|never) (?:above|over|exceed\w*))"
    ),
    rf"{_AT_WORST}{_GRADE}([1-5]) ?{_LESS}",
)
_AT_LEAST = _bound(
    r"(?:(?:at least|\u2265|>=) ?grade ?|grade ?(?:\u2265|>=) ?)([1-5])", rf"grade ?([1-5]) ?(?:{_MORE}|\+)"
)
_OVER = _bound(_either_side(r"(?:>(?!=)|\b(?:more|higher|greater) than|\babove|\bover)"))
_NOT = _bound(rf"\bnot (?:a )?{_GRADE}[1-5]\b(?=\s*(?:$|[.,;)]))")
_GRADED = _bound(rf"{_GRADE}[: ]{{0,2}}(?:[0-5]|i{{1,3}}\b|iv\b|v\b)")
_ZERO = _bound(
    rf"{_GRADE}[:=]? ?(?:<= ?|\u2264 ?)?0(?![\d.])", rf"{_GRADE}< ?1\b", rf"(?:<|below) ?{_GRADE}1\b"
)


def as_ranges(words: str) -> str:
    """A bound below counts only where no grade is told beside it: that one may have been the worst."""
    if _ANY.search(words) is None:
        return words
    only = _only_graded(words)
    if only:
        words = _UNDER.sub(lambda found: _written(1, _number(found) - 1), words)
        words = _AT_MOST.sub(lambda found: _written(1, _number(found)), words)
    words = _AT_LEAST.sub(lambda found: _written(_number(found), _HIGHEST), words)
    words = _OVER.sub(lambda found: _written(min(_number(found) + 1, _HIGHEST), _HIGHEST), words)
    return _NOT.sub(_written(1, _HIGHEST), words) if only else words


def says_zero(words: str) -> bool:
    """Grade 0, or under 1: there is none of what is graded."""
    return _ZERO.search(words) is not None


def _only_graded(words: str) -> bool:
    bounds = sum(len(pattern.findall(words)) for pattern in (_UNDER, _AT_MOST, _NOT))
    bare = _UNDER.sub(" ", words)
    bare = _NOT.sub(" ", _AT_MOST.sub(" ", bare))
    return bounds > 0 and _GRADED.search(bare) is None


def _number(found: re.Match[str]) -> int:
    return next(int(each) for each in found.groups() if each)


def _written(least: int, most: int) -> str:
    return f"grade {least}-{most}" if most >= least else "grade 0"
