"""RTF as the lines and cells that a reader sees: its groups walked once, from the first to the last letter.

What does not end is read as far as it goes, and what follows the last group too. Pictures, fonts, styles and
hidden words are no text; what is struck out or was deleted says so.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from abstractor.fhir.text.markup import STRUCK

__all__ = ["text_of_rtf"]

_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,9})? ?"
    r"|\\'(?P<hex>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>[^A-Za-z])"
    r"|(?P<brace>[{}])"
    r"|(?P<break>[\r\n]+)"
    r"|(?P<text>[^\\{}\r\n]+)"
    r"|(?P<rest>\\)",
    re.DOTALL,
)
_SILENT = frozenset(
    "fonttbl colortbl stylesheet info pict object fldinst listtable listoverridetable rsidtbl generator"
    " datastore"
    " themedata latentstyles xmlnstbl bkmkstart bkmkend revtbl filetbl private".split()
)
_SAID = {
    "par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "nestrow": "\n", "cell": "\t",
    "nestcell": "\t", "tab": "\t", "emdash": "\u2014", "endash": "\u2013", "bullet": "\u2022",
    "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SIGNS = {
    "~": " ",
    "_": "-",
    "-": "",
    "\\": "\\",
    "{": "{",
    "}": "}",
    "\n": "\n",
    "\r": "\n",
    "\t": "\t",
    "*": "",
    "|": "",
    ":": "",
}
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb2312", 136: "big5", 161: "cp1253",
    162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside of a group; `step` is how many letters stand in for a Unicode one."""

    silent: bool = False
    hidden: bool = False
    struck: bool = False
    step: int = 1
    font: int | None = None


class _Walk:
    """One pass over the tokens. It holds what has been read so far."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.state = _State()
        self.outer: list[_State] = []
        self.fonts: dict[int, str] = {}
        self.charset = "cp1252"
        self.octets = bytearray()
        self.skip = 0
        self.in_fonts = False
        self.struck = False

    def say(self, words: str) -> None:
        if self.state.silent or self.state.hidden:
            return
        if self.state.struck != self.struck:
            self.out.append(f" {STRUCK}" if self.state.struck else "] ")
            self.struck = self.state.struck
        self.out.append(words)

    def flush(self) -> None:
        """The letters of a code page that were given byte by byte."""
        if self.octets:
            charset = self.fonts.get(self.state.font or 0, self.charset)
            self.say(bytes(self.octets).decode(charset, "replace"))
            self.octets.clear()

    def brace(self, sign: str) -> None:
        self.skip = 0
        if sign == "{":
            self.outer.append(self.state)
        else:
            self.state = self.outer.pop() if self.outer else _State()
            self.in_fonts = self.in_fonts and self.state.silent

    def letters(self, words: str) -> None:
        passed = min(self.skip, len(words))
        self.skip -= passed
        self.say(words[passed:])

    def word(self, word: str, number: int | None) -> None:
        if (act := _WORDS.get(word)) is not None:
            act(self, number)
        elif word in _SAID:
            self.say(_SAID[word])
        elif word in _SILENT:
            self.in_fonts = self.in_fonts or word == "fonttbl"
            self.state = replace(self.state, silent=True)


def _unicode(walk: _Walk, number: int | None) -> None:
    point = (number or 0) % 0x10000 if (number or 0) < 0 else number or 0
    walk.say(chr(point) if point < 0x110000 else "�")
    walk.skip = walk.state.step


def _font(walk: _Walk, number: int | None) -> None:
    walk.state = replace(walk.state, font=number)


def _font_charset(walk: _Walk, number: int | None) -> None:
    if walk.in_fonts and walk.state.font is not None and number in _CHARSETS:
        walk.fonts[walk.state.font] = _CHARSETS[number]


def _code_page(walk: _Walk, number: int | None) -> None:
    try:
        walk.charset = codecs.lookup(f"cp{number}").name
    except LookupError:
        walk.charset = "cp1252"


def _struck(walk: _Walk, number: int | None) -> None:
    walk.state = replace(walk.state, struck=number != 0)


def _hidden(walk: _Walk, number: int | None) -> None:
    walk.state = replace(walk.state, hidden=number != 0)


def _plain(walk: _Walk, number: int | None) -> None:
    walk.state = replace(walk.state, struck=False, hidden=False)


def _step(walk: _Walk, number: int | None) -> None:
    walk.state = replace(walk.state, step=max(0, number if number is not None else 1))


_WORDS: dict[str, Callable[[_Walk, int | None], None]] = {
    "u": _unicode, "f": _font, "fcharset": _font_charset, "ansicpg": _code_page, "strike": _struck,
    "striked": _struck, "deleted": _struck, "v": _hidden, "plain": _plain, "uc": _step,
}  # fmt: skip


def text_of_rtf(source: str) -> str:
    """`source` is the file as Latin-1: RTF is ASCII, and says how its other letters are to be read."""
    walk, at = _Walk(), 0
    while (token := _TOKEN.match(source, at)) is not None:
        at = token.end()
        if (octet := token["hex"]) is not None:
            if walk.skip:
                walk.skip -= 1
            else:
                walk.octets.append(int(octet, 16))
            continue
        walk.flush()
        if (words := token["text"]) is not None:
            walk.letters(words)
        elif (sign := token["brace"]) is not None:
            walk.brace(sign)
        elif (word := token["word"]) is not None:
            number = int(token["number"]) if token["number"] else None
            walk.skip = 0
            if word == "bin" and walk.state.silent:
                at += min(number or 0, len(source) - at)
            else:
                walk.word(word, number)
        elif (sign := token["sign"]) is not None:
            if sign == "*":
                walk.state = replace(walk.state, silent=True)
            walk.say(_SIGNS.get(sign, sign))
    walk.flush()
    joined = "".join(walk.out) + ("]" if walk.struck else "")
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
