"""Rounds that nobody is at any more: one that is pulled through is ended, one whose listing was killed is
handed to a worker again.
"""

import logging
from collections.abc import Collection

from abstractor.errors import Conflict
from abstractor.fhir.types import SHARED_TYPES
from abstractor.store import ledger, progress, runs
from abstractor.store.connection_values import PullRun, RunState
from abstractor.store.database import Session
from abstractor.workflow.services import Services

__all__ = ["finish_rounds", "hand_over", "resume_rounds"]

_log = logging.getLogger(__name__)
_WHOLE = frozenset({"answered", "empty"})
# A patient's search asks for none of these anywhere; a Medication is read where an order refers to it.
_NEVER_ASKED = frozenset((type_, "not-asked") for type_ in SHARED_TYPES - {"Medication"})
_NO_CHART = "no-chart"


def finish_rounds(services: Services) -> int:
    """End every round that has nothing left to pull; how many."""
    with services.store.reading() as session:
        through = runs.pulled_through(session)
    ended = 0
    for run in through:
        try:
            with services.store.writing() as session:
                state, code = _outcome(session, run)
                runs.end_run(session, run.id, state, error_code=code, now=services.clock())
        except Conflict:
            continue  # somebody else has just ended it
        ended += 1
    return ended


def resume_rounds(services: Services, carried: Collection[str]) -> int:
    """Hand over every round that is not listed and that nobody lists; how many. `carried` ones wait."""
    with services.store.reading() as session:
        unheld = [one for one in runs.unheld(session, now=services.clock()) if one[1] not in carried]
    return sum(hand_over(services, run) for run, _ in unheld)


def hand_over(services: Services, run: PullRun) -> bool:
    """Have a worker list the round, or export it; False where somebody is at it. The job's id is the owner of
    the lease, which it begins itself.
    """
    job_id = services.queue.new_id()
    now = services.clock()
    with services.store.writing() as session:
        if not runs.hold(session, run.id, owner=job_id, until=now, now=now):
            return False
    services.queue.send("round", [run.id], job_id=job_id, clinic_id=run.clinic_id)
    return True


def _outcome(session: Session, run: PullRun) -> tuple[RunState, str | None]:
    stage, errors = progress.of_run(session, run.id)
    if not stage.done:
        return RunState.FAILED, max(errors, key=lambda one: one[1])[0] if errors else _NO_CHART
    counts = ledger.counts_of_run(session, run.id)
    said = {word for type_, word, _ in counts if (type_, word) not in _NEVER_ASKED}
    whole = not stage.failed and not run.unlisted and run.listing_gap is None and said <= _WHOLE
    return (RunState.DONE if whole else RunState.INCOMPLETE), None
