"""What the command line of the store does and says: results on standard output, progress on standard error.

A failure is an error of ours; nothing here prints a value of a patient.
"""

import getpass
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from abstractor.errors import SetupError, StoreError
from abstractor.store import cohorts, trail
from abstractor.store.backup import back_up, restore
from abstractor.store.database import Store
from abstractor.store.key_file import add_key
from abstractor.store.purging import (
    PURGED_TABLES,
    By,
    Purged,
    is_finished,
    purge_clinic,
    purge_cycle,
    purge_patient,
)
from abstractor.store.rotation import rotate
from abstractor.store.schema import check, require_current, upgrade
from abstractor.store.scrubbing import scrub
from abstractor.store.sealed import require_keys
from abstractor.store.values import Action

__all__ = [
    "PURGEABLE",
    "backup",
    "bring_back",
    "new_key",
    "purge",
    "require_in_step",
    "require_none",
    "retain",
    "rotate_key",
    "take_off_the_disk",
    "upgrade_to_head",
    "whoever",
]

PURGEABLE = ("patient", "cycle", "clinic")


def require_in_step(store: Store) -> None:
    require_none(check(store))


def require_none(differences: Sequence[str]) -> None:
    if differences:
        raise StoreError(f"migrations and tables are out of step: {'; '.join(differences)}")


def upgrade_to_head(store: Store) -> None:
    upgrade(store, told=_sealed)
    require_in_step(store)
    if store.sealer is not None:
        trail.begin(store, _now())


def new_key(key_file: str) -> None:
    """Without a file there is nowhere to put a key: a secret is the site's own to change."""
    if not key_file:
        raise SetupError(
            "no key file: name one (`abstractor data new-key FILE`) or set ABSTRACTOR_DATA_KEY_FILE"
        )
    sealer = add_key(Path(key_file))
    _say(f"the key {sealer.current} is now the current one of {key_file}")
    _say("keep a copy, apart from the backups of the database: without it they cannot be read")
    if len(sealer.key_ids) > 1:
        _say("start every process again, then seal what is stored: `abstractor data rotate-key`")


def rotate_key(store: Store) -> None:
    require_current(store)
    require_keys(store)
    done = rotate(store, now=_now(), told=_sealed)
    _trace(store, Action.KEY_ROTATED, f"resealed={done.resealed} retired={','.join(done.retired)}")
    _say(f"{done.resealed} rows sealed anew")
    if done.retired:
        _say(f"no longer needed, and may be removed: {', '.join(done.retired)}")
    if done.damaged:
        raise StoreError(
            f"{done.damaged} rows are damaged and stay as they are, with the key {', '.join(done.left)}: "
            "restore them from a backup, or purge their patients"
        )


def purge(store: Store, what: str, number: int) -> None:
    require_current(store)
    by = By(whoever())
    match what:
        case "patient":
            done = purge_patient(store, number, by=by, now=_now())
        case "cycle":
            done = purge_cycle(store, number, by=by, now=_now(), told=_purged)
        case "clinic":
            done = purge_clinic(store, number, by=by, now=_now(), told=_purged)
        case other:
            raise SetupError(f"{other} cannot be purged; only {', '.join(PURGEABLE)}")
    _tell(what, number, done)
    take_off_the_disk(store)
    _say(
        "gone from the database's files; backups, archived logs and the clinic's own copy are yours to see to"
    )


def retain(store: Store, day: date) -> None:
    """A rule of retention: finished cycles that were opened before that day go; others are named."""
    require_current(store)
    by = By(whoever())
    with store.reading() as session:
        before = cohorts.cycles_opened_before(session, day)
        due = [cycle.id for cycle in before if is_finished(session, cycle.id)]
    for cycle in before:
        if cycle.id not in due:
            _say(f"cycle {cycle.id} stays: it is not finished")
    for number in due:
        _tell("cycle", number, purge_cycle(store, number, by=by, now=_now(), told=_purged))
    if due:
        take_off_the_disk(store)


def take_off_the_disk(store: Store) -> None:
    scrub(store, PURGED_TABLES)


def backup(store: Store, file: Path) -> None:
    made = back_up(store, file, now=_now())
    _trace(store, Action.BACKED_UP, f"rows={made.rows} {made.digest}")
    _say(f"{file}: {made.rows} rows of revision {made.revision}, {made.digest}")
    _say(
        "resources are sealed in it as they are in the database, other rows are not: keep it as you keep "
        f"charts. The data key is not in it; it needs {', '.join(made.key_ids) or 'none'}: keep that apart"
    )


def bring_back(store: Store, file: Path) -> None:
    restored = restore(store, file, by=whoever(), now=_now())
    done, ended = restored.backup, restored.ended
    _say(f"restored {done.rows} rows of {done.made_at}, {done.digest}")
    _say(
        "accounts, roles and passwords are those of then: look at `abstractor account list`. "
        f"{ended.sessions} sign-ins and {ended.links} one-time links of then let nobody in any more"
    )
    if ended.tokens:
        named = ", ".join(f"{number} of {name}" for number, name in ended.tokens)
        _say(
            f"{len(ended.tokens)} tokens of services are revoked, since they may have been after the backup: "
            f"{named}. Make new ones with `abstractor account token add`"
        )


def _tell(what: str, number: int, done: Purged) -> None:
    rows = ", ".join(f"{table} {count}" for table, count in done.rows)
    _say(f"{what} {number}: {done.patients} patients forgotten, {done.total} rows removed ({rows or 'none'})")


def _trace(store: Store, action: Action, detail: str) -> None:
    with store.writing() as session:
        trail.record(session, action=action, account_id=None, detail=f"by={whoever()} {detail}", now=_now())


def whoever() -> str:
    """The name that the machine knows, as one word; a container's user often has none."""
    try:
        return "_".join(getpass.getuser().split())
    except (KeyError, OSError):
        return f"uid-{os.getuid()}"


def _now() -> datetime:
    return datetime.now(UTC)


def _sealed(done: int, total: int) -> None:
    sys.stderr.write(f"sealed {done} of {total}\n")


def _purged(done: int, total: int) -> None:
    if done % 100 == 0 or done == total:
        sys.stderr.write(f"purged {done} of {total} patients\n")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
