"""The table of docs/faults.md, made from the tests: `python -m tests.integration.faults.page` writes it.

A test that is named for faults (`test_F12_page_expired`) says in its first line what comes of them.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fixtures.clinic.faults.table import FAULTS

__all__ = ["GROUPS", "PAGE", "Told", "page", "told"]

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "faults.md"
GROUPS = (
    ("HTTP and the way there", 1, 20),
    ("Pages and data", 21, 40),
    ("Tokens", 41, 46),
    ("Bulk export", 47, 54),
    ("Queue and processes", 55, 66),
    ("Database and disk", 67, 74),
)
_PLACES = ("tests/integration/faults", "tests/integration/bulk")
_NAME = re.compile(r"test_((?:F\d\d[a-z]?_)+)(\w+)")
_FAULTS = {fault.id: fault for fault in FAULTS}
_HEAD = """# What can go wrong, and what comes of it

Each row is a test. F01 to F46 are rounds of the service against the sample clinic with that fault
([rehearsing.md](rehearsing.md)) over real sockets, most of them with the clinic as a process of its own; what
comes of each is held against the same round without the fault, by one law: a chart is complete, or the
ledger says of that patient and type what is missing, and the abstract does not call the type complete. Once
the fault is over, the next round is whole: the same records and the same abstract, byte by byte, as if it had
never been. Only the DNS of F02, which a test may not ask, and the answers by a fake clock are played.
F47 to F54 are the same of exports in bulk; F55 to F74 of real workers, queues and databases.

A round is one pull of a clinic's cohort. Words such as `truncated` and `refused` are the ledger's; a type is
one of FHIR's. This page is made from the tests by `python -m tests.integration.faults.page`.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One test of one fault: `outcome` is None where it does not say what comes of it."""

    number: str
    fault: str
    outcome: str | None
    test: str

    @property
    def order(self) -> int:
        return int(self.number[1:3])


def told() -> list[Told]:
    """By number, then as the files have them."""
    found = [
        one for place in _PLACES for file in sorted((ROOT / place).glob("test_*.py")) for one in _in(file)
    ]
    return sorted(found, key=lambda one: (one.order, one.number))


def page() -> str:
    rows = told()
    parts = [_HEAD]
    for title, first, last in GROUPS:
        lines = [_line(one) for one in rows if first <= one.order <= last]
        table = ["| | What goes wrong | What comes of it | Test |", "| --- | --- | --- | --- |", *lines]
        parts.append(f"## {title} (F{first:02} to F{last:02})\n\n" + "\n".join(table) + "\n")
    return "\n".join(parts)


def _in(file: Path) -> Iterator[Told]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        named = _NAME.fullmatch(node.name) if isinstance(node, ast.FunctionDef) else None
        if isinstance(node, ast.FunctionDef) and named is not None:
            said = ast.get_docstring(node)
            outcome = said.splitlines()[0] if said else None
            for number in named[1].split("_")[:-1]:
                test = f"{file.relative_to(ROOT)}::{node.name}"
                yield Told(number, _fault(number, named[2]), outcome, test)


def _fault(number: str, name: str) -> str:
    """As the clinic's table has it, with what the test's name adds to the fault's; else as that name says."""
    known = _FAULTS.get(number)
    words = name.replace("_", " ")
    if known is None:
        return words
    more = words.removeprefix(known.name.replace("-", " "))
    return f"{known.line} ({more.strip()})" if more and more != words and number < "F47" else known.line


def _line(one: Told) -> str:
    return f"| {one.number} | {_plain(one.fault)} | {_plain(one.outcome or '')} | `{one.test}` |"


def _plain(words: str) -> str:
    """As a cell of the table: a capital, and no full stop at its end."""
    cell = words.rstrip(".").replace("|", "\\|")
    return cell[:1].upper() + cell[1:]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
