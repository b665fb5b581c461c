"""One run of a command as a whole process: wall and processor seconds, peak memory, and what it wrote.

The figures are the kernel's own of the finished process (wait4), which is also what GNU time prints; peak
memory is that of the largest single process in it.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["BenchmarkError", "Run", "run_command"]


class BenchmarkError(Exception):
    """A command that failed, or whose output is not the reference's: it ends the benchmark."""


@dataclass(frozen=True, slots=True)
class Run:
    """`digest` is the sha256 of what it wrote: the bytes themselves would count as its successors' memory.
    `start`, `load` and `execute` are what the command says of itself; null where it says nothing."""

    wall: float
    cpu: float
    peak_mb: float
    digest: str
    start: float | None
    load: float | None
    execute: float | None


def run_command(words: Sequence[str], *, cwd: Path, cores: int, to: Path) -> Run:
    """Run it on so many cores; from the start of the process to its closed output, the file `to`."""
    with to.open("w+b") as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own commands, without a shell
            words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=_pinned(cores)
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        said = err.read().decode(errors="replace")
        if process.returncode != 0:
            raise BenchmarkError(f"{' '.join(words[:4])} ... ended with {process.returncode}: {said[-600:]}")
        times = _said(said)
        cpu = usage.ru_utime + usage.ru_stime
        return Run(
            wall,
            cpu,
            usage.ru_maxrss / 1024,
            hashlib.file_digest(out, "sha256").hexdigest(),
            times.get("start"),
            times.get("load"),
            times.get("execute"),
        )


def _pinned(cores: int) -> Callable[[], None]:
    allowed = sorted(os.sched_getaffinity(0))[:cores]

    def pin() -> None:
        os.sched_setaffinity(0, allowed)

    return pin


def _said(text: str) -> dict[str, Any]:
    """The times that a peer prints as its last line on stderr."""
    lines = text.strip().splitlines()
    try:
        found = json.loads(lines[-1]) if lines else {}
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) and "execute" in found else {}
