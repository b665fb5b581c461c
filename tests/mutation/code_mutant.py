"""A change of the code, put in place in a process that has everything imported.

A function keeps its identity and is given the changed code; a constant of a module is made anew in every
module that took it over by name.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, ClassVar

import pytest

from abstractor import guidelines
from tests.mutation.code_changes import CodeChange, mutated
from tests.mutation.forked import Seen, in_turn

__all__ = ["CodeMutant"]


@dataclass(frozen=True, slots=True)
class CodeMutant:
    """`folder` is the watched one, in which a constant may be used. `budget`: the seconds that its cases may
    have taken as they were; 0 for all of them."""

    change: CodeChange
    folder: Path
    budget: float = 0.0
    rereads: ClassVar[bool] = False

    def put_in_place(self) -> None:
        module = _module(self.change.file)
        if self.change.in_function:
            _recode(module, self.change)
        else:
            _reassign(module, self.change)
        if not self.change.in_function or self.change.owner.endswith("__post_init__"):
            # The library was built with what stood there before.
            guidelines._shipped.cache_clear()

    def telling(self, cases: Sequence[pytest.Item], seen: Seen) -> list[pytest.Item]:
        """The cases that go through the changed function, likely killers and quick ones first, a few of each
        test in turn, as many as the budget allows."""
        names = self._through(seen)
        return in_turn([case for case in cases if case.nodeid in names], seen, self.budget)

    def _through(self, seen: Seen) -> set[str]:
        if self.change.owner.endswith("__post_init__"):
            return set(seen.seconds)
        if self.change.in_function:
            return seen.through.get((str(self.change.file.resolve()), self.change.owner), set())
        users = {str(path.resolve()) for path in _naming(self.folder, self.change.owner)}
        return {name for (file, _), names in seen.through.items() if file in users for name in names}


@cache
def _naming(folder: Path, name: str) -> list[Path]:
    word = re.compile(rf"\b{re.escape(name)}\b")
    return [path for path in sorted(folder.rglob("*.py")) if word.search(path.read_text(encoding="utf-8"))]


def _module(file: Path) -> ModuleType:
    wanted = str(file.resolve())
    return next(m for m in list(sys.modules.values()) if getattr(m, "__file__", None) == wanted)


def _recode(module: ModuleType, change: CodeChange) -> None:
    compiled = compile(mutated(change), str(change.file.resolve()), "exec")
    code = next(each for each in _codes(compiled) if each.co_qualname == change.owner)
    _function(module, change.owner).__code__ = code


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _function(module: ModuleType, qualified: str) -> FunctionType:
    holder: Any = module
    *outer, name = qualified.split(".")
    for step in outer:
        holder = getattr(holder, step)
    found: Any = vars(holder)[name]
    for wrapped in ("fget", "__wrapped__", "__func__"):
        found = getattr(found, wrapped, None) or found
    if not isinstance(found, FunctionType):
        raise TypeError(f"{qualified} is no function")
    return found


def _reassign(module: ModuleType, change: CodeChange) -> None:
    """Made by the changed line of the module, from the names that stand in it now."""
    former = vars(module)[change.owner]
    for statement in mutated(change).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=change.owner)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=change.owner), value=ast.expr() as value):
                pass
            case _:
                continue
        made = eval(compile(ast.Expression(value), module.__name__, "eval"), vars(module))  # noqa: S307 - our own source
        for other in list(sys.modules.values()):
            if vars(other).get(change.owner) is former:
                setattr(other, change.owner, made)
