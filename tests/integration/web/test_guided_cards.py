"""What the guideline said and says, what would clear a finding, whence a record is: if nothing is hidden."""

import re
from collections.abc import Iterator

import httpx
import pytest

from abstractor.workflow import Account
from abstractor.workflow.auditing.audits import close_audit
from abstractor.workflow.auditing.design import Hidden
from tests.integration.web.audited import (
    answer_all,
    begin_audit,
    claimed_by,
    open_audited,
    post,
    signed_in,
    step_in,
)
from tests.integration.web.charts import critical
from tests.integration.web.site import Site

Audited = tuple[Site, dict[str, Account]]
GUIDANCE = ("That day", "Today", "/guidelines/", "The verdict would change if the record showed")
CHART = 'href="/cycles/1/charts/1"'


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        yield opened


@pytest.fixture
def anna(audited: Audited) -> Iterator[httpx.Client]:
    with signed_in(audited[0], "anna") as client:
        yield client


def cards_of(page: str) -> str:
    """Without the heading of the page, which leads to the guidelines."""
    return page.partition('id="asked"')[2]


def test_an_open_card_says_what_was_said_and_is_said(audited: Audited, anna: httpx.Client) -> None:
    audit = begin_audit(*audited, readers=1, hides=(Hidden.OTHER,), title="Open")
    seat = f"/seats/{claimed_by(anna, audit)}"
    page = anna.get(seat).text
    assert [words in cards_of(page) for words in (*GUIDANCE, CHART)] == [True] * 5
    assert anna.get("/cycles/1/charts/1").status_code == 200
    for link in (f"{seat}/evidence/0", re.findall(rf'href="({seat}/records/[^"]+)"', page)[0]):
        source = anna.get(link).text
        assert "In the pull of" in source and "Bundle.json" in source, link
    close_audit(audited[0].services, audit, lead=audited[1]["lead"], now=audited[0].clock())


def test_while_the_verdict_is_hidden_nothing_of_it_is_there(audited: Audited, anna: httpx.Client) -> None:
    hides = (Hidden.OTHER, Hidden.VERDICT)
    audit = begin_audit(*audited, readers=1, hides=hides, title="Blind")
    seat = f"/seats/{claimed_by(anna, audit)}"
    assert [words in cards_of(anna.get(seat).text) for words in (*GUIDANCE, CHART)] == [False] * 5
    said = {kind: {"verb": "cannot-tell", "missing": "visit"} for kind in ("criterion", "finding")}
    page = answer_all(anna, seat, **said)
    locked = post(anna, f"{seat}/lock", expected=step_in(page)).text
    # The chart's own page stays closed until the audit is.
    assert [words in cards_of(locked) for words in (*GUIDANCE, CHART)] == [True] * 4 + [False]
