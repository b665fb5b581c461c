"""A site signs its own measures in `signatures.toml`, as the shipped ones are signed: whole, and of what
stands there."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from abstractor.guidelines import check, load_library
from abstractor.guidelines.book import open_book
from abstractor.guidelines.book.views import MeasurePage
from abstractor.guidelines.signatures import shipped_signatures, waiting
from abstractor.guidelines.signing import digest_of
from tests.unit.guidelines.shelves import Shelf
from tests.unit.guidelines.test_site_mistakes import SOUND, Change, refusals

PAGE = "measures/SITE-EF-30"
WHOLE = f"""[[signature]]
of = "{PAGE}"
checked_by = "A. Reader"
checked_on = 2026-11-03
next_review = 2027-12-31
content = "sha256:1"
"""
ON = date(2026, 11, 22)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "site"))


def signed(site: Path) -> None:
    """With the digest that stands on the page."""
    own = next(each for each in load_library(site).measures if each.id == "SITE-EF-30")
    text = WHOLE.replace("sha256:1", digest_of(own))
    (site / "signatures.toml").write_text(text, encoding="utf-8")


def test_a_measure_of_the_sites_own_can_be_signed(site: Path) -> None:
    before = load_library(site)
    signed(site)
    library = load_library(site)
    waits, waited = (waiting(each, shipped_signatures(each)).measures for each in (library, before))
    assert waits == (waited[0] - 1, waited[1])
    page = open_book(library, on=ON, site=site).page(PAGE)
    assert isinstance(page, MeasurePage)
    assert (page.signing.signed, page.signing.checked_by) == (True, "A. Reader")
    assert not [each for each in check(site, on=ON) if each.refused or PAGE in each.message]


def test_who_signed_is_no_part_of_the_stamp(site: Path) -> None:
    before = load_library(site).value_sets
    signed(site)
    assert load_library(site).value_sets == before


def test_a_measure_that_changed_waits_again(site: Path) -> None:
    signed(site)
    Change("measures/heart.toml", "before = 31", "before = 30").make(site)
    library = load_library(site)
    page = open_book(library, on=ON, site=site).page(PAGE)
    assert isinstance(page, MeasurePage) and page.signing.changed and not page.signing.signed
    warned = f"{PAGE}: it was changed after it was signed; sign it again, with the digest of its page"
    assert warned in [each.message for each in check(site, on=ON) if not each.refused]


def test_a_review_that_is_past(site: Path) -> None:
    signed(site)
    due = f"{PAGE}: the review of its signature was due on 2027-12-31; review it"
    assert due in [each.message for each in check(site, on=date(2028, 1, 1))]
    assert due not in [each.message for each in check(site, on=date(2027, 12, 31))]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (PAGE, "measures/LVEF-BASE", "line 2, signature of 'measures/LVEF-BASE': no such page; name one of "),
        (PAGE, "policies/lines", "line 2, signature of 'policies/lines': no such page; name one of "),
        ("A. Reader", "tbd", f"line 3, signature of '{PAGE}': checked_by is no name; name who checked it"),
        (
            "A. Reader",
            "qi team of the  example clinic",
            f"line 3, signature of '{PAGE}': checked_by encoded the edition that asks for it; let another ",
        ),
        ("checked_on = 2026-11-03\n", "", f"line 1, signature of '{PAGE}': a signature is checked_by, "),
        ("2027-12-31", "2026-11-02", f"line 5, signature of '{PAGE}': next_review before checked_on; put "),
        ("2026-11-03", '"2026"', f"line 4, signature of '{PAGE}', checked_on: not a date (2022-05-31); "),
        ("[[signature]]", "[signature]", "line 1: signature is no list of tables; write each as [["),
        ("[[signature]]", "[[signatures]]", "line 1: unknown key 'signatures'; remove it or use signature"),
        (WHOLE, "", "line 1: no [[signature]] in it; add one, or remove the file"),
        (WHOLE, WHOLE + WHOLE, f"line 8, signature of '{PAGE}': signed twice; keep one"),
    ],
)
def test_what_is_no_signature(site: Path, old: str, new: str, says: str) -> None:
    assert old in WHOLE
    (site / "signatures.toml").write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    (told,) = refusals(site)
    assert told.startswith(f"signatures.toml, {says}")


def test_a_signature_of_a_day_to_come(site: Path) -> None:
    """Whether a day has come is asked by the check, as of an edition; a start asks for no day."""
    signed(site)
    says = (
        f"{site}/signatures.toml, line 4, signature of '{PAGE}': checked_on is a day to come (2026-11-03); "
    )
    (told,) = (each.message for each in check(site, on=date(2026, 11, 2)) if each.refused)
    assert told.startswith(says)
    assert refusals(site) == []


def test_a_shipped_signature_of_a_day_to_come(shelf: Shelf) -> None:
    new = 'of = "policies/lines"\ncontent = "sha256:1"\nchecked_on = 2026-11-23\nchecked_by = "A. Reader"'
    shelf.replace("signatures.toml", 'of = "policies/lines"\nchecked_by = ""', new)
    told = [each.message for each in check(on=ON, root=shelf.root) if each.refused]
    wrong = "checked_on is a day to come (2026-11-23); give the day of the signature"
    assert told == [f"signatures.toml, line 8, signature of 'policies/lines': {wrong}"]
