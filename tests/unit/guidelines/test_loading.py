"""Loading the shelf: quick, the same every time, with or without SNOMED CT, and with a site's own codes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from abstractor.codes import SYSTEMS, Coding
from abstractor.errors import KnowledgeError
from abstractor.guidelines import load_knowledge, load_library, load_value_sets
from tests.unit.guidelines.shelves import Shelf

HEAD = "concept,system,code,display,rank,valid_from,valid_to,source,confidence,note\n"
ECHO = "echocardiogram,cpt,93306,heart ultrasound with Doppler,,,,our charge master,high,\n"


def site(folder: Path, *lines: str) -> Path:
    (folder / "codes.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    return folder


def test_the_library_is_stamped_with_its_tables() -> None:
    digest = load_library().value_sets
    assert digest.startswith("sha256:")
    assert len(digest) == len("sha256:") + 64
    assert digest == load_value_sets().digest


def test_it_loads_without_the_guard_of_the_tables() -> None:
    """Pandera and polars cost seconds when cold; no abstract waits for them."""
    program = (
        "import sys; from abstractor.guidelines import load_library; load_library(); "
        "sys.exit(bool({'pandera', 'polars', 'simple_icd_10_cm'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_the_order_of_lines_is_no_part_of_the_digest(shelf: Shelf) -> None:
    file = shelf.root / "value_sets" / "names.csv"
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([head, *reversed(lines)]), encoding="utf-8")
    knowledge = shelf.assembly().knowledge
    assert knowledge is not None
    assert knowledge.value_sets.digest == load_value_sets().digest
    assert knowledge.library == load_library()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("value_sets/diagnoses_icd10cm.csv", "Malignant neoplasm of breast,,", "Breast cancer,,"),
        ("value_sets/names.csv", "phesgo,", "phesgoo,"),
        ("value_sets/ignorable_words.csv", "\nmg,", "\nmgs,"),
        ("value_sets/fhir_status_rules.csv", ",on-hold,count-as-order,", ",on-hold,context,"),
    ],
)
def test_the_digest_names_the_content(shelf: Shelf, file: str, old: str, new: str) -> None:
    shelf.replace(file, old, new)
    knowledge = shelf.assembly().knowledge
    assert knowledge is not None
    assert knowledge.value_sets.digest != load_value_sets().digest


def test_snomed_ct_can_be_taken_out(shelf: Shelf) -> None:
    (shelf.root / "value_sets" / "snomed.csv").unlink()
    knowledge = shelf.assembly().knowledge
    assert knowledge is not None
    assert SYSTEMS["snomed"] in load_value_sets().systems
    assert SYSTEMS["snomed"] not in knowledge.value_sets.systems
    coded = knowledge.value_sets.concepts_of([Coding(SYSTEMS["icd10cm"], "C79.51")])
    assert coded == ("bone-metastasis", "distant-metastasis")


def test_only_one_file_holds_snomed_ct(shelf: Shelf) -> None:
    tables = sorted((shelf.root / "value_sets").glob("*.csv"))
    holding = [file.name for file in tables if ",snomed," in file.read_text(encoding="utf-8")]
    assert holding == ["snomed.csv"]


def test_a_site_adds_its_codes(tmp_path: Path) -> None:
    local = (
        "excluded-visit,https://clinic.example/visit-types,LAB01,laboratory only,,,,our scheduling,high,\n"
    )
    added = load_value_sets(site(tmp_path, ECHO, local))
    echo = Coding(SYSTEMS["cpt"], "93306")
    assert load_value_sets().concepts_of([echo]) == ()
    assert added.concepts_of([echo]) == ("echocardiogram",)
    assert added.concepts_of([Coding("https://clinic.example/visit-types", "LAB01")]) == ("excluded-visit",)
    assert SYSTEMS["cpt"] in added.systems
    assert added.digest != load_value_sets().digest
    assert load_library(tmp_path).value_sets == added.digest


def test_a_site_without_codes_changes_nothing(tmp_path: Path) -> None:
    assert load_value_sets(tmp_path) == load_value_sets()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("pertuzumab,rxnorm,224905,ours,4,,,ours,high,\n", "shipped already (value_sets/drugs_rxnorm.csv"),
        ("lvef,loinc,85319-2,ours,,,,ours,high,\n", "a site adds codes and changes none"),
        ("echocardiogram,cpt,9330,ours,,,,ours,high,\n", "shape"),
        ("echo,cpt,93306,ours,,,,ours,high,\n", "unknown concept 'echo'"),
        ("echocardiogram,cpt,93306,ours,,,,,high,\n", "source is empty"),
    ],
)  # fmt: skip
def test_a_sites_code_is_refused(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(KnowledgeError) as refused:
        load_value_sets(site(tmp_path, line))
    assert says in str(refused.value)
    assert "codes.csv, line 2" in str(refused.value)


def dangling(at: Path) -> None:
    at.symlink_to(at.with_name("nowhere"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (dangling, "codes.csv: a link to nothing; mend the link"),
        (Path.mkdir, "codes.csv: not a file; put the file with that name there"),
        (os.mkfifo, "codes.csv: not a file; put the file with that name there"),
    ],
)
def test_what_only_has_the_name_of_a_sites_codes(
    tmp_path: Path, make: Callable[[Path], None], says: str
) -> None:
    make(tmp_path / "codes.csv")
    with pytest.raises(KnowledgeError) as refused:
        load_value_sets(tmp_path)
    assert says in str(refused.value)


@pytest.mark.parametrize("question", ["stat", "open"])
def test_a_sites_codes_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    """Root may read everything, so the system's refusal is made up, for this file alone."""
    codes = site(tmp_path, ECHO) / "codes.csv"
    really = getattr(Path, question)

    def denied(path: Path, *args: object, **options: object) -> object:
        if path == codes:
            raise PermissionError(13, "Permission denied")
        return really(path, *args, **options)

    monkeypatch.setattr(Path, question, denied)
    with pytest.raises(KnowledgeError, match=r"codes.csv: cannot be read \(Permission denied\)"):
        load_value_sets(tmp_path)


def test_no_licensed_table_ships() -> None:
    assert SYSTEMS["cpt"] not in load_value_sets().systems
    assert not any("atc" in system.lower() for system in load_value_sets().systems)


def test_the_tables_alone_are_those_of_the_library() -> None:
    assert load_value_sets() == load_knowledge().value_sets
    assert load_value_sets().digest == load_library().value_sets
