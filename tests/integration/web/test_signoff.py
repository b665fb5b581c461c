"""What no clinician has signed is said on every page there is, until the whole library is signed."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from abstractor.rules.library import Library
from abstractor.web.server import serving
from abstractor.web.signoff import unsigned_editions
from tests.integration.web.charts import plain
from tests.integration.web.site import Site, keep, knowledge, open_site, sign_in
from tests.integration.web.test_pages import links, text
from tests.integration.web.told import EDITIONS, Told

SAID = "Not clinically signed."


def signed(*, but: Collection[str] = ()) -> Library:
    """The library as it will be once a clinician has signed it, save these editions."""
    library = knowledge()
    editions = tuple(
        replace(edition, checked_by="" if edition.id in but else "Dr Sample") for edition in library.editions
    )
    return replace(library, editions=editions)


def resting_on_nothing(number: int) -> Told:
    """A chart without findings: its stamps name no edition."""
    told = plain(number)
    assert told.abstract is not None
    told.abstract = replace(told.abstract, stamps=replace(told.abstract.stamps, editions=()))
    return told


def pages_of(client: httpx.Client, site: Site) -> Iterator[tuple[str, str]]:
    """Every kind of page as (what it is, its text): those of a stranger, then those of a user."""
    for path in ("/signin", "/signin?next=%2Fqueue"):
        yield f"{path} of a stranger", client.get(path).text
    wrong = client.post("/signin", data={"csrf": "", "name": "x", "password": "x"})
    yield "a refusal", wrong.text
    yield "a wrong password", sign_in(client, "not it").text
    assert sign_in(client).status_code == 303
    chart = client.get(site.chart_path("bare")).text
    yield "a chart that rests on no edition", chart
    yield "its source", client.get(next(link for link in links(chart) if "/evidence/" in link)).text
    yield "a chart", client.get(site.chart_path("plain")).text
    for path in ("/queue", "/queue?cycle=999", "/queue?page=0", "/nowhere", "/cycles/1/charts/999"):
        yield path, client.get(path).text


@contextmanager
def read_with(library: Library) -> Iterator[list[tuple[str, str]]]:
    """All pages of a service that has this library."""
    with open_site() as site:
        with site.browser() as client:
            empty = ("an empty queue", client.get("/queue").text)
        keep(site, {"bare": resting_on_nothing(1), "plain": plain(2)})
        with (
            serving(replace(site.services, library=library)) as url,
            httpx.Client(base_url=url, trust_env=False, timeout=60) as client,
        ):
            yield [empty, *pages_of(client, site)]


def test_it_stands_once_on_every_page_while_nobody_has_signed() -> None:
    with read_with(knowledge()) as pages:
        told = {what: text(page).count(SAID) for what, page in pages}
    assert len(told) == 13
    assert {what: count for what, count in told.items() if count != 1} == {}


@pytest.fixture
def rules_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures and policies as they will be once signed: no shipped file can show it yet."""
    monkeypatch.setattr("abstractor.web.signoff.rules_wait", lambda library: False)


def test_it_stays_while_measures_and_policies_wait() -> None:
    with read_with(signed()) as pages:
        told = {what for what, page in pages[1:] if "edition, measure and policy" not in text(page)}
    assert told == set()


@pytest.mark.usefixtures("rules_signed")
def test_it_goes_when_the_whole_library_is_signed() -> None:
    with read_with(signed()) as pages:
        told = {what for what, page in pages[1:] if SAID in text(page)}
    assert told == set()


@pytest.mark.usefixtures("rules_signed")
@pytest.mark.parametrize(
    ("open_ones", "asked", "named"),
    [
        (EDITIONS[:1], EDITIONS, EDITIONS[:1]),
        (EDITIONS[:1], EDITIONS[1:], ()),
        (EDITIONS[:1], (), ()),
        ((), EDITIONS, None),
        ((), (), None),
        ((), ("an-edition-of-another-release",), ("an-edition-of-another-release",)),
    ],
    ids=["named", "another waits", "none asked", "all signed", "all signed, none asked", "unknown"],
)
def test_which_editions_a_page_names(
    site: Site, open_ones: tuple[str, ...], asked: tuple[str, ...], named: tuple[str, ...] | None
) -> None:
    assert unsigned_editions(replace(site.services, library=signed(but=open_ones)), asked) == named
