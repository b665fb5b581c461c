"""`make real-input TCGA=FOLDER`: a folder of FHIR NDJSON served as a clinic's endpoint, and read four ways.

By the sample clinic as `plain` and as `epic`, by search and by bulk export: a cycle each, through the queue
and two workers. What came of it is written into docs/real-input.md; nothing there is typed in by hand.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from abstractor.settings import Settings
from abstractor.store import tallies
from abstractor.workflow import Services, open_services
from abstractor.workflow.clinic.nobody import nobody_has
from abstractor.workflow.clinic.pages import RoundPage, round_page
from benchmarks.real_input_page import Chart, Read, section
from benchmarks.real_input_page import Unseen as Row

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "real-input.md"
BEGIN, END = "<!-- made by `make real-input` -->\n", "<!-- end of what is made -->\n"
PERIOD = "2010-01-01/2010-12-31"
_READY = 120.0


def main() -> None:
    asked = argparse.ArgumentParser(prog="make real-input", description=__doc__)
    asked.add_argument("folder", type=Path, help="FHIR NDJSON by type", metavar="FOLDER")
    asked.add_argument("--period", default=PERIOD)
    asked.add_argument("--print", action="store_true", help="on stdout, and not into the page")
    options = asked.parse_args()
    if not any(options.folder.glob("*.ndjson")):
        asked.error("FOLDER holds no *.ndjson: make real-input TCGA=FOLDER")
    with tempfile.TemporaryDirectory() as work:
        read = [
            one
            for personality in ("plain", "epic")
            for one in _as_clinic(options.folder.resolve(), options.period, personality, Path(work))
        ]
        files = _from_files(options.folder.resolve(), options.period, Path(work))
    made = section(options.period, files, read)
    if options.print:
        sys.stdout.write(made)
        return
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{made}{END}{rest.partition(END)[2]}", encoding="utf-8")


def _as_clinic(folder: Path, period: str, personality: str, work: Path) -> Iterator[Read]:
    with _clinic(folder, personality, work) as address:
        for way in ("search", "bulk"):
            sys.stderr.write(f"{personality}, by {way}\n")
            yield _read(_Machine(work / f"{personality}-{way}"), address, period, personality, way)


@contextmanager
def _clinic(folder: Path, personality: str, work: Path) -> Iterator[str]:
    """The address of the sample clinic as a process of its own."""
    ready = work / f"{personality}.ready"
    served = ("--data", folder, "--personality", personality, "--bulk", "--bulk-polls", "0")
    words = [sys.executable, "-m", "fixtures.clinic", *served, "--port", "0", "--ready-file", ready]
    process = subprocess.Popen([*map(str, words)], cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 - our own command
    try:
        end = time.monotonic() + _READY
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > end:
                raise SystemExit("the sample clinic did not get ready; its message stands above")
            time.sleep(0.1)
        yield ready.read_text(encoding="utf-8").strip()
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True, slots=True)
class _Machine:
    """An installation of its own."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str | Path) -> None:
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "abstractor", *map(str, words)],
            cwd=ROOT,
            env={**os.environ, "ABSTRACTOR_DATA_DIR": str(self.folder / "data"), "ABSTRACTOR_WORKERS": "2"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            raise SystemExit(f"abstractor {words[0]} ended with {done.returncode}; it said why above")

    def services(self) -> Services:
        return open_services(Settings(_env_file=None, data_dir=self.folder / "data"))


def _read(machine: _Machine, address: str, period: str, personality: str, way: str) -> Read:
    machine.folder.mkdir()
    setup, abstracts = machine.folder / "clinic.toml", machine.folder / "abstracts.jsonl"
    setup.write_text(
        f'name = "North"\nbase_url = "{address}"\ngroup = "all"\nway = "{way}"\n', encoding="utf-8"
    )
    machine.run("clinic", "add", setup)
    began = time.monotonic()
    machine.run("run", "--clinic", "North", "--period", period, "-o", abstracts)
    took = time.monotonic() - began
    services = machine.services()
    try:
        round_ = round_page(services, 1)
        if round_ is None or round_.line.run.ended_at is None:
            raise SystemExit("the round is not there")
        run = round_.line.run
        return Read(
            personality,
            way,
            charts=_charts(abstracts),
            requests=_requests(services),
            pulled=(round_.line.run.ended_at - run.started_at).total_seconds(),
            seconds=took,
            unseen=tuple(_rows(round_)),
            nobody=nobody_has(services, 1),
        )
    finally:
        services.close()


def _requests(services: Services) -> int:
    with services.store.reading() as session:
        return sum(number for _, what, number in tallies.tallies(session) if what == "requests")


def _rows(page: RoundPage) -> Iterator[Row]:
    for one in page.unseen:
        yield Row(one.type, one.said, one.why, one.charts or 0)


def _from_files(folder: Path, period: str, work: Path) -> dict[str, Chart]:
    abstracts = work / "files.jsonl"
    words: Sequence[str | Path] = ("abstract", folder, "--period", period, "-o", abstracts)
    _Machine(work).run(*words)
    return _charts(abstracts)


def _charts(file: Path) -> dict[str, Chart]:
    with file.open(encoding="utf-8") as lines:
        read: list[tuple[str, Any]] = [(line.rstrip("\n"), json.loads(line)) for line in lines]
    return {plain["patient"]: Chart(text, plain) for text, plain in read}


if __name__ == "__main__":
    main()
