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
# What parts the words of a place's name, here or there: "Quill, North", "Quill (North)", "Quill North".
_PARTED = re.compile(r"((?:[\s,;:/|()\[\]]|(?<=\s)-(?=\s))+)")
_APART = r"[-\s_,;:/|()\[\]]*"
_OWNS = "'s"
_OWNING = "(?:'|&#0*39;|&#x0*27;|&apos;)"
# "Mary's" is "Marys"; "O'Brien" is "OBrien" and "O Brien".
_OWNED = re.compile(r"'(?!\w\w)")
_ELIDED = re.compile(r"'(?=\w\w)")
# Not "H2O day" of "O'Day".
_ELISION = r"(?:'\s?|(?<![^\W_]\w)[-\s]\s?)?"
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


def spelled(name: str, *, place: bool = False) -> str:
    """A pattern for a name in a folded text, to be used without regard to case; a `place`'s name with
    whatever signs stand where the name has some.
    """
    composed = unicodedata.normalize("NFC", name).lower()
    return "|".join(dict.fromkeys(_spelled(form, place=place) for form in _forms(composed)))


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


def _spelled(name: str, *, place: bool) -> str:
    apart = _GLUED.sub(r"\1. ", name)
    words = _PARTED.split(apart.strip(" ,;:/|()[]")) if place else re.split(r"(\s+)", apart.strip())
    if len(words) < 2:
        return _word(apart.strip())
    told, between = words[::2], words[1::2]
    parts = [
        _possessed(word) + (_gap(word) if gap.isspace() else _APART)
        for word, gap in zip(told[:-1], between, strict=True)
    ]
    return "".join([*parts, _possessed(told[-1])])


def _possessed(word: str) -> str:
    """ "St. Jude" of "St. Jude's", but not "Woman" of "Woman's" alone."""
    return f"{_word(word.removesuffix(_OWNS))}(?:{_OWNING}?s)?" if word.endswith(_OWNS) else _word(word)


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
    owned = _OWNED.sub("'?", re.escape(word).replace(r"\-", r"[-\s_]"))
    return _ELIDED.sub(lambda _: _ELISION, owned)
