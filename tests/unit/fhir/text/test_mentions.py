"""Reports, notes and Conditions to mentions: where from, how far they count, and what is told as unread."""

import base64
from typing import Any

import pytest

from abstractor.chart import Mention, Standing
from tests.unit.fhir.text.attachments import data
from tests.unit.fhir_read.charting import LOINC, chart_of, coded, condition, days, observation, resource

Json = dict[str, Any]
SAID = "HER2 is positive (3+)."


def report(**elements: Any) -> Json:
    given = {"status": "final", "code": coded("22637-3", LOINC), "effectiveDateTime": "2019-02-11"}
    return resource("DiagnosticReport", **{**given, **elements})


def attached(text: str | bytes, kind: str | None = "text/plain") -> Json:
    return {"contentType": kind, "data": data(text)}


def note(text: str, kind: str | None = "text/plain", **elements: Any) -> Json:
    given = {
        "status": "current",
        "date": "2019-02-11T10:00:00Z",
        "content": [{"attachment": attached(text, kind)}],
    }
    return resource("DocumentReference", **{**given, **elements})


def cancer(text: str) -> Json:
    return condition({**coded("C50.911", "http://hl7.org/fhir/sid/icd-10-cm"), "text": text})


RTF = r"{\rtf1 HER2 is \b positive\b0  (3+).}"
WHERE: list[tuple[str, Json, str]] = [
    ("a conclusion", report(conclusion=SAID), "DiagnosticReport.conclusion"),
    (
        "a coded conclusion",
        report(conclusionCode=[{"text": SAID}]),
        "DiagnosticReport.conclusionCode[0].text",
    ),
    (
        "a report in text",
        report(presentedForm=[{}, attached(SAID)]),
        "DiagnosticReport.presentedForm[1].data",
    ),
    (
        "a report in RTF",
        report(presentedForm=[attached(RTF, "text/rtf")]),
        "DiagnosticReport.presentedForm[0].data",
    ),
    ("a note", note(f"Plan. {SAID}"), "DocumentReference.content[0].attachment.data"),
    ("a note in HTML", note(f"<p>{SAID}</p>", "text/html"), "DocumentReference.content[0].attachment.data"),
    ("a description", note("", description=SAID), "DocumentReference.description"),
    (
        "a title",
        note("", content=[{"attachment": {"title": SAID}}]),
        "DocumentReference.content[0].attachment.title",
    ),
    ("a Condition's text", cancer(SAID), "Condition.code.text"),
]


@pytest.mark.parametrize(("name", "record", "path"), WHERE, ids=[row[0] for row in WHERE])
def test_a_mention_says_where_its_sentence_stands(name: str, record: Json, path: str) -> None:
    (found,) = chart_of(record).mentions
    assert (found.about, found.reading, found.assertion, found.quote) == ("her2", "3+", "stated", SAID)
    assert [(source.path, source.value) for source in found.sources] == [(path, SAID)]
    assert found.standing is Standing.COUNTS
    assert found.end - found.start == len(SAID)
    assert chart_of(record).biomarkers == ()


STANDINGS: list[tuple[str, Json, Standing | None]] = [
    ("a preliminary report", report(status="preliminary", conclusion=SAID), Standing.CONTEXT),
    ("an unsigned note", note(SAID, docStatus="preliminary"), Standing.CONTEXT),
    ("a replaced note", note(SAID, status="superseded"), Standing.WITHDRAWN),
    ("a mistaken report", report(status="entered-in-error", conclusion=SAID), None),
    ("a mistaken note", note(SAID, docStatus="entered-in-error"), None),
    ("another finding", report(conclusion="Margins are negative."), None),
]


@pytest.mark.parametrize(("name", "record", "standing"), STANDINGS, ids=[row[0] for row in STANDINGS])
def test_a_mention_stands_as_its_record_does(name: str, record: Json, standing: Standing | None) -> None:
    assert [found.standing for found in chart_of(record).mentions] == ([standing] if standing else [])


def test_a_mention_has_the_day_of_its_report() -> None:
    assert [days(m.when) for m in chart_of(report(conclusion=SAID)).mentions] == ["2019-02-11"]


