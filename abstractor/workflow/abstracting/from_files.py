"""A line for every patient of files: sorted by patient into parts, answered part by part, chart by chart.

Memory does not grow with the number of patients, and the lines come in one order, by patient, whatever the
order of the input, the number of parts and the number of processes.
"""

from collections.abc import Callable, Container, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from abstractor.chart import Chart
from abstractor.fhir.charting import Reading
from abstractor.fhir.decoding import type_of
from abstractor.fhir.files import read_files, size_of
from abstractor.fhir.population import Parts, Population
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.tally import Counts, Repaired, Tally
from abstractor.workflow.abstracting.collecting import collected_seldom
from abstractor.workflow.abstracting.in_order import InOrder
from abstractor.workflow.abstracting.workers import answers

__all__ = ["FileLines", "FilesAsked", "lines_of_files"]

_PART_BYTES = 16 * 1024 * 1024
_MOST_PARTS = 1024
_PARTS_A_WORKER = 32
_TOLD_EVERY = 1000


@dataclass(frozen=True, slots=True)
class FilesAsked:
    """`answer` gives the line of a chart. `types`: records of other types are passed over unread (None among
    them is what shows no type); null where all are read. `workers` above 1 answer in that many processes.
    `part_bytes`: about how much of the input makes a part.
    """

    inputs: tuple[Path, ...]
    reading: Reading
    answer: Callable[[Chart], str]
    types: Container[str | None] | None = None
    workers: int = 1
    part_bytes: int = _PART_BYTES


@dataclass(frozen=True, slots=True)
class FileLines:
    """`lines` are the answers, patients by reference; the others are whole once they are used up."""

    lines: Iterator[str]
    counts: Callable[[], Mapping[str, Counts]]
    quarantined: Callable[[], tuple[Quarantined, ...]]
    repaired: Callable[[], Mapping[str, Repaired]]


def lines_of_files(
    asked: FilesAsked, *, progress: Callable[[int], None], answered: Callable[[int], None]
) -> FileLines:
    """Read every input; then each line is made when it is asked for. `progress` hears how many records were
    read, `answered` of how many charts the line is made.

    Raises `InputError` where an input cannot be used, or none holds a FHIR resource.
    """
    several = _PARTS_A_WORKER * asked.workers if asked.workers > 1 else 1
    parts = max(several, size_of(asked.inputs) // asked.part_bytes + 1)
    population = Population(asked.reading, parts=min(parts, _MOST_PARTS))
    with collected_seldom():
        for number, received in enumerate(read_files(asked.inputs), start=1):
            if asked.types is None or type_of(received.body) in asked.types:
                population.add(received)
            if number % _TOLD_EVERY == 0:
                progress(number)
        work = _Work(population.sorted(forked=asked.workers > 1), asked.answer)
    tally = work.parts.tally
    lines = _lines(work, asked.workers, answered)
    return FileLines(lines, tally.counts, tally.quarantined, tally.repaired)


Answered = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Work:
    parts: Parts
    answer: Callable[[Chart], str]

    def charts(self, part: int) -> Iterator[tuple[str, str]]:
        """The patients of one part with their lines; what became of the records is told with the last."""
        charts = self.parts.part(part)
        for chart in charts:
            yield chart.patient.reference, self.answer(chart)
        self.parts.tally.add(charts.tally)


def _lines(work: _Work, workers: int, answered: Callable[[int], None]) -> Iterator[str]:
    with closing(work.parts), collected_seldom():
        if work.parts.number == 1:
            for number, (_, line) in enumerate(work.charts(0), start=1):
                _tell(number, answered)
                yield line
            return
        with closing(InOrder()) as in_order, closing(_by_part(work, workers)) as by_part:
            done = 0
            for rows in by_part:
                in_order.add(rows)
                done += len(rows)
                answered(done)
            yield from in_order.lines()


def _tell(number: int, answered: Callable[[int], None]) -> None:
    if number % 200 == 0:
        answered(number)


def _by_part(work: _Work, workers: int) -> Generator[Answered, None, None]:
    if workers == 1:
        for part in range(work.parts.number):
            yield list(work.charts(part))
        return
    _shared.append(work)
    try:
        with closing(answers(_part_of, parts=work.parts.number, workers=workers)) as answered:
            for rows, tally in answered:
                work.parts.tally.add(tally)
                yield rows
    finally:
        _shared.pop()


# Forked workers read what their parent sorted: nothing is copied or sent but numbers of parts, and lines.
_shared: list[_Work] = []


def _part_of(part: int) -> tuple[Answered, Tally]:
    work = _shared[-1]
    charts = work.parts.part(part)
    rows = [(chart.patient.reference, work.answer(chart)) for chart in charts]
    return rows, charts.tally
