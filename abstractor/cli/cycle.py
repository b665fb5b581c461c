"""What `demo` and `run` share: a cycle from the clinic's list of patients to the queue, with its progress
told."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from abstractor import __version__, workflow
from abstractor.cli.children import Child
from abstractor.cli.following import follow
from abstractor.cli.opening import say
from abstractor.cli.options import Study
from abstractor.errors import AbstractorError
from abstractor.guidelines.reading import unsigned_notice

if TYPE_CHECKING:
    from abstractor.workflow import Clinic, Cohort, Services

__all__ = ["run_cycle", "summary_line"]


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
        say(notice)
    begun = workflow.begin_round(services, workflow.registered_of(services, clinic.id), cycle_id=cycle_id)
    _tell_listed(clinic, begun.cohort)
    follow(services, lambda: _look(services, cycle_id, begun.run_id), watching=watching)
    progress = workflow.cycle_progress(services, cycle_id)
    for code, rows in progress.errors:
        say(f"{rows} charts failed for good: {code}")
    run = workflow.round_progress(services, begun.run_id).run
    if run.state == "failed" or (progress.pulls.total and not progress.abstracts.done):
        why = run.listing_gap or run.error_code or "the codes stand above"
        raise AbstractorError(f"no chart of the cycle could be abstracted ({clinic.name}): {why}")
    return cycle_id


def summary_line(services: "Services", cycle_id: int) -> str:
    """The contract's last line on stdout."""
    summary = asdict(workflow.cycle_summary(services, cycle_id))
    summary["seconds"] = round(summary["seconds"], 1)
    return json.dumps(summary)


def _tell_listed(clinic: "Clinic", cohort: "Cohort | None") -> None:
    """None: workers ask for the list, of a clinic that is exported in bulk."""
    if cohort is None:
        return
    say(f"{cohort.patients} patients listed by {clinic.name}")
    if cohort.unlisted:
        say(f"{cohort.unlisted} entries of the list could not be read as patients")
    if cohort.gap:
        say(f"the list of patients may not be whole: {cohort.gap}")


def _look(services: "Services", cycle_id: int, run_id: int) -> tuple[bool, str]:
    """The round ends when all is pulled, and what is abstracted comes after it."""
    ended = workflow.round_progress(services, run_id).ended
    progress = workflow.cycle_progress(services, cycle_id)
    words = f"pulled {progress.pulls.done}/{progress.pulls.total}, abstracted {progress.abstracts.done}"
    return ended and progress.finished, words
