"""Giving out accounts by what stands behind `abstractor account`, on both databases; what the trail says."""

from datetime import timedelta

import pytest

from abstractor.errors import Conflict, OptionError
from abstractor.store import trail
from abstractor.store.values import Role
from abstractor.workflow import Services, account_of_token, register_clinic
from abstractor.workflow import accounts as giving
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.signin import account_of_link, session_of, sign_in, use_link

BY = at_the_machine()
SECRET = "a long enough secret"  # noqa: S105 - of the test's own account


def told(services: Services) -> list[str]:
    with services.store.reading() as session:
        return [entry.detail or "" for entry in reversed(trail.newest(session))]


def test_a_clinic_is_meant_by_its_name_whatever_address_it_has(services: Services) -> None:
    old = register_clinic(services, "North", "https://north.example/fhir")
    new = register_clinic(services, "North", "https://new.example/fhir")
    register_clinic(services, "South", "https://south.example/fhir")
    made, _ = giving.add_account(services, "ada", roles=[Role.AUDITOR], sites=["North"], by=BY)
    assert made.sites == {old.id, new.id}
    assert giving.set_account_sites(services, "ADA", None, by=BY).sites is None
    assert giving.set_account_sites(services, "ada", [], by=BY).sites == frozenset()


def test_what_cannot_be_is_refused(services: Services) -> None:
    giving.add_account(services, "ada", roles=[], sites=[], by=BY)
    giving.add_account(services, "bob", roles=[], sites=[], oidc_name="bob@north.example", by=BY)
    with pytest.raises(Conflict):
        giving.add_account(services, " ADA ", roles=[], sites=[], by=BY)
    with pytest.raises(Conflict):
        giving.add_account(services, "bob2", roles=[], sites=[], oidc_name="Bob@north.example", by=BY)
    with pytest.raises(OptionError, match="no clinic is called 'Nowhere'"):
        giving.add_account(services, "cleo", roles=[], sites=["Nowhere"], by=BY)
    with pytest.raises(OptionError, match="no account is called 'cleo'"):
        giving.set_account_roles(services, "cleo", [], by=BY)
    with pytest.raises(OptionError, match="is the account of a person"):
        giving.add_service(services, "ada", roles=[], sites=[], life=timedelta(days=1), by=BY)
    for name in ("", "  ", "a\nb", "x" * 201):
        with pytest.raises(OptionError, match="needs a name"):
            giving.add_account(services, name, roles=[], sites=[], by=BY)


def test_a_service_keeps_its_account_and_each_token_its_own_end(services: Services) -> None:
    def another(days: int, *roles: Role) -> tuple[int, str]:
        made, token = giving.add_service(
            services, "warehouse", roles=roles, sites=None, life=timedelta(days=days), by=BY
        )
        return made.id, token

    (first, one), (_, other) = another(1, Role.VIEWER), another(3)
    now = services.clock()
    held = account_of_token(services, one, now)
    assert held is not None and held.roles == {Role.VIEWER}
    assert account_of_token(services, one, now + timedelta(days=1)) is None
    assert account_of_token(services, other, now + timedelta(days=2)) == held
    giving.revoke_service_token(services, first, by=BY)
    assert account_of_token(services, one, now) is None
    assert account_of_token(services, other, now) == held
    giving.disable_account(services, "warehouse", by=BY)
    giving.enable_account(services, "warehouse", by=BY)
    assert account_of_token(services, other, now) is None, "revoked with the account, and for good"
    with pytest.raises(OptionError, match="has not all of these roles"):
        another(1, Role.IT_ADMIN)
    used = [one.used_at for one in giving.tokens_of_services(services)]
    assert used == [now, now + timedelta(days=2)]


def test_a_link_is_good_once_and_what_it_set_lets_in(services: Services) -> None:
    _, link = giving.add_account(services, "ada", roles=[Role.VIEWER], sites=None, by=BY)
    now = services.clock()
    assert link is not None
    assert account_of_link(services, link, now) is not None
    assert use_link(services, link, SECRET, now) is not None
    assert use_link(services, link, SECRET, now) is None
    token = sign_in(services, "ada", SECRET, now)
    assert token is not None and session_of(services, token, now) is not None
    newer = giving.new_link(services, "ada", by=BY)
    assert sign_in(services, "ada", SECRET, now) is not None, "until it is used the old one is good"
    assert use_link(services, newer, "another long secret", now) is not None
    assert session_of(services, token, now) is None, "a new password ends every session"


def test_the_trail_says_who_gave_what_to_whom(services: Services) -> None:
    giving.add_account(services, "ada", roles=[Role.VIEWER], sites=[], by=BY)
    giving.set_account_roles(services, "ada", [Role.QI_LEAD, Role.AUDITOR], by=BY)
    giving.disable_account(services, "ada", by=BY)
    by = f"by={BY.name} account=1"
    assert told(services) == [
        f"{by} roles=viewer sites=none named=ada",
        f"{by} roles=auditor,qi-lead sites=none",
        f"{by} roles=auditor,qi-lead sites=none",
    ]
