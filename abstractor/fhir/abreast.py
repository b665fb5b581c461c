"""Several patients at once, on threads over one connection, with no more at hand than are being pulled."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

__all__ = ["abreast"]

P = TypeVar("P")
T = TypeVar("T")


def abreast(work: Callable[[P], T], pieces: Iterable[P], *, at_once: int) -> Generator[T, None, None]:
    """The results as they come, in any order. A piece is taken when a thread is free for it.

    An error ends it: no further piece is taken, and those under way are waited for.
    """
    waiting = iter(pieces)
    with ThreadPoolExecutor(at_once, thread_name_prefix="pull") as threads:
        under_way = {threads.submit(work, piece) for piece in islice(waiting, at_once)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            results = [one.result() for one in done]
            under_way |= {threads.submit(work, piece) for piece in islice(waiting, len(done))}
            yield from results
