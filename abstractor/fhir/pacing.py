"""When the next request to a clinic may be sent: so many a second, and none while the clinic wants a rest.

One pace for all threads of a connection. The bucket holds one drop: after a quiet time requests go out evenly
too, since a clinic that counts by the second would refuse a burst.
"""

import threading
from collections.abc import Callable, Mapping

__all__ = ["COUNTED", "Pace"]

# Requests sent, those of them that were a further try, and answers that said: too often.
COUNTED = ("requests", "retries", "throttled")


class Pace:
    """`wait` returns when a request may be sent; a thread that is told to come back later calls `pause`."""

    def __init__(
        self, per_second: float | None, *, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._gap = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free = float("-inf")
        self._rest_ends: float | None = None
        self._counts = dict.fromkeys(COUNTED, 0)

    def wait(self) -> None:
        """Sleeps outside of the lock, once for each turn and once for each rest."""
        while True:
            self._sit_out()
            if (turn := self._turn()) > 0:
                self._sleep(turn)
            if self._rest_ends is None:
                return

    def counts(self) -> Mapping[str, int]:
        """How often each of `COUNTED` has happened."""
        with self._lock:
            return dict(self._counts)

    def count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def rest(self, seconds: float) -> float:
        """A rest for every thread, from now on. A shorter rest does not end a longer one."""
        with self._lock:
            self._counts["throttled"] += 1
            ends = self._clock() + seconds
            if self._rest_ends is None or ends > self._rest_ends:
                self._rest_ends = ends
        return ends

    def pause(self, seconds: float) -> None:
        """A rest for every thread, which the caller sleeps through."""
        ends = self.rest(seconds)
        self._sleep(seconds)
        self._over(ends)

    def _sit_out(self) -> None:
        while (ends := self._rest_ends) is not None:
            if (left := ends - self._clock()) > 0:
                self._sleep(left)
            self._over(ends)

    def _over(self, ends: float) -> None:
        """Slept through by one thread, a rest is over for all."""
        with self._lock:
            if self._rest_ends == ends:
                self._rest_ends = None

    def _turn(self) -> float:
        """How long until the turn that is taken here."""
        with self._lock:
            self._counts["requests"] += 1
            now = self._clock()
            at = max(self._free, now)
            self._free = at + self._gap
            return at - now
