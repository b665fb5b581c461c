"""Writes generated charts as a bulk export lays them out: one NDJSON file a type, patients interleaved.

`python -m benchmarks.generate FOLDER --patients 1000` prints the sha256 of every file. Patients are shuffled
window by window, so that memory does not grow with their number.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, BinaryIO

from benchmarks.courses import PER_PATIENT, course_of
from benchmarks.elements import resources_of

__all__ = ["SEED", "write_charts"]

SEED = 20260101
_WINDOW = 250


def write_charts(folder: Path, *, patients: int, seed: int = SEED) -> dict[str, str]:
    """The files of that many patients, and the sha256 of each."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as opened:
        files = {
            kind: _Hashed(opened.enter_context((folder / f"{kind}.ndjson").open("wb")))
            for kind in PER_PATIENT
        }
        for first in range(0, patients, _WINDOW):
            for kind, line in _shuffled(seed, first, range(first, min(first + _WINDOW, patients))):
                files[kind].write(line)
    return {kind: file.digest.hexdigest() for kind, file in files.items()}


def _shuffled(seed: int, window: int, numbers: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    lines = [_line(made) for number in numbers for made in resources_of(course_of(seed, number))]
    chance = Random(f"{seed}/order/{window}")  # noqa: S311 - an order that can be made again, no secret
    keyed = sorted((chance.random(), place) for place in range(len(lines)))
    return (lines[place] for _, place in keyed)


def _line(resource: dict[str, Any]) -> tuple[str, bytes]:
    text = json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
    return resource["resourceType"], text.encode() + b"\n"


class _Hashed:
    """A file and the sha256 of what was written to it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()

    def write(self, line: bytes) -> None:
        self._stream.write(line)
        self.digest.update(line)


def main() -> None:
    read = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    read.add_argument("folder", type=Path)
    read.add_argument("--patients", type=int, default=1000, help="12000 are about 2 GB")
    read.add_argument("--seed", type=int, default=SEED)
    asked = read.parse_args()
    written = write_charts(asked.folder, patients=asked.patients, seed=asked.seed)
    for kind, digest in written.items():
        size = (asked.folder / f"{kind}.ndjson").stat().st_size
        sys.stdout.write(f"{digest}  {kind}.ndjson  {size} bytes\n")


if __name__ == "__main__":
    main()
