"""Passwords: what a try costs, and that many at once do not take the memory of the machine."""

import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context

from abstractor.store.passwords import hashed, matches

MEBI = 1024 if sys.platform != "darwin" else 1024 * 1024


def _try(tries: int) -> tuple[int, int]:
    """How many were right, and by how many MiB the most that was held grew."""
    kept = hashed("correct horse battery")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    given = ["correct horse battery", *["wrong"] * (tries - 1)]
    with ThreadPoolExecutor(tries) as pool:
        right = sum(pool.map(lambda password: matches(kept, password), given))
    return right, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // MEBI


def _cost() -> str:
    return hashed("correct horse battery").split("$")[3]


def test_a_hash_costs_what_rfc_9106_asks_of_a_server_with_little_memory() -> None:
    """In a process of its own: the tests beside it hash at less cost."""
    with get_context("spawn").Pool(1) as process:
        assert process.apply(_cost) == "m=65536,t=3,p=4"


def test_many_tries_at_once_take_the_memory_of_four() -> None:
    with get_context("spawn").Pool(1) as process:
        right, more = process.apply(_try, (24,))
    assert right == 1
    assert more < 6 * 64, f"{more} MiB"
