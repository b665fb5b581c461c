"""`abstractor run`: a cycle against a clinic's endpoint, from its patients to the queue of flagged charts."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from abstractor import workflow
from abstractor.cli.children import child, environment
from abstractor.cli.cycle import run_cycle, summary_line
from abstractor.cli.opening import opened
from abstractor.cli.options import (
    AsOfOption,
    Cohort,
    CohortOption,
    Definition,
    DefinitionOption,
    GapOption,
    PeriodOption,
    Study,
    TimezoneOption,
    study,
)
from abstractor.cli.output import results_to
from abstractor.cli.stopping import stopping_in_order
from abstractor.errors import OptionError
from abstractor.settings import Settings
from abstractor.workflow.acting import at_the_machine

if TYPE_CHECKING:
    from abstractor.workflow import Clinic, Services

__all__ = ["run"]

ClinicOption = Annotated[
    str | None,
    typer.Option("--clinic", metavar="NAME", help="A clinic that `abstractor clinic add` has added."),
]
ClinicUrlOption = Annotated[
    str | None,
    typer.Option(
        "--clinic-url",
        metavar="URL",
        help="Or the base address of a FHIR R4 endpoint where one need not sign in.",
    ),
]
NameOption = Annotated[
    str | None,
    typer.Option("--name", help="What to call the one at --clinic-url [default: clinic]."),
]
GroupOption = Annotated[
    str | None,
    typer.Option("--group", metavar="ID", help="Of the one at --clinic-url keep to a FHIR Group."),
]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the abstracts there too.")
]


def run(
    period: PeriodOption,
    clinic: ClinicOption = None,
    clinic_url: ClinicUrlOption = None,
    name: NameOption = None,
    group: GroupOption = None,
    as_of: AsOfOption = None,
    timezone: TimezoneOption = None,
    definition: DefinitionOption = Definition.A,
    cohort: CohortOption = Cohort.HER2_MBC,
    gap_days: GapOption = 180,
    output: OutputOption = None,
) -> None:
    """Run a cycle: pull the clinic's patients, abstract each chart through the workers, queue the flagged
    ones.

    \b
    abstractor run --clinic "North Hospital" --period 2022-01-01/2022-12-31

    With ABSTRACTOR_REDIS_URL set, workers that are running elsewhere do the work (`abstractor worker`);
    else a queue and workers are started here for as long as it takes.
    """
    if (clinic is None) == (clinic_url is None):
        raise OptionError("give one of --clinic NAME and --clinic-url URL")
    if clinic is not None and (name is not None or group is not None):
        raise OptionError("--name and --group go with --clinic-url: a clinic of yours has them in its file")
    settings = Settings()
    asked = study(
        period=period,
        as_of=as_of,
        timezone=timezone or settings.timezone,
        definition=definition,
        cohort=cohort,
        gap_days=gap_days,
    )

    def which(services: "Services") -> "Clinic":
        if clinic_url is not None:
            return workflow.register_clinic(services, name or "clinic", clinic_url, group=group)
        return workflow.clinic_named(services, clinic or "").clinic

    _run(settings, which, asked, output)


def _run(
    settings: Settings, which: Callable[["Services"], "Clinic"], asked: Study, output: Path | None
) -> None:
    elsewhere = bool(settings.redis_url.get_secret_value())
    with stopping_in_order(), ExitStack() as stack:
        queue = stack.enter_context(workflow.embedded_queue(settings))
        settings = settings.model_copy(update={"redis_url": SecretStr(queue)})
        services = stack.enter_context(opened(settings))
        clinic = which(services)
        workers = None
        if not elsewhere:
            workers = stack.enter_context(child("the workers", "worker", env=environment(settings)))
        cycle_id = run_cycle(services, clinic, asked, watching=workers)
        if output is not None:
            with results_to(output) as results:
                workflow.write_cycle(services, cycle_id, results, by=at_the_machine())
        sys.stdout.write(summary_line(services, cycle_id) + "\n")
