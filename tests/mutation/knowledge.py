"""Mutants of the knowledge: is there a case for every date, number, verdict and name? By hand: `make
knowledge-mutants`.

Prints how many changes of each kind the cases found, and each one that none of them found.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from abstractor.guidelines import load_library
from abstractor.rules.library import Library
from tests.mutation.forked import Asked, Outcome, ask_all
from tests.mutation.knowledge_changes import Change, changes

__all__ = ["main", "report"]

UNIT = Path("tests/unit/rules")
CASES = (
    Path("tests/spec"),
    UNIT / "her2/test_criteria.py",
    UNIT / "her2/test_tiers.py",
    UNIT / "measures",
    UNIT / "test_measures.py",
    UNIT / "test_measure_context.py",
    UNIT / "test_measure_reasons.py",
    UNIT / "test_check_schedule.py",
    UNIT / "test_early_stop.py",
    UNIT / "test_cdk46_cohort.py",
)
DUE = ("date", "number", "verdict", "agent left out", "condition left out")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Change the knowledge and ask the cases.")
    parser.add_argument("cases", nargs="*", type=Path, default=list(CASES), help="where the cases are")
    parser.add_argument("--all", action="store_true", help="the other kinds too: yes to no, rows, names")
    parser.add_argument("--only", default="", help="where the place holds this (editions.asco-her2-2022)")
    parser.add_argument("--kind", default="", help="changes of this kind alone (date, verdict, number ...)")
    parser.add_argument("--sample", type=int, help="so many, drawn by the seed")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--budget", type=float, default=15.0, help="seconds of other cases; 0 for all")
    parser.add_argument("--at-once", type=int, default=1, help="processes")
    parser.add_argument("--report", type=Path, help="write the tables to this file too")
    given = parser.parse_args(arguments)
    library = load_library()
    asking = frozenset(name for measure in library.measures for name in measure.rule.editions())
    wanted = [
        each
        for each in changes(library, given.budget)
        if given.only in each.where
        and each.kind.startswith(given.kind)
        and (given.all or _due(each, library, asking))
    ]
    if given.sample is not None and given.sample < len(wanted):
        wanted = random.Random(given.seed).sample(wanted, given.sample)
    began = time.monotonic()
    asked = ask_all(wanted, given.cases, at_once=given.at_once)
    text = report(asked, time.monotonic() - began)
    sys.stdout.write(text)
    if given.report is not None:
        given.report.write_text(text, encoding="utf-8")
    return int(bool(_unfound(asked)))


def _due(change: Change, library: Library, asking: frozenset[str]) -> bool:
    """Every date, number, verdict and condition must have its case, and every agent in every list; of the
    measures and of the cohort of CDK4/6 inhibitors everything. The catalogue of agents is no such list: it
    says what a drug is, not what is advised."""
    match change.steps:
        case ("agents", *_):
            return False
        case ("measures", *_) | ("inclusion", "cdk46", *_):
            return True
        case ("editions", name, "confidence" | "valid_from" | "valid_to"):
            return change.kind in DUE or name in asking
        case _:
            return change.kind in DUE


def report(asked: Asked, seconds: float) -> str:
    """Two tables in Markdown: the kinds of change, and the changes that no case found."""
    made, missed = Counter[str](), Counter[str]()
    for each in asked.results:
        made[each.mutant.kind] += 1
        missed[each.mutant.kind] += each.outcome is not Outcome.KILLED
    total, lost = made.total(), missed.total()
    lines = [
        f"{total} changes of the knowledge asked of {asked.cases} cases in {seconds:.0f} s: "
        f"{total - lost} found, {lost} not.",
        "",
        "| change | made | found | not found |",
        "| --- | --- | --- | --- |",
        *(f"| {kind} | {n} | {n - missed[kind]} | {missed[kind]} |" for kind, n in sorted(made.items())),
        "",
        "| not found | change | said |",
        "| --- | --- | --- |",
        *(f"| `{change.where}` | {change.kind} | {change.said} |" for change in _unfound(asked)),
        "",
    ]
    return "\n".join(lines)


def _unfound(asked: Asked) -> list[Change]:
    return [each.mutant for each in asked.results if each.outcome is not Outcome.KILLED]


if __name__ == "__main__":
    sys.exit(main())
