"""Many patients at once: threads over one shared connection, because round trips are what takes time."""

from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from abstractor.fhir.endpoint import Connection, Pulled

__all__ = ["pull_many"]


def pull_many(
    connection: Connection, patients: Iterable[str], types: Sequence[str], *, threads: int
) -> Generator[Pulled, None, None]:
    """In the order of `patients`, two a thread at most. An error of one ends all, and so does closing."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="pull")
    waiting: deque[Future[Pulled]] = deque()
    rest = iter(patients)
    try:
        while True:
            for patient in islice(rest, 2 * threads - len(waiting)):
                waiting.append(pool.submit(connection.pull, patient, types))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
