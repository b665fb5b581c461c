"""An attachment's bytes as text, what cannot be read, and hostile input."""

import time

import pytest

from abstractor.fhir.text import Read, Unread, read_text, text_of
from abstractor.fhir.text.markup import text_of_markup
from abstractor.fhir.text.rich_text import text_of_rtf
from tests.unit.fhir.text.attachments import data

LONG = 300_000
SECONDS = 20.0  # of a machine that others use too; each takes about one


@pytest.mark.parametrize(
    ("kind", "raw", "text"),
    [
        ("text/plain", "HER2 3+", "HER2 3+"),
        (None, "HER2 3+", "HER2 3+"),
        ("TEXT/PLAIN; charset=UTF-8", "HER2 ≥ 3+", "HER2 ≥ 3+"),
        ("text/plain; charset=iso-8859-1", "caf\xe9".encode("latin-1"), "caf\xe9"),
        ("text/plain; charset='utf-16'", "HER2 3+".encode("utf-16"), "HER2 3+"),
        ("text/plain", "\ufeffHER2 3+".encode(), "HER2 3+"),
        ("text/html", "<p>HER2 <b>3+</b></p>", "HER2 3+"),
        ("text/plain", "<html><body>HER2 3+</body></html>", "HER2 3+"),
        ("application/xhtml+xml", "<div>HER2<br/>3+</div>", "HER2\n3+"),
        ("text/xml", "<text><paragraph>HER2 3+</paragraph></text>", "HER2 3+"),
        ("application/rtf", r"{\rtf1 HER2 3+}", "HER2 3+"),
        ("text/rtf", r"{\rtf1 HER2 3+}", "HER2 3+"),
        ("text/plain", r"{\rtf1 HER2 3+}", "HER2 3+"),
    ],
)
def test_text_of_every_kind(kind: str | None, raw: bytes | str, text: str) -> None:
    assert text_of(kind, data(raw)) == Read(text)


@pytest.mark.parametrize(
    ("kind", "sent", "reason"),
    [
        ("application/pdf", data(b"%PDF-1.7 ..."), "application/pdf"),
        ("text/plain", data(b"%PDF-1.7 ..."), "application/pdf"),
        ("image/png", data(b"\x89PNG"), "image/png"),
        ("application/msword", data(b"HER2"), "application/msword"),
        ("text/plain", "HER2!", "its data is no base64"),
        ("text/plain", data(b"\x00\x01\x02HER2"), "its bytes are no text"),
        ("application/rtf", data("HER2 3+"), "it is no RTF, as its type says"),
    ],
)
def test_what_is_no_text_says_why(kind: str, sent: str, reason: str) -> None:
    assert text_of(kind, sent) == Unread(reason)


