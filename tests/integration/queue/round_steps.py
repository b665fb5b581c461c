"""What tests of rounds do: register a clinic, begin, pull, wait for the end, note who was asked."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from abstractor.fhir.endpoint import Connection, Endpoint
from abstractor.store.values import WorkKind
from abstractor.workflow import (
    Registered,
    RoundProgress,
    Services,
    register_clinic,
    registered_of,
    round_progress,
    work_through,
)
from abstractor.workflow.services import Connect
from tests.integration.queue.slow_clinic import Pace, SlowConnection

__all__ = [
    "CHARTS",
    "Make",
    "clinic_of",
    "connecting",
    "failing",
    "note",
    "noted",
    "pull_all",
    "wait_until_ended",
]

Make = Callable[..., Services]
CHARTS = 12


def clinic_of(services: Services, name: str = "North") -> Registered:
    clinic = register_clinic(services, name, f"https://{name.lower()}.example/fhir")
    return registered_of(services, clinic.id)


def wait_until_ended(services: Services, run_id: int, *, seconds: float = 45) -> RoundProgress:
    end = time.monotonic() + seconds
    while not (seen := round_progress(services, run_id)).ended:
        assert time.monotonic() < end, seen
        time.sleep(0.02)
    return seen


def noted(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def note(path: Path, words: str) -> None:
    """One line, whole, from whichever process."""
    with path.open("a") as file:
        file.write(words + "\n")


def pull_all(services: Services) -> None:
    work_through(services, WorkKind.PULL, range(1, CHARTS + 1))


def failing(failure: Exception, *patients: str) -> Pace:
    def act(patient: str) -> None:
        if not patients or patient in patients:
            raise failure

    return Pace(pull=0, before_pull=act)


def connecting(make: Callable[[Endpoint], SlowConnection]) -> Connect:
    @contextmanager
    def connect(endpoint: Endpoint, **_: object) -> Iterator[Connection]:
        yield cast(Connection, make(endpoint))

    return cast(Connect, connect)
