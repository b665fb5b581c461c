"""Nothing of a patient, a clinic's records or a reader's words leaves by the back door, whatever is asked
for and whatever breaks: seeded canaries, looked for everywhere but where a chart is meant to be shown.
"""

import html
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import select

from abstractor.store.tables import TrailRow, WorkRow
from tests.integration.kept_charts import bodies_of
from tests.integration.web.proofs.canaries import BORN, CANARIES, Watched, watched
from tests.integration.web.proofs.walking import Heard, Walk, found
from tests.integration.web.proofs.world import app_of

_ADDRESS = re.compile(r"""\b(?:href|src|action|formaction|hx-[a-z]+|content)=["']([^"']*)["']|"(/[^"]*)\"""")


@pytest.fixture(scope="module")
def logged() -> Iterator[list[str]]:
    """All that any library logs, as loud as it can."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.name} {self.format(record)}")

    root, kept = logging.getLogger(), Kept()
    level = root.level
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(kept)
    root.setLevel(level)


@pytest.fixture(scope="module")
def here(logged: list[str]) -> Iterator[Watched]:
    with watched() as made:
        yield made


@pytest.fixture(scope="module")
def heard(here: Watched) -> list[Heard]:
    return Walk(app_of(here.site.services), here.session, here.named).everywhere()


@pytest.fixture(scope="module")
def broken(here: Watched) -> list[Heard]:
    """The same walk where each route breaks, with a canary in what is raised."""
    asked = 0

    def clock() -> datetime:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise ValueError(" ".join(CANARIES))
        return here.site.clock()

    def session() -> dict[str, str]:
        nonlocal asked
        asked = 0
        return here.session()

    services = replace(here.site.services, clock=clock)
    return Walk(app_of(services), session, here.named).everywhere()


def test_the_pages_do_hold_what_is_looked_for(here: Watched, heard: list[Heard]) -> None:
    """That it can fail; the birth date is kept and needed on no page."""
    shown = [each for each in heard if each.status == 200]
    assert [word for word in CANARIES if not found(shown, (word,))] == [BORN]
    assert BORN.encode() in b"".join(bodies_of(here.site.services.store))


def test_no_header_and_no_address_holds_a_canary(heard: list[Heard], broken: list[Heard]) -> None:
    everything = [*heard, *broken]
    headers = [replace(each, told=each.told.partition("\n\n")[0]) for each in everything]
    assert found(headers, CANARIES) == []
    assert found([replace(each, told="\n".join(addresses(each))) for each in everything], CANARIES) == []
    assert len({each for one in heard for each in addresses(one)}) > 50


def addresses(heard: Heard) -> Sequence[str]:
    """Links, forms, fragments, and addresses in JSON."""
    return [html.unescape("".join(each)) for each in _ADDRESS.findall(heard.told)]


def test_no_error_holds_a_canary(heard: list[Heard], broken: list[Heard]) -> None:
    """But for the form of a reader's own words, which comes back with them to be mended."""
    errors = [each for each in (*heard, *broken) if each.status >= 400 and 'data-step="' not in each.told]
    assert found(errors, CANARIES) == []
    assert {404, 405, 409, 422, 500} <= {each.status for each in errors}


def test_no_job_and_no_failure_of_one_holds_a_canary(here: Watched) -> None:
    assert [word for word in CANARIES if word.encode() in here.queued] == []
    with here.site.services.store.reading() as session:
        assert [row for row in session.exec(select(WorkRow)) if holds(repr(row.model_dump()))] == []


def test_no_detail_of_the_trail_holds_a_canary(here: Watched, heard: list[Heard]) -> None:
    with here.site.services.store.reading() as session:
        rows = session.exec(select(TrailRow)).all()
    assert len(rows) > 20
    assert [row.detail for row in rows if holds(f"{row.detail} {row.action}")] == []


def test_nothing_is_logged(logged: list[str], heard: list[Heard], broken: list[Heard]) -> None:
    assert [line[:80] for line in logged if holds(line)] == []
    assert any("ValueError" in line for line in logged)


def holds(text: str) -> bool:
    return any(word in text for word in CANARIES)
