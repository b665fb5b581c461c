"""The audit trail as IT reads, verifies and exports it. Each of that is itself an entry of the trail."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from abstractor.errors import OptionError
from abstractor.export.disclosing import Disclosure
from abstractor.store import trail
from abstractor.store.chaining import Head
from abstractor.store.purging import By
from abstractor.store.trail_reading import Wanted, account_names, entries, head
from abstractor.store.values import Account, Action, TrailEntry
from abstractor.store.verifying import Fault, Noted, Verified, Wrong, verify
from abstractor.workflow.exporting.keys import study_key
from abstractor.workflow.services import Services

__all__ = [
    "Action",
    "Checked",
    "Fault",
    "Head",
    "Noted",
    "TrailEntry",
    "TrailPage",
    "Verified",
    "Wanted",
    "Wrong",
    "account_numbered",
    "accounts",
    "export_trail",
    "list_trail",
    "noted_of",
    "trail_head",
    "trail_page",
    "verify_trail",
    "wrong_in_words",
]

PAGE = 50
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """The last verification that was told to the trail."""

    at: datetime
    by: str
    whole: bool
    entries: str
    forgotten: str
    wrong: str


@dataclass(frozen=True, slots=True)
class TrailPage:
    """The newest first; `older` is what to ask the next page with, null on the last."""

    entries: tuple[TrailEntry, ...]
    names: Mapping[int, str]
    older: int | None
    last: int
    checked: Checked | None


def trail_page(
    services: Services,
    wanted: Wanted,
    *,
    reader: Account,
    now: datetime,
    before: int | None = None,
    size: int = PAGE,
) -> TrailPage:
    """One page of the entries; that `reader` read it is an entry too, which stands on the next."""
    with services.store.writing() as session:
        found = entries(session, wanted, limit=size + 1, before=before)
        shown = found[:size]
        names = account_names(session, {entry.account_id for entry in shown if entry.account_id is not None})
        there = head(session)
        verified = entries(session, Wanted(action=Action.TRAIL_VERIFIED), limit=1)
        trail.record(session, action=Action.TRAIL_READ, account_id=reader.id, now=now)
    return TrailPage(
        entries=shown,
        names=names,
        older=shown[-1].id if len(found) > size else None,
        last=0 if there is None else there[0].last,
        checked=_checked(verified[0]) if verified else None,
    )


def list_trail(services: Services, wanted: Wanted, *, limit: int | None) -> Iterator[TrailEntry]:
    """Those entries, the newest first; all of them without a limit, however many."""
    before: int | None = None
    left = limit
    while left is None or left > 0:
        with services.store.reading() as session:
            some = entries(session, wanted, limit=min(left or _AT_ONCE, _AT_ONCE), before=before)
        yield from some
        if not some:
            return
        before = some[-1].id
        left = None if left is None else left - len(some)


def trail_head(services: Services) -> Head | None:
    """The newest entry, to be noted outside: who has that finds what is cut off and put back later."""
    with services.store.reading() as session:
        there = head(session)
    return None if there is None else there[0]


def verify_trail(
    services: Services,
    *,
    by: By,
    now: datetime,
    noted: Noted | None = None,
    found: Callable[[Wrong], None] | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Verified:
    """Every entry; the outcome is told to the trail."""
    done = verify(services.store, noted=noted, found=found, told=told)
    first = f" first={done.first.fault.name.lower()}:{done.first.first}" if done.first is not None else ""
    detail = (
        f"by={by.name} whole={'yes' if done.is_whole else 'no'} entries={done.entries} "
        f"earlier={done.earlier} forgotten={done.forgotten} wrong={done.wrong}{first}"
    )
    with services.store.writing() as session:
        trail.record(session, action=Action.TRAIL_VERIFIED, account_id=by.account_id, detail=detail, now=now)
    return done


def export_trail(
    services: Services, wanted: Wanted, *, key: Path | None, identified: bool, by: By, now: datetime
) -> Iterator[str]:
    """Those entries as AuditEvent, the newest first. That it was exported is written before the first."""
    # Here and not above: what checks a resource takes a while to load.
    from abstractor.export.resources.audit_event import Logged, audit_event

    disclosure = Disclosure(study_key(key), identified)
    with services.store.writing() as session:
        how = "identified" if identified else "de-identified"
        trail.record(
            session,
            action=Action.TRAIL_EXPORTED,
            account_id=by.account_id,
            detail=f"by={by.name} {how}",
            now=now,
        )
        names = account_names(session)
    for entry in list_trail(services, wanted, limit=None):
        yield audit_event(
            Logged(
                number=entry.id,
                at=entry.at,
                action=entry.action,
                account_id=entry.account_id,
                account=names.get(entry.account_id or 0),
                patient_id=entry.patient_id,
                cycle_id=entry.cycle_id,
                resource=entry.resource,
                version=entry.version,
                detail=entry.detail,
                mac=None if entry.mac is None else entry.mac.hex(),
            ),
            disclosure,
        )


def accounts(services: Services) -> tuple[tuple[int, str], ...]:
    """Every account by its number and its name, in the order of names."""
    with services.store.reading() as session:
        return tuple(sorted(account_names(session).items(), key=lambda one: one[1].casefold()))


def account_numbered(services: Services, name: str) -> int:
    """The number of the account of that name."""
    with services.store.reading() as session:
        numbers = {told: number for number, told in account_names(session).items()}
    if name not in numbers:
        raise OptionError(f"--account {name}: there is no such account; `abstractor account list` has them")
    return numbers[name]


def noted_of(words: str) -> Noted:
    """ "120:4f…", as `abstractor audit-log head` prints it."""
    number, _, digest = words.strip().partition(":")
    try:
        return Noted(int(number), bytes.fromhex(digest))
    except ValueError:
        raise OptionError(
            "--noted: not a number and a digest, as `abstractor audit-log head` prints them"
        ) from None


def wrong_in_words(wrong: Wrong) -> str:
    many = f"entries {wrong.first} to {wrong.last}" if wrong.last > wrong.first else f"entry {wrong.first}"
    match wrong.fault:
        case Fault.HEAD_GONE:
            return f"the head is gone: after entry {wrong.last} nothing says what is missing"
        case Fault.HEAD:
            return f"the head was changed: before {many} entries may have been cut off"
        case Fault.EARLIER:
            return "entries from before the chain are not those that it began with"
        case Fault.MOVED if wrong.was is not None:
            return f"{many}: moved; written as entry {wrong.was}" + (
                " on" if wrong.last > wrong.first else ""
            )
        case Fault.NOTED:
            return f"{many}: not the one that was noted outside"
        case other:
            return f"{many}: {other.value}"


def _checked(entry: TrailEntry) -> Checked:
    told = dict(word.partition("=")[::2] for word in (entry.detail or "").split())
    return Checked(
        at=entry.at,
        by=told.get("by", "somebody"),
        whole=told.get("whole") == "yes",
        entries=told.get("entries", "0"),
        forgotten=told.get("forgotten", "0"),
        wrong=told.get("wrong", "0"),
    )
