"""A clock that stands still until somebody sleeps, for tests of waiting."""

import threading

__all__ = ["Clock"]


class Clock:
    """Call it for the time; `sleep` moves it on, and `slept` holds each sleep. Threads may share it."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds
