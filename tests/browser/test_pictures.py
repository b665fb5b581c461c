"""docs/pages/ holds a picture of every page and nothing else, and docs/pages.md shows each of them."""

import re
from pathlib import Path

from tests.browser.every_page import PAGES
from tests.browser.pictures import FOLDER, PICTURES

ROOT = FOLDER.parents[1]
NAMED = re.compile(r"\]\((?:docs/)?(pages/[\w-]+\.png)\)")
# It leads on to the chart that the picture of a launch shows.
NOT_PICTURED = {"/launch/callback"}


def test_every_page_is_pictured() -> None:
    """In light and in dark, but for the two that are about paper and about zoom."""
    shown = {one.address.partition("?")[0] for one in PICTURES}
    pages = {path for path, given in PAGES.items() if not shown & {each.partition("?")[0] for each in given}}
    assert pages == NOT_PICTURED
    assert {one.name for one in PICTURES if len(one.schemes) == 1} == {"chart-print", "chart-zoom"}


def test_the_folder_holds_these_pictures_and_each_is_shown() -> None:
    made = {name for one in PICTURES for name in one.files}
    assert {each.name for each in FOLDER.iterdir()} == made
    shown = NAMED.findall((ROOT / "docs" / "pages.md").read_text(encoding="utf-8"))
    assert {Path(each).name for each in shown} == made


def test_a_picture_stays_small() -> None:
    assert {each.name for each in FOLDER.iterdir() if each.stat().st_size > 150_000} == set()
