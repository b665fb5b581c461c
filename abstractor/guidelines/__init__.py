"""The knowledge, as data by date: loaded, refused where it is not sound, and shown to a reader.

Loaded once for the shipped shelf; what a site adds in its folder comes beside it. The rules are imported when
they are asked for: a question of codes alone does not wait for them.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from abstractor.codes import ValueSets
from abstractor.errors import KnowledgeError

if TYPE_CHECKING:
    from abstractor.guidelines.assembly import Knowledge
    from abstractor.guidelines.checking import Problem, check
    from abstractor.guidelines.reading import NOT_SIGNED, EditionRow, listing, shown
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


_ELSEWHERE = MappingProxyType(
    {
        "Knowledge": "assembly",
        "Problem": "checking",
        "check": "checking",
        "NOT_SIGNED": "reading",
        "EditionRow": "reading",
        "listing": "reading",
        "shown": "reading",
    }
)


def __getattr__(name: str) -> object:
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)
    return globals()[name]


def load_library(site: Path | None = None) -> "Library":
    """Raises `KnowledgeError` at the first thing that must not be loaded."""
    return load_knowledge(site).library


def load_value_sets(site: Path | None = None) -> ValueSets:
    """The tables that the library was built with; a site without codes and names adds nothing."""
    if site is not None:
        return load_knowledge(site).value_sets
    from abstractor.guidelines.code_tables import shipped_value_sets

    return shipped_value_sets()


def load_knowledge(site: Path | None = None) -> "Knowledge":
    """Both at once, from one reading of the site's folder."""
    return _shipped() if site is None else _loaded(site)


@cache
def _shipped() -> "Knowledge":
    return _loaded(None)


def _loaded(site: Path | None) -> "Knowledge":
    from abstractor.guidelines.assembly import assemble
    from abstractor.guidelines.shelf import shipped

    assembly = assemble(shipped(), site)
    if assembly.knowledge is None:
        first, more = assembly.refusals[0], len(assembly.refusals) - 1
        check_it = "abstractor guidelines check" + (f" --site {site}" if site is not None else "")
        rest = f" (and {more} more: run `{check_it}`)" if more else ""
        raise KnowledgeError(f"{first}{rest}")
    return assembly.knowledge
