"""Processes that tests of faults start and harm: `python -m tests.integration.fault_process ACT URL`.

Each says on standard output, line by line, what it has kept.
"""

import os
import resource
import signal
import sys
from itertools import count
from pathlib import Path

from abstractor.errors import AbstractorError
from abstractor.store import abstracts, cohorts, live, raw, rotation, schema
from abstractor.store.backup import back_up
from abstractor.store.database import Store, open_store
from abstractor.store.sealing import DataKey, Sealer
from abstractor.store.values import RawCopy
from tests.integration.keeping import KEY, NOW, SEALER, abstract_of, copy_of

__all__ = ["CHART", "NEXT_KEY", "keep_next_chart"]

NEXT_KEY = DataKey(bytes(range(1, 33)))
CHART = 20  # resources


def keep_next_chart(store: Store, body: bytes = b"") -> None:
    """A new patient, the pull and the abstract: all in one transaction."""
    with store.writing() as session:
        name = os.urandom(8).hex()
        (patient,) = cohorts.add_patients(session, 1, [f"Patient/{name}"], now=NOW)
        copies = [copy_of("Condition", f"{name}-{number}") for number in range(CHART - 1)]
        copies.append(RawCopy(name.encode() + body, "somewhere"))
        pull_id = raw.keep_pull(
            session, cycle_id=1, patient_id=patient, copies=copies, answers=[], foreign=0, now=NOW
        )
        live.note(session, patient, copies, now=NOW)
        live.mark(session, patient, ["Condition"], through=NOW)
        abstracts.append(
            session,
            abstract_of(f"Patient/{name}"),
            cycle_id=1,
            patient_id=patient,
            pull_id=pull_id,
            input_digest=name,
            clinicians=[],
            quarantined=[],
            now=NOW,
        )


def _told(done: int, total: int) -> None:
    _say(f"{done} of {total}")


def _say(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _with_little_room(kibibytes: int) -> None:
    """No file may grow past that size: what a full disk is to the database."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kibibytes * 1024, kibibytes * 1024))


def main(act: str, url: str) -> None:
    store = open_store(url, SEALER)
    match act:
        case "keep":
            for number in count(1):
                keep_next_chart(store)
                _say(number)
        case "keep-in-little-room":
            _with_little_room(1024)
            for number in count(1):
                keep_next_chart(store, os.urandom(100_000))
                _say(number)
        case "back-up-in-little-room":
            _with_little_room(200)
            back_up(store, Path(f"{store.engine.url.database}.backup"), now=NOW)
        case "back-up":
            back_up(store, Path(f"{store.engine.url.database}.backup"), now=NOW)
        case "upgrade":
            schema.upgrade(store, told=_told)
        case "rotate":
            both = Store(store.engine, Sealer([NEXT_KEY, KEY]))
            rotation.rotate(both, now=NOW, told=_told)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except AbstractorError as failure:
        _say(f"{type(failure).__name__}: {failure}")
