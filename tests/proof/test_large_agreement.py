"""The page of agreement of 5,000 charts of 40 items, each read by two of eight: asked for anew, and again.

By hand: `make proof`. A real server on loopback; its times stand in docs/proof.md.
"""

import random
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlmodel import Session

from abstractor.store.auditing.tables import RatingRow, ReviewLockRow, ReviewRow, SeatRow
from abstractor.store.rows import add_all, kept
from abstractor.workflow import Role, create_account
from tests.integration.keeping import NOW, after
from tests.integration.seated import Seated, seated, seats_of
from tests.integration.web.audited import signed_in
from tests.integration.web.site import PASSWORD, open_site

CHARTS = 5000
READERS = tuple(f"reader{number}" for number in range(8))
MEASURE = ("met", "not-met", "excluded", "exception", "unknown")
ITEMS = {
    **{f"criterion:{name}": ("met", "not-met", "unknown") for name in ("a", "b", "c")},
    **{f"line:palliative:{line}": ("right", "wrong") for line in range(1, 6)},
    **{f"finding:M{number}:palliative:1:-:ASCO": MEASURE for number in range(26)},
    **{
        f"finding:sequencing:palliative:{line}:-:{authority}": ("preferred", "acceptable", "not-preferred")
        for line in (1, 2, 3)
        for authority in ("ASCO", "ESMO")
    },
}


@pytest.mark.proof
def test_the_page_answers_within_two_seconds() -> None:
    assert len(ITEMS) == 40
    with open_site({}) as site:
        create_account(site.services, "lead", PASSWORD, roles=(Role.QI_LEAD,), sites=None, now=site.clock())
        with site.services.store.writing() as session:
            audit = seated(session, [2] * CHARTS, reviewers=READERS)
            fill(session, audit)
        with signed_in(site, "lead") as lead:
            path = f"/audits/{audit.audit_id}/agreement"
            first, again = asked(lead, path), asked(lead, path)
    sys.stdout.write(f"first {first:.2f} s, then {again:.2f} s\n")
    assert again < 2
    assert first < 6


def asked(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    answer = client.get(path)
    assert answer.status_code == 200 and "200000" in answer.text
    return time.perf_counter() - began


def fill(session: Session, audit: Seated) -> None:
    """Every seat read and locked; four answers in five are the program's."""
    draw = random.Random(4)
    rows = seats_of(session, audit.audit_id)
    readers = sorted(audit.readers.values())
    pairs = {row.audit_chart_id: draw.sample(readers, 2) for row in rows if row.number == 1}
    for row in rows:
        row.account_id, row.state = pairs[row.audit_chart_id][row.number - 1], "done"
    session.flush()
    reviews = [{"seat_id": row.id, "account_id": kept(row.account_id), "started_at": NOW} for row in rows]
    add_all(session, ReviewRow, reviews)
    program = {(row.audit_chart_id, item): draw.choice(said) for row in rows for item, said in ITEMS.items()}
    for number, row in enumerate(rows, start=1):
        add_all(session, ReviewLockRow, [{"review_id": number, "steps": 40, "locked_at": after(number)}])
        add_all(session, RatingRow, list(ratings_of(draw, number, row, program)))


def ratings_of(
    draw: random.Random, review: int, row: SeatRow, program: dict[tuple[int, str], str]
) -> Iterator[dict[str, object]]:
    for item, said in ITEMS.items():
        kind, rule, *_ = item.split(":")
        told = program[row.audit_chart_id, item]
        yield {
            "review_id": review,
            "item": item,
            "audit_id": row.audit_id,
            "audit_chart_id": row.audit_chart_id,
            "seat_number": row.number,
            "kind": kind,
            "rule": "" if kind == "line" else rule,
            "answer": "agree",
            "rating": told if draw.random() < 0.8 else draw.choice(said),
            "program": told,
        }
