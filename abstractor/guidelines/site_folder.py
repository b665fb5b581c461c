"""What a site's folder may hold, by name; what only looks like it is refused, never passed over in silence.

Other files (notes, a README, NDJSON) may lie beside.
"""

import errno
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from abstractor.errors import KnowledgeError
from abstractor.guidelines.gathering import Refusals, noted
from abstractor.guidelines.shelf import Shelf

__all__ = ["CASES", "COMPLETENESS", "open_site"]

# Read by the room that knows FHIR; named here so that it is not taken for a mistake.
COMPLETENESS = "completeness.json"
READ = ("codes.csv", "names.csv", "concepts.toml", "agents.toml", "regimens.toml", "signatures.toml")
FILES = (*READ, COMPLETENESS)
FOLDERS = ("editions", "measures")
# Worked cases of the site's own editions, read by the book.
CASES = "cases"
_KNOWLEDGE = (".csv", ".toml")
_MAY_HOLD = f"a site holds {', '.join(FILES)}, {' and '.join(f'{name}/*.toml' for name in FOLDERS)}"
# Close enough to be meant: "completness.json", "codes.CSV".
_ALIKE = 0.85


def open_site(folder: Path, refusals: Refusals) -> Shelf:
    """The site's shelf with the files that may be read; what is wrong with the others is noted."""
    names: list[str] = []
    for name in _listed(folder, refusals):
        if name in FOLDERS:
            names += _of_folder(folder, name, refusals)
            continue
        with noted(refusals):
            _refuse_strange(folder, name)
            if name == CASES:
                _read_cases(folder / name, refusals)
            if name in READ:
                _refuse_unreadable(folder / name)
                names.append(name)
    return Shelf(folder, site=True, names=tuple(names))


def _of_folder(folder: Path, name: str, refusals: Refusals) -> Iterator[str]:
    inner = folder / name
    with noted(refusals):
        if not _is(inner, folder=True):
            raise KnowledgeError(f"{inner}: not a folder; put the {name} into a folder of that name")
    for each in _listed(inner, refusals) if inner.is_dir() else ():
        with noted(refusals):
            if each.startswith("."):
                continue
            if not each.endswith(".toml"):
                if _looks_like_knowledge(inner, each):
                    raise KnowledgeError(f"{inner / each}: not read; {name} are *.toml in this very folder")
                continue
            _refuse_unreadable(inner / each)
            yield f"{name}/{each}"


def _listed(folder: Path, refusals: Refusals) -> list[str]:
    try:
        return sorted(each.name for each in folder.iterdir())
    except OSError as wrong:
        refusals.append(_denied(folder, wrong))
        return []


def _refuse_strange(folder: Path, name: str) -> None:
    """A misspelt name would silently leave out what stands in the file."""
    if name in FILES or name == CASES or name.startswith("."):
        return
    meant = get_close_matches(name.lower(), (*FILES, *FOLDERS), 1, _ALIKE)
    if meant:
        raise KnowledgeError(f"{folder / name}: not read; rename it to {meant[0]}")
    if _looks_like_knowledge(folder, name):
        raise KnowledgeError(f"{folder / name}: not read; {_MAY_HOLD}: rename it or take it out")


def _looks_like_knowledge(folder: Path, name: str) -> bool:
    """A table, or a folder of tables."""
    file = folder / name
    try:
        inside = [each.name for each in file.iterdir()] if file.is_dir() else [name]
    except OSError:
        return False
    return any(each.lower().endswith(_KNOWLEDGE) for each in inside)


def _read_cases(cases: Path, refusals: Refusals) -> None:
    """The book reads them; that they are files in folders is told here, with the other files."""
    _refuse_no_folder(cases)
    refusals += _lost_cases(cases)
    for name in FOLDERS:
        inner = cases / name
        with noted(refusals):
            if inner.is_symlink() or inner.exists():
                _refuse_no_folder(inner)
        for each in _listed(inner, refusals) if inner.is_dir() else ():
            with noted(refusals):
                if each.endswith(".toml") and not each.startswith("."):
                    _refuse_unreadable(inner / each)


def _refuse_no_folder(path: Path) -> None:
    if not _is(path, folder=True):
        raise KnowledgeError(f"{path}: not a folder; put the cases into a folder of that name")


def _lost_cases(cases: Path) -> Iterator[KnowledgeError]:
    """A table anywhere but in the two folders that the book reads, or under another ending."""
    for file in sorted(cases.rglob("*")):
        inside = file.relative_to(cases)
        if file.suffix.lower() not in _KNOWLEDGE or any(part.startswith(".") for part in inside.parts):
            continue
        if file.suffix != ".toml" or len(inside.parts) != 2 or inside.parts[0] not in FOLDERS:
            where = " and ".join(f"{CASES}/{name}/*.toml" for name in FOLDERS)
            yield KnowledgeError(f"{file}: not read; worked cases are {where}")


def _refuse_unreadable(file: Path) -> None:
    if not _is(file, folder=False):
        raise KnowledgeError(f"{file}: not a file; put the file with that name there or remove it")


def _is(path: Path, *, folder: bool) -> bool:
    try:
        path.stat()
        return path.is_dir() if folder else path.is_file()
    except FileNotFoundError as wrong:
        raise KnowledgeError(f"{path}: a link to nothing; mend the link or remove it") from wrong
    except OSError as wrong:
        raise _denied(path, wrong) from wrong


def _denied(path: Path, wrong: OSError) -> KnowledgeError:
    if wrong.errno == errno.ELOOP:
        return KnowledgeError(f"{path}: a link that leads back to itself; mend the link or remove it")
    return KnowledgeError(f"{path}: cannot be read ({wrong.strerror}); check its permissions")
