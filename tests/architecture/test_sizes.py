"""A file is read in one sitting and a function at one glance; every file says what it is for."""

import ast

from tests.architecture.sources import ROOT, modules, tree

LONGEST_FILE = 350
LONGEST_FUNCTION = 50
OURS = modules("abstractor", "worker", "fixtures", "benchmarks", "tests")


def test_no_file_is_too_long() -> None:
    lines = {module: len((ROOT / module).read_text(encoding="utf-8").splitlines()) for module in OURS}
    assert {str(module): count for module, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_function_is_too_long() -> None:
    lines = {
        f"{module}:{node.lineno} {node.name}": length(node)
        for module in OURS
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {function: count for function, count in lines.items() if count > LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [str(module) for module in OURS if not ast.get_docstring(tree(module))] == []


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1
