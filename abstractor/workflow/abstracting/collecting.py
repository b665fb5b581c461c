"""When the collector of cycles runs."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collected_seldom"]

_COLLECTED_EVERY = 100_000


@contextmanager
def collected_seldom() -> Iterator[None]:
    """What a chart leaves behind holds no cycles: looking for them all the time is time lost."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECTED_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
