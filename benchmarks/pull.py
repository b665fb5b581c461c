"""The pull: the same patients from the same clinic, 30 ms a request, by everybody in turn.

`python -m benchmarks.pull` measures it alone and writes its section of docs/benchmark.md anew; `make bench`
has it beside everything else. The clinic is the sample clinic in a process of its own, on another core.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.contenders import ROOT, WORK, Contender
from benchmarks.figures import Measured
from benchmarks.generate import write_charts
from benchmarks.measuring import BenchmarkError, Run, run_command
from benchmarks.pull_reference import digest, first_patients, names_in, reference
from benchmarks.pull_report import LATENCY_MS, Pulls, section
from benchmarks.pulling import TYPES
from fixtures.clinic.door import Door, remote_door

__all__ = ["QUICK", "Plan", "measured_pulls", "replaced"]

_FETCHED = WORK / "smart-fetch"
_PAGE = ROOT / "docs" / "benchmark.md"
_BEFORE = "The next limit"  # the section after it, as in page.md
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Who asks one after the other asks for the few: a second is a second there, however many there are."""

    patients: int = 500
    few: int = 50
    rounds: int = 3


QUICK = Plan(patients=20, few=4, rounds=1)


def main() -> None:
    read = argparse.ArgumentParser(prog="python -m benchmarks.pull", description=__doc__)
    read.add_argument("--quick", action="store_true", help="few patients, one round; writes no page")
    asked = read.parse_args()
    try:
        told = section(measured_pulls(QUICK if asked.quick else Plan()))
    except BenchmarkError as failed:
        sys.exit(f"benchmark: {failed}")
    sys.stdout.write(told)
    if not asked.quick:
        _PAGE.write_text(replaced(_PAGE.read_text(encoding="utf-8"), told), encoding="utf-8")


def measured_pulls(plan: Plan) -> Pulls:
    folder = WORK / f"clinic-{plan.patients}"
    write_charts(folder, patients=plan.patients)
    lists = [first_patients(folder, number) for number in (plan.patients, plan.few)]
    wanted = {file: reference(folder, file) for file in lists}
    with _clinic(folder) as door:
        contenders = _contenders(door.url, lists[0], lists[1])
        runs: list[list[Run]] = [[] for _ in contenders]
        requests: list[int] = []
        for number in range(1, plan.rounds + 1):
            for held, (who, file) in zip(runs, contenders, strict=True):
                run = _one(who, number)
                if run.digest != wanted[file]:
                    raise BenchmarkError(f"{who.name}: what it brought is not what there is")
                held.append(run)
                heard = len(door.heard(forget=True))
                requests += [heard] if number == 1 else []
    measured = tuple(Measured(who, tuple(held)) for (who, _), held in zip(contenders, runs, strict=True))
    busy, one_core = os.getloadavg()[1], len(os.sched_getaffinity(0)) < 2
    return Pulls(measured, tuple(requests), plan.rounds, busy, one_core)


def _contenders(url: str, everybody: Path, few: Path) -> list[tuple[Contender, Path]]:
    def one(name: str, pulling: str, file: Path, *, yardstick: bool = False) -> tuple[Contender, Path]:
        words = (sys.executable, "-m", "benchmarks.pulling", pulling, url, str(file))
        return Contender(name, words, file.parent, _count(file), yardstick=yardstick), file

    fetch = str(WORK / "venv" / "bin" / "smart-fetch")
    crawl = (fetch, "crawl", str(_FETCHED), "--fhir-url", url, "--type", ",".join(TYPES))
    plainly = ("--id-file", str(everybody), "--no-default-filters", "--no-compression")
    return [
        one("abstractor, lists of ten, 16 at once", "by-lists", everybody),
        one("abstractor, each patient alone, 16 at once", "one-by-one", everybody),
        one("fhirclient, its own session", "fhirclient", few, yardstick=True),
        one("httpx, one request after the other", "httpx", few),
        one("httpx, 16 threads over one client", "httpx-threads", everybody),
        (Contender("smart-fetch crawl", (*crawl, *plainly), everybody.parent, _count(everybody)), everybody),
    ]


def _one(who: Contender, number: int) -> Run:
    shutil.rmtree(_FETCHED, ignore_errors=True)
    run = run_command(who.words, cwd=who.cwd, cores=1, to=WORK / "pulled.txt")
    sys.stderr.write(f"benchmark: round {number}, {who.patients} patients: {who.name}: {run.wall:.2f} s\n")
    if not _FETCHED.exists():
        return run
    names = (name for kind in TYPES for name in names_in(_FETCHED / f"{kind}.ndjson"))
    return Run(run.wall, run.cpu, run.peak_mb, digest(names), None, None, None)


@contextmanager
def _clinic(folder: Path) -> Iterator[Door]:
    """On the last core, where there is more than one: what asks runs on the first."""
    said = WORK / "clinic.txt"
    words = (sys.executable, "-m", "fixtures.clinic", "--data", str(folder), "--port", "0")
    waiting = ("--latency-ms", str(LATENCY_MS), "--control")
    with said.open("wb") as out:
        clinic = subprocess.Popen(  # noqa: S603 - our own command, without a shell
            (*words, *waiting), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, preexec_fn=_aside
        )
    try:
        yield remote_door(*_addresses(clinic, said))
    finally:
        clinic.terminate()
        clinic.wait(timeout=30)


def _aside() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _addresses(clinic: "subprocess.Popen[bytes]", said: Path) -> tuple[str, str]:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and clinic.poll() is None:
        told = dict(line.split(" ", 1) for line in said.read_text().splitlines() if " http" in line)
        if {"ready", "control"} <= told.keys():
            return told["ready"], told["control"]
        time.sleep(0.1)
    raise BenchmarkError(f"the sample clinic did not start: {said.read_text()[-600:]}")


def _count(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").split())


def replaced(page: str, told: str) -> str:
    """The page with this section in the place of the one of that heading; else it goes before `_BEFORE`."""
    heading = told.split("\n", 1)[0].removeprefix("## ")
    parts = [part for part in page.split("\n## ") if part.split("\n", 1)[0] != heading]
    at = next(n for n, part in enumerate(parts) if part.startswith(_BEFORE))
    parts.insert(at, told.removeprefix("## "))
    return "\n## ".join(parts)


if __name__ == "__main__":
    main()
