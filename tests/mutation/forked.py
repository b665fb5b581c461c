"""The cases, collected once by pytest and then asked of one mutant after another, each in its own process.

Nothing is imported, collected or read twice: a child of the warmed process puts its mutant in place, asks
the cases that can tell, and ends at the first that fails.
"""

import gc
import os
import resource
import selectors
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

import pytest

from abstractor.chart import Chart
from abstractor.guidelines.book import cases as worked_cases
from tests import asking
from tests.mutation.rereading import Readers

__all__ = ["Asked", "Mutant", "Outcome", "Result", "Seen", "ask_all", "in_turn"]

_MEMORY = 4 << 30  # bytes that a child may hold before it is an error and not a slow machine


class Outcome(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMED_OUT = "timed out"
    ERROR = "error"


@dataclass(slots=True)
class Seen:
    """What the cases did as they are, how long each took and which functions it went through, by file and
    qualified name; and how many mutants it has killed since."""

    seconds: dict[str, float] = field(default_factory=dict)
    through: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)


class Mutant(Protocol):
    """One change to what the cases ask about. `rereads`: of what the cases are made of, too."""

    rereads: ClassVar[bool]

    def put_in_place(self) -> None:
        """In this process, for good."""

    def telling(self, cases: Sequence[pytest.Item], seen: Seen) -> list[pytest.Item]:
        """The cases that could tell, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Result:
    """`by` is the case that killed it."""

    mutant: Any
    outcome: Outcome
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Child:
    mutant: Mutant
    process: int
    told: int
    deadline: float


class Asked:
    """A pytest plugin: the collected cases once as they are, then for each mutant, so many at a time."""

    def __init__(
        self, mutants: Iterable[Mutant], *, at_once: int, patience: float, watched: Path | None
    ) -> None:
        self.mutants = mutants
        self.at_once = at_once
        self.patience = patience
        self.watched = None if watched is None else str(watched.resolve())
        self.results: list[Result] = []
        self.seen = Seen()
        self.failed: list[str] = []
        self.cases = 0
        self.readers = Readers()

    def pytest_collection(self) -> None:
        self.readers.note_from_here_on()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        spent = self.seen.seconds.get(report.nodeid, 0.0)
        self.seen.seconds[report.nodeid] = spent + report.duration
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            self.failed.append("a module that cannot be collected")
            return True
        self.cases = len(session.items)
        self.readers.note_no_more()
        _remember_charts()
        self._as_they_are(session.items)
        if self.failed:
            return True
        gc.collect()
        gc.freeze()
        with selectors.DefaultSelector() as running:
            for mutant in self.mutants:
                while len(running.get_map()) >= self.at_once:
                    self._await(running)
                cases = mutant.telling(session.items, self.seen)
                if cases:
                    child = self._fork(mutant, cases)
                    running.register(child.told, selectors.EVENT_READ, child)
                else:
                    self.results.append(Result(mutant, Outcome.SURVIVED))
            while running.get_map():
                self._await(running)
        return True

    def _as_they_are(self, items: list[pytest.Item]) -> None:
        for item, following in _with_next(items):
            ran: set[tuple[str, str]] = set()
            if self.watched is not None:
                sys.setprofile(_noting(self.watched, ran))
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            finally:
                sys.setprofile(None)
            for function in ran:
                self.seen.through.setdefault(function, set()).add(item.nodeid)

    def _fork(self, mutant: Mutant, cases: list[pytest.Item]) -> _Child:
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            self._child(mutant, cases, writing)
        os.close(writing)
        due = sum(self.seen.seconds.get(case.nodeid, 1.0) for case in cases)
        return _Child(mutant, process, reading, time.monotonic() + self.patience + 5 * due * self.at_once)

    def _child(self, mutant: Mutant, cases: list[pytest.Item], writing: int) -> None:
        """Never returns: what pytest does at its end is the parent's to do."""
        said = f"{Outcome.ERROR} "
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, sys.stdout.fileno())
            os.dup2(silence, sys.stderr.fileno())
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            mutant.put_in_place()
            _forget()
            self._ask(mutant, cases)
            said = f"{Outcome.KILLED} {self.failed[0]}" if self.failed else f"{Outcome.SURVIVED} "
        finally:
            os.write(writing, said.encode())
            os._exit(0)

    def _ask(self, mutant: Mutant, cases: list[pytest.Item]) -> None:
        """Until one fails. Cases that a module makes of the knowledge are collected again, as they would be
        if its data said this: what is read from the data does not prove the data."""
        made: list[pytest.Item] = []
        steady: list[pytest.Item] = []
        for case in cases:
            (made if mutant.rereads and self.readers.read(case) else steady).append(case)
        self._until_one_fails(steady)
        if self.failed or not made:
            return
        try:
            again = self.readers.collected_again(made)
        except ValueError as broken:
            self.failed.append(str(broken))
            return
        self._until_one_fails(again)

    def _until_one_fails(self, cases: list[pytest.Item]) -> None:
        for case, following in _with_next(cases):
            case.config.hook.pytest_runtest_protocol(item=case, nextitem=following)
            if self.failed:
                break

    def _await(self, running: selectors.BaseSelector) -> None:
        """Until one child at least has told, or its time is over."""
        soonest = min(key.data.deadline for key in running.get_map().values())
        ready = {key.fd for key, _ in running.select(max(0.0, soonest - time.monotonic()))}
        for key in list(running.get_map().values()):
            child: _Child = key.data
            late = child.deadline <= time.monotonic()
            if key.fd not in ready and not late:
                continue
            running.unregister(key.fd)
            told = "" if key.fd not in ready else os.read(key.fd, 1 << 16).decode()
            if not told and late:
                os.kill(child.process, signal.SIGKILL)
            os.close(key.fd)
            os.waitpid(child.process, 0)
            self.results.append(self._result(child.mutant, told, late=late))

    def _result(self, mutant: Mutant, told: str, *, late: bool) -> Result:
        if not told:
            return Result(mutant, Outcome.TIMED_OUT if late else Outcome.ERROR)
        if told.startswith(Outcome.KILLED):
            by = told.removeprefix(f"{Outcome.KILLED} ")
            self.seen.kills[by] += 1
            return Result(mutant, Outcome.KILLED, by)
        return Result(mutant, Outcome(told.strip()))


