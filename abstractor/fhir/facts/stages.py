"""Stages in the short form in which they are compared ("M1", "IV"), where what was written is exactly one
of these, or says M1 or stage IV among other things, with no other stage and no doubt: "cT2 N1 M1, Stage IV".
"""

import re

from abstractor.fhir.facts.coded import Meaning

__all__ = ["GROUP", "METASTASIS", "category_of", "stage_value", "written_stage"]

METASTASIS = "m"
GROUP = "group"
# What a value says that the tables know, whatever it is displayed as.
_SAID = {
    METASTASIS: {"answer:m0": "M0", "answer:m1": "M1", "distant-metastasis": "M1"},
    GROUP: {"answer:stage-iv": "IV"},
}
_M = re.compile(
    r"(?:ajcc\s+)?(?:[yra]?[cp])?m(?P<m>[01x][a-d]?)(?:\s*\(i\+\))?(?:\s+(?:category|stage))?", re.IGNORECASE
)
_GROUP = re.compile(
    r"(?:ajcc\s+)?(?:clinical\s+|pathologic(?:al)?\s+|anatomic\s+|prognostic\s+)*(?:stage\s*)?(?:group\s*)?"
    r"(?P<stage>0|x|is|iv|i{1,3}|[1-4])(?P<part>[a-d]?[1-3]?)",
    re.IGNORECASE,
)
_M_SAID = re.compile(r"(?<![a-z])(?:[yra]{0,2}[cp])?m(?P<m>[01x])[a-d]?(?![0-9a-z])", re.IGNORECASE)
_STAGE_SAID = re.compile(
    r"(?:\bstages?\s*(?:group\s*)?|^\s*(?:ajcc\s+)?|[-/]\s*|\bto\s+)"
    r"(?P<stage>0|[1-4]|iv|i{1,3})[a-d]?(?![0-9a-z])",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    r"\?|\b(?:no|not|non|without|never|if|or|vs|versus|pending|unknown|unlikely|r/o|rul(?:e|ed|ing)\s+out"
    r"|exclud\w*|suspect\w*|suspici\w*|possibl\w*|probabl\w*|presum\w*|question\w*|family)\b",
    re.IGNORECASE,
)
_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def stage_value(category: str, value: Meaning) -> str | None:
    """The value in its short form, else as written; None where nothing is written."""
    said = {_SAID[category][answer] for answer in value.answers if answer in _SAID[category]}
    if len(said) == 1:
        return said.pop()
    written = [value.words, *(c.display for c in value.codings), *(c.code for c in value.codings)]
    found = [short for text in written if text and (short := _short(category, text)) is not None]
    if found:
        return found[0]
    return next((m for text in written if text and (m := _metastatic(text)) is not None), value.words)


def written_stage(category: str, text: str) -> str:
    """What was written as plain words, in its short form where it has one."""
    return _short(category, text) or _metastatic(text) or text


def category_of(text: str) -> str:
    """Of a stage that does not say which it is: M category where it is written as one, else stage group."""
    return METASTASIS if _M.fullmatch(text.strip()) else GROUP


def _short(category: str, text: str) -> str | None:
    if category == METASTASIS:
        m = _M.fullmatch(text.strip())
        return f"M{m['m'].upper() if m['m'][0] in 'xX' else m['m'].lower()}" if m else None
    group = _GROUP.fullmatch(text.strip())
    if group is None:
        return None
    stage = group["stage"].upper()
    return _ROMAN.get(stage, stage) + group["part"].upper()


def _metastatic(text: str) -> str | None:
    """M1 or IV where it stands among other words; None beside another stage, M0, or a doubt."""
    said_m = {m["m"].lower() for m in _M_SAID.finditer(text)}
    said_group = {_ROMAN.get(m["stage"], m["stage"].upper()) for m in _STAGE_SAID.finditer(text)}
    if _DOUBTED.search(text) or said_m - {"1"} or said_group - {"IV"}:
        return None
    if said_group:
        return "IV"
    return "M1" if said_m else None
