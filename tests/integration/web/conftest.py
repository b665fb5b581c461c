"""One site with told charts for the tests that only look, a fresh one for those that change something."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import text

from abstractor.abstract import Severity
from abstractor.store.append_only import Door, door
from abstractor.workflow import Account
from tests.integration.web.audited import open_audited
from tests.integration.web.charts import critical, discordant, plain, undecided
from tests.integration.web.site import Site, open_site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    told = {"critical": critical(1), "discordant": discordant(2), "undecided": undecided(3)}
    told |= {
        f"plain{n}": plain(n, Severity.DISCORDANT if n % 3 == 0 else Severity.REVIEW) for n in range(4, 40)
    }
    with open_site(told) as site:
        yield site


@pytest.fixture(scope="session")
def audited() -> Iterator[tuple[Site, dict[str, Account]]]:
    """Three flagged charts with the people of an audit; each test has an audit of its own."""
    with open_audited() as opened:
        yield opened


@pytest.fixture
def no_conflicts_after(audited: tuple[Site, dict[str, Account]]) -> Iterator[None]:
    """A conflict of interest is with the patient, of whom the other tests of this site have charts too."""
    yield
    with audited[0].services.store.writing() as session, door(session, Door.PURGE):
        session.connection().execute(text("DELETE FROM seat_conflict"))


@pytest.fixture
def fresh() -> Iterator[Site]:
    with open_site({"critical": critical(1)}) as site:
        yield site


@pytest.fixture(scope="session")
def user(site: Site) -> Iterator[httpx.Client]:
    """Somebody who is signed in to the shared site."""
    with site.browser() as client:
        yield client
