"""What stands on the pages of the book: every sentence with its source and cases, and what disagrees."""

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from abstractor.abstract import Verdict
from abstractor.guidelines import NOT_SIGNED, load_library
from abstractor.guidelines.book import Book, open_book, rendered, title_of
from abstractor.guidelines.book.cases import Cases
from abstractor.guidelines.book.contents import Contents
from abstractor.guidelines.book.rendering import in_folder, whole
from abstractor.guidelines.book.views import EditionPage, MeasurePage
from abstractor.rules.library import Confidence, Edition, Measure

ON = date(2026, 11, 22)
EDITIONS = load_library().editions


@cache
def book() -> Book:
    return open_book(load_library(), on=ON)


@cache
def text_of(key: str, on: date = ON) -> str:
    """A page as a reader sees it, without marks and with single spaces."""
    page = replace(book(), on=on).page(key)
    assert page is not None
    plain = re.sub(r"<[^>]+>", " ", whole(page, key, program="test"))
    return " ".join(plain.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&").split())


@pytest.mark.parametrize("key", list(book().keys()))
def test_every_page_is_whole_and_unsigned(key: str) -> None:
    page = book().page(key)
    assert page is not None
    html = whole(page, key, program="test")
    assert title_of(page) in text_of(key)
    assert NOT_SIGNED in text_of(key).lower()
    assert "<script" not in html and "style=" not in html
    assert html.count("<h1>") == 1
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_no_link_leads_nowhere() -> None:
    pages = {f"{key}.html": key for key in book().keys()}
    anchors: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    for file, key in pages.items():
        page = book().page(key)
        assert page is not None
        html = whole(page, key, program="test")
        anchors[file] = set(re.findall(r' id="([^"]+)"', html))
        for link in re.findall(r'href="([^"]+)"', html):
            if link.startswith("https://") or link.endswith("book.css"):
                continue
            target, _, anchor = link.partition("#")
            plain = target.removeprefix("../")
            assert target.startswith("../") == ("/" in key) or not target
            wanted.append((key, plain or file, anchor))
    assert [each for each in wanted if each[1] not in pages] == []
    assert [each for each in wanted if each[2] and each[2] not in anchors[each[1]]] == []


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_an_edition_says_all_that_it_says(edition: Edition) -> None:
    page = book().page(f"editions/{edition.id}")
    assert isinstance(page, EditionPage)
    said = text_of(f"editions/{edition.id}")
    assert page.edition.citation in said
    for row in page.edition.recommendations:
        assert row.expected in said and row.section in said
        assert not row.grade or row.grade in said
    for case in book().worked(page.edition):
        assert case.case.says in said and case.case.why in said
    assert len(page.cases) == len(book().worked(page.edition))


def test_a_recommendation_reads_with_its_case() -> None:
    said = text_of("editions/asco-bm-2022")
    assert "Expected not-preferred : therapy was changed while only the brain progressed." in said
    assert "Computed today: not-preferred ✓ the same" in said
    assert "2023-08-05: brain metastasis" in said


def test_words_read_with_codes_and_names() -> None:
    assert "ICD-10-CM C79.31 Secondary malignant neoplasm of brain" in text_of("words")
    assert "metastasis in the central nervous system" in text_of("editions/asco-bm-2022")
    assert "2361290" not in text_of("editions/fda-pertuzumab-2012-06-08")


def test_doubtful_content_reads_as_advisory() -> None:
    low = [e.id for e in EDITIONS if any(r.confidence is Confidence.LOW for r in e.recommendations)]
    assert low
    assert all("advisory: reported, never a flag" in text_of(f"editions/{name}") for name in low)


def test_a_case_that_disagrees_is_marked_on_its_page_and_on_the_first() -> None:
    told = book().cases.editions
    at = next(i for i, case in enumerate(told) if case.edition == "asco-bm-2022" and case.row)
    wrong = replace(told[at], verdict=Verdict.PREFERRED)
    other = Book(
        load_library(), Cases((*told[:at], wrong, *told[at + 1 :]), ()), book().words, ON, book().choice, {}
    )
    page, front = other.page("editions/asco-bm-2022"), other.page("index")
    assert isinstance(page, EditionPage) and page.disagreeing == 1
    html = str(rendered(page, in_folder("editions/asco-bm-2022")))
    assert "1 worked case disagrees." in html
    assert f"<strong>Disagrees:</strong> expected preferred by {wrong.row}, computed not-preferred" in html
    assert isinstance(front, Contents)
    assert [entry.disagreeing for entry in front.disagreeing] == [1]
    assert "Worked cases disagree" in rendered(front, in_folder("index"))


def test_a_case_out_of_its_editions_days_disagrees() -> None:
    told = [case for case in book().cases.editions if case.edition == "asco-bm-2022"][:1]
    moved = [replace(each, edition="asco-bm-2018", document=None) for each in told]
    other = Book(load_library(), Cases(tuple(moved), ()), book().words, ON, book().choice, {})
    (done,) = other.worked(load_library().edition("asco-bm-2018"))
    assert not done.agrees
    assert done.problem is not None and "is not one of its days" in done.problem


def test_a_case_whose_line_does_not_open_disagrees() -> None:
    case = next(each for each in book().cases.editions if len(each.lines) == 2)
    other = Book(
        load_library(),
        Cases((replace(case, lines=(case.lines[0],) * 2),), ()),
        book().words,
        ON,
        book().choice,
        {},
    )
    (done,) = other.worked(load_library().edition(case.edition))
    assert not done.agrees and done.verdict is None


@pytest.mark.parametrize(("on", "said"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_review_that_is_past_is_said(on: date, said: bool) -> None:
    assert ("Its review was due on 2026-12-31" in text_of("editions/asco-bm-2022", on)) is said
    assert "Its review was due" not in text_of("editions/asco-bm-2018", on)


@pytest.mark.parametrize("measure", load_library().measures, ids=lambda measure: measure.id)
def test_a_measure_says_when_it_is_due_and_who_asks(measure: Measure) -> None:
    said = text_of(f"measures/{measure.id}")
    assert measure.title in said and measure.source in said
    page = book().page(f"measures/{measure.id}")
    assert isinstance(page, MeasurePage)
    assert page.sentence.lower() in said.lower()
    assert {each.edition.id for each in page.askers} >= set(measure.rule.editions())
    for asker in page.askers:
        edition = asker.edition
        assert f"{edition.title} {edition.valid_from} to {edition.valid_to or 'open'}" in said


def test_the_her2_criteria_read_cell_by_cell() -> None:
    said = text_of("policies/her2")
    assert (
        "ISH group 3 below 2 6 or more indeterminate negative negative positive (recount not recorded)"
        in said
    )
    assert "ISH group 1 2 or more 4 or more positive positive positive positive positive" in said
    assert "Ratio above 2.2 above 2.2 any positive Ratio 1.8 to 2.2" in said
    assert "The ISH reads the same beside any IHC score." in said
    assert "ASCO/CAP 2007 In force from 2007-01-01" in said


def test_policies_read_with_days() -> None:
    assert "The same drugs are a new line after a gap of 180 days" in text_of("policies/lines")


def test_an_edition_leads_to_those_before_and_after() -> None:
    page = book().page("editions/asco-her2-2018")
    assert isinstance(page, EditionPage)
    assert (page.before and page.before.id, page.after and page.after.id) == (
        "asco-her2-2014",
        "asco-her2-2022",
    )


@pytest.mark.parametrize(
    "key", ["editions/none", "none", "measures/none", "policies/none", "changes/a..b", "x/y"]
)
def test_there_is_no_such_page(key: str) -> None:
    assert book().page(key) is None
