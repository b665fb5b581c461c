"""Every small change of a module's code, one at a time, by the syntax tree.

Only what decides is changed: docstrings, annotations, decorators, defaults of fields, `__all__` and
sentences for a reader are not. A change names its place by line and column, so the same source gives the
same changes.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.operators import variants

__all__ = ["CodeChange", "changes_of", "mutated"]

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class CodeChange:
    """`owner` is the function by its qualified name, or the constant of the module. `at` and `which` find the
    node and its variant again."""

    file: Path
    owner: str
    in_function: bool
    line: int
    at: int
    which: int
    operator: str
    before: str
    after: str


def changes_of(file: Path) -> list[CodeChange]:
    """In the order of the source."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = []
    for at, (node, owner, in_function) in enumerate(_places(tree)):
        line = getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0)
        before = ast.unparse(node)
        for which, (operator, other) in enumerate(variants(node)):
            after = "left out" if other is None else ast.unparse(ast.fix_missing_locations(other))
            found.append(CodeChange(file, owner, in_function, line, at, which, operator, before, after))
    return found


def mutated(change: CodeChange) -> ast.Module:
    """The module with the change made."""
    tree = ast.parse(change.file.read_text(encoding="utf-8"))
    node = list(_places(tree))[change.at][0]
    _, other = variants(node)[change.which]
    _Put(node, other).visit(tree)
    return ast.fix_missing_locations(tree)


class _Put(ast.NodeTransformer):
    """Puts one node in another's place; a statement that is left out leaves `pass`."""

    def __init__(self, old: ast.AST, new: ast.AST | None) -> None:
        self.old = old
        self.new = new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is not self.old:
            return self.generic_visit(node)
        return ast.copy_location(ast.Pass() if self.new is None else copy.deepcopy(self.new), node)


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, bool]]:
    for statement in tree.body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _in_function(statement, statement.name)
            case ast.ClassDef():
                for member in statement.body:
                    if isinstance(member, _Function):
                        yield from _in_function(member, f"{statement.name}.{member.name}")
            case ast.Assign(value=ast.BinOp(op=ast.BitOr())):
                continue  # a union of types
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name != "__all__":
                for node in _below(value):
                    yield node, name, False
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                for node in _below(value):
                    yield node, name, False


def _in_function(function: _Function, owner: str) -> Iterator[tuple[ast.AST, str, bool]]:
    for statement in function.body:
        for node in _below(statement):
            yield node, owner, True


def _below(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is below it; not what only a type checker reads."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment", "ctx"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from _below(child)
