"""One attempt at one piece of work: it is done, given up for now, or given up for good, and its row says so.

A failure costs that piece only, and leaves a code in its row: never what a chart said. A broken database
stops the job instead: the leases run out and the work is done elsewhere.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from abstractor.errors import AbstractorError, ClinicUnreachable, Conflict, Damaged, StoreError
from abstractor.store import work
from abstractor.store.values import Work
from abstractor.workflow.rounds.leases import lease_end
from abstractor.workflow.services import Services

__all__ = ["attempt", "begin", "code_of", "give_back", "settle"]

_log = logging.getLogger(__name__)
_CODES: dict[type[AbstractorError], str] = {
    ClinicUnreachable: "clinic-unreachable",
    Damaged: "stored-resource-damaged",
}


def attempt(services: Services, piece: Work, act: Callable[[], None]) -> None:
    if begin(services, piece):
        settle(services, piece, act)


def begin(services: Services, piece: Work) -> bool:
    """Count the attempt; False: the piece is not ours any more."""
    with services.store.writing() as session:
        return work.begin(session, piece, until=lease_end(services))


def settle(services: Services, piece: Work, act: Callable[[], None]) -> None:
    """Do what was begun."""
    try:
        act()
    except Conflict:
        _log.info("work %s was finished elsewhere", piece.id)
    except StoreError as failure:
        if not isinstance(failure, Damaged):
            raise
        _give_up(services, piece, code_of(failure), again=False)
    except AbstractorError as failure:
        _give_up(services, piece, code_of(failure), again=isinstance(failure, ClinicUnreachable))
    except Exception as failure:
        # The job's outer boundary: one chart that breaks us must not stop its neighbours.
        _give_up(services, piece, f"program-error:{type(failure).__name__}", again=False)


def give_back(services: Services, piece: Work) -> None:
    """Not begun: somebody else may do it at once."""
    now = services.clock()
    most = services.settings.max_attempts
    with services.store.writing() as session:
        work.release(session, piece, error_code=None, due=now, now=now, max_attempts=most)


def code_of(failure: AbstractorError) -> str:
    return _CODES.get(type(failure), type(failure).__name__)


def _give_up(services: Services, piece: Work, code: str, *, again: bool) -> None:
    settings = services.settings
    delays = settings.retry_delays or (0,)
    now = services.clock()
    _log.warning("work %s (%s) failed: %s", piece.id, piece.kind, code)
    with services.store.writing() as session:
        work.release(
            session,
            piece,
            error_code=code,
            due=now + timedelta(seconds=delays[min(piece.attempts, len(delays) - 1)]),
            now=now,
            max_attempts=settings.max_attempts if again else 0,
        )
