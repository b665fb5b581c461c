"""The keys that sign in: made, published before they sign, rotated with every clinic still open to us."""

import json

import pytest
from sqlalchemy import text

from abstractor.errors import SetupError
from abstractor.store.connection_values import KeyRole
from abstractor.workflow import Services, make_keys, public_keys, published, rotate_keys
from abstractor.workflow.clinic.clinics import SealedShelf, add_clinic, connection_to
from tests.integration.connecting.places import Wall, guarded, setup_of

BOTH = ("RS384", "ES384")


def roles(services: Services) -> dict[tuple[str, str], str]:
    return {(key.algorithm, key.role.value): key.kid for key in published(services)}


def test_of_each_algorithm_one_signs_and_one_is_next(services: Services) -> None:
    made = make_keys(services)
    assert {(key.algorithm, key.role) for key in made} == {
        (algorithm, role) for algorithm in BOTH for role in (KeyRole.CURRENT, KeyRole.NEXT)
    }
    assert make_keys(services) == (), "a second time there is nothing to make"
    assert [key["kid"] for key in public_keys(services)["keys"]] == [key.kid for key in published(services)]


def test_no_private_part_is_published_or_lies_open_in_the_database(services: Services) -> None:
    make_keys(services)
    shown = json.dumps(public_keys(services))
    with services.store.engine.connect() as raw:
        rows = raw.execute(text("SELECT public_jwk, sealed FROM signing_key")).all()
    for name in ("d", "p", "q", "dp", "dq", "qi", "oth", "k"):
        assert f'"{name}":' not in shown
        assert all(
            f'"{name}":' not in public and f'"{name}":'.encode() not in sealed for public, sealed in rows
        )


def test_a_key_signs_only_once_it_was_published_for_a_day(services: Services, wall: Wall) -> None:
    make_keys(services)
    before = roles(services)
    wall.move(hours=23)
    with pytest.raises(SetupError, match="wait until then"):
        rotate_keys(services)
    assert roles(services) == before, "nothing has changed"
    wall.move(hours=1.1)
    done = {one.algorithm: one for one in rotate_keys(services)}
    after = roles(services)
    for algorithm in BOTH:
        assert after[algorithm, "current"] == before[algorithm, "next"] == done[algorithm].signs
        assert after[algorithm, "retired"] == before[algorithm, "current"] == done[algorithm].retired
        assert after[algorithm, "next"] == done[algorithm].following not in before.values()


def test_a_retired_key_stays_published_for_an_hour_and_cannot_sign(services: Services, wall: Wall) -> None:
    make_keys(services)
    retired = {one.retired for one in rotate_keys(services, at_once=True)}
    assert retired < {key["kid"] for key in public_keys(services)["keys"]}
    wall.move(minutes=61)
    assert len(public_keys(services)["keys"]) == 4
    assert not retired & {key["kid"] for key in public_keys(services)["keys"]}
    with services.store.engine.connect() as raw:
        rows = raw.execute(text("SELECT kid, sealed FROM signing_key WHERE role = 'retired'")).all()
    assert {row.kid for row in rows} == retired
    assert all(row.sealed is None for row in rows)


def test_one_algorithm_may_be_rotated_alone(services: Services) -> None:
    make_keys(services)
    before = roles(services)
    rotate_keys(services, ["ES384"], at_once=True)
    after = roles(services)
    assert after["RS384", "current"] == before["RS384", "current"]
    assert after["ES384", "current"] == before["ES384", "next"]


def test_without_a_next_key_it_says_how_to_make_one(services: Services) -> None:
    with pytest.raises(SetupError, match="`abstractor clinic keys create`"):
        rotate_keys(services, at_once=True)


def test_a_clinic_that_knows_the_set_from_before_lets_us_in_after_a_rotation(services: Services) -> None:
    """It is not told of the rotation: the key that signs now was published long ago."""
    make_keys(services)
    with guarded(services) as door:
        registered = add_clinic(services, setup_of(door))
        tokens = []
        for _ in range(2):
            with connection_to(services, registered, granted=lambda _: None) as connection:
                assert list(connection.references(group="all"))
            tokens.append(SealedShelf(services, registered.clinic.id).read())
            rotate_keys(services, ["RS384"], at_once=True)
            assert SealedShelf(services, registered.clinic.id).read() is None
    assert None not in tokens
    assert tokens[0] != tokens[1]
