"""Being told to stop: SIGTERM, and SIGHUP of a terminal that closed, end a command in order."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Stopped", "stopping_in_order"]

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_BY_SIGNAL = 128  # what a shell adds to the number of the signal that ended a command


class Stopped(SystemExit):
    """`code` is what the command line ends with."""


@contextmanager
def stopping_in_order() -> Iterator[None]:
    """Everything in here is taken down before the process ends. A signal that is ignored (nohup) or that
    somebody handles stays so."""
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(_BY_SIGNAL + number)
