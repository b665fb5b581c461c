"""The knowledge, as data by date: loaded, refused where it is not sound, and shown to a reader.

Loaded once for the shipped shelf; what a site adds in its folder comes beside it.
"""

from functools import cache
from pathlib import Path

from abstractor.codes import ValueSets
from abstractor.errors import KnowledgeError
from abstractor.guidelines.assembly import Knowledge, assemble
from abstractor.guidelines.checking import Problem, check
from abstractor.guidelines.reading import NOT_SIGNED, EditionRow, listing, shown
from abstractor.guidelines.shelf import shipped
from abstractor.rules.library import Library

__all__ = [
    "NOT_SIGNED",
    "EditionRow",
    "Knowledge",
    "Problem",
    "check",
    "listing",
    "load_knowledge",
    "load_library",
    "load_value_sets",
    "shown",
]


def load_library(site: Path | None = None) -> Library:
    """Raises `KnowledgeError` at the first thing that must not be loaded."""
    return load_knowledge(site).library


def load_value_sets(site: Path | None = None) -> ValueSets:
    """The tables that the library was built with; a site without codes and names adds nothing."""
    return load_knowledge(site).value_sets


def load_knowledge(site: Path | None = None) -> Knowledge:
    """Both at once, from one reading of the site's folder."""
    return _shipped() if site is None else _loaded(site)


@cache
def _shipped() -> Knowledge:
    return _loaded(None)


def _loaded(site: Path | None) -> Knowledge:
    assembly = assemble(shipped(), site)
    if assembly.knowledge is None:
        first, more = assembly.refusals[0], len(assembly.refusals) - 1
        check_it = "abstractor guidelines check" + (f" --site {site}" if site is not None else "")
        rest = f" (and {more} more: run `{check_it}`)" if more else ""
        raise KnowledgeError(f"{first}{rest}")
    return assembly.knowledge
