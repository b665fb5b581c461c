"""The law of backups: whatever bytes and words were kept, they come back, and a second backup is the same."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from abstractor.store import raw, trail
from abstractor.store.backup import back_up, restore
from abstractor.store.copying import require_equal
from abstractor.store.database import open_store, sqlite_url
from abstractor.store.restoring import end_ways_in, tell_restored
from abstractor.store.schema import upgrade
from abstractor.store.values import Action, RawCopy
from tests.integration.keeping import NOW, SEALER, after, cycle_of

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
copies = st.lists(st.builds(RawCopy, body=st.binary(max_size=400), origin=words), max_size=6)


@settings(max_examples=8)
@given(copies, st.lists(words.map("Patient/{}".format), max_size=4, unique=True))
def test_what_was_kept_comes_back(kept: list[RawCopy], patients: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here, there = (open_store(sqlite_url(Path(folder) / name), SEALER) for name in ("a.db", "b.db"))
        upgrade(here)
        with here.writing() as session:
            cycle_of(session, patients)
            raw.keep(session, 1, kept, now=NOW)
            trail.record(session, action=Action.CHARTS_EXPORTED, account_id=None, now=NOW)  # its key is there
        made = back_up(here, Path(folder) / "backup", now=NOW)
        assert restore(there, Path(folder) / "backup", by="lea", now=after(5)).backup == made
        with here.writing() as session:  # what a restore itself does, and tells
            tell_restored(session, made, end_ways_in(session, now=after(5)), by="lea", now=after(5))
        with here.engine.connect() as before, there.engine.connect() as now:
            require_equal(before, now)
        told = back_up(here, Path(folder) / "told", now=after(9))
        assert back_up(there, Path(folder) / "again", now=after(9)).digest == told.digest
        here.close()
        there.close()
