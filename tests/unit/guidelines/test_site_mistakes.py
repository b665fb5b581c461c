"""Every kind of mistake in a site's folder (`site/mistakes*.toml`), each told by file, line and mend."""

import os
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from abstractor.errors import KnowledgeError
from abstractor.guidelines import check, load_library
from abstractor.guidelines.assembly import assemble
from abstractor.guidelines.shelf import shipped

HERE = Path(__file__).with_name("site")
SOUND = HERE / "sound"


@dataclass(frozen=True, slots=True)
class Change:
    """`old` becomes `new`; where there is no `old`, the file becomes `new`."""

    file: str
    new: str
    old: str | None = None

    def make(self, site: Path) -> None:
        path = site / self.file
        text = path.read_text(encoding="utf-8")
        assert self.old is None or self.old in text, "the test would show nothing"
        path.write_text(self.new if self.old is None else text.replace(self.old, self.new, 1), "utf-8")


@dataclass(frozen=True, slots=True)
class Mistake:
    name: str
    changes: tuple[Change, ...]
    says: tuple[str, ...]


def mistakes() -> list[Mistake]:
    files = (HERE / "mistakes.toml", HERE / "mistakes_of_meaning.toml")
    rows = [row for file in files for row in tomllib.loads(file.read_text(encoding="utf-8"))["mistake"]]
    return [
        Mistake(
            row["name"],
            tuple(
                Change(each["file"], each["new"], each.get("old"))
                for each in (row, *([row["and"]] if "and" in row else []))
            ),
            tuple(row["says"]),
        )
        for row in rows
    ]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "site"))


def refusals(site: Path) -> list[str]:
    """Each once, its file by its name in the folder."""
    told = assemble(shipped(), site).refusals
    return list(dict.fromkeys(str(each).removeprefix(f"{site}/") for each in told))


def test_the_sound_folder_is_sound(site: Path) -> None:
    assert refusals(site) == []
    library = load_library(site)
    assert library.from_site == {"site-heart-2020", "site-pathway-2021", "SITE-EF-30"}


@pytest.mark.parametrize("mistake", mistakes(), ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_by_file_line_and_mend(site: Path, mistake: Mistake) -> None:
    for change in mistake.changes:
        change.make(site)
    told = refusals(site)
    assert len(told) == len(mistake.says), told
    for line, said in zip(told, mistake.says, strict=True):
        assert line.startswith(said.removesuffix("...")) if said.endswith("...") else line == said
        assert "; " in line, "it says no mend"


def test_a_start_tells_the_first_and_how_to_see_the_others(site: Path) -> None:
    Change("codes.csv", "cpt4", "cpt").make(site)
    Change("measures/heart.toml", 'before = "30"', "before = 30").make(site)
    with pytest.raises(KnowledgeError) as refused:
        load_library(site)
    first = f"{site}/measures/heart.toml, line 16, measure 'SITE-EF-30', rule, care-due, needs, 'ef', before"
    assert str(refused.value).startswith(f"{first}: not a whole number; write it as one (and 1 more: run ")
    assert str(refused.value).endswith(f"(and 1 more: run `abstractor guidelines check --site {site}`)")
    assert sum(problem.refused for problem in check(site, on=date(2026, 11, 22))) == 2


def rewritten(site: Path, change: Callable[[str], bytes]) -> None:
    for file in site.rglob("*.*"):
        if file.suffix in (".csv", ".toml"):
            file.write_bytes(change(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"),
    ],
    ids=["a mark in front", "the line ends of Windows", "both"],
)
def test_what_a_spreadsheet_saves_is_the_same(site: Path, change: Callable[[str], bytes]) -> None:
    before = load_library(site)
    rewritten(site, change)
    assert load_library(site) == before
    Change("codes.csv", "cpt4", "cpt").make(site)
    Change("measures/heart.toml", "befor = 30", "before = 30").make(site)
    told = refusals(site)
    assert any(line.startswith("codes.csv, line 2: unknown code system") for line in told)
    assert any(line.startswith("measures/heart.toml, line 16, ") for line in told)


@pytest.mark.parametrize(
    ("file", "encoding", "says"),
    [
        ("codes.csv", "latin-1", "codes.csv, line 2: cannot be read as UTF-8 text; save it as such"),
        ("codes.csv", "utf-16", "codes.csv, line 1: cannot be read as UTF-8 text; save it as such"),
        ("editions/heart.toml", "latin-1", "editions/heart.toml, line 2: cannot be read as UTF-8 text; "),
        ("measures/heart.toml", "utf-16", "measures/heart.toml, line 1: cannot be read as UTF-8 text; "),
    ],
)
def test_another_encoding(site: Path, file: str, encoding: str, says: str) -> None:
    text = (site / file).read_text(encoding="utf-8")
    (site / file).write_bytes(text.replace("heart", "hört", 1).encode(encoding))
    assert refusals(site)[0].startswith(says)


def directory(at: Path) -> None:
    at.mkdir()


def dangling(at: Path) -> None:
    at.symlink_to("nowhere")


def circle(at: Path) -> None:
    at.symlink_to(at.name)


def pipe(at: Path) -> None:
    os.mkfifo(at)


def large(at: Path) -> None:
    with at.open("wb") as file:
        file.truncate(100 * 1024 * 1024)


NOT_A_FILE = "not a file; put the file with that name there or remove it"
NOWHERE = "a link to nothing; mend the link or remove it"
ITSELF = "a link that leads back to itself; mend the link or remove it"


@pytest.mark.parametrize("file", ["codes.csv", "names.csv", "concepts.toml", "editions/more.toml"])
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (directory, NOT_A_FILE),
        (pipe, NOT_A_FILE),
        (dangling, NOWHERE),
        (circle, ITSELF),
        (large, "larger than "),
    ],
)
def test_what_only_has_the_name_of_a_file(
    site: Path, file: str, make: Callable[[Path], None], says: str
) -> None:
    (site / file).unlink(missing_ok=True)
    make(site / file)
    assert any(line.startswith(f"{file}: {says}") for line in refusals(site))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("code.csv", "code.csv: not read; rename it to codes.csv"),
        ("Codes.CSV", "Codes.CSV: not read; rename it to codes.csv"),
        ("completness.json", "completness.json: not read; rename it to completeness.json"),
        ("cpt.csv", "cpt.csv: not read; a site holds codes.csv, "),
        ("editions/more.csv", "editions/more.csv: not read; editions are *.toml in this very folder"),
        ("editions/old/2019.toml", "editions/old: not read; editions are *.toml in this very folder"),
        (
            "cases/x.toml",
            "cases/x.toml: not read; worked cases are cases/editions/*.toml and cases/measures/",
        ),
        (
            "cases/edition/x.toml",
            "cases/edition/x.toml: not read; worked cases are cases/editions/*.toml and ",
        ),
        ("cases/editions/x.TOML", "cases/editions/x.TOML: not read; worked cases are cases/editions/*.toml "),
        (
            "cases/editions/old/x.toml",
            "cases/editions/old/x.toml: not read; worked cases are cases/editions/",
        ),
        ("measure/more.toml", "measure: not read; rename it to measures"),
        ("guidelines/more.toml", "guidelines: not read; a site holds codes.csv, "),
    ],
)
def test_what_would_be_passed_over_in_silence(site: Path, name: str, says: str) -> None:
    (site / name).parent.mkdir(exist_ok=True, parents=True)
    (site / name).write_text("id = 1\n")
    (told,) = refusals(site)
    assert told.startswith(says)


