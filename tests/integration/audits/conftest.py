"""A cycle of eleven charts, and three who may read them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from abstractor.abstract import Severity, Verdict
from abstractor.store.database import Store
from abstractor.store.values import Account, Role
from abstractor.workflow import Services
from tests.integration.framed import Told, account, framed, services_on

NORTH, SOUTH = "Organization/north", "Organization/south"
CHARTS = (
    *[Told(site=NORTH, worst=Severity.DISCORDANT)] * 3,
    *[Told(site=NORTH)] * 3,
    Told(site=SOUTH, worst=Severity.CRITICAL),
    Told(site=SOUTH),
    Told(Verdict.EXCLUDED),
    Told(Verdict.REVIEW, worst=Severity.REVIEW),
    Told(None),
)


@pytest.fixture
def services(store: Store, tmp_path: Path) -> Iterator[Services]:
    made = services_on(store, tmp_path)
    yield made
    made.queue.close()


@pytest.fixture
def cycle(store: Store) -> int:
    return framed(store, CHARTS)


@pytest.fixture
def readers(store: Store) -> Mapping[str, Account]:
    return {
        "ann": account(store, "ann", Role.AUDITOR),
        "bea": account(store, "bea", Role.AUDITOR),
        "cat": account(store, "cat", Role.ADJUDICATOR),
    }


@pytest.fixture
def lead(store: Store) -> Account:
    return account(store, "lea", Role.QI_LEAD, sites=[1])
