"""Who has checked a measure or a policy: a signature is whole, of a page there is, of what stands there."""

from datetime import date
from pathlib import Path

import pytest

from abstractor.errors import KnowledgeError
from abstractor.guidelines import load_library
from abstractor.guidelines.book.policies import POLICIES
from abstractor.guidelines.book.signatures import read_signatures, signing_by
from abstractor.guidelines.book.signing import digest_of
from abstractor.guidelines.shelf import shipped

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
