"""Processes that tests of faults start and harm: `python -m tests.integration.fault_process ACT URL`.

Each says on standard output, line by line, what it has kept.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from abstractor.errors import AbstractorError
from abstractor.store import abstracts, cohorts, live, raw, rotation, schema
from abstractor.store.backup import back_up
from abstractor.store.database import Store, open_store
from abstractor.store.sealing import DataKey, Sealer
from abstractor.store.values import RawCopy
from tests.integration.keeping import KEY, NOW, SEALER, abstract_of, copy_of
from tests.integration.kept_charts import CHART

__all__ = ["NEXT_KEY", "keep_next_chart", "process", "said"]

NEXT_KEY = DataKey(bytes(range(1, 33)))


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


@contextmanager
def process(act: str, store: Store) -> Iterator["subprocess.Popen[str]"]:
    url = store.engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "tests.integration.fault_process", act, url]
    started = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        yield started
    finally:
        started.kill()
        started.wait()
        assert started.stdout is not None
        started.stdout.close()


def said(started: "subprocess.Popen[str]") -> str:
    assert started.stdout is not None
    return started.stdout.readline().strip()


def _told(done: int, total: int) -> None:
    _say(f"{done} of {total}")


def _say(words: object) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _with_little_room(kibibytes: int) -> None:
    """No file may grow past that size: what a full disk is to the database."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kibibytes * 1024, kibibytes * 1024))


def _dies_with(store: Store, words: str) -> None:
    """After the first statement that says so, before its transaction is kept."""

    def look(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if words in statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engine, "after_cursor_execute", look)


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
        case "upgrade-in-little-room":
            _with_little_room(os.path.getsize(store.engine.url.database or "") // 1024)
            schema.upgrade(store)
        case _ if act.startswith("upgrade-killed-at-"):
            _dies_with(store, f"version_num='{act[-4:]}'")
            schema.upgrade(store)
        case "rotate":
            both = Store(store.engine, Sealer([NEXT_KEY, KEY]))
            rotation.rotate(both, now=NOW, told=_told)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except AbstractorError as failure:
        _say(f"{type(failure).__name__}: {failure}")
