"""Which of the longest tests a run of the whole suite leaves to `make proof`.

Tests of these folders wait for leases, retries and restarts, and run on both databases, or over a matrix of
faults. A whole run takes every one of them on one of its databases, and every other case of a matrix, chosen
by name; `--whole`, and a run of some tests only, take all.
"""

import re
from zlib import crc32

__all__ = ["MANY", "is_left_to_proof"]

MANY = 5_000  # tests: fewer are no run of the whole suite
_TWICE = re.compile(r"^tests/integration/(queue|bulk|schedule|connecting|pull|doctor)/")
_MATRIX = re.compile(
    r"^tests/integration/faults/test_(queue|queue_jobs|database|database_damage|http|token|paging)\.py::.*\["
)
_DATABASE = re.compile(r"\b(sqlite|postgresql)\b")


def is_left_to_proof(nodeid: str) -> bool:
    database = _DATABASE.search(nodeid.partition("[")[2])
    if _TWICE.match(nodeid) and database is not None:
        on_sqlite = crc32(_DATABASE.sub("", nodeid).encode()) % 2 == 0
        return (database[1] == "sqlite") != on_sqlite
    return _MATRIX.match(nodeid) is not None and crc32(nodeid.encode()) % 2 == 0
