"""A rotation in the midst of pulling, at a clinic that fetches our key set from where it is served."""

from datetime import UTC, datetime

import pytest

from abstractor.errors import ClinicRefused
from abstractor.workflow import make_keys, rotate_keys
from abstractor.workflow.clinic.clinics import add_clinic, connection_to
from fixtures.clinic.running import open_clinic
from fixtures.clinic.smart.setup import Smart
from fixtures.stories import all_stories
from tests.integration.connecting.places import setup_of
from tests.integration.web.site import open_site


@pytest.mark.parametrize("algorithm", ["RS384", "ES384"])
def test_who_was_connected_goes_on_and_who_comes_later_signs_with_the_next_key(algorithm: str) -> None:
    with open_site() as site:
        site.clock.at = datetime.now(UTC)
        make_keys(site.services)
        smart = Smart(jwks=f"{site.url}/.well-known/jwks.json", token_seconds=30)
        with open_clinic(all_stories()[:4], smart=smart) as door:
            registered = add_clinic(site.services, setup_of(door, algorithm=algorithm))
            with connection_to(site.services, registered) as before:
                assert list(before.references(group="all"))
                rotate_keys(site.services, at_once=True)
                # The clinic meets a key that it has not seen, and fetches the set again.
                with connection_to(site.services, registered) as after:
                    assert list(after.references(group="all"))
                # Every token has ended: the one who was there signs with the retired key once more.
                door.advance(60)
                assert list(before.references(group="all"))
                tokens = [one for one in door.heard() if one.path.endswith("/token")]
    assert len(tokens) == 3


def test_after_an_hour_a_retired_key_is_no_key_any_more() -> None:
    with open_site() as site:
        site.clock.at = datetime.now(UTC)
        make_keys(site.services)
        smart = Smart(jwks=f"{site.url}/.well-known/jwks.json", token_seconds=30)
        with open_clinic(all_stories()[:4], smart=smart) as door:
            registered = add_clinic(site.services, setup_of(door))
            with connection_to(site.services, registered) as before:
                rotate_keys(site.services, at_once=True)
                site.clock.pass_by(61 * 60)
                door.advance(61 * 60)
                with pytest.raises(ClinicRefused):
                    list(before.references(group="all"))
