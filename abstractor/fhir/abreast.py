"""Several patients at once, on threads over one connection, with no more at hand than are being pulled."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

__all__ = ["abreast", "abreast_in_two"]

P = TypeVar("P")
Q = TypeVar("Q")
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


def abreast_in_two(
    prepare: Callable[[P], Sequence[Q]], work: Callable[[Q], T], pieces: Iterable[P], *, at_once: int
) -> Generator[T, None, None]:
    """As `abreast`; `prepare` makes several of each piece, all worked on before the next is taken."""
    waiting = iter(pieces)
    ready: deque[Q] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="pull") as threads:
        prepared: set[Future[Sequence[Q]]] = set()
        worked: set[Future[T]] = set()
        results: list[T] = []
        while True:
            while len(prepared) + len(worked) < at_once:
                if ready:
                    worked.add(threads.submit(work, ready.popleft()))
                elif piece := list(islice(waiting, 1)):
                    prepared.add(threads.submit(prepare, piece[0]))
                else:
                    break
            yield from results
            if not prepared and not worked:
                return
            under_way: list[Future[Any]] = [*prepared, *worked]
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            ready.extend(one for each in prepared & done for one in each.result())
            results = [each.result() for each in worked & done]
            prepared -= done
            worked -= done
