"""Abstracting charts from files, with no services: one abstract a patient, nothing lost and nothing
invented."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from abstractor import __version__
from abstractor.abstract import ReportingPeriod, to_json
from abstractor.chart import Chart, Seen
from abstractor.fhir.charting import Reading
from abstractor.fhir.files import completeness_file
from abstractor.fhir.tally import Repaired
from abstractor.guidelines import load_knowledge
from abstractor.rules.decide import abstract_chart
from abstractor.rules.inclusion import HER2_MBC
from abstractor.rules.library import Library
from abstractor.workflow.abstracting.from_files import FileLines, FilesAsked, lines_of_files

__all__ = ["FileLines", "FileQuestion", "Repaired", "abstract_files"]


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


def abstract_files(
    question: FileQuestion, *, progress: Callable[[int], None], abstracted: Callable[[int], None]
) -> FileLines:
    """Read every input, then abstract patient by patient; `progress` hears how many resources were read,
    `abstracted` how many charts are done.

    Raises `InputError` where an input cannot be used, or none holds a FHIR resource.
    """
    places = [*question.inputs, *([question.site] if question.site is not None else [])]
    overrides: Mapping[str, Seen] = completeness_file(places)
    knowledge = load_knowledge(question.site)
    reading = Reading(knowledge.value_sets, ZoneInfo(question.period.timezone), overrides)
    answer = partial(_line, question, knowledge.library)
    asked = FilesAsked(question.inputs, reading, answer, workers=question.workers)
    return lines_of_files(asked, progress=progress, answered=abstracted)


def _line(question: FileQuestion, library: Library, chart: Chart) -> str:
    abstract = abstract_chart(
        chart,
        library,
        library.line_policy.with_gap(question.gap_days),
        question.period,
        question.as_of,
        definition=question.definition,
        program=__version__,
        cohort=question.cohort,
    )
    return to_json(abstract)
