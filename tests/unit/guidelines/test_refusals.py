"""What the loader refuses (`refusals/*.toml`): a spoiled copy of the shelf, by file, entry and mend."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.guidelines.shelves import Shelf


@dataclass(frozen=True, slots=True)
class Spoiled:
    """`old` becomes `new` in the file; the refusal says all of `says`."""

    name: str
    file: str
    old: str
    new: str
    says: tuple[str, ...]


LABEL = "editions/fda-tucatinib.toml"
ICD = "value_sets/diagnoses_icd10cm.csv"
TABLES = sorted(Path(__file__).with_name("refusals").glob("*.toml"))
SPOILED = [
    Spoiled(**{**row, "says": tuple(row["says"])})
    for table in TABLES
    for row in tomllib.loads(table.read_text(encoding="utf-8"))["spoiled"]
]


@pytest.mark.parametrize("spoiled", SPOILED, ids=lambda spoiled: spoiled.name)
def test_refused(shelf: Shelf, spoiled: Spoiled) -> None:
    shelf.replace(spoiled.file, spoiled.old, spoiled.new)
    assembly = shelf.assembly()
    refusals = [str(refusal) for refusal in assembly.refusals]
    told = [refusal for refusal in refusals if all(part in refusal for part in spoiled.says)]
    assert told, refusals
    assert spoiled.file in told[0] or spoiled.file.rsplit("/", 1)[-1] in told[0]
    assert ";" in told[0], "the message says no mend"
    assert assembly.knowledge is None


def test_the_copy_is_sound(shelf: Shelf) -> None:
    assert shelf.refusals() == []


def test_all_refusals_are_told_at_once(shelf: Shelf) -> None:
    shelf.replace("regimens.toml", '"carboplatin"', '"moonicin"')
    shelf.replace("measures/bma.toml", '"asco-bma-2017"', '"asco-bma-2018"')
    shelf.replace(LABEL, 'verdict = "on-label"\n', "")
    assert len(shelf.refusals()) == 3


@pytest.mark.parametrize("file", ["agents.toml", "regimens.toml", "concepts.toml", "value_sets/names.csv"])
def test_a_file_that_is_not_there(shelf: Shelf, file: str) -> None:
    (shelf.root / file).unlink()
    assert any("no such file" in refusal for refusal in shelf.refusals())


def test_a_file_that_is_no_text(shelf: Shelf) -> None:
    (shelf.root / "value_sets" / "names.csv").write_bytes(b"\xff\xfe\x00n")
    assert any("UTF-8" in refusal for refusal in shelf.refusals())


@pytest.mark.parametrize("line", ["breast-cancer,icd10cm,C50,again,,,,somewhere,high,\n"])
def test_a_code_twice(shelf: Shelf, line: str) -> None:
    shelf.append(ICD, line)
    assert any("the same code and concept twice" in refusal for refusal in shelf.refusals())


def test_a_drug_code_twice(shelf: Shelf) -> None:
    shelf.append("value_sets/drugs_rxnorm.csv", "pertuzumab,rxnorm,224905,again,1,,,somewhere,high,\n")
    assert any("the same drug code twice" in refusal for refusal in shelf.refusals())


def test_a_refusal_names_file_line_entry_and_mend(shelf: Shelf) -> None:
    shelf.replace(LABEL, 'section = "', 'chapter = "')
    lines = (shelf.root / LABEL).read_text(encoding="utf-8").splitlines()
    wrong = next(number for number, line in enumerate(lines, 1) if line.startswith("chapter"))
    row = next(number for number, line in enumerate(lines, 1) if line == "[[edition.recommendations]]")
    entry = "edition 'fda-tucatinib-2020-04-17', recommendations, 'after-one-regimen'"
    assert shelf.refusals() == [
        f"{LABEL}, line {wrong}, {entry}: unknown key 'chapter'; remove it or use one of id, when, verdict, "
        "expected, section, grade, confidence, covers",
        f"{LABEL}, line {row}, {entry}: key 'section' is missing; add it",
    ]
