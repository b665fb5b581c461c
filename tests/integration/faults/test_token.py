"""F41 to F46: what goes wrong with tokens. Keys, shelf and token endpoint are real ones."""

from collections.abc import Iterator

import pytest

from abstractor.errors import ClinicRefused
from abstractor.store import tokens
from abstractor.store.connection_values import RunState
from abstractor.workflow.clinic import keys
from tests.clock import Clock
from tests.integration.bulk.rounds import Wall
from tests.integration.faults.conftest import NewServices, signed_site
from tests.integration.faults.harness import CHARTS, Round, Site
from tests.unit.fhir_smart.scripted import granted, scripted_clinic, signed_in

DONE = (RunState.DONE, None)
REFUSED = (RunState.FAILED, "ClinicRefused")
DOSES = "MedicationAdministration"


@pytest.fixture
def site(new_services: NewServices) -> Iterator[Site]:
    """It signs in; the token of the clean round is forgotten, so that each fault meets a new one."""
    with signed_site(new_services()) as made:
        forget(made)
        made.door.heard(forget=True)
        yield made


def forget(site: Site) -> None:
    with site.services.store.writing() as session:
        tokens.forget_token(session, site.registered.clinic.id)


def tokens_asked(site: Site) -> int:
    return sum(one.path.endswith("/auth/token") for one in site.door.heard())


def nothing_granted(faulted: Round, told: str) -> None:
    """Nothing was read, nothing is kept, and the error says what to look at and holds no secret."""
    assert (faulted.ending, faulted.charts) == (REFUSED, {})
    assert isinstance(faulted.raised, ClinicRefused)
    assert told in str(faulted.raised)
    assert "eyJ" not in str(faulted.raised), "the beginning of every assertion"


@pytest.mark.parametrize("request_of_data", [1, 3, 20])
def test_F41_token_expires(site: Site, request_of_data: int) -> None:
    """A token that ends in the middle of a chart is renewed after the 401, and the round is whole."""
    faulted = site.struck(f"token-expires@{request_of_data}")
    assert (faulted.ending, faulted.doubted(), faulted.errors) == (DONE, set(), {})
    assert tokens_asked(site) >= 2


def test_F41_token_renewed_by_a_fake_clock() -> None:
    """By a clock of the test's: a token is renewed before its end, and not a request earlier than that."""
    clock = Clock()
    with scripted_clinic([granted("token-1"), granted("token-2")]) as asked:
        _, connection = signed_in(clock)
        with connection as clinic:
            for later in (0, 100, 200):
                clock.now += later
                clinic.pull("Patient/1", ["Patient"])
    assert asked.bearers == ["token-1", "token-1", "token-2"]


def test_F42_key_rotated(site: Site) -> None:
    """The round fails as ClinicRefused and names the key; once ours is rotated too, the next is whole."""
    site.round()
    forget(site)
    site.door.arm("key-rotated")
    nothing_granted(site.round(), "http-400:invalid_client")
    keys.rotate_keys(site.services, at_once=True)
    site.is_whole_again()
    site.door.disarm()


def test_F43_bare_400(site: Site) -> None:
    """A 400 that says nothing fails the round as ClinicRefused; the words name client, key and clock."""
    nothing_granted(site.struck("bare-400"), "a bare 400 is how Epic says")


def test_F44_scope_downgraded(site: Site) -> None:
    """A type that is not granted is not asked for and told; with the next token all is whole."""
    site.door.arm("scope-downgraded")
    faulted = site.round()
    site.door.disarm()
    site.holds(faulted)
    assert faulted.said(DOSES) == dict.fromkeys(CHARTS, ("not-asked", 0, "not-granted"))
    assert {one.split()[1] for one in faulted.doubted()} == {DOSES}
    assert f"system/{DOSES}.rs" not in str(faulted.run.scope)
    assert "system/MedicationRequest.rs" in str(faulted.run.scope)
    wall = site.services.clock
    assert isinstance(wall, Wall)
    wall.move(minutes=5)  # the token that grants less has ended
    site.is_whole_again()


@pytest.mark.parametrize("fault", ["clock-skew", "clock-skew=-300"], ids=["ahead", "behind"])
def test_F45_clock_skew(site: Site, fault: str) -> None:
    """A clock 5 minutes off is found by the server's Date: the assertion is made anew, the round is whole."""
    faulted = site.struck(fault)
    assert (faulted.ending, faulted.doubted(), faulted.raised) == (DONE, set(), None)


def test_F46_jwks_down(site: Site) -> None:
    """A clinic that cannot read our keys refuses: the round fails as ClinicRefused and names the JWKS."""
    nothing_granted(site.struck("jwks-down"), "JWKS address")