def ask_all(
    mutants: Iterable[Mutant],
    paths: Iterable[Path],
    *,
    at_once: int = 1,
    patience: float = 10.0,
    watched: Path | None = None,
) -> Asked:
    """Ask the cases under these paths; the plugin holds what came of it.

    `patience`: the seconds that a mutant has, besides five times what its cases took as they are.
    `watched`: the folder of whose functions it is noted which case goes through them.
    """
    asked = Asked(mutants, at_once=at_once, patience=patience, watched=watched)
    _remember_worked_cases()
    code = pytest.main(["-q", "-s", "-p", "no:cacheprovider", *map(str, paths)], plugins=[asked])
    if asked.failed or code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise SystemExit(f"the cases fail as they are, so they can find nothing: {asked.failed[:3]}")
    return asked


def _with_next(items: Sequence[pytest.Item]) -> Iterable[tuple[pytest.Item, pytest.Item | None]]:
    return zip(items, [*items[1:], None], strict=True)


def in_turn(cases: Sequence[pytest.Item], seen: Seen, budget: float) -> list[pytest.Item]:
    """Every test is asked for as long as every other, its best cases first: those of one test mostly tell the
    same, and the small ones of a rule's own table tell most. As many as took `budget` seconds as they were; 0
    for all."""

    def worth(case: pytest.Item) -> float:
        return seen.seconds[case.nodeid] / (1 + seen.kills[case.nodeid]) ** 2

    so_far: dict[str, float] = {}
    ranked = []
    for case in sorted(cases, key=worth):
        test = case.nodeid.partition("[")[0]
        so_far[test] = so_far.get(test, 0.0) + worth(case)
        ranked.append((so_far[test], case))
    chosen: list[pytest.Item] = []
    spent = 0.0
    for _, case in sorted(ranked, key=lambda each: each[0]):
        spent += seen.seconds[case.nodeid]
        if budget and spent > budget and chosen:
            break
        chosen.append(case)
    return chosen


def _noting(folder: str, ran: set[tuple[str, str]]) -> Any:
    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(folder):
            ran.add((frame.f_code.co_filename, frame.f_code.co_qualname.split(".<locals>")[0]))

    return note


def _forget() -> None:
    """What a test module remembers was made before the mutant was put in place."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tests."):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


def _remember_worked_cases() -> None:
    """Before a test module takes the door over by name; what it remembers is not for `_forget`."""
    remembered = cache(worked_cases.read_cases)

    def read_cases(folders: Iterable[Path] = ()) -> worked_cases.Cases:
        return remembered(tuple(folders))

    worked_cases.read_cases = read_cases


def _remember_charts() -> None:
    """Reading a told patient, depends on no mutant and is most of the time: each is read once."""
    read = asking.chart_of
    held: dict[tuple[str, str], Chart] = {}

    def remembered(resources: Iterable[dict[str, Any]], patient: str) -> Chart:
        listed = list(resources)
        key = (patient, repr(listed))
        if key not in held:
            held[key] = read(listed, patient)
        return held[key]

    asking.chart_of = remembered
