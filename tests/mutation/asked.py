"""The cases, collected once by pytest and asked of one library after another, each in a process of its own.

A change is found where one case fails. The cases that found the last changes are asked first: neighbours in
the knowledge are mostly found by the same case.
"""

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from abstractor import guidelines
from abstractor.chart import Chart
from abstractor.rules.library import Library
from tests import asking
from tests.mutation.knowledge_changes import Change

__all__ = ["Asked", "ask_all"]

_HELD = 0
_FAILED = 1
Resources = Iterable[dict[str, object]]


class Asked:
    """A pytest plugin that runs the collected cases once as they are, then once for each change."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.changes = changes
        self.results: list[tuple[Change, str | None]] = []
        self.cases = 0
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        order = list(session.items)
        self.cases = len(order)
        _remember_charts()
        _run(order)
        if self.failed:
            return True
        gc.collect()
        gc.freeze()
        for change in self.changes:
            found = self._ask(_nearest(order, change), change.library)
            self.results.append((change, found))
            for at, item in enumerate(order):
                if item.nodeid == found:
                    order.insert(0, order.pop(at))
                    break
        return True

    def _ask(self, items: list[pytest.Item], library: Library) -> str | None:
        """The first case that fails with this library, or None."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._child(items, library, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            name = told.read()
        _, status = os.waitpid(child, 0)
        if status != _HELD and not name:
            return "the cases could not be asked"
        return name or None

    def _child(self, items: list[pytest.Item], library: Library, writing: int) -> None:
        """Never returns: what pytest would do at its end is the parent's."""
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, sys.stdout.fileno())
        os.dup2(silence, sys.stderr.fileno())
        try:
            _know(library)
            for _ in _running(items):
                if self.failed:
                    os.write(writing, self.failed[0].encode())
                    os._exit(_FAILED)
            os._exit(_HELD)
        finally:
            os._exit(_FAILED)


def ask_all(changes: Iterable[Change], paths: Iterable[Path]) -> Asked:
    """Ask the cases under these paths; the plugin holds what came of it."""
    asked = Asked(changes)
    code = pytest.main(["-q", "-s", "-p", "no:cacheprovider", *map(str, paths)], plugins=[asked])
    if asked.failed or code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SystemExit(f"the cases fail as they are, so they can find nothing: {asked.failed[:3]}")
    return asked


def _run(items: list[pytest.Item]) -> None:
    for _ in _running(items):
        pass


def _running(items: list[pytest.Item]) -> Iterator[None]:
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        yield


def _nearest(order: list[pytest.Item], change: Change) -> list[pytest.Item]:
    """The cases that name what was changed come first; the others stay in their order."""
    steps = [step for step in change.steps if "-" in step]
    return sorted(order, key=lambda item: not any(step in item.nodeid for step in steps))


def _know(library: Library) -> None:
    """From here on this process loads that library and no other."""
    knowledge = replace(guidelines._shipped(), library=library)
    guidelines._shipped = lambda: knowledge  # type: ignore[assignment]
    asking.library.cache_clear()


def _remember_charts() -> None:
    """Reading a told patient does not depend on the library and is most of the time: each is read once."""
    read, held = asking.chart_of, {}

    def remembered(resources: Resources, patient: str) -> Chart:
        listed = list(resources)
        key = (patient, repr(listed))
        if key not in held:
            held[key] = read(listed, patient)
        return held[key]

    asking.chart_of = remembered
