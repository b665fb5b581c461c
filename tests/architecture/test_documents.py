"""The documents: every link leads somewhere, every command is one, every page is on the map in README.md."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from abstractor.cli.app import app
from tests.architecture.sources import ROOT, committed

DOCS = Path("docs")
PAGES = [path for path in committed() if path.suffix == ".md" and path.parent in (Path(), DOCS)]


def links(document: Path) -> list[Path]:
    """The relative ones, without their anchors."""
    found = re.findall(r"\]\(([^)\s]+)\)", (ROOT / document).read_text(encoding="utf-8"))
    named = [link.partition("#")[0] for link in found if "://" not in link]
    return [(ROOT / document).parent / link for link in named if link]


@pytest.mark.parametrize("document", PAGES, ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert [link for link in links(document) if not link.exists()] == []


@pytest.mark.parametrize("document", ["README.md", "docs/reviewing.md"])
def test_every_command_is_one(document: str) -> None:
    """`abstractor guidelines diff ...` as it is typed in a document."""
    text = (ROOT / document).read_text(encoding="utf-8")
    typed = set(re.findall(r"(?:^|`|/)abstractor ((?:guidelines )?[a-z]+)", text, flags=re.MULTILINE))
    answers = {each: CliRunner().invoke(app, [*each.split(), "--help"]).exit_code for each in typed}
    assert typed and set(answers.values()) == {0}, answers


def test_every_page_of_docs_is_named_in_the_readme() -> None:
    named = {link.resolve() for link in links(Path("README.md"))}
    assert {ROOT / document for document in PAGES if document.parent == DOCS} <= named
