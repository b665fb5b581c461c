"""A name however it is spelled: words set apart or abbreviated, accents, dashes and apostrophes."""

import re
import unicodedata

__all__ = ["folded", "spelled", "unspelled"]

_ABBREVIATED = (
    ("saint", "st"),
    ("sainte", "ste"),
    ("mount", "mt"),
    ("fort", "ft"),
    ("center", "centre", "ctr"),
    ("hospital", "hosp"),
    ("university", "univ"),
    ("department", "dept"),
    ("medical", "med"),
    ("associates", "assoc"),
)
_ALIKE = {word: "|".join(group) for group in _ABBREVIATED for word in group}
_AND = frozenset({"and", "&", "+"})
_GLUED = re.compile(r"\b(st|ste|mt|ft)\.(?=\w)", re.IGNORECASE)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015"
_APOSTROPHES = "\u2018\u2019\u02bc`\u00b4"
_WITHOUT_PARTS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i"}  # noqa: RUF001 - a letter of Turkish names
_DIGRAPHS = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "oe"), ("å", "aa"), ("ß", "ss"))
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def _base(letter: str) -> str:
    plain = _WITHOUT_PARTS.get(letter.lower(), unicodedata.normalize("NFD", letter)[0])
    return plain.upper() if letter.isupper() else plain


_LETTERS = [chr(code) for code in (*range(0xC0, 0x180), *range(0x218, 0x21C))]
_FOLDS = str.maketrans(
    {letter: _base(letter) for letter in _LETTERS}
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_APOSTROPHES, "'")
)


def folded(text: str) -> str:
    """Each letter without its accent, dashes and apostrophes in one form: as long as the text."""
    return text.translate(_FOLDS)


def spelled(name: str) -> str:
    """A pattern for a name in a folded text, to be used without regard to case."""
    composed = unicodedata.normalize("NFC", name).lower()
    return "|".join(dict.fromkeys(_spelled(form) for form in _forms(composed)))


def unspelled(text: str) -> str:
    """Without what nobody sees between its letters."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text))


def _forms(name: str) -> tuple[str, ...]:
    """ "Müller" is "Muller" and "Mueller", and the other way round."""
    long = short = name
    for letter, pair in _DIGRAPHS:
        long = long.replace(letter, pair)
        short = short.replace(pair, letter)
    return folded(name), folded(long), folded(short)


def _spelled(name: str) -> str:
    words = _GLUED.sub(r"\1. ", name).split()
    parts = [_word(word) + _gap(word) for word in words[:-1]]
    return "".join([*parts, *map(_word, words[-1:])])


def _gap(word: str) -> str:
    """ "St. Mary" is "St.Mary", "St Mary" and "Saint Mary"; "Quill, Wren" is "Quill,Wren"; and
    "Quill Heron" is "Quill_Heron" in the name of a file.
    """
    if word.strip(".") in _ALIKE:
        return r"\.?[-\s_]*"
    return r"[\s_]*" if word.endswith(",") else r"[-\s_]+"


def _word(word: str) -> str:
    plain = word.strip(".")
    if plain in _AND:
        return r"(?:and|&|\+)"
    if plain in _ALIKE:
        return f"(?:{_ALIKE[plain]})"
    return re.escape(word).replace(r"\-", r"[-\s_]").replace("'", "'?")
