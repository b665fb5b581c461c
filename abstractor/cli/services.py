"""`abstractor run`, `serve` and `worker`: a cycle against a clinic's endpoint, the pages, and the
workers."""

import os
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from pydantic import SecretStr

from abstractor import workflow
from abstractor.cli.children import child, environment
from abstractor.cli.cycle import run_cycle, summary_line
from abstractor.cli.options import (
    AsOfOption,
    Cohort,
    CohortOption,
    Definition,
    DefinitionOption,
    GapOption,
    PeriodOption,
    TimezoneOption,
    study,
)
from abstractor.cli.output import results_to
from abstractor.cli.stopping import stopping_in_order
from abstractor.errors import SetupError
from abstractor.settings import Settings

__all__ = ["run", "serve", "worker"]


def run(
    clinic_url: Annotated[
        str,
        typer.Option("--clinic-url", metavar="URL", help="Base address of the clinic's FHIR R4 endpoint."),
    ],
    period: PeriodOption,
    name: Annotated[
        str,
        typer.Option("--name", help="The clinic's name; another address is another clinic."),
    ] = "clinic",
    group: Annotated[str | None, typer.Option("--group", metavar="ID", help="Keep to a FHIR Group.")] = None,
    as_of: AsOfOption = None,
    timezone: TimezoneOption = None,
    definition: DefinitionOption = Definition.A,
    cohort: CohortOption = Cohort.HER2_MBC,
    gap_days: GapOption = 180,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the abstracts there too.")
    ] = None,
) -> None:
    """Run a cycle: pull the clinic's patients, abstract each chart through the workers, queue the flagged
    ones.

    With ABSTRACTOR_REDIS_URL set, workers that are running elsewhere do the work (`abstractor worker`);
    else a queue and workers are started here for as long as it takes.
    """
    settings = Settings()
    asked = study(
        period=period,
        as_of=as_of,
        timezone=timezone or settings.timezone,
        definition=definition,
        cohort=cohort,
        gap_days=gap_days,
    )
    elsewhere = bool(settings.redis_url.get_secret_value())
    with stopping_in_order(), ExitStack() as stack:
        queue = stack.enter_context(workflow.embedded_queue(settings))
        settings = settings.model_copy(update={"redis_url": SecretStr(queue)})
        services = workflow.open_services(settings)
        stack.callback(services.close)
        workers = None
        if not elsewhere:
            workers = stack.enter_context(child("the workers", "worker", env=environment(settings)))
        clinic = workflow.register_clinic(services, name, clinic_url, group=group)
        cycle_id = run_cycle(services, clinic, asked, watching=workers)
        if output is not None:
            with results_to(output) as results:
                workflow.write_cycle(services, cycle_id, results)
        sys.stdout.write(summary_line(services, cycle_id) + "\n")


def serve() -> None:
    """Serve the pages and the API (ABSTRACTOR_HOST, ABSTRACTOR_PORT) until SIGTERM or Ctrl-C.

    Without ABSTRACTOR_REDIS_URL a queue of our own runs as long as the pages do.
    """
    settings = Settings()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _as_interrupt)
    try:
        _serve(settings)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")


def _serve(settings: Settings) -> None:
    with ExitStack() as stack:
        queue = stack.enter_context(workflow.embedded_queue(settings))
        settings = settings.model_copy(update={"redis_url": SecretStr(queue)})
        services = workflow.open_services(settings)
        account = workflow.first_account(services)
        services.close()
        pages = stack.enter_context(child("the pages", "abstractor.web", env=environment(settings)))
        sys.stdout.write(f"Pages at http://{settings.host}:{settings.port}; sign in as {account.name}")
        sys.stdout.write(f" with {account.password}\n" if account.password else "\n")
        sys.stdout.flush()
        while (code := pages.process.poll()) is None:
            time.sleep(0.2)  # not wait(): a signal must always get through
        if code:
            raise SetupError(f"the pages ended with code {code}; their message stands above")


def worker() -> None:
    """Run jobs until SIGTERM or Ctrl-C: as many processes as ABSTRACTOR_WORKERS says, with the
    reconciler."""
    os.execv(sys.executable, [sys.executable, "-m", "worker"])


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
