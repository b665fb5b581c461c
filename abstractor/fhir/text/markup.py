"""HTML and XML as the lines and cells that a reader sees.

A walk over the tags, not a tree: a tree of a hostile page takes time that grows with the square of its depth,
or loses what is nested too deep. What is struck out says so; scripts and styles are no text.
"""

import html
import re
from collections.abc import Iterator

__all__ = ["STRUCK", "text_of_markup"]

STRUCK = "[struck out: "
_LONGEST_TAG = 500  # characters in which the quotes of a tag are followed
_NAME = re.compile(r"/?[A-Za-z][^\s/>]*")
_REST = re.compile(r"[^>\"']*+(?:\"[^\"]*+\"[^>\"']*+|'[^']*+'[^>\"']*+)*+>")
_BLANKS = re.compile(r"[ \t\r\n\f\xa0]+")
_LONG_NUMBER = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
_SILENT = frozenset({"script", "style"})
_CELLS = frozenset({"td", "th"})
_STRUCK = frozenset({"del", "s", "strike"})
_APART = frozenset({"sub", "sup"})
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code content dfn em font i ins kbd label mark q rp rt ruby samp small"
    " span strong tt u var wbr".split()
)


def text_of_markup(source: str) -> str:
    lines = [line.strip() for line in "".join(_pieces(source)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _pieces(source: str) -> Iterator[str]:
    at, pre = 0, 0
    endless: set[str] = set()  # what was sought and does not come any more: it is not sought twice
    while True:
        opened = source.find("<", at)
        if opened < 0:
            yield _text(source[at:], kept=pre > 0)
            return
        yield _text(source[at:opened], kept=pre > 0)
        name = _NAME.match(source, opened + 1)
        if name is None:
            at, words = _past_declaration(source, opened, endless)
            yield words
            continue
        tag, after = name[0].lower(), _end_of_tag(source, name.end(), endless)
        if after is None:
            at = opened + 1
            yield "<"
            continue
        at = after
        bare = tag.removeprefix("/").rpartition(":")[2]
        if bare in _SILENT and tag == bare:
            at = _past_silent(source, at, bare, endless)
        elif bare == "pre":
            pre = pre + 1 if tag == bare else max(0, pre - 1)
            yield "\n"
        else:
            yield _layout(bare, closing=tag != bare)


def _text(words: str, *, kept: bool) -> str:
    """The letters that stand for themselves; blanks as one, unless they are kept."""
    if "&" in words:
        words = html.unescape(_LONG_NUMBER.sub("�", words))
    return words.replace("\xa0", " ") if kept else _BLANKS.sub(" ", words)


def _layout(tag: str, *, closing: bool) -> str:
    if tag in _INLINE:
        return ""
    if tag in _CELLS:
        return "\t" if closing else ""
    if tag in _STRUCK:
        return "] " if closing else f" {STRUCK}"
    if tag == "li" and not closing:
        return "\n- "
    return " " if tag in _APART else "\n"


def _past_declaration(source: str, opened: int, endless: set[str]) -> tuple[int, str]:
    """Behind a comment, a declaration, or a "<" that is no tag; one that does not end hides nothing."""
    if source.startswith("<!--", opened):
        end = _find(source, "-->", opened + 4, endless)
        return (end + 3, "") if end >= 0 else (opened + 4, " ")
    if source.startswith("<![CDATA[", opened):
        return opened + 9, " "
    if source.startswith(("<!", "<?"), opened):
        end = _find(source, ">", opened + 2, endless)
        return (end + 1, "") if end >= 0 else (opened + 2, " ")
    return opened + 1, "<"


def _end_of_tag(source: str, at: int, endless: set[str]) -> int | None:
    """Behind its ">", which may stand in quotes before; without one it is no tag."""
    whole = _REST.match(source, at, at + _LONGEST_TAG)
    if whole is not None:
        return whole.end()
    end = _find(source, ">", at, endless)
    return end + 1 if end >= 0 else None


def _past_silent(source: str, at: int, tag: str, endless: set[str]) -> int:
    """Behind the end of a script or style; one without an end is read as text."""
    if tag in endless:
        return at
    end = re.compile(rf"</{tag}\b", re.IGNORECASE).search(source, at)
    if end is None:
        endless.add(tag)
        return at
    return _end_of_tag(source, end.end(), endless) or end.end()


def _find(source: str, wanted: str, at: int, endless: set[str]) -> int:
    found = -1 if wanted in endless else source.find(wanted, at)
    if found < 0:
        endless.add(wanted)
    return found
