"""Every output that shows verdicts says that no clinician has signed what they rest on; the abstract itself
has no room for it.
"""

import json
from pathlib import Path

import pytest

from tests.acceptance.running import abstractor

SAID = "not clinically signed"
PERIOD = ("--period", "2022-01-01/2022-12-31")
PATIENT = {"resourceType": "Patient", "id": "one"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts")
    (folder / "Patient.ndjson").write_text(json.dumps(PATIENT) + "\n", encoding="utf-8")
    return folder


def test_abstracts_and_their_counts(inputs: Path, tmp_path: Path) -> None:
    written = tmp_path / "abstracts.jsonl"
    done = abstractor("abstract", inputs, *PERIOD, "-o", written)
    assert done.code == 0, done.err
    assert done.err.count(SAID) == 1
    assert done.counts["Patient"]["read"] == 1  # the counts stay the last line
    assert SAID not in written.read_text(encoding="utf-8")
    counted = abstractor("attrition", written)
    assert counted.code == 0 and counted.err.count(SAID) == 1


@pytest.mark.parametrize(
    "words",
    [("list",), ("show", "asco-her2-2018"), ("diff", "asco-bm-2018", "asco-bm-2022")],
    ids=lambda words: words[0],
)
def test_the_editions(words: tuple[str, ...]) -> None:
    done = abstractor("guidelines", *words)
    assert done.code == 0, done.err
    assert SAID in done.out


def test_the_book_of_an_installed_program(tmp_path: Path) -> None:
    done = abstractor("guidelines", "book", "-o", tmp_path / "book")
    assert done.code == 0, done.err
    assert SAID in done.out
    pages = list((tmp_path / "book").rglob("*.html"))
    assert pages
    assert [page.name for page in pages if SAID not in page.read_text(encoding="utf-8").lower()] == []


def test_an_edition_that_is_not_known_is_one_line() -> None:
    done = abstractor("guidelines", "diff", "asco-her2-2018", "asco-her2-2099")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "'asco-her2-2099'" in done.err
