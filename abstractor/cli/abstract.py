"""`abstractor abstract`: abstracts charts from files, one JSON object a line."""

from pathlib import Path
from typing import Annotated

import typer

from abstractor.cli.options import (
    AsOfOption,
    Cohort,
    CohortOption,
    Definition,
    DefinitionOption,
    GapOption,
    PeriodOption,
    SiteOption,
    Study,
    TimezoneOption,
    path_of,
    site_of,
    study,
)
from abstractor.cli.output import refuse_overwriting, results_to
from abstractor.cli.reporting import progress, tell_counts, tell_passed_over, tell_repaired, tell_unsigned
from abstractor.workflow.abstracting.files import FileQuestion, abstract_files

__all__ = ["abstract"]

QUARANTINED = 3


def abstract(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Bundles (.json), NDJSON files, or folders of NDJSON."),
    ],
    period: PeriodOption,
    as_of: AsOfOption = None,
    timezone: TimezoneOption = None,
    definition: DefinitionOption = Definition.A,
    cohort: CohortOption = Cohort.HER2_MBC,
    gap_days: GapOption = 180,
    site: SiteOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there instead of stdout.")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with code 3 if anything was quarantined.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes to abstract with.")] = 1,
) -> int:
    """Abstract the charts in files: one abstract a line, patients by reference.

    Several inputs are one set; one patient's resources may be spread over all of them. The last line on
    stderr is JSON with the counts of each resource type: read = used + not_used + quarantined. Of the used
    ones, those that took a repair are told before it.
    """
    asked = study(
        period=period,
        as_of=as_of,
        timezone="UTC" if timezone is None else timezone,
        definition=definition,
        cohort=cohort,
        gap_days=gap_days,
    )
    paths = tuple(path_of("INPUT", words) for words in inputs)
    question = _question(paths, asked, site, workers)
    refuse_overwriting(output, paths, site=question.site)
    work = abstract_files(
        question, progress=progress("resources read"), abstracted=progress("charts abstracted")
    )
    with results_to(output) as results:
        for line in work.lines:
            results.write(line + "\n")
    quarantined = work.quarantined()
    tell_passed_over(paths)
    tell_unsigned(question.site)
    tell_repaired(work.repaired())
    tell_counts(work.counts(), quarantined)
    return QUARANTINED if strict and quarantined else 0


def _question(paths: tuple[Path, ...], asked: Study, site: str | None, workers: int) -> FileQuestion:
    return FileQuestion(
        paths,
        asked.period,
        asked.as_of,
        asked.definition,
        asked.gap_days,
        site_of(site),
        workers,
        asked.cohort,
    )
