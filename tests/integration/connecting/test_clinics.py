"""A clinic is added, found, connected to with key and token, changed and removed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from abstractor.errors import OptionError, SetupError
from abstractor.fhir.clinic_setup import ClinicSetup
from abstractor.workflow import Services, make_keys, register_clinic
from abstractor.workflow.clinic.clinics import (
    SealedShelf,
    add_clinic,
    clinic_endpoint,
    clinic_named,
    clinics,
    connection_to,
    registered_of,
    remove_clinic,
)
from tests.integration.connecting.places import guarded, setup_of

PLAIN = ClinicSetup("North", "https://north.example/fhir/", group="all")
MOST = replace(
    PLAIN,
    dialect="epic",
    auth="backend-services",
    client_id="client",
    algorithm="ES384",
    requests_per_second=2.5,
    at_once=4,
    nightly="30 2 * * *",
    tell="mailto:it@north.example",
)


@pytest.mark.parametrize("setup", [PLAIN, MOST, ClinicSetup("x", "http://127.0.0.1:8090", by_diagnosis=True)])
def test_a_clinic_comes_back_as_it_was_added(services: Services, setup: ClinicSetup) -> None:
    added = add_clinic(services, setup)
    assert added.setup == setup
    assert clinic_named(services, setup.name) == registered_of(services, added.clinic.id) == added
    assert clinics(services) == (added,)


def test_another_name_is_answered_with_those_there_are(services: Services) -> None:
    with pytest.raises(OptionError, match="nor any other: `abstractor clinic add"):
        clinic_named(services, "West")
    add_clinic(services, PLAIN)
    add_clinic(services, replace(PLAIN, name="East"))
    with pytest.raises(OptionError, match="there are: East, North"):
        clinic_named(services, "West")


def test_a_change_keeps_the_clinic_and_another_address_is_another(services: Services) -> None:
    first = add_clinic(services, PLAIN)
    slower = add_clinic(services, replace(PLAIN, at_once=2))
    elsewhere = add_clinic(services, replace(PLAIN, base_url="https://new.example/fhir"))
    assert first.clinic == slower.clinic != elsewhere.clinic
    assert clinics(services) == (elsewhere,)
    assert registered_of(services, first.clinic.id) == slower, "what waits there is asked as before"


def test_a_clinic_that_was_registered_by_its_address_is_asked_without_signing_in(services: Services) -> None:
    clinic = register_clinic(services, "the clinic of 'me (1)'", "http://127.0.0.1:8090/fhir/", group="g1")
    found = registered_of(services, clinic.id)
    assert found.setup == ClinicSetup("the clinic of -me -1", "http://127.0.0.1:8090/fhir", group="g1")


def test_a_removed_clinic_is_asked_no_more_and_may_come_back(services: Services) -> None:
    added = add_clinic(services, PLAIN)
    assert remove_clinic(services, "North") == added
    assert clinics(services) == ()
    with pytest.raises(SetupError, match="was removed"):
        registered_of(services, added.clinic.id)
    assert add_clinic(services, PLAIN) == added == registered_of(services, added.clinic.id)


def test_the_endpoint_has_the_time_outs_of_the_program_and_the_pace_of_the_clinic(services: Services) -> None:
    endpoint = clinic_endpoint(MOST, services.settings)
    assert (endpoint.tries, endpoint.requests_per_second, endpoint.at_once) == (1, 2.5, 4)
    assert endpoint.headers == (("Epic-Client-ID", "client"),)
    assert clinic_endpoint(PLAIN, services.settings).headers == ()


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_a_connection_signs_in_and_tells_what_was_granted(services: Services, algorithm: str) -> None:
    make_keys(services)
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door, algorithm=algorithm))
        scopes: list[str] = []
        with connection_to(services, registered, granted=scopes.append) as connection:
            assert len(list(connection.references(group="all"))) == 8
    assert len(scopes) == 1
    assert "system/Group.rs" in scopes[0].split()


def test_without_a_key_it_says_which_and_how(services: Services) -> None:
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door))
        with (
            pytest.raises(SetupError, match=r"no RS384 key .* at North: .*`abstractor clinic keys create`"),
            connection_to(services, registered),
        ):
            pass


def test_the_next_connection_has_the_token_of_the_one_before(services: Services) -> None:
    make_keys(services)
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door))
        for _ in range(3):
            with connection_to(services, registered) as connection:
                assert list(connection.references(group="all"))
        asked = [one for one in door.heard() if one.path.endswith("/token")]
    assert len(asked) == 1


def test_the_token_is_sealed_and_a_damaged_one_is_had_anew(services: Services) -> None:
    make_keys(services)
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door))
        with connection_to(services, registered) as connection:
            list(connection.references(group="all"))
        shelf = SealedShelf(services, registered.clinic.id)
        token = shelf.read()
        assert token is not None
        with services.store.engine.begin() as raw:
            (sealed,) = raw.execute(text("SELECT sealed FROM token")).one()
            assert token.access.encode() not in bytes(sealed)
            junk = bytes(sealed)[:-1] + bytes([bytes(sealed)[-1] ^ 1])
            raw.execute(text("UPDATE token SET sealed = :junk"), {"junk": junk})
        assert shelf.read() is None
        with connection_to(services, registered) as connection:
            assert list(connection.references(group="all"))
        assert shelf.read() is not None


CHANGES: Mapping[str, tuple[dict[str, Any], bool]] = {
    "client": ({"client_id": "another"}, False),
    "key": ({"algorithm": "ES384"}, False),
    "scopes": ({"scopes": "system/*.rs"}, False),
    "token address": ({"token_url": "https://127.0.0.1/token"}, False),
    "group": ({"group": "g2"}, False),
    "pace": ({"at_once": 2}, True),
    "schedule": ({"nightly": "0 1 * * *"}, True),
}


@pytest.mark.parametrize("changed", CHANGES)
def test_a_token_is_dropped_where_what_it_was_given_for_changes(services: Services, changed: str) -> None:
    more, stays = CHANGES[changed]
    make_keys(services)
    with guarded(services) as door:
        setup = setup_of(door)
        registered = add_clinic(services, setup)
        with connection_to(services, registered, granted=lambda _: None):
            pass
        shelf = SealedShelf(services, registered.clinic.id)
        assert shelf.read() is not None
        add_clinic(services, replace(setup, **more))
    assert (shelf.read() is not None) == stays


def test_a_token_goes_with_its_clinic(services: Services) -> None:
    make_keys(services)
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door))
        with connection_to(services, registered, granted=lambda _: None):
            pass
        remove_clinic(services, "North")
    assert SealedShelf(services, registered.clinic.id).read() is None
