"""What `demo` and `run` share: a cycle from the clinic's list of patients to the queue, with its progress
told."""

import json
import sys
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from abstractor import __version__, workflow
from abstractor.cli.children import Child
from abstractor.cli.options import Study
from abstractor.errors import AbstractorError
from abstractor.guidelines.reading import unsigned_notice

if TYPE_CHECKING:
    from abstractor.workflow import Clinic, Progress, Services

__all__ = ["run_cycle", "summary_line"]

_LOOK = 0.5


def run_cycle(services: "Services", clinic: "Clinic", asked: Study, *, watching: Child | None) -> int:
    """Open a cycle and wait until every chart is pulled and abstracted; its number.

    Charts that failed for good are told on stderr with their codes, and the cycle goes on without them.
    `watching` is the process with the workers, where this command has started it.
    """
    question = workflow.question_over(
        asked.period,
        as_of=asked.as_of,
        definition=asked.definition,
        gap_days=asked.gap_days,
        cohort=asked.cohort,
        program=__version__,
    )
    cycle_id = workflow.open_cycle(services, clinic, question)
    if (notice := unsigned_notice(services.library)) is not None:
        _tell(notice)
    cohort = workflow.list_cohort(services, cycle_id)
    _tell(f"{cohort.patients} patients listed by {clinic.name}")
    if cohort.unlisted:
        _tell(f"{cohort.unlisted} entries of the list could not be read as patients")
    if cohort.gap:
        _tell(f"the list of patients may not be whole: {cohort.gap}")
    said = ""
    reconciled = time.monotonic()
    while not (progress := workflow.cycle_progress(services, cycle_id)).finished:
        if watching is not None:
            watching.require_alive()
        said = _tell_change(said, progress)
        if time.monotonic() - reconciled > services.settings.reconcile_every:
            workflow.reconcile(services)
            reconciled = time.monotonic()
        time.sleep(_LOOK)
    _tell_change(said, progress)
    for code, rows in progress.errors:
        _tell(f"{rows} charts failed for good: {code}")
    if cohort.patients and not progress.abstracts.done:
        raise AbstractorError(
            f"no chart of the cycle could be abstracted ({clinic.name}); the codes stand above"
        )
    return cycle_id


def summary_line(services: "Services", cycle_id: int) -> str:
    """The contract's last line on stdout."""
    summary = asdict(workflow.cycle_summary(services, cycle_id))
    summary["seconds"] = round(summary["seconds"], 1)
    return json.dumps(summary)


def _tell_change(said: str, progress: "Progress") -> str:
    now = f"pulled {progress.pulls.done}/{progress.pulls.total}, abstracted {progress.abstracts.done}"
    if now != said:
        _tell(now)
    return now


def _tell(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
