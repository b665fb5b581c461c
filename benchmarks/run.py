"""`make bench`: generates the charts, asks every contender in turn, compares, and writes docs/benchmark.md.

`--quick` takes few patients and one round: to see that everything runs, not to quote.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import pull
from benchmarks.contenders import ROOT, WORK, Contender, abstracting, cohort_contenders
from benchmarks.figures import Measured
from benchmarks.measuring import BenchmarkError, Run, run_command
from benchmarks.report import Findings, written

__all__ = ["main"]

_REFERENCE = "reference.txt"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many patients, and how often; `growth` are the sizes over which memory is watched."""

    patients: int
    few: int
    rounds: int
    growth: tuple[int, ...]
    pulls: pull.Plan


_FULL = Plan(patients=1000, few=50, rounds=3, growth=(1000, 4000, 12_000), pulls=pull.Plan())
_QUICK = Plan(patients=60, few=15, rounds=1, growth=(60, 120), pulls=pull.QUICK)


def main() -> None:
    read = argparse.ArgumentParser(prog="make bench", description=__doc__)
    read.add_argument("--quick", action="store_true", help="few patients, one round; writes no page")
    read.add_argument("--rounds", type=int, help="how many interleaved rounds")
    asked = read.parse_args()
    plan = _QUICK if asked.quick else _FULL
    try:
        findings = _measured(plan, asked.rounds or plan.rounds)
    except BenchmarkError as failed:
        sys.exit(f"benchmark: {failed}")
    page = written(findings)
    sys.stdout.write(page)
    if not asked.quick:
        (ROOT / "docs" / "benchmark.md").write_text(page, encoding="utf-8")


def _measured(plan: Plan, rounds: int) -> Findings:
    export, few = _charts(plan.patients), _charts(plan.few)
    for each in (export, few):
        _python("benchmarks.reference", str(each), to=each / _REFERENCE)
    cohort = _rounds(cohort_contenders(export, plan.patients, few, plan.few), rounds)
    for asked in cohort:
        _same(asked, (asked.who.export / _REFERENCE).read_bytes())
    abstracts = _rounds([abstracting(export, plan.patients, workers=each) for each in (1, 2)], rounds)
    if len({run.digest for each in abstracts for run in each.runs}) > 1:
        raise BenchmarkError("the abstracts are not the same bytes with one worker and with two")
    tiny = _charts(1)
    starts = _rounds([*cohort_contenders(tiny, 1, tiny, 1)[:1], abstracting(tiny, 1, workers=1)], rounds)
    growth = [(_megabytes(_charts(size)), _grown(size)) for size in plan.growth]
    pulls = pull.measured_pulls(replace(plan.pulls, rounds=rounds))
    return Findings(_megabytes(export), cohort, abstracts, starts, growth, rounds, pulls)


def _same(measured: Measured, reference: bytes) -> None:
    wanted = hashlib.sha256(reference).hexdigest()
    if any(run.digest != wanted for run in measured.runs):
        raise BenchmarkError(f"{measured.who.name}: its answer is not the reference's")


def _grown(patients: int) -> Measured:
    return _rounds([abstracting(_charts(patients), patients, workers=2)], 1)[0]


def _charts(patients: int) -> Path:
    """Generated once, in a process of its own: what this process holds would count as its children's."""
    folder = WORK / f"charts-{patients}"
    done = folder / "sha256.txt"
    if not done.exists():
        _tell(f"generating {patients} charts")
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / "making.txt"
        _python("benchmarks.generate", str(folder), "--patients", str(patients), to=made)
        made.replace(done)
    return folder


def _python(module: str, *words: str, to: Path) -> Run:
    return run_command((sys.executable, "-m", module, *words), cwd=ROOT, cores=1, to=to)


def _megabytes(export: Path) -> float:
    return sum(file.stat().st_size for file in export.glob("*.ndjson")) / 1e6


def _rounds(contenders: Sequence[Contender], rounds: int) -> tuple[Measured, ...]:
    """Everybody once a round, in turn."""
    runs: list[list[Run]] = [[] for _ in contenders]
    for number in range(1, rounds + 1):
        for held, who in zip(runs, contenders, strict=True):
            run = run_command(who.words, cwd=who.cwd, cores=who.cores, to=WORK / "answer.ndjson")
            _tell(f"round {number}, {who.patients} patients: {who.name}: {run.wall:.2f} s")
            held.append(run)
    return tuple(Measured(who, tuple(held)) for who, held in zip(contenders, runs, strict=True))


def _tell(words: str) -> None:
    sys.stderr.write(f"benchmark: {words}\n")


if __name__ == "__main__":
    main()
