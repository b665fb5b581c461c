"""Everything that is wrong with a shelf, at once, and what is due for review: `guidelines check`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from abstractor.guidelines.ageing import stale_value_sets
from abstractor.guidelines.assembly import assemble, words_of
from abstractor.guidelines.compiled import shipped_rows, site_rows
from abstractor.guidelines.gathering import Refusals, noted
from abstractor.guidelines.shelf import shipped
from abstractor.guidelines.signatures import pages_of, read_signatures, stale_signatures
from abstractor.guidelines.site_folder import CASES
from abstractor.rules.library import Library

__all__ = ["Problem", "check"]


@dataclass(frozen=True, slots=True)
class Problem:
    """`refused`: the knowledge does not load with it. Otherwise it is a warning."""

    refused: bool
    message: str


def check(site: Path | None = None, *, on: date, root: Traversable | None = None) -> tuple[Problem, ...]:
    """Every refusal, what the guard of the tables finds, and every review that is past on that day."""
    shelf = root if root is not None else shipped()
    assembly = assemble(shelf, site, on=on)
    # By its words: what is shared by many entries and wrong in all of them is told once.
    problems = [Problem(True, said) for said in dict.fromkeys(str(each) for each in assembly.refusals)]
    if assembly.knowledge is not None:
        problems += [Problem(True, said) for said in _guarded(shelf, site)]
        problems += [Problem(True, said) for said in _cases(assembly.knowledge.library, site)]
        problems += [Problem(False, f"{each.refusal}") for each in assembly.knowledge.blind]
        problems += _signatures(shelf, assembly.knowledge.library, on)
        problems += [Problem(False, said) for said in _due(assembly.knowledge.library, on)]
    stale = stale_value_sets(on)
    return (*problems, *([Problem(False, stale)] if stale is not None else []))


def _guarded(root: Traversable, site: Path | None) -> Iterator[str]:
    # Here and not above: pandera costs seconds that only this command should pay.
    from abstractor.guidelines.guard import table_problems

    words = words_of(root, site)
    yield from table_problems([*shipped_rows(root, words), *site_rows(site, words)])


def _cases(library: Library, site: Path | None) -> Iterator[str]:
    """What is wrong with a site's worked cases: the book could not be opened with them."""
    if site is None or not (site / CASES).exists():
        return
    # Here and not above: nothing on the way to an abstract needs the book.
    from abstractor.guidelines.book.cases import placed_cases
    from abstractor.guidelines.book.refusing import refuse_strangers
    from abstractor.guidelines.book.vocabulary import vocabulary

    refusals: Refusals = []
    told = list(placed_cases([site], refusals))
    with noted(refusals):
        refuse_strangers(told, library, vocabulary(site))
    yield from dict.fromkeys(str(each) for each in refusals)


def _signatures(root: Traversable, library: Library, on: date) -> Iterator[Problem]:
    refusals: Refusals = []
    with noted(refusals):
        read_signatures(root, pages_of(library), on=on)
    yield from (Problem(True, str(each)) for each in refusals)
    yield from (Problem(False, said) for said in stale_signatures(library, on))


def _due(library: Library, on: date) -> Iterator[str]:
    for edition in library.editions:
        if edition.valid_to is None and edition.next_review < on:
            yield (
                f"{edition.id}: its review was due on {edition.next_review}; decisions after that day are "
                "indeterminate (guideline-stale) until it is reviewed"
            )
