"""`abstractor demo`: the whole main job on this machine, from a clinic's endpoint to the pages with
flagged charts."""

import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import SecretStr

from abstractor import workflow
from abstractor.cli.children import Child, child, environment, free_port, wait_for_file, wait_for_page
from abstractor.cli.cycle import run_cycle, summary_line
from abstractor.cli.options import (
    AsOfOption,
    Cohort,
    Definition,
    DefinitionOption,
    GapOption,
    PeriodOption,
    TimezoneOption,
    study,
)
from abstractor.errors import InputError
from abstractor.settings import Settings

if TYPE_CHECKING:
    from abstractor.workflow import Services

__all__ = ["demo"]

# The sample clinic's Group: it also holds patients that are known from references alone.
EVERYBODY = "all"


def demo(
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="FOLDER", help="Serve this folder of NDJSON as the clinic."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="End when every chart is done, with a summary line.")
    ] = False,
    period: PeriodOption = "2022-01-01/2022-12-31",
    as_of: AsOfOption = None,
    timezone: TimezoneOption = None,
    definition: DefinitionOption = Definition.A,
    gap_days: GapOption = 180,
) -> None:
    """Run the whole main job on this machine, with nothing installed but this program.

    Starts a sample clinic (a FHIR R4 endpoint with synthetic patients, or your folder), a database, a
    queue, workers and the pages; pulls every patient over HTTP, abstracts each chart, queues the flagged
    ones, and says where to look. Everything lives in a temporary folder and is gone after Ctrl-C.
    """
    asked = study(
        period=period,
        as_of=as_of,
        timezone=timezone or "America/New_York",
        definition=definition,
        cohort=Cohort.HER2_MBC,
        gap_days=gap_days,
    )
    if data is not None and not data.is_dir():
        raise InputError(f"--data {data}: no such folder; give a folder with NDJSON files")
    with _stopping(), _folder() as folder, ExitStack() as stack:
        settings = _settings(folder, stack)
        env = environment(settings)
        clinic_url = _start_clinic(stack, folder, data, env)
        services = stack.enter_context(_services(settings))
        workers = stack.enter_context(child("the workers", "worker", env=env))
        page = f"http://{settings.host}:{settings.port}"
        pages = None if once else stack.enter_context(child("the pages", "abstractor.web", env=env))
        name = "the sample clinic" if data is None else f"the clinic of {data.name}"
        clinic = workflow.register_clinic(services, name, clinic_url, group=EVERYBODY)
        cycle_id = run_cycle(services, clinic, asked, watching=workers)
        if pages is not None:
            _invite(page, services, pages)
        sys.stdout.write(summary_line(services, cycle_id) + "\n")
        sys.stdout.flush()
        if pages is not None:
            sys.stderr.write("Press Ctrl-C to stop.\n")
            _watch(pages, workers)


def _watch(*children: Child) -> None:
    """Until Ctrl-C; a child that ends is told at once. Short sleeps: a signal always gets through."""
    while True:
        for started in children:
            started.require_alive()
        time.sleep(0.5)


class _Stopped(KeyboardInterrupt):
    """SIGTERM and a closed terminal are taken as Ctrl-C: everything is taken down in order."""


@contextmanager
def _stopping() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Stopped

    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write("stopped; everything that was started is down\n")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="abstractor-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, stack: ExitStack) -> Settings:
    """The settings of the environment, with a folder, a queue and a free port of the demo's own."""
    settings = Settings()
    own = settings.model_copy(
        update={
            "data_dir": folder,
            "database_url": SecretStr(""),
            "redis_url": SecretStr(""),
            "port": free_port(settings.port, settings.host),
        }
    )
    queue = stack.enter_context(workflow.embedded_queue(own))
    return own.model_copy(update={"redis_url": SecretStr(queue)})


@contextmanager
def _services(settings: Settings) -> Iterator["Services"]:
    services = workflow.open_services(settings)
    try:
        yield services
    finally:
        services.close()


def _start_clinic(stack: ExitStack, folder: Path, data: Path | None, env: dict[str, str]) -> str:
    ready = folder / "clinic-ready"
    arguments = ["--port", "0", "--ready-file", str(ready), *(["--data", str(data)] if data else [])]
    clinic = stack.enter_context(child("the sample clinic", "fixtures.clinic", *arguments, env=env))
    return wait_for_file(ready, clinic)


def _invite(page: str, services: "Services", pages: Child) -> None:
    wait_for_page(f"{page}/healthz", pages)
    account = workflow.first_account(services)
    sys.stdout.write(f"\nFlagged charts: {page}\n")
    sys.stdout.write(f"Sign in as:     {account.name}\n")
    sys.stdout.write(f"Password:       {account.password or '(the one that you have set)'}\n\n")
