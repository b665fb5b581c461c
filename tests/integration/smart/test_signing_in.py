"""Signing in at a real server that checks every assertion and every token."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from abstractor.chart import Seen
from abstractor.errors import ClinicRefused
from abstractor.fhir.endpoint import Connection, Endpoint, connect
from abstractor.fhir.http import Http
from abstractor.fhir.smart.keys import SigningKey, new_key
from abstractor.fhir.smart.tokens import BackendServices, backend_services
from abstractor.fhir.types import TYPES_READ
from tests.clock import Clock
from tests.integration.smart.guarded import CLIENT, Guarded, guarded_clinic
from tests.unit.fhir_smart.scripted import Shelf, es384, rs384

TYPES = ["Patient", "Condition", "Encounter", "Observation"]


def signed_in(
    url: str, key: SigningKey, clock: Clock, *, client_id: str = CLIENT, shelf: Any = None
) -> tuple[BackendServices, Connection]:
    endpoint = Endpoint(url, tries=2, backoff=0.0, read_timeout=10)
    auth = backend_services(
        endpoint, client_id=client_id, key=key, shelf=shelf, clock=clock, sleep=clock.sleep
    )
    return auth, connect(endpoint, auth=auth, sleep=clock.sleep)


def whole(clinic: Connection, patient: str = "Patient/1") -> bool:
    answers = clinic.pull(patient, TYPES).answers
    return [one.state for one in answers] == [Seen.COMPLETE, Seen.EMPTY, Seen.EMPTY, Seen.EMPTY]


@pytest.mark.parametrize("key", [rs384(), es384()], ids=["RS384", "ES384"])
def test_a_chart_is_pulled_with_a_key_of_either_algorithm(key: SigningKey) -> None:
    clock = Clock()
    there = Guarded([es384(), rs384()], clock)
    with guarded_clinic(there) as url:
        auth, clinic = signed_in(url, key, clock)
        with clinic:
            assert whole(clinic)
    assert (len(there.tokens), there.refused) == (1, 0)
    granted = auth.granted()
    assert granted is not None
    assert granted.scope == " ".join(f"system/{name}.rs" for name in TYPES_READ)


def test_a_token_that_ends_in_the_middle_of_a_chart_is_renewed_before() -> None:
    clock = Clock()
    there = Guarded([es384()], lambda: clock.now)
    with guarded_clinic(there) as url:
        _, clinic = signed_in(url, es384(), clock)
        with clinic:
            for patient in range(5):
                clock.now += 140
                assert whole(clinic, f"Patient/{patient}")
    assert (len(there.tokens), there.refused) == (3, 0)


def test_a_token_that_is_taken_back_in_the_middle_of_a_chart_costs_nothing_but_another() -> None:
    clock, asked = Clock(), count(1)

    class Forgetful(Guarded):
        def answer(self, path: str, bearer: str | None) -> tuple[int, dict[str, Any]]:
            if next(asked) in (3, 7):
                self.tokens.clear()
            return super().answer(path, bearer)

    there = Forgetful([es384()], clock)
    with guarded_clinic(there) as url:
        _, clinic = signed_in(url, es384(), clock)
        with clinic:
            assert whole(clinic)
            assert whole(clinic)
    assert (len(there.assertions), there.refused) == (3, 2)


def test_nobody_waits_for_the_body_of_a_401() -> None:
    clock = Clock()
    there = Guarded([es384()], clock, endless=True)
    with guarded_clinic(there) as url:
        endpoint = Endpoint(url, tries=1, read_timeout=10)
        auth = backend_services(endpoint, client_id=CLIENT, key=es384(), clock=clock, sleep=clock.sleep)
        with connect(endpoint, auth=auth, sleep=clock.sleep) as clinic:
            auth.sign_in()
            there.tokens.clear()
            assert whole(clinic)
    assert (len(there.tokens), there.refused) == (1, 1)


def test_threads_share_their_tokens_and_none_is_refused() -> None:
    clock = Clock()
    there = Guarded([es384()], clock, life=120)
    with guarded_clinic(there) as url:
        _, clinic = signed_in(url, es384(), clock)
        with clinic:
            for _ in range(3):
                with ThreadPoolExecutor(8) as threads:
                    pulled = threads.map(lambda n: clinic.pull(f"Patient/{n}", ["Patient"]), range(20))
                assert [one.answers[0].state for one in pulled] == [Seen.COMPLETE] * 20
                clock.now += 110
    assert (len(there.tokens), there.refused) == (3, 0)


def test_a_worker_goes_on_with_the_token_of_another() -> None:
    clock, shelf = Clock(), Shelf()
    there = Guarded([es384()], clock)
    with guarded_clinic(there) as url:
        for _ in range(3):
            _, clinic = signed_in(url, es384(), clock, shelf=shelf)
            with clinic:
                assert whole(clinic)
        shelf.token = type(shelf.token)("canary-of-yesterday", shelf.token.expires_at, shelf.token.scope)
        _, clinic = signed_in(url, es384(), clock, shelf=shelf)
        with clinic:
            assert whole(clinic)
    assert (len(there.tokens), there.refused) == (2, 1)


def test_a_key_is_rotated_without_a_gap() -> None:
    old, following = es384(), new_key("ES384")
    clock = Clock()
    there = Guarded([old], clock)
    with guarded_clinic(there) as url:
        there.keys = [old, following]
        for key in (old, following):
            _, clinic = signed_in(url, key, clock)
            with clinic:
                assert whole(clinic)
        there.keys = [following]
        auth, _ = signed_in(url, following, clock)
        auth.sign_in()
        auth, _ = signed_in(url, old, clock)
        with pytest.raises(ClinicRefused, match=f"the key {old.kid} is at the JWKS address"):
            auth.sign_in()


def test_a_client_that_nobody_knows_gets_a_bare_400_from_some() -> None:
    clock = Clock()
    with guarded_clinic(Guarded([es384()], clock, bare=True)) as url:
        auth, clinic = signed_in(url, es384(), clock, client_id="somebody-else")
        with clinic, pytest.raises(ClinicRefused, match="bare 400 is how Epic says"):
            whole(clinic)
        assert auth.granted() is None


def test_a_scope_that_was_taken_down_costs_its_types_and_is_told_before() -> None:
    clock = Clock()
    there = Guarded([es384()], clock, allowed={"system/Patient.rs", "system/Encounter.rs"})
    with guarded_clinic(there) as url:
        auth, clinic = signed_in(url, es384(), clock)
        with clinic:
            missing = auth.sign_in().not_granted
            answers = {one.type: one for one in clinic.pull("Patient/1", TYPES).answers}
    assert set(missing) == set(TYPES_READ) - {"Patient", "Encounter"}
    assert {name: one.detail for name, one in answers.items()} == {
        "Patient": None,
        "Condition": "not-granted",
        "Encounter": None,
        "Observation": "not-granted",
    }
    assert (len(there.tokens), there.refused) == (1, 0)


def test_a_server_of_v1_is_asked_in_v1() -> None:
    clock = Clock()
    with guarded_clinic(Guarded([es384()], clock, capabilities=())) as url:
        auth, clinic = signed_in(url, es384(), clock)
        with clinic:
            assert whole(clinic)
        assert auth.sign_in().scope.split()[0] == "system/AdverseEvent.read"


@pytest.mark.parametrize("skew", [-300, 300])
def test_clocks_that_differ_by_five_minutes(skew: float) -> None:
    clock = Clock()
    there = Guarded([es384()], lambda: clock.now + skew, life=200)
    with guarded_clinic(there) as url:
        auth, clinic = signed_in(url, es384(), clock)
        with clinic:
            for _ in range(3):
                assert whole(clinic)
                clock.now += 190
        (said,) = auth.remarks()
    assert f"{abs(skew)} s" in said
    assert (len(there.tokens), len(there.assertions), there.refused) == (3, 4, 0)


def test_an_assertion_is_never_sent_twice() -> None:
    """The server takes the first and then stumbles: the second try needs another."""
    clock = Clock()
    there = Guarded([es384()], clock, stumbles=1)
    with guarded_clinic(there) as url:
        auth, _ = signed_in(url, es384(), clock)
        auth.sign_in()
    assert len(set(there.assertions)) == len(there.assertions) == 2


def test_another_host_never_sees_the_token() -> None:
    clock = Clock()
    there, elsewhere = Guarded([es384()], clock), Guarded([es384()], clock)
    with guarded_clinic(there) as url, guarded_clinic(elsewhere) as other:
        endpoint = Endpoint(url, tries=1)
        auth = backend_services(endpoint, client_id=CLIENT, key=es384(), clock=clock, sleep=clock.sleep)
        http = Http(endpoint, auth=auth)
        assert isinstance(http.fetch(f"{url}/Patient/1"), bytes)
        http.ask("GET", f"{other}/Patient/1")
        http.close()
    assert [bearer for _, bearer in elsewhere.seen] == [None]
    assert len(there.seen) == 1


def test_many_connections_at_once_each_with_its_own_token() -> None:
    clock = Clock()
    there = Guarded([es384()], clock)

    def pull(number: int) -> bool:
        _, clinic = signed_in(there.url + "/fhir", es384(), clock)
        with clinic:
            return whole(clinic, f"Patient/{number}")

    with guarded_clinic(there), ThreadPoolExecutor(4) as threads:
        assert all(threads.map(pull, range(8)))
    assert (len(there.tokens), there.refused) == (8, 0)
