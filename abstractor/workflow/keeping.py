"""Charts that have come are kept on a thread beside the one that pulls: as many at once as came meanwhile.

So a clinic is not kept waiting by the database, and a commit is shared where there are many charts to keep;
where there is one, it does not wait for others.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

__all__ = ["Keeping"]

T = TypeVar("T")
_TOGETHER = 8  # in one transaction, for which other writers wait
_AHEAD = 32  # that may have come and not be kept; then the pull waits


class Keeping(Generic[T]):
    """`keep` is called with some of what was added, in that order, never on two threads at once.

    Its error is raised by a later `add`, or at the end of the block; what else has come is not kept then.
    """

    def __init__(self, keep: Callable[[Sequence[T]], None]) -> None:
        self._keep = keep
        self._came: deque[T] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keep")
        self._asked: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def add(self, one: T) -> None:
        self._came.append(one)
        self._asked.append(self._thread.submit(self._some))
        while self._asked and (self._asked[0].done() or len(self._asked) > _AHEAD):
            self._asked.popleft().result()

    def _some(self) -> None:
        """The first asked takes what has come, and those that were asked for the rest find nothing."""
        some = [self._came.popleft() for _ in range(min(len(self._came), _TOGETHER))]
        if some:
            self._keep(some)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for asked in self._asked:
                asked.result()
        finally:
            self._thread.shutdown(cancel_futures=True)
