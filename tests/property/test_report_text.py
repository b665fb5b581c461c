"""Laws of the reader of report text: what does not change an answer, and what may never leave one."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from abstractor.fhir.text import Read, read_text, text_of
from abstractor.fhir.text.names import in_our_words
from tests.spec.reported import sentences
from tests.unit.fhir.text.attachments import data

CASES = [each.text for each in sentences()]
SINGLE = [text for text in CASES if "\n" not in text.strip() and "\t" not in text]
DENIALS = ("not ", "no ", "never ", "not clearly ", "without ", "cannot be ")
POSITIVE = (
    "HER2 is positive.",
    "HER2 IHC 3+.",
    "HER2/neu: Positive (3+)",
    "The tumor is positive for HER2.",
    "ER 95%, PR 60%, HER2 positive.",
    "HER2 FISH: amplified, ratio 4.1.",
    "HER2 gene amplification is detected by FISH.",
    "The carcinoma overexpresses HER2.",
    "Invasive carcinoma, ER+, PR+, HER2 3+ by immunohistochemistry.",
    "Triple positive breast cancer.",
    "Her2 pos, er pos, pr pos",
)


def answers(text: str) -> list[tuple[str, str | None, str]]:
    return [(told.about, told.reading, told.assertion) for told in read_text(text).told]


def as_html(text: str) -> str:
    return f"<html><body><p>{html.escape(text).replace(chr(10), '<br/>')}</p></body></html>"


def as_rtf(text: str) -> str:
    plain = re.sub(r"([\\{}])", r"\\\1", text).replace("\n", "\\par ")
    return "{\\rtf1\\ansi " + re.sub(r"[^\x00-\x7f]", lambda one: f"\\u{ord(one[0])}?", plain) + "}"


@given(st.sampled_from(CASES))
def test_the_same_words_in_another_format_say_the_same(text: str) -> None:
    text = text.replace("\t", " | ")
    for kind, source in (("text/html", as_html(text)), ("application/rtf", as_rtf(text))):
        read = text_of(kind, data(source))
        assert isinstance(read, Read)
        assert set(answers(read.text)) == set(
            answers(re.sub(r" {2,}", " ", text) if "html" in kind else text)
        )


@given(st.sampled_from(CASES), st.sampled_from(["\r\n", "\r", " \n", "\n   ", "\n"]))
def test_the_end_of_a_line_is_written_in_many_ways(text: str, end: str) -> None:
    assert set(answers(text.strip().replace("\n", end))) == set(answers(text.strip()))


@given(st.sampled_from(SINGLE), st.integers(1, 3), st.booleans())
def test_blanks_between_words_say_nothing(text: str, blanks: int, around: bool) -> None:
    spread = re.sub(r"(?<=\w) (?=\w)", " " * blanks if blanks < 3 else "  ", text)
    assert set(answers(f"\n\n  {spread}  \n" if around else spread)) == set(answers(text))


@given(st.sampled_from(CASES), st.sampled_from(CASES))
def test_a_quote_is_what_stands_in_the_text(first: str, second: str) -> None:
    whole = f"{first}\n\n{second}"
    for told in read_text(whole).told:
        assert whole[told.start : told.end] == told.quote and told.quote.strip() == told.quote


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    whole = f"{text} HER2 {text} pneumonitis {text}"
    for told in read_text(whole).told:
        assert whole[told.start : told.end] == told.quote


@given(
    st.binary(max_size=400),
    st.sampled_from([None, "text/plain", "text/html", "text/rtf", "text/plain; charset=x"]),
)
def test_any_bytes_are_read_or_said_to_be_unread(raw: bytes, kind: str | None) -> None:
    read = text_of(kind, data(raw))
    if isinstance(read, Read):
        read_text(read.text)
        read.text.encode()


@given(st.sampled_from(POSITIVE), st.sampled_from(DENIALS), st.data())
def test_a_denial_anywhere_before_an_answer_never_leaves_it_positive(
    text: str, denial: str, drawn: st.DataObject
) -> None:
    """Before a word of the clause in which HER2 is named, and before its answer."""
    words = [match.start() for match in re.finditer(r"\b\w", text)]
    clause = max(text.rfind(", ", 0, _place(text)), text.rfind(". ", 0, _place(text))) + 1
    before = [at for at in words if clause <= at <= _last(text)]
    at = drawn.draw(st.sampled_from(before))
    if re.search(r"[\w/+-]$", text[:at]):
        return  # in the middle of a name
    denied = text[:at] + denial + text[at:]
    assert ("her2", "positive", "stated") not in answers(denied), in_our_words(denied)
    assert ("her2", "3+", "stated") not in answers(denied), in_our_words(denied)


def _place(text: str) -> int:
    found = re.search(r"her2|triple", text, re.IGNORECASE)
    assert found is not None
    return found.start()


def _last(text: str) -> int:
    """The last word that gives HER2 its answer."""
    held = [
        m for m in re.finditer(r"positive|pos\b|3\+|amplif\w+|overexpresses|detected", text, re.IGNORECASE)
    ]
    after = [
        m.start() for m in held if m.start() >= _place(text) or "positive for" in text or "overex" in m[0]
    ]
    return after[0]
