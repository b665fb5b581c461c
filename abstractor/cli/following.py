"""Waiting for what workers do, with its progress told, and put right meanwhile what a dead one has left."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from abstractor import workflow
from abstractor.cli.children import Child
from abstractor.cli.opening import say

if TYPE_CHECKING:
    from abstractor.workflow import Services

__all__ = ["follow"]

_LOOK = 0.5
_PATIENCE = 60.0


def follow(
    services: "Services",
    look: Callable[[], tuple[bool, str]],
    *,
    watching: Child | None = None,
    patience: float = _PATIENCE,
) -> None:
    """Until `look` says that it is over; the words that it gives beside are told whenever they change.

    `watching` is the process with the workers, where this command has started it. Where they are elsewhere
    and nothing moves for that long, somebody may have forgotten to start them.
    """
    said, asked = "", False
    reconciled = moved = time.monotonic()
    while True:
        over, words = look()
        if words != said:
            say(words)
            said, moved = words, time.monotonic()
        if over:
            return
        if watching is not None:
            watching.require_alive()
        elif not asked and time.monotonic() - moved > patience:
            say("nothing has moved for a while: is a worker running (`abstractor worker`)?")
            asked = True
        if time.monotonic() - reconciled > services.settings.reconcile_every:
            workflow.reconcile(services)
            reconciled = time.monotonic()
        time.sleep(_LOOK)
