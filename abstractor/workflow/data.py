"""What is done to the stored data as a whole, by whoever looks after the machine; each says what it did.

Only the database is opened: these work without the queue, and where the service would not start.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from abstractor.store import commands
from abstractor.store.commands import PURGEABLE
from abstractor.store.database import Store
from abstractor.store.opening import Place, open_place
from abstractor.workflow.options import Options

__all__ = [
    "PURGEABLE",
    "back_up",
    "make_data_key",
    "purge",
    "reseal",
    "restore_backup",
    "retain",
    "scrub",
]


def back_up(settings: Options, file: Path) -> None:
    """The whole database in one new file, beside the running service."""
    with _opened(settings) as store:
        commands.backup(store, file)


def restore_backup(settings: Options, file: Path) -> None:
    """A backup into an empty place, on either engine."""
    with _opened(settings, makes=True) as store:
        commands.bring_back(store, file)


def make_data_key(settings: Options, file: Path | None) -> None:
    """A new data key, first in that file or in the one that is set; the others stay, to read with."""
    keys = file or _place(settings).keys
    commands.new_key(str(keys) if keys is not None else "")


def reseal(settings: Options) -> None:
    """Every row sealed under the first data key."""
    with _opened(settings) as store:
        commands.rotate_key(store)


def purge(settings: Options, what: str, number: int) -> None:
    """A patient, a finished cycle or a clinic, for good."""
    with _opened(settings) as store:
        commands.purge(store, what, number)


def retain(settings: Options, day: date) -> None:
    """Finished cycles that were opened before that day go; others are named."""
    with _opened(settings) as store:
        commands.retain(store, day)


def scrub(settings: Options) -> None:
    """What was deleted is taken off the disk."""
    with _opened(settings) as store:
        commands.take_off_the_disk(store)


@contextmanager
def _opened(settings: Options, *, makes: bool = False) -> Iterator[Store]:
    store = open_place(_place(settings), makes=makes)
    try:
        yield store
    finally:
        store.close()


def _place(settings: Options) -> Place:
    return Place(
        folder=settings.data_dir,
        url=settings.database_url.get_secret_value(),
        secret=settings.data_key.get_secret_value(),
        key_file=settings.data_key_file,
    )
