"""The ground of the benchmark of the pages: what is filled is read as it stands, and every page answers."""

import re

from abstractor.store import accounts, sign_ins
from abstractor.store.database import Store
from abstractor.store.values import Role
from benchmarks.room.__main__ import Side, pages_of, section, services_on
from benchmarks.room.filling import fill
from benchmarks.room.samples import NOW

WORD = "a long pass phrase of nobody"


def test_every_page_is_timed_and_told(store: Store) -> None:
    url = store.engine.url.render_as_string(hide_password=False)
    services = services_on(store, url)
    with store.writing() as session:
        made = [
            accounts.create(session, who, WORD, roles=list(Role), sites=None, now=NOW).id
            for who in ("ann", "bea")
        ]
    filled = fill(services, patients=12, with_records=4, readers=made)
    token = sign_ins.sign_in(store, "ann", WORD, now=NOW)
    pages = tuple(pages_of(services, filled, f"abstractor_session={token}", patients=12, asked=2))
    assert min(page.bytes_each for page in pages) > 1000
    told = section([Side("SQLite", 1.0, pages), Side("PostgreSQL", 1.0, pages)], 12)
    assert len(re.findall(r"^\| (queue|chart|audit|desk)", told, re.M)) == len(pages)
