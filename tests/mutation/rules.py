"""Mutants of the rules: would a test notice if one comparison, number, code or statement were wrong? By hand:
`make mutants`.

A sample drawn by a seed. Prints what became of it by module, and each survivor with its place.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.mutation.code_changes import CodeChange, changes_of
from tests.mutation.code_mutant import CodeMutant
from tests.mutation.forked import Asked, Outcome, ask_all

__all__ = ["drawn", "main", "report"]

RULES = Path("abstractor/rules")
CASES = (
    Path("tests/unit/rules"),
    Path("tests/unit/therapy"),
    Path("tests/spec"),
    Path("tests/unit/core"),
    Path("tests/property/test_therapy.py"),
    Path("tests/property/test_truth.py"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Change the rules and ask the tests.")
    parser.add_argument("cases", nargs="*", type=Path, default=list(CASES), help="tests (those of the rules)")
    parser.add_argument("--folder", type=Path, default=RULES, help=f"what is changed ({RULES})")
    parser.add_argument("--only", default="", help="files whose path holds this text (therapy/)")
    parser.add_argument("--sample", type=int, default=1000, help="so many, drawn by the seed; 0 for all")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--at-once", type=int, default=2, help="processes")
    parser.add_argument("--budget", type=float, default=15.0, help="seconds of cases a mutant; 0 for all")
    parser.add_argument("--patience", type=float, default=10.0, help="seconds, before one is stopped")
    parser.add_argument("--report", type=Path, help="write the tables to this file too")
    given = parser.parse_args(arguments)
    mutants = [
        CodeMutant(change, given.folder, given.budget)
        for change in drawn(given.folder, given.sample, given.seed)
        if given.only in str(change.file)
    ]
    began = time.monotonic()
    asked = ask_all(
        mutants, given.cases, at_once=given.at_once, patience=given.patience, watched=given.folder
    )
    text = report(asked, time.monotonic() - began, given.budget)
    sys.stdout.write(text)
    if given.report is not None:
        given.report.write_text(text, encoding="utf-8")
    return 0


def drawn(folder: Path, sample: int, seed: int) -> list[CodeChange]:
    """The same source, sample and seed give the same changes, in the order of the source."""
    made = [change for file in sorted(folder.rglob("*.py")) for change in changes_of(file)]
    if not 0 < sample < len(made):
        return made
    chosen = random.Random(seed).sample(range(len(made)), sample)
    return [made[at] for at in sorted(chosen)]


def report(asked: Asked, seconds: float, budget: float) -> str:
    """Two tables in Markdown: what became of the mutants of each module, and the survivors."""
    most = f"up to {budget:g} s of them each" if budget else "all of them"
    files = sorted({each.mutant.change.file for each in asked.results})
    counts = Counter((each.mutant.change.file, each.outcome) for each in asked.results)
    totals = Counter(each.outcome for each in asked.results)
    noticed = totals[Outcome.KILLED] + totals[Outcome.TIMED_OUT]
    rows = [
        f"| `{file}` | " + " | ".join(str(counts[file, outcome]) for outcome in Outcome) + " |"
        for file in files
    ]
    lines = [
        f"{totals.total()} mutants asked of {asked.cases} cases ({most}) in {seconds:.0f} s: "
        f"{noticed} noticed ({noticed / max(1, totals.total()):.1%}), "
        f"{totals[Outcome.SURVIVED]} survived, {totals[Outcome.ERROR]} could not be asked.",
        "",
        "| module | " + " | ".join(Outcome) + " |",
        "| --- | " + " | ".join("---" for _ in Outcome) + " |",
        *rows,
        "| all | " + " | ".join(str(totals[outcome]) for outcome in Outcome) + " |",
        "",
        "| survivor | change | before | after |",
        "| --- | --- | --- | --- |",
        *(_row(each.mutant.change) for each in asked.results if each.outcome is Outcome.SURVIVED),
        "",
    ]
    return "\n".join(lines)


def _row(change: CodeChange) -> str:
    before, after = (" ".join(text.split()).replace("|", "\\|") for text in _apart(change))
    place = f"{change.file}:{change.line} {change.owner}"
    return f"| `{place}` | {change.operator} | `{before}` | `{after}` |"


def _apart(change: CodeChange) -> tuple[str, str]:
    """Of a change within a long statement only the first line that differs."""
    before, after = change.before.splitlines(), change.after.splitlines()
    for one, other in zip(before, after, strict=False):
        if one != other:
            return one, other
    return before[0], after[0]


if __name__ == "__main__":
    sys.exit(main())
