"""The public keys, as a clinic's server fetches them: by anybody, for a short time, nothing private."""

import json

from abstractor.workflow.clinic.keys import make_keys, public_keys
from tests.integration.web.site import Site, open_site

PUBLIC = {"kty", "n", "e", "crv", "x", "y", "kid", "alg", "use", "key_ops"}


def test_a_stranger_reads_the_public_parts(site: Site) -> None:
    make_keys(site.services)
    with site.browser(signed_in=False) as stranger:
        answer = stranger.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.json() == public_keys(site.services)
    assert len(answer.json()["keys"]) == 4
    assert {name for key in answer.json()["keys"] for name in key} <= PUBLIC


def test_it_may_be_kept_for_a_short_time(site: Site) -> None:
    with site.browser(signed_in=False) as stranger:
        answer = stranger.get("/.well-known/jwks.json")
        refused = stranger.post("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "set-cookie" not in answer.headers
    assert refused.headers["cache-control"] == "no-store", "an error is kept by nobody"


def test_without_keys_it_is_an_empty_set() -> None:
    with open_site() as site, site.browser(signed_in=False) as stranger:
        assert json.loads(stranger.get("/.well-known/jwks.json").content) == {"keys": []}
