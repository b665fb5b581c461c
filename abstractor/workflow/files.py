"""Abstracting charts from files, with no services: one abstract a patient, nothing lost and nothing
invented."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from abstractor import __version__
from abstractor.abstract import ReportingPeriod, to_json
from abstractor.chart import Seen
from abstractor.errors import AbstractorError
from abstractor.fhir.files import completeness_file, read_files
from abstractor.fhir.quarantine import Quarantined
from abstractor.fhir.records import Counts, Reading, RecordSet
from abstractor.guidelines import load_knowledge
from abstractor.rules.decide import abstract_chart
from abstractor.rules.inclusion import HER2_MBC
from abstractor.rules.library import Library

__all__ = ["FileAbstraction", "FileQuestion", "abstract_files"]

_CHARTS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """What is asked of the files. `workers` above 1 abstracts in that many processes."""

    inputs: tuple[Path, ...]
    period: ReportingPeriod
    as_of: date
    definition: str
    gap_days: int
    site: Path | None
    workers: int
    cohort: str = HER2_MBC


@dataclass(frozen=True, slots=True)
class FileAbstraction:
    """`lines` are abstracts as JSON, patients by reference; `counts` are whole once they are used up."""

    patients: int
    lines: Iterator[str]
    counts: Callable[[], Mapping[str, Counts]]
    quarantined: Callable[[], tuple[Quarantined, ...]]


def abstract_files(question: FileQuestion, *, progress: Callable[[int], None]) -> FileAbstraction:
    """Read every input, then abstract patient by patient; `progress` hears how many resources were read.

    Raises `InputError` where an input cannot be used, or none holds a FHIR resource.
    """
    places = [*question.inputs, *([question.site] if question.site is not None else [])]
    overrides: Mapping[str, Seen] = completeness_file(places)
    knowledge = load_knowledge(question.site)
    reading = Reading(knowledge.value_sets, ZoneInfo(question.period.timezone), overrides)
    records = RecordSet(reading)
    for number, received in enumerate(read_files(question.inputs), start=1):
        records.add(received)
        if number % 1000 == 0:
            progress(number)
    patients = records.patients()
    work = _Work(records, knowledge.library, question)
    return FileAbstraction(len(patients), _lines(work, patients), records.counts, records.quarantined)


@dataclass(frozen=True, slots=True)
class _Work:
    records: RecordSet
    library: Library
    question: FileQuestion

    def line(self, patient: str) -> str:
        asked = self.question
        abstract = abstract_chart(
            self.records.chart(patient),
            self.library,
            self.library.line_policy.with_gap(asked.gap_days),
            asked.period,
            asked.as_of,
            definition=asked.definition,
            program=__version__,
            cohort=asked.cohort,
        )
        return to_json(abstract)


# Forked workers read the records of their parent: nothing is copied or sent but patient references and lines.
_shared: list[_Work] = []


def _line_of(patient: str) -> str:
    return _shared[-1].line(patient)


def _lines(work: _Work, patients: tuple[str, ...]) -> Iterator[str]:
    if work.question.workers == 1:
        yield from (work.line(patient) for patient in patients)
        return
    _shared.append(work)
    context = multiprocessing.get_context("fork")
    try:
        with ProcessPoolExecutor(work.question.workers, mp_context=context) as pool:
            yield from pool.map(_line_of, patients, chunksize=_CHARTS_AT_ONCE)
    except BrokenProcessPool:
        raise AbstractorError(
            "a worker process was killed (out of memory?): no more can be abstracted; use fewer --workers"
        ) from None
    finally:
        _shared.pop()
