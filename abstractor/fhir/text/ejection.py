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
_N = r"\d{1,2}(?:\.\d{1,2})?(?![\d/]|d\b)"
_PERCENT = r"[\s|]*(?:%|percent\b|per cent\b)"
_BETWEEN = rf"(?:[\s:=,()\[\]*|~\u2248%-]|\b(?:{_any(plain_words('ejection.between'))})(?![\w'])\.?)"
_WORTH = re.compile(
    rf"(?P<between>{_BETWEEN}{{0,40}}?)(?P<sign>{_any(_UNDER | _OVER)})?\s*"
    rf"(?P<first>{_N})(?P<one>{_PERCENT})?"
    rf"(?:\s*(?:-|\u2013|\u2014|to)\s*(?P<last>{_N})(?P<two>{_PERCENT}))?"
)
# "Fell from 60 % to 38 %", "previously 60 %, now 38 %": the later of the two is told.
_FORMER = re.compile(
    rf"\b(?:from|(?:was )?previously|formerly)\s+(?:at |of )?{_N}(?:{_PERCENT})?(?:\s*\([^)]{{0,20}}\))?"
    r"[\s,;(]*(?=(?:and |but )?(?:to|now|today)\b)"
)
# What stands before the number that is meant: "58 % -> 44 %", "62 %, 55 %, 46 %", a normal range, a change.
_BEFORE_NOW = re.compile(
    rf"{_N}(?:{_PERCENT})?\s*(?:\u2192|-+>|=>)\s*(?={_N})"
    rf"|\btrend\w*:?\s*(?:{_N}(?:{_PERCENT})?,\s*)+(?={_N})"
    rf"|{_N}(?:{_PERCENT})?\s*(?:in|on|last) [a-z0-9/ ]{{1,15}},?\s*(?:and |but )?"
    rf"(?={_N}(?:{_PERCENT})\s*(?:now|today|currently)\b)"
    rf"|^\s*\((?:normal:? |ref\w*:? )?{_N}\s*[-\u2013]\s*{_N}(?:{_PERCENT})?\)\s*:?\s*(?={_N})"
    rf"|\bby {_N}(?:{_PERCENT}|\s*(?:percentage )?(?:points?|pts))(?: points?)?"
    rf"|(?<=improved )(?:from )?{_N}{_PERCENT}\s+(?=to\b)"
    rf"|{_N}(?:{_PERCENT})?(?: points?)? (?:absolute |relative )?"
    r"(?:increase|decrease|drop|decline|fall|rise|improvement|reduction)\b"
)
_SPREAD = re.compile(r"(?<=\d)\s*(?:\+/-|\u00b1)\s*\d{1,2}(?=\D|$)")
_COMMA = re.compile(r"(?<=\d),(?=\d\s?%)")
_AHEAD = re.compile(
    rf"(?<!by )(?<![\d.,/-])(?P<between>)(?P<sign>)(?P<first>{_N})(?P<one>{_PERCENT})"
    rf"(?P<last>)(?P<two>)\s*(?:lv )?$"
)
_RIGHT_BEHIND = re.compile(r"[\s:=]*(?:(?:is|was|of)\s+)?$")
_ENDS = re.compile(r"\s*(?:$|[;,)\]](?!\d)|\.(?!\d))")
_CONDITIONAL = phrases("ejection.conditional", also=r"[^.;,]{0,40}$")
_HISTORICAL = phrases("ejection.historical", also=r"[^.;,]{0,40}$")
_OF_THEN = phrases("ejection.then")
_RULE = phrases("ejection.rule")
_DENIED = phrases("ejection.denied", also=rf"(?:\s+(?:{_any(plain_words('ejection.had'))}))*\s*$")
_FAMILY = phrases("ejection.people", also=r"[^.;,]{0,40}$")


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
    plain = _SPREAD.sub("", _COMMA.sub(".", " ".join(piece.text.lower().split())))
    names = list(_NAME.finditer(plain))
    if not names or _OF_ANOTHER.search(plain):
        return
    for at, name in enumerate(names):
        before = plain[names[at - 1].end() if at else 0 : name.start()]
        if name["left"] is None and _BEFORE_IT.search(before):
            continue
        end = names[at + 1].start() if at + 1 < len(names) else len(plain)
        behind = _BEFORE_NOW.sub(" ", _FORMER.sub(" ", plain[name.end() : end]))
        worth = _WORTH.match(behind)
        if worth is None and not any(map(str.isdigit, behind)):
            worth = _AHEAD.search(before)
        if worth is not None and _is_sure(worth, short=name[0] == "ef"):
            yield _reading(worth), _assertion(before, worth)


def _is_sure(worth: re.Match[str], *, short: bool) -> bool:
    """Is it in percent, or the number right behind a full name and nothing after it?"""
    if worth["one"] or worth["two"] or "%" in worth["between"] or "percent" in worth["between"]:
        return True
    ends = _ENDS.match(worth.string, worth.end()) is not None
    behind = _RIGHT_BEHIND.fullmatch(worth["between"]) is not None or worth["first"].startswith("0.")
    return not short and ends and behind


def _reading(worth: re.Match[str]) -> str:
    first, sign = worth["first"], worth["sign"]
    if float(first) < 1:
        first = f"{float(first) * 100:g}"  # "0.38" is 38 %
    if worth["last"]:
        return f"{first} to {worth['last']}"
    return first if not sign else f"{'under' if sign in _UNDER else 'over'} {first}"


def _assertion(before: str, worth: re.Match[str]) -> str:
    after = worth.string[worth.end() :].lstrip(" ,(")
    if _FAMILY.search(before):
        return "elsewhere"
    if _CONDITIONAL.search(before) or _RULE.match(after) or (worth["sign"] and _DENIED.search(before)):
        return "conditional"
    return "historical" if _HISTORICAL.search(before) or _OF_THEN.match(after) else "stated"
