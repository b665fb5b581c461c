"""Telling IT: what was noted as a trouble goes out once, and once more when it is over, in words to act on.

What is told holds the clinic's name, numbers and codes of ours; nothing of a patient. A receiver that is down
is tried again, after a minute, then two, up to an hour.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from abstractor.store import alerts
from abstractor.store.connection_values import Alert
from abstractor.workflow.services import Services
from abstractor.workflow.watching.delivering import mail, post

__all__ = ["CODES", "SCHEMA", "Receiver", "tell"]

SCHEMA = "abstractor.alert/1"
_log = logging.getLogger(__name__)
_LONGEST = timedelta(hours=1)
_FIRST = timedelta(minutes=1)

# What each code means, and what to do. {detail} is a code of ours or a number.
CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pull-failed": (
            "the last pull failed as a whole ({detail})",
            "run `abstractor doctor` for this clinic: it says what the endpoint answers",
        ),
        "clinic-refused": (
            "the clinic refused to sign us in, or to say whose charts to pull ({detail})",
            "ask whether the client is still registered with the keys of `abstractor clinic keys show`, "
            "and for which scopes; `abstractor doctor` says where it is refused",
        ),
        "pull-overdue": (
            "no pull has succeeded since the one that was due",
            "see whether `abstractor worker`, the database and the queue are up; `abstractor pull` pulls now",
        ),
        "listing-incomplete": (
            "the list of patients of the last pull may not be whole",
            "new patients may be missing until a list is whole; `abstractor doctor` says what is wrong",
        ),
        "charts-failed": (
            "{detail} charts of the last pull could not be fetched",
            "`abstractor pull` tries them again; the page of the round says why they failed",
        ),
        "key-old": (
            "the key that signs us in was made more than {detail} days ago",
            "`abstractor clinic keys rotate` lets the next key sign",
        ),
        "setup-unusable": (
            "this version of the program cannot use the clinic's setup",
            "give it again with `abstractor clinic add`",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Receiver:
    """A clinic's name, and where its troubles are told: https://... or mailto:..."""

    name: str
    address: str


def tell(services: Services, receivers: Mapping[int, Receiver]) -> int:
    """Tell what nobody has told yet; how many went out. A clinic without a receiver keeps its troubles."""
    now = services.clock()
    with services.store.reading() as session:
        waiting = alerts.to_tell(session, now=now)
    told = 0
    for alert in waiting:
        receiver = receivers.get(alert.clinic_id)
        if receiver is None:
            continue
        # Others before this one may have taken their time: the claim counts from here.
        due = services.clock() + min(_FIRST * 2 ** min(alert.tries, 10), _LONGEST)
        with services.store.writing() as session:
            if not alerts.claim(session, alert, due=due):
                continue
        problem = _deliver(services, receiver, alert, now)
        if problem is not None:
            _log.warning("clinic %s: could not tell of %s: %s", alert.clinic_id, alert.code, problem)
            continue
        with services.store.writing() as session:
            alerts.note_told(session, alert, now=services.clock())
        told += 1
    return told


def _deliver(services: Services, receiver: Receiver, alert: Alert, now: datetime) -> str | None:
    """None where the receiver took it, else a code of why not."""
    what, todo = _words(alert)
    over = alert.over_at is not None
    text = f"abstractor, {receiver.name}: {'over: ' if over else ''}{what}"
    if not receiver.address.startswith("mailto:"):
        return post(receiver.address, _document(receiver, alert, now, text))
    lines = [f"{what[0].upper()}{what[1:]}."]
    lines += [f"This is over since {_shown(alert.over_at or now)}."] if over else [f"What to do: {todo}."]
    lines += ["", f"Clinic: {receiver.name}", f"Since: {_shown(alert.began_at)}", f"Code: {alert.code}"]
    lines += [f"Round: {alert.run_id}"] if alert.run_id is not None else []
    subject = f"abstractor, {receiver.name}: {alert.code}{' is over' if over else ''}"
    return mail(services.settings, receiver.address, subject=subject, text="\n".join(lines) + "\n")


def _document(receiver: Receiver, alert: Alert, now: datetime, text: str) -> bytes:
    what, todo = _words(alert)
    return json.dumps(
        {
            "schema": SCHEMA,
            "clinic": receiver.name,
            "run": alert.run_id,
            "code": alert.code,
            "state": "began" if alert.over_at is None else "over",
            "since": _shown(alert.began_at),
            "over": None if alert.over_at is None else _shown(alert.over_at),
            "told": _shown(now),
            "what": what,
            "todo": todo,
            "text": text,
        }
    ).encode()


def _words(alert: Alert) -> tuple[str, str]:
    what, todo = CODES[alert.code]
    return what.format(detail=alert.detail or "no code"), todo


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
