"""`abstractor cohort`: who in these files belongs to a cohort, by diagnoses and an order."""

from pathlib import Path
from typing import Annotated

import typer

from abstractor.cli.options import SiteOption, TimezoneOption, path_of, site_of, zone_of
from abstractor.cli.output import refuse_overwriting, results_to
from abstractor.cli.reporting import progress, tell_counts, tell_passed_over
from abstractor.workflow.abstracting.cohorts import CohortAsked, answer_files

__all__ = ["cohort"]


def cohort(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="A TOML file: diagnoses, and an order (docs/cohort.md).")
    ],
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Bundles (.json), NDJSON files, or folders of NDJSON."),
    ],
    timezone: TimezoneOption = None,
    site: SiteOption = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write there instead of stdout.")
    ] = None,
) -> None:
    """Ask of every patient in files whether the diagnoses and the order that QUESTION names are on record.

    One JSON object a patient, by id: "in" is true, false, or null where the records cannot tell ("unknown"
    names the resource types that leave it open). Nothing is judged; `abstractor abstract` does that.
    """
    paths = tuple(path_of("INPUT", words) for words in inputs)
    asked = CohortAsked(path_of("QUESTION", question), paths, zone_of(timezone), site_of(site))
    refuse_overwriting(output, (asked.question, *paths), site=asked.site)
    answers = answer_files(asked, progress=progress("records read"))
    with results_to(output) as results:
        for line in answers.lines:
            results.write(line + "\n")
    tell_passed_over(paths)
    tell_counts(answers.counts, answers.quarantined)
