"""`guidelines book` and `guidelines diff` as they are typed."""

import hashlib
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from abstractor.cli.guidelines import guidelines
from abstractor.errors import AbstractorError, InputError, KnowledgeError, OptionError
from abstractor.guidelines import load_library
from abstractor.guidelines.book import open_book, print_book
from abstractor.guidelines.book.cases import Cases

ON = date(2026, 11, 22)
CASE = """edition = "asco-bm-2018"
[[case]]
says = "A case of the site"
why = "a reader expects otherwise"
metastatic = 2019-01-21
lines = [{ drugs = ["docetaxel", "pertuzumab", "trastuzumab"], start = 2019-02-04 }]
verdict = "preferred"
"""
CODES = """concept,system,code,display,rank,valid_from,valid_to,source,confidence,note
echocardiogram,cpt,93306,Our echo,,,,the hospital,high,
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(guidelines, arguments)


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("book")
    result = run("book", "-o", str(folder), "--on", "2026-11-22")
    assert result.exit_code == 0
    return folder, result.output


def test_the_book_is_a_folder_of_pages(printed: tuple[Path, str]) -> None:
    folder, said = printed
    pages = sorted(file for file in digests(folder) if file.endswith(".html"))
    assert said.startswith(f"{len(pages)} pages in ")
    assert " 0 disagree; not clinically signed" in said
    editions = {f"editions/{edition.id}.html" for edition in load_library().editions}
    measures = {f"measures/{measure.id}.html" for measure in load_library().measures}
    assert editions | measures | {"index.html", "words.html"} <= set(pages)
    assert (folder / "book.css").is_file()


def test_nothing_is_fetched_from_elsewhere(printed: tuple[Path, str]) -> None:
    for file in printed[0].rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert "<script" not in text and "src=" not in text and "@import" not in text
        assert text.count('rel="stylesheet"') == 1


def test_a_sites_codes_and_cases_stand_in_its_book(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "cases" / "editions").mkdir(parents=True)
    (site / "codes.csv").write_text(CODES, encoding="utf-8")
    (site / "cases" / "editions" / "ours.toml").write_text(CASE, encoding="utf-8")
    result = run("book", "-o", str(tmp_path / "book"), "--site", str(site))
    assert result.exit_code == 0, result.exception
    assert ", 1 disagree" in result.output
    page = (tmp_path / "book/editions/asco-bm-2018.html").read_text(encoding="utf-8")
    assert "<strong>Disagrees:</strong> expected preferred, computed not-addressed" in page
    words = (tmp_path / "book/words.html").read_text(encoding="utf-8")
    assert "Our echo" in words and "CPT" in words
    shutil.rmtree(site / "cases" / "editions")


@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("diff", "asco-her2-2018", "asco-her2-2099"), OptionError, "asco-her2-2099"),
        (("diff", "none", "asco-her2-2018"), OptionError, "none"),
        (("diff", "asco-her2-2018", "fda-tucatinib-2020-04-17"), OptionError, "one subject"),
        (("book", "--cases", "/nowhere"), OptionError, "no cases/editions"),
        (("book", "--on", "today"), OptionError, "not a date"),
        (("book", "-o", " "), OptionError, "is empty"),
        (("book", "-o", "{file}"), InputError, "cannot be written"),
    ],
)
def test_what_cannot_be_done(
    tmp_path: Path, arguments: tuple[str, ...], kind: type[AbstractorError], said: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(*(each.replace("{file}", str(tmp_path / "file")) for each in arguments))
    assert isinstance(result.exception, kind)
    assert said in str(result.exception)
    assert result.output == ""
    assert kind is not OptionError or kind.exit_code == 2


def test_a_case_that_is_wrong_stops_the_book(tmp_path: Path) -> None:
    (tmp_path / "cases" / "editions").mkdir(parents=True)
    (tmp_path / "cases" / "editions" / "a.toml").write_text("edition = ", encoding="utf-8")
    result = run("book", "-o", str(tmp_path / "book"), "--cases", str(tmp_path))
    assert isinstance(result.exception, KnowledgeError)
    assert "cases/editions/a.toml, line 1: not TOML" in str(result.exception)
    assert not (tmp_path / "book").exists()


def test_a_former_book_is_printed_over_and_leaves_no_page(printed: tuple[Path, str], tmp_path: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(printed[0], folder)
    stale = folder / "editions" / "asco-1999.html"
    (folder / "editions" / "asco-bm-2018.html").rename(stale)
    (folder / "index.html").write_text("<title>Old · the book of the guidelines</title>", encoding="utf-8")
    (folder / ".kept").write_text("hidden", encoding="utf-8")
    assert run("book", "-o", str(folder), "--on", "2026-11-22").exit_code == 0
    assert not stale.exists()
    assert digests(folder) == {**digests(printed[0]), ".kept": digests(folder)[".kept"]}


@pytest.mark.parametrize("name", ["index.html", "notes.txt", "editions/mine.html", "css/book.css"])
def test_a_folder_with_anything_else_is_left_as_it_is(tmp_path: Path, name: str) -> None:
    file = tmp_path / "mine" / name
    file.parent.mkdir(parents=True)
    file.write_text("<title>My own page</title>", encoding="utf-8")
    result = run("book", "-o", str(tmp_path / "mine"))
    assert isinstance(result.exception, InputError)
    assert f"holds {name}, which is no page of a book" in str(result.exception)
    assert [each for each in (tmp_path / "mine").rglob("*") if each.is_file()] == [file]
    assert file.read_text(encoding="utf-8") == "<title>My own page</title>"


@pytest.mark.parametrize("name", ["site-../../../pwn", "site/mine", "../site-mine"])
def test_an_edition_whose_page_could_not_be_is_said(tmp_path: Path, name: str) -> None:
    library = load_library()
    odd = replace(library.editions[0], id=name, valid_from=date(1900, 1, 1), valid_to=date(1900, 1, 2))
    book = replace(open_book(library, on=ON), library=replace(library, editions=(odd,), measures=()))
    with pytest.raises(InputError, match="the book has no page for"):
        print_book(replace(book, cases=Cases((), ())), tmp_path / "book", program="test")
    assert [file for file in tmp_path.rglob("*pwn*")] == []


def test_a_difference_is_told() -> None:
    result = run("diff", "asco-bm-2018", "asco-bm-2022")
    assert result.exit_code == 0
    assert "in force from: 2018-06-25 -> 2022-05-31" in result.output
    assert "Worked cases that flip: " in result.output
    assert "not clinically signed" in result.output