def test_only_the_sentence_of_a_note_is_kept() -> None:
    (found,) = chart_of(note("Lives in Springfield. HER2 positive. Works at night.")).mentions
    assert found.quote == "HER2 positive." and "Springfield" not in repr(found)


def test_receptors_pneumonitis_and_the_part_of_a_report() -> None:
    text = "A. Left breast, biopsy:\nER 90%, PR negative.\nHER2 0.\n\nB. Lung, CT: grade 2 pneumonitis."
    found = chart_of(report(presentedForm=[attached(text)])).mentions
    assert [(m.about, m.reading, m.tissue) for m in found] == [
        ("er", "positive", "Left breast, biopsy"),
        ("pr", "negative", "Left breast, biopsy"),
        ("her2", "0", "Left breast, biopsy"),
        ("pneumonitis", "grade 2", "Lung, CT"),
    ]


def test_the_same_sentence_in_two_places_of_a_report_is_one_mention() -> None:
    (found,) = chart_of(report(conclusion=SAID, presentedForm=[attached(SAID)])).mentions
    assert len(found.sources) == 2


def test_a_condition_whose_code_says_it_needs_no_words() -> None:
    assert chart_of(condition({**coded("427685000"), "text": "HER2+ cancer"})).mentions == ()


def test_words_do_not_hang_on_the_order_of_the_records() -> None:
    first, second = report(conclusion=SAID), note("HER2 negative.", id="2")
    assert chart_of(first, second).mentions == chart_of(second, first).mentions


UNREAD: list[tuple[str, Json, str]] = [
    ("a PDF", attached(b"%PDF-1.4", "application/pdf"), "was not read: application/pdf"),
    ("a PDF by its bytes", attached(b"%PDF-1.4"), "was not read: application/pdf"),
    ("a scan", attached(b"\x89PNG", "image/png"), "was not read: image/png"),
    ("no base64", {"contentType": "text/plain", "data": "HER2!"}, "was not read: its data is no base64"),
    (
        "elsewhere",
        {"contentType": "text/plain", "url": "Binary/1"},
        "was not read: it is held at another address",
    ),
    (
        "a wrong charset",
        attached("HER2 é".encode("latin-1"), "text/plain; charset=utf-8"),
        "read with doubt: its letters are not in the charset that it names",
    ),
]


@pytest.mark.parametrize(("name", "sent", "said"), UNREAD, ids=[row[0] for row in UNREAD])
def test_what_was_not_read_is_told(name: str, sent: Json, said: str) -> None:
    for record in (report(presentedForm=[sent]), note("", content=[{"attachment": sent}])):
        (issue,) = chart_of(record).issues
        assert issue.code == "partial-record" and said in issue.detail
        assert issue.sources[0].resource in ("DiagnosticReport/1", "DocumentReference/1")


@pytest.mark.parametrize(
    "record",
    [
        note("", status="superseded", content=[{"attachment": attached(b"%PDF", "application/pdf")}]),
        report(status="entered-in-error", presentedForm=[attached(b"%PDF", "application/pdf")]),
        report(presentedForm=[{"title": "empty"}]),
    ],
)
def test_nothing_is_told_of_what_was_taken_back_or_is_empty(record: Json) -> None:
    assert chart_of(record).issues == ()


def test_findings_that_are_left_out_are_told() -> None:
    many = "".join(f"HER2 positive in sample {'x' * n}.\n" for n in range(250))
    chart = chart_of(note(many))
    assert len(chart.mentions) == 200
    assert [issue.detail for issue in chart.issues] == [
        "a text with more findings in words than are kept: the rest of it is left out"
    ]


def test_an_uncoded_result_without_a_value_is_still_shown() -> None:
    (found,) = chart_of(observation({"text": "HER2 therapy"}, valueString="see report")).mentions
    assert (found.about, found.reading, found.quote) == ("her2", None, "HER2 therapy: see report")


def test_mentions_belong_to_the_digest_and_are_cut_by_the_day() -> None:
    chart = chart_of(report(conclusion=SAID))
    assert chart.digest != chart_of(report(conclusion="HER2 is negative.")).digest
    assert isinstance(chart.mentions[0], Mention)
    assert base64.b64decode(data(SAID)).decode() == SAID
