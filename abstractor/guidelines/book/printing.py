"""The book in a folder: a page a file, and what it came to."""

from dataclasses import dataclass
from pathlib import Path

from abstractor.errors import InputError
from abstractor.guidelines.book.making import Book
from abstractor.guidelines.book.rendering import STYLES, styles, whole

__all__ = ["Printed", "print_book"]


@dataclass(frozen=True, slots=True)
class Printed:
    """How much was printed; `disagreeing` cases give another verdict today than a reader expects."""

    folder: Path
    pages: int
    cases: int
    disagreeing: int


def print_book(book: Book, folder: Path, *, program: str) -> Printed:
    """Every page, over what stands there; pages of another book that this one lacks are left alone."""
    keys = list(book.keys())
    try:
        for key in keys:
            page = book.page(key)
            if page is None:
                continue
            file = folder / f"{key}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(whole(page, key, program=program), encoding="utf-8")
        (folder / STYLES).write_text(styles(), encoding="utf-8")
    except OSError as wrong:
        raise InputError(
            f"-o {folder}: the book cannot be written there ({wrong.strerror}); choose another folder"
        ) from None
    agree = [each.agrees for edition in book.library.editions for each in book.worked(edition)]
    agree += [each.agrees for measure in book.library.measures for each in book.measured(measure)]
    return Printed(folder, len(keys), len(agree), agree.count(False))
