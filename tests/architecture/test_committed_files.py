"""What no committed file holds: a registry's address, a path of one machine, a promise to come back."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, committed

# Written so that this file does not find itself.
REGISTRIES = r"pypi[.]org|files[.]pythonhosted[.]org|registry[.]npmjs[.]org|https?://[^\s\"']*/simple\b"
MACHINE_PATHS = r"(?<![\w.])/(?:work|root|home)/"
PROMISES = r"\b(?:TOD[O]|FIXM[E]|XX[X])\b"
VENDORED = Path("abstractor/web/static/vendor")


def holding(pattern: str, *, vendored: bool = True) -> list[str]:
    """Where the pattern stands, as file:line; files that are no UTF-8 text have no lines."""
    found = []
    for path in committed():
        if not vendored and path.is_relative_to(VENDORED):
            continue
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}:{at}" for at, line in enumerate(text.splitlines(), 1) if re.search(pattern, line)]
    return found


def test_no_registry_is_named() -> None:
    assert holding(REGISTRIES) == []


def test_no_path_of_one_machine_is_named() -> None:
    assert holding(MACHINE_PATHS) == []


def test_nothing_is_left_for_later() -> None:
    assert holding(PROMISES, vendored=False) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (REGISTRIES, "https://" + "pypi" + ".org/project/x"),
        (REGISTRIES, "--index" + "-url https://mirror.example" + "/simple"),
        (MACHINE_PATHS, '"' + "/root" + '/x"'),
        (PROMISES, "# " + "TO" + "DO: later"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: str, line: str) -> None:
    assert re.search(pattern, line)
