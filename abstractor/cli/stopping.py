"""Being told to stop: Ctrl-C, SIGTERM, and SIGHUP of a terminal that closed, end a command in order."""

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
    somebody handles stays so.

    A library that calls us back may make an error of its own out of what the signal raised there: once a
    signal came, every error is that we were told to stop.
    """
    ours = [number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_DFL]
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        ours.append(signal.SIGINT)
    before = {number: signal.getsignal(number) for number in ours}
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        raise _stopped(number)

    for number in ours:
        signal.signal(number, stop)
    try:
        yield
    except Exception:
        if told:
            raise _stopped(told[0]) from None
        raise
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _stopped(number: int) -> BaseException:
    return KeyboardInterrupt() if number == signal.SIGINT else Stopped(_BY_SIGNAL + number)
