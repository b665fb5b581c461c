"""Which test modules make their cases of the knowledge, and those cases made anew of changed knowledge.

A table of days that is read from the data moves with the data; were it kept as collected, it would seem to
find every change of them.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from abstractor import guidelines
from tests import asking

__all__ = ["Readers"]


class Readers:
    """The modules that read the knowledge while they were collected, and those that import these."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._whole: dict[str, set[str]] = {}
        self._undo: list[tuple[Any, str, Any]] = []

    def note_from_here_on(self) -> None:
        """By the doors through which a test comes to the library."""
        for module, name in ((asking, "library"), (guidelines, "load_library")):
            door = getattr(module, name)
            self._undo.append((module, name, door))
            setattr(module, name, self._noting(door))

    def note_no_more(self) -> None:
        """Modules hold the door that notes; it lets through and notes nothing."""
        for module, name, door in self._undo:
            setattr(module, name, door)
        self._undo.clear()
        self._names = _with_importers(self._names)

    def read(self, case: pytest.Item) -> bool:
        return _module(case) in self._names

    def collected_again(self, cases: Sequence[pytest.Item]) -> list[pytest.Item]:
        """Those cases, by name, and those of the same tests that there were not before."""
        session = cases[0].session
        before = {case.nodeid for case in session.items}
        asked = {case.nodeid for case in cases}
        tests = {name.partition("[")[0] for name in asked}
        for name in self._names:
            sys.modules.pop(name, None)
        failed = session.testsfailed
        items = session.perform_collect(sorted({str(case.path) for case in cases}))
        if session.testsfailed > failed:
            raise ValueError("they cannot be collected")
        session.testsfailed = failed
        again = (item for item in items if item.nodeid.partition("[")[0] in tests)
        return [item for item in again if item.nodeid in asked or item.nodeid not in before]

    def _noting(self, door: Callable[[], Any]) -> Callable[[], Any]:
        def noted() -> Any:
            if self._undo:
                self._names.update(_callers(sys._getframe(1)))
            return door()

        noted.cache_clear = getattr(door, "cache_clear", lambda: None)  # type: ignore[attr-defined]  # as the door has
        return noted


def _callers(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if _may_read(name) or Path(frame.f_code.co_filename).name.startswith("test_"):
            yield name
        frame = frame.f_back


def _may_read(module: str) -> bool:
    return module.startswith("tests.") and not module.startswith(("tests.mutation", "tests.asking"))


def _with_importers(names: set[str]) -> set[str]:
    """Tables are taken over from one module into another."""
    held = {name: _source(module) for name, module in sys.modules.items() if _may_read(name)}
    while True:
        words = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names)))})\b") if names else None
        more = {name for name, text in held.items() if words and words.search(text)} - names
        if not more:
            return names
        names = names | more


def _source(module: Any) -> str:
    file = getattr(module, "__file__", None)
    return Path(file).read_text(encoding="utf-8") if file else ""


@cache
def _module(case: pytest.Item) -> str:
    return str(getattr(case, "module").__name__)  # noqa: B009 - items of functions alone have one
