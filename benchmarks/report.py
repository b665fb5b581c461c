"""What was measured, as the page docs/benchmark.md: tables, the machine, and what they do not say."""

import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.contenders import ROOT, WORK
from benchmarks.figures import Measured, core_ratios, ratios, spread
from benchmarks.measuring import Run
from benchmarks.pull_report import Pulls, section

__all__ = ["Findings", "written"]

_TEXT = Path(__file__).parent / "page.md"


@dataclass(frozen=True, slots=True)
class Findings:
    """`starts` are the program's commands over one patient; `growth` pairs megabytes with a run over them."""

    megabytes: float
    cohort: Sequence[Measured]
    abstracts: Sequence[Measured]
    starts: Sequence[Measured]
    growth: Sequence[tuple[float, Measured]]
    rounds: int
    pulls: Pulls


def written(found: Findings) -> str:
    """The whole page."""
    tuned = next(each for each in found.cohort if each.who.yardstick)
    return _TEXT.read_text(encoding="utf-8").format(
        machine=_machine(),
        versions=_versions(),
        rounds=found.rounds,
        patients=tuned.who.patients,
        megabytes=f"{found.megabytes:,.0f}",
        cohort=_table(_cohort_rows(found, tuned)),
        abstracts=_table(_abstract_rows(found, tuned)),
        growth=_table(_growth_rows(found)),
        starts=_table(_start_rows(found)),
        goals=_table(_goal_rows(found, tuned)),
        pull=section(found.pulls),
    )


def _cohort_rows(found: Findings, tuned: Measured) -> Iterator[Sequence[str]]:
    yield (
        "contender",
        "patients",
        "patients/s",
        "a second of processor",
        "times the tuned peer",
        "by processor",
        "start, load, execute s",
        "peak MB",
    )
    for each in found.cohort:
        yield (
            each.who.name,
            f"{each.who.patients:,}",
            spread(each.rates).shown(0),
            spread(each.per_core).shown(0),
            ratios(each, tuned).shown(2),
            core_ratios(each, tuned).shown(2),
            _apart(each.runs),
            f"{each.peak_mb:,.0f}",
        )


def _abstract_rows(found: Findings, tuned: Measured) -> Iterator[Sequence[str]]:
    yield (
        "command",
        "charts/s",
        "a second of processor",
        "times the tuned peer's cohort question",
        "by processor",
        "peak MB",
    )
    for each in found.abstracts:
        yield (
            each.who.name,
            spread(each.rates).shown(0),
            spread(each.per_core).shown(0),
            ratios(each, tuned).shown(2),
            core_ratios(each, tuned).shown(2),
            f"{each.peak_mb:,.0f}",
        )


def _growth_rows(found: Findings) -> Iterator[Sequence[str]]:
    yield "input MB", "patients", "charts/s, two workers", "peak MB of the largest process"
    for megabytes, each in found.growth:
        rate = spread(each.rates).shown(0)
        yield f"{megabytes:,.0f}", f"{each.who.patients:,}", rate, f"{each.peak_mb:,.0f}"


def _start_rows(found: Findings) -> Iterator[Sequence[str]]:
    yield "command, over one patient", "wall s", "processor s", "peak MB"
    for each in found.starts:
        wall, cpu = spread([run.wall for run in each.runs]), spread([run.cpu for run in each.runs])
        yield each.who.name, wall.shown(2), cpu.shown(2), f"{each.peak_mb:,.0f}"


def _goal_rows(found: Findings, tuned: Measured) -> Iterator[Sequence[str]]:
    """The goals that were set before anything was measured, and what came of them."""
    ours, one, two = found.cohort[0], found.abstracts[0], found.abstracts[1]
    manual = next(each for each in found.cohort if each.who.name.endswith("manual has it"))
    yield "goal", "set", "measured", "by processor time", "reached"
    for name, goal, wall, core in (
        ("cohort question, times cql-execution tuned", 15.0, ratios(ours, tuned), core_ratios(ours, tuned)),
        (
            "the same, times cql-execution as its manual has it",
            15.0,
            ratios(ours, manual),
            core_ratios(ours, manual),
        ),
        ("whole abstracts a second and core", 300.0, spread(one.rates), spread(one.per_core)),
        (
            "whole abstracts, times cql-execution's cohort question",
            5.0,
            ratios(one, tuned),
            core_ratios(one, tuned),
        ),
        ("two workers on two cores, times one", 1.7, ratios(two, one), None),
    ):
        reached = (core or wall).middle >= goal
        by_core = core.shown(2) if core is not None else ""
        yield name, f">= {goal:g}", wall.shown(2), by_core, "yes" if reached else "**no**"
    peak = max(each.peak_mb for _, each in found.growth)
    reached = peak <= 250
    yield "peak MB a worker, whatever the input", "<= 250", f"{peak:,.0f}", "", "yes" if reached else "**no**"


def _apart(runs: Sequence[Run]) -> str:
    last = runs[-1]
    if last.start is None or last.load is None or last.execute is None:
        return f"in all {spread([run.wall for run in runs]).middle:.2f}"
    return f"{last.start:.2f}, {last.load:.2f}, {last.execute:.2f}"


def _table(rows: Iterator[Sequence[str]]) -> str:
    first, *others = rows
    lines = [first, ["---"] * len(first), *others]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, Linux {platform.release()}, {_load()}"


def _load() -> str:
    """How busy the machine was for a quarter of an hour: far above its cores, distrust the wall clock."""
    return f"load average {os.getloadavg()[2]:.1f} at the end"


def _versions() -> str:
    node = _said("node", "--version").removeprefix("v")
    duckdb = _said(str(WORK / "venv" / "bin" / "python"), "-c", "import duckdb; print(duckdb.__version__)")
    commit = _said("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD") or "no commit"
    ours = f"abstractor {version('abstractor')} at {commit}, Python {platform.python_version()}"
    packages = (WORK / "npm" / "package.json").read_text(encoding="utf-8")
    pinned = [
        line.strip(' ,\n"').replace('": "', " ")
        for line in packages.splitlines()
        if "cql-" in line or "fqm-" in line
    ]
    validator = f"fhir.resources {version('fhir.resources')}"
    return ", ".join([ours, f"Node {node}", *pinned, f"DuckDB {duckdb}", validator])


def _said(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - our own words
