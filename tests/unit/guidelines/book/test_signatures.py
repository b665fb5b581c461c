"""Who has checked a measure or a policy: a signature is whole, of a page there is, of what stands there."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from abstractor.errors import KnowledgeError
from abstractor.guidelines import load_library
from abstractor.guidelines.book import open_book, rendered
from abstractor.guidelines.book.policies import POLICIES
from abstractor.guidelines.book.rendering import in_folder
from abstractor.guidelines.book.signatures import signing_by
from abstractor.guidelines.reading import unsigned_notice
from abstractor.guidelines.shelf import shipped
from abstractor.guidelines.signatures import Signature, policies_of, read_signatures, waiting
from abstractor.guidelines.signing import digest_of
from abstractor.rules.library import Library

ON = date(2027, 6, 1)
PAGES = ("policies/lines", "measures/BMA")
WHOLE = """[[signature]]
of = "policies/lines"
checked_by = "A. Reader"
checked_on = 2027-01-15
next_review = 2027-12-31
content = "sha256:1"
"""


def read(folder: Path, text: str) -> str:
    """What is refused, or nothing."""
    (folder / "signatures.toml").write_text(text, encoding="utf-8")
    try:
        read_signatures(folder, PAGES)
    except KnowledgeError as refused:
        return str(refused)
    return ""


def test_every_policy_has_its_fields_and_nobody_has_signed() -> None:
    pages = [f"policies/{name}" for name in POLICIES]
    measures = [f"measures/{measure.id}" for measure in load_library().measures]
    found = read_signatures(shipped(), [*pages, *measures])
    assert set(pages) <= set(found)
    assert {each.checked_by for each in found.values()} == {""}


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("", "", ""),
        ('"policies/lines"', '"policies/line"', "line 2, signature of 'policies/line': no such page"),
        ('content = "sha256:1"', "", "give all or none"),
        ("checked_on = 2027-01-15", "", "give all or none"),
        ('checked_by = "A. Reader"', 'checked_by = ""', "give all or none"),
        ('"A. Reader"', '"-"', "checked_by is no name"),
        ('"A. Reader"', '"not yet"', "checked_by is no name"),
        ("next_review = 2027-12-31", "next_review = 2027-01-14", "next_review before checked_on"),
        ("[[signature]]", "[[signatures]]", "line 1: unknown key 'signatures'"),
        ("next_review", "next_revue", "unknown key 'next_revue'"),
        ("next_review = 2027-12-31", "next_review = 2027", "not a date"),
    ],
)
def test_what_is_no_signature(tmp_path: Path, wrong: str, right: str, said: str) -> None:
    found = read(tmp_path, WHOLE.replace(wrong, right) if wrong else WHOLE)
    assert said in found
    assert bool(found) == bool(said)


def test_two_signatures_of_one_page(tmp_path: Path) -> None:
    assert "signed twice" in read(tmp_path, WHOLE + WHOLE)


def test_a_signature_stands_for_what_was_signed(tmp_path: Path) -> None:
    (tmp_path / "signatures.toml").write_text(WHOLE, encoding="utf-8")
    signature = read_signatures(tmp_path, PAGES)["policies/lines"]
    kept = signing_by(signature, "sha256:1", ON)
    assert (kept.signed, kept.changed, kept.overdue) == (True, False, False)
    changed = signing_by(signature, "sha256:2", ON)
    assert (changed.signed, changed.changed) == (False, True)
    assert signing_by(signature, "sha256:1", date(2028, 1, 1)).overdue
    assert not signing_by(None, "sha256:1", ON).signed


def test_a_change_of_a_policy_changes_its_digest() -> None:
    policy = load_library().line_policy
    assert digest_of(policy) != digest_of(policy.with_gap(90))


def all_signed() -> tuple[Library, dict[str, Signature]]:
    """Everything as it would stand once a clinician has signed it."""
    library = load_library()
    signed = tuple(replace(e, checked_by="A. Reader", checked_on=ON) for e in library.editions)
    library = replace(library, editions=signed)
    pages = {f"measures/{measure.id}": measure for measure in library.measures}
    pages |= {f"policies/{name}": value for name, value in policies_of(library).items()}
    held = {of: Signature(of, "A. Reader", ON, content=digest_of(value)) for of, value in pages.items()}
    return library, held


def test_nothing_waits_once_all_is_signed() -> None:
    assert not waiting(*all_signed()).any


@pytest.mark.parametrize(
    ("page", "said"),
    [("measures/BMA", "1 of {} measures"), ("policies/lines", "1 of 5 policies")],
)
@pytest.mark.parametrize("how", ["not signed", "changed since"])
def test_a_measure_or_a_policy_that_waits_is_counted(page: str, said: str, how: str) -> None:
    library, held = all_signed()
    if how == "not signed":
        del held[page]
    else:
        held[page] = replace(held[page], content="sha256:1")
    found = waiting(library, held)
    assert found.any and said.format(len(library.measures)) in str(found)
    assert f"0 of {len(library.editions)} editions" in str(found)


def test_the_first_page_and_the_notice_count_them_all() -> None:
    library = load_library()
    every = f"{len(library.measures)} of {len(library.measures)} measures and 5 of 5 policies"
    notice = unsigned_notice(library)
    assert notice is not None and every in notice
    unsigned = open_book(library, on=ON)
    front = unsigned.page("index")
    assert front is not None and every in rendered(front, in_folder("index"))
    signed, held = all_signed()
    assert unsigned_notice(signed) is not None
    # What the cases gave is the same, whoever has signed.
    worked = {"_editions": unsigned._editions, "_measures": unsigned._measures}
    book = replace(unsigned, library=signed, signatures=held, **worked)
    front = book.page("index")
    assert front is not None and "every edition, measure and policy" in rendered(front, in_folder("index"))