@pytest.mark.parametrize(
    "name", ["README.md", ".git/config.toml", "Condition.ndjson", "cases/editions/x.toml", "cases/README.md"]
)
def test_what_may_lie_beside(site: Path, name: str) -> None:
    (site / name).parent.mkdir(exist_ok=True, parents=True)
    (site / name).write_text("notes\n")
    assert refusals(site) == []


@pytest.mark.parametrize("name", ["editions", "measures"])
def test_a_file_where_a_folder_belongs(site: Path, name: str) -> None:
    shutil.rmtree(site / name)
    (site / name).write_text("id = 1\n")
    assert f"{name}: not a folder; put the {name} into a folder of that name" in refusals(site)


@pytest.mark.parametrize("file", ["codes.csv", "editions/heart.toml"])
@pytest.mark.parametrize("question", ["stat", "open"])
def test_a_file_that_may_not_be_read(
    site: Path, monkeypatch: pytest.MonkeyPatch, file: str, question: str
) -> None:
    """Root may read everything, so the system's refusal is made up, for this file alone."""
    really = getattr(Path, question)

    def denied(path: Path, *args: object, **options: object) -> object:
        if path == site / file:
            raise PermissionError(13, "Permission denied")
        return really(path, *args, **options)

    monkeypatch.setattr(Path, question, denied)
    assert f"{file}: cannot be read (Permission denied); check its permissions" in refusals(site)


def test_a_text_that_nests_too_deep(site: Path) -> None:
    (site / "concepts.toml").write_text("concepts = " + "[" * 900 + "]" * 900)
    assert refusals(site)[0] == "concepts.toml, line 1: tables and lists nest too deep; write it flat"


def test_a_number_that_cannot_be_read(site: Path) -> None:
    Change("measures/heart.toml", f"before = {'9' * 5000}", "before = 30").make(site)
    assert refusals(site) == ["measures/heart.toml, line 16: a number too long to be read; shorten it"]


def test_lines_that_end_in_an_old_way(site: Path) -> None:
    text = (site / "codes.csv").read_bytes()
    (site / "codes.csv").write_bytes(text.replace(b"\n", b"\r"))
    assert "codes.csv, line 1: lines end in an old way; save it as UTF-8 CSV" in refusals(site)
