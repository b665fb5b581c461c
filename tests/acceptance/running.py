"""Runs the program as a user does, in a process of its own, and keeps what it said."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Said", "abstractor"]

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def abstracts(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        counted: dict[str, dict[str, int]] = json.loads(self.err.splitlines()[-1])
        return counted


def abstractor(*words: str | Path, env: Mapping[str, str] | None = None, timeout: float = 110) -> Said:
    done = subprocess.run(
        [sys.executable, "-m", "abstractor", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())
