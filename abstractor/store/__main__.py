"""`python -m abstractor.store check|upgrade`: the tables, before anything else of the program is started.

The database is that of `--database-url`, of ABSTRACTOR_DATABASE_URL, or of the data folder; `check` makes a
new one where none is given. Everything else that is done to it is a command of `abstractor data`.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from abstractor.errors import AbstractorError
from abstractor.store import commands
from abstractor.store.opening import Place, open_place
from abstractor.store.schema import check_fresh

__all__ = ["main"]


def main(arguments: Sequence[str]) -> int:
    given = _parser().parse_args(arguments)
    try:
        _run(given)
    except AbstractorError as failure:
        sys.stderr.write(f"{failure}\n")
        return failure.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m abstractor.store", description=__doc__)
    where = argparse.ArgumentParser(add_help=False)
    environment = os.environ.get
    where.add_argument("--database-url", default=environment("ABSTRACTOR_DATABASE_URL", ""))
    where.add_argument("--data-key-file", default=environment("ABSTRACTOR_DATA_KEY_FILE", ""))
    where.add_argument(
        "--data-dir", type=Path, default=Path(environment("ABSTRACTOR_DATA_DIR", ".abstractor"))
    )
    actions = parser.add_subparsers(dest="action", required=True)
    words = "say whether migrations and tables are in step"
    actions.add_parser("check", parents=[where], help=words)
    actions.add_parser("upgrade", parents=[where], help="bring a database up to date")
    return parser


def _run(given: argparse.Namespace) -> None:
    if given.action == "check" and not given.database_url:
        commands.require_none(check_fresh())
        return
    place = Place(
        folder=given.data_dir,
        url=given.database_url,
        secret=os.environ.get("ABSTRACTOR_DATA_KEY", ""),
        key_file=Path(given.data_key_file) if given.data_key_file else None,
    )
    store = open_place(place)
    try:
        (commands.upgrade_to_head if given.action == "upgrade" else commands.require_in_step)(store)
    finally:
        store.close()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