@pytest.mark.parametrize(
    "sent", [data("HER2 3+").rstrip("="), f" {data('HER2 3+')[:4]}\r\n{data('HER2 3+')[4:]}"]
)
def test_base64_is_read_as_it_is_sent(sent: str) -> None:
    assert text_of("text/plain", sent) == Read("HER2 3+")


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("text/plain; charset=utf-8", b"HER2 3+ caf\xe9"),
        ("text/plain", b"HER2 3+ caf\xe9"),
        ("text/plain; charset=us-ascii", "HER2 3+ café".encode()),
        ("text/plain; charset=no-such", b"HER2 3+ caf\xc3\xa9"),
        ("text/plain; charset=utf-16", b"HER2 3+ caf\xc3\xa9x"),
    ],
)
def test_a_wrong_charset_loses_nothing_and_is_told(kind: str, raw: bytes) -> None:
    read = text_of(kind, data(raw))
    assert isinstance(read, Read) and "HER2 3+ caf" in read.text and read.doubt is not None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "<table><tr><td>HER2</td><td>3+ &gt;10%</td></tr><tr><td>ER</td></tr></table>",
            "HER2\t3+ >10%\n\nER",
        ),
        ("HER2 <del>positive</del> negative", "HER2  [struck out: positive]  negative"),
        ("<script>HER2 3+</script>ER", "ER"),
        ("<style>a{}</style><pre>ER\n  PR</pre>", "ER\n  PR"),
        ("<!-- HER2 3+ -->ER", "ER"),
        ("HER2 <1%", "HER2 <1%"),
        ("<p title='a > b'>HER2</p>", "HER2"),
        ("<ul><li>HER2<li>ER</ul>", "- HER2\n- ER"),
        ("<!-- HER2 3+", "HER2 3+"),
        ("<script>HER2 3+", "HER2 3+"),
        ("HER2 <b", "HER2 <b"),
    ],
)
def test_html(source: str, text: str) -> None:
    assert text_of_markup(source).replace("\n\n", "\n") == text.replace("\n\n", "\n").replace(
        "\n  PR", "\nPR"
    )


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{\rtf1\ansi HER2 \b positive\b0  (3+).\par ER 95%}", "HER2 positive (3+).\nER 95%"),
        (r"{\rtf1\trowd HER2\cell 3+\cell\row ER\cell}", "HER2\t3+\t\nER"),
        (r"{\rtf1{\fonttbl{\f0\fcharset204 X;}}\f0 \'cf\'ee}", "По"),
        (r"{\rtf1\ansicpg1252 caf\'e9 \u8805? 10%}", "café ≥ 10%"),
        (r"{\rtf1\uc2 \u8805xx10}", "≥10"),
        (r"{\rtf1 \u-10179?\u-8704?}", "\U0001f600"),
        (r"{\rtf1 HER2 {\strike positive} negative}", "HER2  [struck out: positive]  negative"),
        (r"{\rtf1 HER2 {\v 3+}1+}", "HER2 1+"),
        (r"{\rtf1 {\*\generator x;}{\pict\bin4 {{{{}HER2}", "HER2"),
        (r"{\rtf1 \bin9 HER2 3+}", "HER2 3+"),
        (r"{\rtf1 100\% \{a\} \\ b\~c\-d}", r"100% {a} \ b cd"),
        (r"{\rtf1 HER2 3+ {\b ", "HER2 3+"),
        (r"{\rtf1 ER} HER2 3+}", "ER HER2 3+"),
        (r"{\rtf1 \'zz HER2 \ansicpg77777 3+}", "'zz HER2 3+"),
    ],
)
def test_rtf(source: str, text: str) -> None:
    assert text_of_rtf(source) == text


HOSTILE = {
    "deep": "<div>" * LONG + "HER2 positive",
    "comments": "<!--" * LONG + "HER2 positive",
    "declarations": "<!a" * LONG + " HER2 positive",
    "cdata": "<![CDATA[" * (LONG // 2) + "HER2 positive",
    "quotes": "<a '\">" * (LONG // 2) + "HER2 positive",
    "open quotes": '<a "' * (LONG // 2) + " HER2 positive",
    "scripts": "<script>" * (LONG // 2) + "HER2 positive",
    "blanks": "\n " * LONG + "HER2 positive",
    "ampersands": "&#" + "9" * LONG + "; HER2 positive",
    "groups": "{\\rtf1 " + "{" * LONG + "HER2 positive",
    "fields": "{\\rtf1 " + "{\\field{\\*\\fldinst{ a}}" * 100_000 + " HER2 positive}",
    "fonts": "{\\rtf1{\\fonttbl" + "{\\f1" * 200_000 + "}" * 200_001 + " HER2 positive}",
    "sentences": "HER2 is positive. " * 280_000,
    "lines": "HER2 positive\n" * 360_000,
    "one sentence": "HER2 " * 1_000_000 + "positive",
    "one word": "x" * 5_000_000 + " HER2 positive",
    "dots": "." * 5_000_000 + "\nHER2 positive",
    "many findings": "".join(f"HER2 positive in block {n}.\n" for n in range(150_000)),
    "columns": "ER | PR | HER2\n" + "pos | neg | pos\n" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(name: str) -> None:
    kind = (
        "application/rtf" if HOSTILE[name].startswith("{") else "text/html" if "<" in HOSTILE[name] else None
    )
    started = time.process_time()
    read = text_of(kind, data(HOSTILE[name]))
    assert isinstance(read, Read) and "HER2" in read.text
    reading = read_text(read.text)
    assert time.process_time() - started < SECONDS
    assert reading.told and len(reading.told) <= 200
    assert all(told.quote == read.text[told.start : told.end] for told in reading.told)


def test_what_is_not_kept_is_counted() -> None:
    reading = read_text("".join(f"HER2 positive in sample {'x' * n}.\n" for n in range(250)))
    assert (len(reading.told), reading.more) == (200, 50)
