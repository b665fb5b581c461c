"""What the words of a report or a note say of the left ventricular ejection fraction, as a number.

"LVEF 38 %" gives "38", "35-40%" gives "35 to 40", "<40%" gives "under 40". Only a number that is surely one
is told: in percent, or right behind the name. A limit, a goal or a normal range is conditional.
"""

import re
from collections.abc import Iterable, Iterator

from abstractor.fhir.text.reader import Told
from abstractor.fhir.text.sentences import Piece, pieces_of
from abstractor.fhir.text.words import phrases, plain_words

__all__ = ["ejection_fractions"]


def _any(words: Iterable[str]) -> str:
    """The longest first, as each stands."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


_ABOUT = "lvef"
_MOST = 20  # that are kept of one text
_ANY = re.compile(r"ef\b")
_NAME = re.compile(
    r"\b(?P<left>lv[- ]?ef|left ventricular (?:ejection fraction|ef)|lv ejection fraction)\b"
    r"|\b(?P<whose>ejection fraction|ef)\b"
)
_OF_ANOTHER = phrases("ejection.organs")
_BEFORE_IT = phrases("ejection.chambers", also=r"\W*$")
_UNDER, _OVER = plain_words("ejection.under"), plain_words("ejection.over")
_N = r"\d{1,2}(?:\.\d{1,2})?(?![\d/])"
_PERCENT = r"[\s|]*(?:%|percent\b|per cent\b)"
_BETWEEN = rf"(?:[\s:=,()\[\]*|~\u2248%-]|\b(?:{_any(plain_words('ejection.between'))})(?![\w'])\.?)"
_WORTH = re.compile(
    rf"(?P<between>{_BETWEEN}{{0,40}}?)(?P<sign>{_any(_UNDER | _OVER)})?\s*"
    rf"(?P<first>{_N})(?P<one>{_PERCENT})?"
    rf"(?:\s*(?:-|\u2013|\u2014|to)\s*(?P<last>{_N})(?P<two>{_PERCENT}))?"
)
# "Fell from 60 % to 38 %", "previously 60 %, now 38 %": the later of the two is told.
_FORMER = re.compile(
    rf"\b(?:from|(?:was )?previously|formerly)\s+(?:at |of )?{_N}(?:{_PERCENT})?"
    r"[\s,;(]*(?=(?:and |but )?(?:to|now|today)\b)"
)
_RIGHT_BEHIND = re.compile(r"[\s:=]*(?:(?:is|was|of)\s+)?$")
_ENDS = re.compile(r"\s*(?:$|[;,)\]](?!\d)|\.(?!\d))")
_CONDITIONAL = phrases("ejection.conditional", also=r"[^.;,]{0,40}$")
_HISTORICAL = phrases("ejection.historical", also=r"[^.;,]{0,40}$")


def ejection_fractions(text: str) -> Iterator[Told]:
    """Each number once, in the order of the text."""
    plain = text.lower()
    if "ejection" not in plain and not _ANY.search(plain):
        return
    seen: set[tuple[str, str]] = set()
    for piece in pieces_of(text):
        for reading, assertion in _told(piece):
            if (reading, assertion) not in seen:
                seen.add((reading, assertion))
                yield Told(_ABOUT, reading, assertion, piece.text, piece.start, piece.end)
        if len(seen) >= _MOST:
            return


def _told(piece: Piece) -> Iterator[tuple[str, str]]:
    plain = " ".join(piece.text.lower().split())
    names = list(_NAME.finditer(plain))
    if not names or _OF_ANOTHER.search(plain):
        return
    for at, name in enumerate(names):
        before = plain[names[at - 1].end() if at else 0 : name.start()]
        if name["left"] is None and _BEFORE_IT.search(before):
            continue
        end = names[at + 1].start() if at + 1 < len(names) else len(plain)
        worth = _WORTH.match(_FORMER.sub(" ", plain[name.end() : end]))
        if worth is not None and _is_sure(worth, short=name[0] == "ef"):
            yield _reading(worth), _assertion(before)


def _is_sure(worth: re.Match[str], *, short: bool) -> bool:
    """Is it in percent, or the number right behind a full name and nothing after it?"""
    if worth["one"] or worth["two"] or "%" in worth["between"] or "percent" in worth["between"]:
        return True
    ends = _ENDS.match(worth.string, worth.end()) is not None
    return not short and ends and _RIGHT_BEHIND.fullmatch(worth["between"]) is not None


def _reading(worth: re.Match[str]) -> str:
    first, sign = worth["first"], worth["sign"]
    if float(first) < 1:
        first = f"{float(first) * 100:g}"  # "0.38" is 38 %
    if worth["last"]:
        return f"{first} to {worth['last']}"
    return first if sign is None else f"{'under' if sign in _UNDER else 'over'} {first}"


def _assertion(before: str) -> str:
    if _CONDITIONAL.search(before):
        return "conditional"
    return "historical" if _HISTORICAL.search(before) else "stated"
