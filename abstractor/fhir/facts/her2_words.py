"""A HER2 result in words: "3+", "IHC 2+, FISH not amplified", "positive (3+)", "ratio 2.3, copies 3.2".

Read only if every word of it is known: "HER2 pos (low)" or "see report" is no reading. What is said in
one part of the text ("IHC 2+") belongs to the method that this part names.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from abstractor.fhir.text.scales import agreed

__all__ = ["Said", "hints_of_her2", "said_of_her2"]

_CLASSES = {
    "amppos": "positive", "ampneg": "negative", "borderline": "equivocal", "equivocal": "equivocal",
    "inconclusive": "indeterminate", "indeterminate": "indeterminate", "neg": "negative",
    "negative": "negative", "overneg": "negative", "overpos": "positive", "pos": "positive",
    "positive": "positive",
}  # fmt: skip
_METHODS = {
    "cish": "ish", "dish": "ish", "fish": "ish", "hybridisation": "ish", "hybridization": "ish", "ihc": "ihc",
    "immunohistochemical": "ihc", "immunohistochemistry": "ihc", "ish": "ish", "sish": "ish",
}  # fmt: skip
_NUMBERS = {"copies": "copies", "copy": "copies", "ratio": "ratio", "score": "score", "signals": "copies"}
_SAYS_NOTHING = frozenset(
    "a and average by cell cells expression for gene group in is mean nucleus number of on per probe protein "
    "result s situ staining status test the was with x".split()
)
_PHRASES = (
    (r"\b(?:not|non|no|un)[\s-]*amplif(?:ied|ication)\b", " ampneg "),
    (r"\bamplification\s+(?:is\s+|was\s+)?(?:not\s+detected|absent|negative)\b", " ampneg "),
    (r"\bamplification\s+(?:is\s+|was\s+)?(?:detected|present|positive)\b", " amppos "),
    (r"\bamplified\b", " amppos "),
    (r"\b(?:not|non|no)[\s-]*over-?\s?express(?:ed|ing|ion)\b", " overneg "),
    (r"\bover-?\s?expressed\b", " overpos "),
    (r"\+\s*\+\s*\+", " 3+ "),
    (r"(?<![\d+])\+\s*\+(?!\+)", " 2+ "),
    (r"(?<![\d.])([0-3])\s+\+", r" \1+ "),
    (r"(?<![\d.])\+\s*([0-3])(?![\d.])", r" \1+ "),
    (r"\(\s*0\s*\)", " score 0 "),
)
_SCALE = re.compile(r"\bout\s+of\s+\++")
_TOKEN = re.compile(
    r"(?P<score>(?<![\d.])[0-3]\+)"
    r"|(?P<marker>\b(?:c-?erb-?b-?2|erb-?b-?2|her-?\s?2|human\s+epidermal\s+growth\s+factor\s+receptor[\s-]*2)(?:[/\s-]*neu)?(?:[/:\s-]*(?:cep|chr)\s?-?17)?)"
    r"(?P<sign>[+-](?=$|[\s,;/).]))?"
    r"|(?P<probe>\b(?:cep|chr)\s?-?17\b)"
    r"|(?P<method>\b(?:" + "|".join(_METHODS) + r")\b)(?P<mark>\s?[+-](?=$|[\s,;/).]))?"
    r"|(?P<number>\d+(?:\.\d+)?(?![\d+%]))"
    r"|(?P<word>[a-z]+)"
    r"|(?P<part>[,;/|\n])"
    r"|(?P<nothing>[\s():=.'\"-]+)"
    r"|(?P<unknown>.)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of a result: its method where it names one, its reading, or a ratio or copies."""

    method: str | None
    reading: str | None = None
    quantity: str | None = None
    number: float | None = None


@lru_cache(maxsize=4096)
def said_of_her2(text: str) -> tuple[Said, ...]:
    """Everything that the text says, one statement a method; nothing where a part of it is not known."""
    plain = _plain(text)
    statements: list[Said] = []
    for part in _parts(plain):
        read = _read(part)
        if read is None:
            return ()
        statements += read
    return _joined(statements)


def hints_of_her2(text: str) -> tuple[str, ...]:
    """The scores and classes that stand anywhere in the text, known as a whole or not.

    They are no reading: they only tell whether a code may have been meant otherwise.
    """
    tokens = _TOKEN.finditer(_plain(text))
    found = (token["score"] or _CLASSES.get(token["word"] or "") for token in tokens)
    return tuple(each.replace("0+", "0") for each in found if each)


def _plain(text: str) -> str:
    """In lower case, its phrases replaced by one word each."""
    plain = _SCALE.sub(" ", text.lower())
    for pattern, word in _PHRASES:
        plain = re.sub(pattern, word, plain)
    return plain


def _parts(plain: str) -> Iterator[list[re.Match[str]]]:
    """The text cut at its commas, and before each further method that opens a statement of its own."""
    part: list[re.Match[str]] = []
    for token in _TOKEN.finditer(plain):
        again = token["method"] and any(t["method"] for t in part) and part[0]["method"]
        if token["part"] or again:
            yield part
            part = []
        if not token["part"] and not token["nothing"]:
            part.append(token)
    yield part


def _read(part: list[re.Match[str]]) -> list[Said] | None:
    """What one part says; None where a word of it is not known, or it names two methods."""
    methods = {_METHODS[token["method"]] for token in part if token["method"]}
    if len(methods) > 1:
        return None
    method = next(iter(methods), None)
    readings: list[tuple[str | None, str]] = []
    numbers: list[Said] = []
    expected: str | None = None
    for token in part:
        word, number = token["word"], token["number"]
        sign = token["sign"] or (token["mark"] or "").strip()
        if token["unknown"] or (word and not _known(word)):
            return None
        if sign:
            readings.append((method, "positive" if sign == "+" else "negative"))
        if token["score"]:
            readings.append(("ihc", token["score"].replace("0+", "0")))
        elif word in _CLASSES:
            readings.append(("ish" if word.startswith("amp") else method, _CLASSES[word]))
        elif word in _NUMBERS:
            expected = _NUMBERS[word]
        elif number:
            if expected is None and method == "ihc" and number == "0":
                expected = "score"
            if expected == "score" and number in ("0", "1", "2", "3"):
                readings.append(("ihc", number if number == "0" else f"{number}+"))
            elif expected in ("ratio", "copies"):
                numbers.append(Said("ish", None, expected, float(number)))
            else:
                return None
            expected = None
    if method is not None and (not (readings or numbers) or any(found != method for found, _ in readings)):
        return None  # a method without a result, or "IHC amplified": the words contradict their method
    return [*(Said(found, reading) for found, reading in readings), *numbers]


def _known(word: str) -> bool:
    return word in _CLASSES or word in _NUMBERS or word in _SAYS_NOTHING


def _joined(statements: list[Said]) -> tuple[Said, ...]:
    """One reading a method; a bare "positive" beside a score of the same text says the same as the score."""
    by_method: dict[str | None, list[str]] = {}
    for one in statements:
        if one.reading is not None:
            by_method.setdefault(one.method, []).append(one.reading)
    if set(by_method) == {None, "ihc"}:
        by_method = {"ihc": [*by_method[None], *by_method["ihc"]]}
    read = {method: agreed(readings) for method, readings in by_method.items()}
    if None in read.values():
        return ()
    numbers = dict.fromkeys(one for one in statements if one.quantity is not None)
    if len({one.quantity for one in numbers}) < len(numbers):
        return ()
    return (*(Said(method, reading) for method, reading in read.items()), *numbers)
