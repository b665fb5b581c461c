"""An attachment's bytes as text: plain, HTML (and XML), RTF. What cannot be read as text is `Unread`, with
the reason; nothing of what was read is left out without a word.
"""

import base64
import binascii
import codecs
import re
from dataclasses import dataclass

from abstractor.fhir.text.markup import text_of_markup
from abstractor.fhir.text.rich_text import text_of_rtf

__all__ = ["Read", "Unread", "text_of"]

_RTF = ("text/rtf", "application/rtf", "text/richtext", "application/x-rtf")
_MARKUP = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/xhtml")
_PLAIN = ("text/", "application/text", "application/txt")
_BLANKS = re.compile(r"\s+")
_MARKUP_HEAD = re.compile(
    r"\s*(?:<\?xml|<!doctype|<!--|<(?:html|head|body|div|p|span|table|pre|br|h[1-6]|clinicaldocument)\b)",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# What no charset gives: a letter that could not be decoded.
_LOST = "�"


@dataclass(frozen=True, slots=True)
class Read:
    """The text; `doubt` says what about its letters is not sure."""

    text: str
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """Why there is no text: the kind of the file, or what is wrong with it."""

    reason: str


def text_of(content_type: str | None, data: str) -> Read | Unread:
    """The text of an attachment. What its first bytes are counts for more than what its type says."""
    named, _, parameters = (content_type or "").partition(";")
    kind = named.strip().lower()
    raw = _bytes_of(data)
    if raw is None:
        return Unread("its data is no base64")
    if raw.startswith(b"%PDF"):
        return Unread("application/pdf")
    if raw.lstrip().startswith(b"{\\rtf"):
        return Read(text_of_rtf(raw.decode("latin-1")))
    if kind in _RTF:
        return Unread("it is no RTF, as its type says")
    if kind and kind not in _MARKUP and not kind.startswith(_PLAIN):
        return Unread(kind)
    decoded = _decoded(raw, parameters)
    if isinstance(decoded, Unread):
        return decoded
    if kind in _MARKUP or _MARKUP_HEAD.match(decoded.text):
        return Read(text_of_markup(decoded.text), decoded.doubt)
    return decoded


def _bytes_of(data: str) -> bytes | None:
    """Base64 as FHIR has it, or in its form for addresses; padding that is missing is added."""
    plain = _BLANKS.sub("", data).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _decoded(raw: bytes, parameters: str) -> Read | Unread:
    """By its mark, else by the charset that it names, else UTF-8, else Windows-1252."""
    for mark, charset in _MARKS:
        if raw.startswith(mark):
            return _with_charset(raw, charset)
    named = re.search(r"charset\s*=\s*[\"']?([\w.:+-]+)", parameters, re.IGNORECASE)
    if named is not None:
        try:
            text = raw.decode(codecs.lookup(named[1]).name)
        except (LookupError, UnicodeError, ValueError):
            pass
        else:
            wide = codecs.lookup(named[1]).name.startswith(("utf-16", "utf-32"))
            if "\0" not in text and (b"\0" in raw or not wide):
                return Read(text)
    if _CONTROL.search(raw[:4096]):
        return Unread("its bytes are no text")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        found = _with_charset(raw, "cp1252")
        return Read(found.text, "its letters are not in the charset that it names, read as Windows-1252")
    return Read(text, "its charset is not what it says, read as UTF-8" if named is not None else None)


def _with_charset(raw: bytes, charset: str) -> Read:
    text = raw.decode(charset, "replace").removeprefix("\ufeff")
    return Read(text, "letters of it could not be read" if _LOST in text else None)
