"""A document that names a test names one that is there."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, committed, tree

NAMING = [
    path
    for path in committed()
    if path.suffix == ".md" and re.search(r"`tests/\S+\.py::", (ROOT / path).read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("document", NAMING, ids=str)
def test_every_test_that_a_document_names_is_there(document: Path) -> None:
    named = re.findall(r"`(tests/\S+\.py)::(\w+)`", (ROOT / document).read_text(encoding="utf-8"))
    assert named
    missing = [f"{module}::{name}" for module, name in named if name not in _functions(ROOT / module)]
    assert missing == []


def _functions(module: Path) -> set[str]:
    if not module.is_file():
        return set()
    return {node.name for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef)}


def test_some_document_names_tests() -> None:
    assert Path("docs/data-at-rest.md") in NAMING
