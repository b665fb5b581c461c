"""The book in a folder: a page a file, and what it came to."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from abstractor.errors import InputError
from abstractor.guidelines.book.making import Book
from abstractor.guidelines.book.rendering import SIGN, STYLES, styles, whole

__all__ = ["Printed", "print_book"]

# As much of a file as says who made it.
_HEAD = 2_000


@dataclass(frozen=True, slots=True)
class Printed:
    """How much was printed; `disagreeing` cases give another verdict today than a reader expects."""

    folder: Path
    pages: int
    cases: int
    disagreeing: int


def print_book(book: Book, folder: Path, *, program: str) -> Printed:
    """Every page, into an empty folder or over a former book, of which no page stays."""
    keys = list(book.keys())
    try:
        former = list(_former(folder))
        for key in keys:
            file = folder / f"{key}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(_page(book, key, program), encoding="utf-8")
        (folder / STYLES).write_text(styles(), encoding="utf-8")
        for file in set(former) - {folder / f"{key}.html" for key in keys}:
            file.unlink()
    except OSError as wrong:
        raise InputError(
            f"-o {folder}: the book cannot be written there ({wrong.strerror}); choose another folder"
        ) from None
    agree = [each.agrees for edition in book.library.editions for each in book.worked(edition)]
    agree += [each.agrees for measure in book.library.measures for each in book.measured(measure)]
    return Printed(folder, len(keys), len(agree), agree.count(False))


def _page(book: Book, key: str, program: str) -> str:
    """Raises `InputError` where a name is none that a file may have: its page would be missing in silence."""
    page = book.page(key)
    if page is None or ".." in Path(key).parts or key.count("/") > 1:
        raise InputError(f"the book has no page for {key!r}; its id must be the name of a file: rename it")
    return whole(page, key, program=program)


def _former(folder: Path) -> Iterator[Path]:
    """The pages of the book that stands there; raises `InputError` where anything else does, hidden files
    apart."""
    for file in sorted(folder.rglob("*")) if folder.exists() else ():
        if file.is_dir() or file == folder / STYLES or file.name.startswith("."):
            continue
        if file.suffix != ".html" or not _is_page(file):
            raise InputError(
                f"-o {folder}: holds {file.relative_to(folder)}, which is no page of a book; choose an empty "
                "folder, or one with a former book alone"
            )
        yield file


def _is_page(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as text:
        return f"{SIGN}</title>" in text.read(_HEAD)
