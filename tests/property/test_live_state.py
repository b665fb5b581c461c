"""The law of pulling again: whatever a clinic did, incremental pulls come to the state of one full pull."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from abstractor.store import live
from abstractor.store.database import Store, open_store, sqlite_url
from abstractor.store.schema import upgrade
from abstractor.store.values import RawCopy
from tests.integration.keeping import NOW, SEALER, copy_of, cycle_of

IDS = ("a", "b", "c", "d")
WHAT = ("write", "delete", "undelete")
changes = st.lists(st.tuples(st.sampled_from(WHAT), st.sampled_from(IDS)), max_size=5)


@dataclass
class Clinic:
    """What a clinic has: versions that only grow, and what was written or deleted since it was asked last."""

    versions: dict[str, int] = field(default_factory=dict)
    there: set[str] = field(default_factory=set)

    def change(self, what: str, name: str) -> None:
        if what == "write":
            self.versions[name] = self.versions.get(name, 0) + 1
            self.there.add(name)
        elif what == "undelete" and name in self.versions:
            self.there.add(name)
        else:
            self.there.discard(name)

    def copy(self, name: str) -> RawCopy:
        return copy_of("Condition", name, str(self.versions[name]), note=f"{name} {self.versions[name]}")


@cache
def folder() -> "tempfile.TemporaryDirectory[str]":
    """Gone when this process ends."""
    return tempfile.TemporaryDirectory(prefix="live-")


@cache
def store() -> Store:
    opened = open_store(sqlite_url(Path(folder().name) / "abstractor.db"), SEALER)
    upgrade(opened)
    with opened.writing() as session:
        cycle_of(session, ["Patient/1", "Patient/2"])
    return opened


@contextmanager
def undone() -> Iterator[Session]:
    """A transaction of which nothing is kept."""
    with store().reading() as session:
        yield session


@settings(max_examples=150)
@given(st.lists(changes, min_size=1, max_size=8), st.lists(st.booleans(), min_size=8, max_size=8))
def test_incremental_pulls_come_to_the_state_of_a_full_one(
    rounds: list[list[tuple[str, str]]], overlapping: list[bool]
) -> None:
    clinic = Clinic()
    with undone() as session:
        asked: dict[str, int] = {}
        for changed, overlap in zip(rounds, overlapping, strict=False):
            for what, name in changed:
                clinic.change(what, name)
            since = [name for name in clinic.there if overlap or clinic.versions[name] != asked.get(name)]
            live.note(session, 1, [clinic.copy(name) for name in since], now=NOW)
            live.let_go(session, 1, "Condition", set(IDS) - clinic.there, now=NOW)
            # What comes back under its old id is asked for anew, with a new version or with the old one.
            asked = {name: clinic.versions[name] for name in clinic.there}
        full = live.note(session, 2, [clinic.copy(name) for name in sorted(clinic.there)], now=NOW)
        live.let_go_but(session, 2, "Condition", full.numbers, now=NOW)
        assert live.state_hash(session, 1) == live.state_hash(session, 2)
