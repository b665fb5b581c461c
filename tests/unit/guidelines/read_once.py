"""A file of the knowledge that nobody has changed is read once, however many tests assemble the shelf.

What a file says follows from its name and its content alone, so that is what it is remembered by: a test
that spoils a file has it read anew, with all that follows. At the end everything that was handed out is held
against a fresh reading.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from typing import Any

import pytest

from abstractor.guidelines import compiled, entries, shelf
from abstractor.guidelines.book import vocabulary
from abstractor.guidelines.entries import Entries
from abstractor.guidelines.gathering import Refusals, raise_all
from abstractor.guidelines.located import Table
from abstractor.guidelines.tables import Words

__all__ = ["ReadOnce"]

_parsed = shelf.parsed_toml
_Reading = entries._Reading
_SECTIONS = ("concepts", "agents", "regimens", "editions", "measures")
Rows = tuple[list[Any], Refusals]


class _Files:
    """TOML by name and text; what stands in it by the very table, which is kept for that."""

    def __init__(self) -> None:
        self.parsed: dict[tuple[str, str], Table] = {}
        self.read: dict[tuple[str, int], tuple[Entries, Refusals]] = {}

    def table(self, text: str, name: str) -> Table:
        key = (name, text)
        if key not in self.parsed:
            self.parsed[key] = _parsed(text, name)
        return self.parsed[key]

    def unchanged(self) -> bool:
        """By how it is written down: what is no number is not even its own equal."""
        return all(repr(table) == repr(_parsed(text, name)) for (name, text), table in self.parsed.items())


def _reading(files: _Files) -> type[Any]:
    """Its sections as they were read before; a site's are read each time, they rest on what stands beside."""

    def section(name: str) -> Callable[[Any, Table], None]:
        def read(self: Any, table: Table) -> None:
            whole = getattr(_Reading, name)
            if self.shelf.site or self.before:
                whole(self, table)
                return
            key = (name, id(table))
            if key not in files.read:
                found, refusals = Entries(), list[Any]()
                whole(_Reading(self.shelf, found, refusals, {}), table)
                files.read[key] = found, refusals
            _add(self.found, files.read[key][0])
            self.refusals.extend(files.read[key][1])

        read.__name__ = name
        return read

    return type("_Reading", (_Reading,), {name: section(name) for name in _SECTIONS})


def _add(found: Entries, read: Entries) -> None:
    found.concepts += read.concepts
    found.agents += read.agents
    found.regimens += read.regimens
    found.editions += read.editions
    found.measures += read.measures
    for kind, ids in read.ids.items():
        found.ids[kind] |= ids
    found.whole |= read.whole


def _rows_once(
    real: Callable[[Traversable, str, Words, Refusals], list[Any]],
) -> Callable[[Traversable, str, Words, Refusals | None], list[Any]]:
    held: dict[tuple[bytes, str, Words], Rows] = {}

    def rows(file: Traversable, name: str, words: Words, refusals: Refusals | None = None) -> list[Any]:
        try:
            key = (file.read_bytes(), name, words)
        except OSError:
            return real(file, name, words, [] if refusals is None else refusals)
        if key not in held:
            wrong: Refusals = []
            held[key] = real(file, name, words, wrong), wrong
        found, wrong = held[key]
        if refusals is None:
            raise_all(wrong)
        else:
            refusals.extend(wrong)
        return list(found)

    return rows


class ReadOnce:
    """What has been read, for one run of the tests."""

    def __init__(self) -> None:
        self._files = _Files()
        self._reading = _reading(self._files)
        self._codes, self._names = _rows_once(compiled.code_rows), _rows_once(compiled.name_rows)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(shelf, "parsed_toml", self._files.table)
            patch.setattr(entries, "_Reading", self._reading)
            patch.setattr(compiled, "code_rows", self._codes)
            patch.setattr(compiled, "name_rows", self._names)
            patch.setattr(vocabulary, "name_rows", self._names)
            yield

    def refuse_changed(self) -> None:
        assert self._files.unchanged(), "a test, or the program, has changed what a file was read as"
