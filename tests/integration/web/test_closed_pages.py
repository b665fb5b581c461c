"""What a reader of a blinded audit cannot open, whatever they add to an address or hold as another role."""

from collections.abc import Iterator

import httpx
import pytest

from abstractor.store import accounts
from abstractor.workflow import Account, Role
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
from tests.integration.web.site import Site


@pytest.fixture(scope="module")
def audited() -> Iterator[tuple[Site, dict[str, Account]]]:
    with open_audited() as opened:
        yield opened


def test_what_is_added_to_an_address_opens_nothing(audited: tuple[Site, dict[str, Account]]) -> None:
    """Anna sees every clinic, so no number is refused for being of another one."""
    site, people = audited
    audit = begin_audit(site, people, hides=(Hidden.OTHER, Hidden.VERDICT))
    with signed_in(site, "anna") as anna:
        for address in (
            "/queue?cycle=1&cycle_id=99",
            "/queue?cycle=99&cycle=1",
            "/clinics/1?patient_id=99",
            "/api/v1/cycles?cycle_id=99",
        ):
            assert anna.get(address).status_code == 403, address
    close_audit(site.services, audit, lead=people["lead"], now=site.clock())


def test_a_reviewer_sees_no_agreement_while_the_other_review_is_hidden(
    audited: tuple[Site, dict[str, Account]],
) -> None:
    """Of one chart that one reader has locked, the table is that review."""
    site, people = audited
    _also(site, people["anna"], Role.AUDITOR, Role.VIEWER)
    audit = begin_audit(site, people)
    pages = (f"/audits/{audit}/agreement", f"/api/v1/audits/{audit}/agreement")
    with signed_in(site, "ben") as ben:
        _lock_one(ben, audit)
    with signed_in(site, "anna") as anna, signed_in(site, "vera") as vera:
        assert [anna.get(page).status_code for page in pages] == [403, 403]
        assert [vera.get(page).status_code for page in pages] == [200, 200]
        close_audit(site.services, audit, lead=people["lead"], now=site.clock())
        assert [anna.get(page).status_code for page in pages] == [200, 200]


def _also(site: Site, account: Account, *roles: Role) -> None:
    with site.services.store.writing() as session:
        accounts.set_roles(session, account.id, roles)


def _lock_one(client: httpx.Client, audit: int) -> None:
    seat = f"/seats/{claimed_by(client, audit)}"
    page = answer_all(client, seat)
    assert post(client, f"{seat}/lock", expected=step_in(page)).status_code == 200
