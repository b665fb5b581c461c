"""`python -m abstractor.store ACTION`: the database, in the hands of IT.

The database is that of `--database-url`, of ABSTRACTOR_DATABASE_URL, or of the data folder; `check` makes a
new one where none is given. The data key is that of `--data-key-file`, of ABSTRACTOR_DATA_KEY_FILE or
ABSTRACTOR_DATA_KEY, or of the data folder.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from abstractor.errors import AbstractorError, SetupError
from abstractor.store import commands
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.key_file import keys_from_file, keys_from_secret
from abstractor.store.schema import check_fresh
from abstractor.store.sealing import Sealer

__all__ = ["main"]

_ACTIONS: dict[str, tuple[str, Callable[[Store, argparse.Namespace], None]]] = {
    "check": (
        "say whether migrations and tables are in step",
        lambda store, _: commands.require_in_step(store),
    ),
    "upgrade": ("bring a database up to date", lambda store, _: commands.upgrade_to_head(store)),
    "rotate-key": ("seal every row under the first data key", lambda store, _: commands.rotate_key(store)),
    "purge": (
        "remove a patient, a finished cycle or a clinic, for good",
        lambda store, given: commands.purge(store, given.what, given.number),
    ),
    "retain": (
        "purge the finished cycles that were opened before a day",
        lambda store, given: commands.retain(store, given.day),
    ),
    "scrub": ("take deleted bytes off the disk", lambda store, _: commands.take_off_the_disk(store)),
    "backup": ("write the database into a new file", lambda store, given: commands.backup(store, given.file)),
    "restore": (
        "bring a backup into an empty place",
        lambda store, given: commands.bring_back(store, given.file),
    ),
}
_MAKES_THE_DATABASE = ("restore",)


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
    actions.add_parser("new-key", parents=[where], help="put a new data key first in the key file")
    for name, (words, _) in _ACTIONS.items():
        action = actions.add_parser(name, parents=[where], help=words)
        match name:
            case "purge":
                action.add_argument("what", choices=commands.PURGEABLE)
                action.add_argument("number", type=int, help='its number: 12 for "Chart 12"')
            case "retain":
                action.add_argument("day", type=date.fromisoformat, help="opened before it: 2024-01-01")
            case "backup" | "restore":
                action.add_argument("file", type=Path)
    return parser


def _run(given: argparse.Namespace) -> None:
    url, key_file, folder = given.database_url, given.data_key_file, given.data_dir
    secret = os.environ.get("ABSTRACTOR_DATA_KEY", "")
    if not (url or key_file or secret) and (folder / "data.key").exists():
        key_file = str(folder / "data.key")
    if given.action == "new-key":
        return commands.new_key(key_file)
    if given.action == "check" and not url:
        return commands.require_none(check_fresh())
    if not url and not (folder / "abstractor.db").exists() and given.action not in _MAKES_THE_DATABASE:
        raise SetupError("no database: set ABSTRACTOR_DATABASE_URL, or ABSTRACTOR_DATA_DIR for embedded mode")
    store = open_store(url or sqlite_url(folder / "abstractor.db"), _sealer(secret, key_file))
    try:
        _ACTIONS[given.action][1](store, given)
    finally:
        store.close()


def _sealer(secret: str, key_file: str) -> Sealer | None:
    if secret and key_file:
        raise SetupError("set one of ABSTRACTOR_DATA_KEY and ABSTRACTOR_DATA_KEY_FILE, not both")
    if secret:
        return keys_from_secret(secret)
    return keys_from_file(Path(key_file)) if key_file else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
