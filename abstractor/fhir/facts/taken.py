"""Which tissue the words of a record are of, where their sentence does not say: what was taken by the words
before them, by the title, or by the specimen.

A biopsy that was only planned, declined or broken off took nothing; one that shows benign tissue is not what
a HER2 result is of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abstractor.fhir.text import Told
from abstractor.fhir.text.sentences import pieces_of

__all__ = ["Taking", "specimen_of", "takings_of", "tissue_of", "title_of"]

_PROCEDURE = (
    r"\b(?:biops\w*|bx|cytolog\w*|aspirat\w*|excision\w*|resect\w*|core|fluid|specimens?|mastectomy"
    r"|lumpectomy)\b"
)
_TUMOUR = r"\b\w*(?:metasta|carcinom|malignan)\w*"
_CUE = re.compile(rf"{_PROCEDURE}|{_TUMOUR}", re.IGNORECASE)
_TAKEN = re.compile(_PROCEDURE, re.IGNORECASE)
_OTHER_ORGAN = re.compile(
    r"\b(?:liver|hepatic|lungs?|pulmonary|bronch\w+|pleura\w*|bones?|marrow|vertebra\w*|spin(?:e|al)|sacr(?:um|al)"
    r"|ili(?:ac|um)|femur|femoral|humerus|ribs?|skull|brain|cerebr\w+|cerebell\w+|mening\w+|dura\w*|csf|ovar\w+"
    r"|adrenal|peritone\w+|oment\w+|ascit\w+|retroperitone\w+|mediastin\w+|hilar|inguinal|stomach|gastric|colon"
    r"|nodes?|axilla\w*|supraclavicular|chest wall|skin|scar)\b",
    re.IGNORECASE,
)
_BREAST = re.compile(
    r"\b(?:breasts?|mammary|mastectomy|lumpectomy)\b(?! (?:\w+ ){0,2}(?:cancer|primary|origin))",
    re.IGNORECASE,
)
_NEVER = (
    r"recommend\w*|suggest\w*|consider(?:ed|ing)?|advis\w*|plan(?:ned|s)?|schedul\w*|await\w*|if|would|should|no|not"
    r"|without|negative for|declin\w*|refus\w*|abort\w*|cancel\w*|defer\w*|possible|rule out"
    r"|will|needs?|to (?:get|have|undergo)|(?:order|request|referral|consent)\w* (?:for|to)"
)
_BEFORE = r"prior|previous(?:ly)?|earlier|history of|outside|compared?(?: with| to)?"
_LEFT = (
    r"recommended|suggested|considered|advised|planned|scheduled|pending|awaited|declined|refused|aborted|cancell?ed"
    r"|deferred|postponed|consent\w*|requested|ordered|unsuccessful"
    r"|not (?:done|performed|taken|obtained|possible|tolerated)"
)
_ON = (
    r"(?:[\s,/-]{1,3}(?:is|was|were|has|been|to|be|by|the|patient|procedure|currently|again"
    r"|of(?: the)?(?: \w+){1,2})){0,5}"
    r"[\s,:/-]+"
)
_NOT_TAKEN = re.compile(
    rf"\b(?:{_NEVER})\b:?(?:[^.:;,]{{0,40}}?{_PROCEDURE}|[^.:;]{{0,40}}?{_TUMOUR})"
    rf"|[^.:;,()]{{0,60}}{_PROCEDURE}{_ON}(?:{_LEFT})\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(rf"\b(?:{_BEFORE})\b[^.:;]{{0,40}}?(?:{_PROCEDURE}|{_TUMOUR})", re.IGNORECASE)
_GROWTH = re.compile(r"metasta|carcinom|malignan|neoplas|cancer|tumou?r", re.IGNORECASE)
_NO_GROWTH = re.compile(
    r"\b(?:no|negative for|without|free of|history of|h/o|known|prior|previous)\b[^.:;]{0,40}?"
    r"\b\w*(?:metasta|carcinom|malignan|neoplas|cancer|tumou?r)\w*(?: (?:or|and) \w+)?",
    re.IGNORECASE,
)
# Of the tissue itself: "normal" may be a blood test, and "no metastases" a scan.
_BENIGN = re.compile(
    r"\b(?:normal|benign|unremarkable|uninvolved) (?!breast)(?:\w+ )?(?:liver|hepat\w+|lung|bone|marrow"
    r"|pleura\w*|brain|skin|nodes?|tissue|parenchyma|mesothelial)"
    r"|\b(?:parenchyma|tissue)(?: is| was)? (?:normal|benign|unremarkable|uninvolved)"
    r"|(?:^|[.:;\n] *)benign\b"
    r"|steato|cirrhosis|h(?:a)?emangioma|\b(?:autoimmune|chronic|active) hepatitis"
    r"|\b(?:no|negative for|without)\b(?: evidence of| definite| residual)? ?"
    r"(?:metastatic |viable )?(?:carcinoma|malignan\w+|tumou?r|neoplas\w+)(?: cells)?"
    r"(?: (?:is|was|are|seen|identified|found|present|detected))*\s*(?:[.;,\n]|$)",
    re.IGNORECASE,
)
_OF_ELSE = re.compile(r"\bcontrols?\b|\bhistory\b|\bpmh\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taking:
    """`words` say what was taken; all from `start` to `end` of the text is of it."""

    words: str
    start: int
    end: int


def title_of(words: str | None) -> str | None:
    """A title that says what was taken ("Liver biopsy"), without what was not ("; bone biopsy planned")."""
    said = _left(words or "", _NOT_TAKEN)
    return said if _CUE.search(said) else None


def specimen_of(words: str | None) -> str | None:
    return words if words and not _is_benign(words) else None


def takings_of(text: str) -> tuple[Taking, ...]:
    """The sentences of a report that say what was taken, and of which organ ("LIVER, BIOPSY:")."""
    found = [(" ".join(piece.text.split()), piece.start) for piece in pieces_of(text) if _says(piece.text)]
    ends = [*(start for _, start in found[1:]), len(text)]
    return tuple(Taking(said, start, end) for (said, start), end in zip(found, ends, strict=False))


def tissue_of(told: Told, text: str, takings: tuple[Taking, ...], titled: str | None) -> str | None:
    """Of the part that the reader names, else of what was taken last before it, else what the title says."""
    last = next((each for each in reversed(takings) if each.end > told.start >= each.start), None)
    if last is not None and last.start == told.start:
        last = next((each for each in reversed(takings) if each.start < told.start), None)
    words = told.tissue or (last.words if last else titled)
    if words is None:
        return None
    others = " ".join(_beside(text, told.quote, last))
    return None if _is_benign(others) else words


def _says(piece: str) -> bool:
    said = _left(_left(piece, _NOT_TAKEN), _EARLIER)
    if _OTHER_ORGAN.search(said):
        return _CUE.search(said) is not None
    return _BREAST.search(said) is not None and _TAKEN.search(said) is not None


def _left(words: str, without: re.Pattern[str]) -> str:
    said = without.sub(" ", words)
    return words if said == words else said.strip(" ,;()")


def _beside(text: str, quote: str, last: Taking | None) -> Iterator[str]:
    """What a text says beside a finding; a control or a history says nothing of the tissue, nor does a part
    of the breast before it, or what was taken after it."""
    for each in pieces_of(text):
        elsewhere = last is not None and (
            each.start >= last.end or (each.start < last.start and _BREAST.search(each.text) is not None)
        )
        if not elsewhere and each.text not in quote and not _OF_ELSE.search(each.text):
            yield each.text


def _is_benign(words: str) -> bool:
    return _BENIGN.search(words) is not None and _GROWTH.search(_NO_GROWTH.sub(" ", words)) is None
