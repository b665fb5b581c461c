"""`python -m abstractor.store check|upgrade`: are migrations and tables in step; bring a database up to date.

The database is the one of ABSTRACTOR_DATABASE_URL, or of `--database-url`; `check` without either makes a new
one.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from abstractor.errors import AbstractorError
from abstractor.store.database import Store, open_store
from abstractor.store.schema import check, check_fresh, upgrade

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m abstractor.store", description=__doc__)
    parser.add_argument("action", choices=["check", "upgrade"])
    parser.add_argument("--database-url", default=os.environ.get("ABSTRACTOR_DATABASE_URL", ""))
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen.action, chosen.database_url)
    except AbstractorError as failure:
        return _fail(str(failure))


def _run(action: str, url: str) -> int:
    if action == "upgrade" and not url:
        return _fail("no database: set ABSTRACTOR_DATABASE_URL (embedded mode upgrades its own at start)")
    differences = _on(open_store(url), action) if url else check_fresh()
    if differences:
        return _fail(f"migrations and tables are out of step: {'; '.join(differences)}")
    return 0


def _on(store: Store, action: str) -> tuple[str, ...]:
    try:
        if action == "upgrade":
            upgrade(store)
        return check(store)
    finally:
        store.close()


def _fail(words: str) -> int:
    sys.stderr.write(f"{words}\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
