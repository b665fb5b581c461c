"""Renewing: before the end and after a 401, once for all threads, and over the shelf for all workers."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx
import pytest

from abstractor.errors import ClinicMisbehaved, ClinicRefused, ClinicUnreachable
from abstractor.fhir.smart.renewal import Tokens
from abstractor.fhir.smart.token import OwnShelf, Token
from tests.clock import Clock
from tests.unit.fhir_smart.scripted import Shelf, granted, scripted_clinic, signed_in

TYPES = ["Patient"]


class Grants:
    """Counts the tokens that it gives and how often it was asked; `fails` is raised while it is set."""

    def __init__(self, clock: Clock, life: float) -> None:
        self.given = self.asked = 0
        self.fails: Exception | None = None
        self._clock = clock
        self._life = life

    def __call__(self) -> Token:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        self.given += 1
        return Token(f"token-{self.given}", self._clock() + self._life, "")


@pytest.mark.parametrize(
    ("life", "chance", "good_for"),
    [(3600, 0, 3540), (3600, 1, 3510), (600, 0, 540), (300, 0, 270), (300, 1, 255), (10, 0, 9), (1, 1, 0.85)],
)
def test_a_token_is_renewed_a_while_before_its_end(life: float, chance: float, good_for: float) -> None:
    clock = Clock(0)
    grants = Grants(clock, life)
    tokens = Tokens(grants, OwnShelf(), clock=clock, chance=lambda: chance)
    assert (tokens.last, tokens.current().access) == (None, "token-1")
    clock.now = good_for - 0.01
    assert tokens.current() == tokens.last == Token("token-1", life, "")
    clock.now = good_for + 0.01
    assert tokens.current().access == "token-2"


def test_one_thread_gets_the_token_and_all_use_it() -> None:
    clock = Clock()
    grants, together = Grants(clock, 300), threading.Barrier(8)

    def slowly() -> Token:
        time.sleep(0.05)
        return grants()

    tokens = Tokens(slowly, OwnShelf(), clock=clock)

    def use(_: int) -> str:
        together.wait(timeout=5)
        return tokens.current().access

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(use, range(8))) == {"token-1"}
    assert grants.given == 1


def test_a_token_that_is_still_good_is_used_while_another_thread_renews_it() -> None:
    clock, asked, go_on = Clock(), threading.Event(), threading.Event()
    grants = Grants(clock, 300)

    def waits() -> Token:
        if grants.given:
            asked.set()
            assert go_on.wait(timeout=5)
        return grants()

    tokens = Tokens(waits, OwnShelf(), clock=clock)
    tokens.current()
    clock.now += 290
    with ThreadPoolExecutor(1) as threads:
        renewing = threads.submit(tokens.current)
        assert asked.wait(timeout=5)
        assert tokens.current().access == "token-1"
        go_on.set()
        assert renewing.result(timeout=5).access == "token-2"


def test_where_renewing_fails_the_old_token_is_used_to_its_end() -> None:
    clock = Clock(0)
    grants = Grants(clock, 300)
    tokens = Tokens(grants, OwnShelf(), clock=clock, chance=lambda: 0)
    tokens.current()
    grants.fails = ClinicUnreachable("down")
    for now in (271, 280, 286.5, 299.9):
        clock.now = now
        assert tokens.current().access == "token-1"
    assert grants.asked == 3
    clock.now = 300
    with pytest.raises(ClinicUnreachable):
        tokens.current()
    clock.now += 15
    grants.fails = None
    assert tokens.current().access == "token-2"


def test_a_token_that_ends_while_renewing_fails_is_not_used() -> None:
    clock = Clock(0)
    grants = Grants(clock, 300)

    def fails_slowly() -> Token:
        if grants.given:
            clock.now += 20
            raise ClinicUnreachable("down")
        return grants()

    tokens = Tokens(fails_slowly, OwnShelf(), clock=clock, chance=lambda: 0)
    tokens.current()
    clock.now = 285
    with pytest.raises(ClinicUnreachable):
        tokens.current()


@pytest.mark.parametrize(
    "error", [ClinicRefused("no", status=400), ClinicMisbehaved("what"), ClinicUnreachable("down")]
)
def test_threads_that_wait_for_a_token_are_told_of_one_refusal_and_do_not_each_ask(error: Exception) -> None:
    """A client that asks too often with a key that is wrong may be locked out."""
    clock, together = Clock(0), threading.Barrier(8)
    grants = Grants(clock, 300)
    tokens = Tokens(grants, OwnShelf(), clock=clock)
    grants.fails = error

    def use(_: int) -> Exception:
        together.wait(timeout=5)
        with pytest.raises(type(error)) as caught:
            tokens.current()
        return caught.value

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(use, range(8))) == {error}
    assert grants.asked == 1
    grants.fails = None
    clock.now = 15
    assert tokens.current().access == "token-1"


def test_workers_share_a_token_over_the_shelf() -> None:
    clock, shelf = Clock(), Shelf()
    grants = Grants(clock, 300)
    first, second = (Tokens(grants, shelf, clock=clock) for _ in range(2))
    assert first.current() == second.current()
    clock.now += 280
    assert second.current().access == first.current().access == "token-2"
    assert (grants.given, shelf.kept) == (2, 2)


@pytest.mark.parametrize(("left", "used"), [(61, True), (60, False), (1, False), (-5, False)])
def test_a_token_on_the_shelf_is_used_while_it_lasts(left: float, used: bool) -> None:
    clock, shelf = Clock(), Shelf()
    shelf.token = Token("shelved", clock.now + left, "")
    assert Tokens(Grants(clock, 300), shelf, clock=clock).current().access == (
        "shelved" if used else "token-1"
    )


def test_a_refused_token_is_renewed_once_for_all_threads() -> None:
    clock, together = Clock(), threading.Barrier(8)
    grants = Grants(clock, 300)
    tokens = Tokens(grants, OwnShelf(), clock=clock)
    refused = tokens.current()

    def use(_: int) -> str:
        together.wait(timeout=5)
        return tokens.after(refused)[0].access

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(use, range(8))) == {"token-2"}
    assert grants.given == 2


def test_after_a_refusal_the_shelf_is_looked_at_first_but_not_for_the_refused_token() -> None:
    clock, shelf = Clock(), Shelf()
    grants = Grants(clock, 300)
    tokens = Tokens(grants, shelf, clock=clock)
    new, new_too = tokens.after(tokens.current())
    assert (new.access, new_too) == ("token-2", True)
    shelf.token = Token("of-another-worker", clock.now + 300, "")
    assert tokens.after(new) == (shelf.token, False)
    assert tokens.after(new) == (shelf.token, False)
    assert grants.given == 2
    assert tokens.after(shelf.token)[0].access == "token-3"


def test_a_token_of_the_shelf_that_was_taken_back_as_well_costs_one_more() -> None:
    clock, shelf, numbers = Clock(), Shelf(), count(1)
    _, clinic = signed_in(clock, shelf=shelf)
    good = httpx.Response(200, json={"resourceType": "Patient", "id": "1"})

    def patient(request: httpx.Request) -> httpx.Response:
        taken_back = request.headers["Authorization"] in ("Bearer token-1", "Bearer of-another-worker")
        return httpx.Response(401) if taken_back and shelf.kept else good

    with scripted_clinic(
        lambda _: granted(f"token-{next(numbers)}"), paths={"Patient/1": [good, patient]}
    ) as asked:
        with clinic:
            clinic.pull("Patient/1", TYPES)
            shelf.token = Token("of-another-worker", clock.now + 300, "")
            assert clinic.pull("Patient/1", TYPES).answers[0].count == 1
    assert asked.bearers == ["token-1", "token-1", "of-another-worker", "token-2"]


def test_a_pull_goes_on_over_the_end_of_a_token() -> None:
    clock, numbers = Clock(), count(1)
    _, clinic = signed_in(clock)
    with scripted_clinic(lambda _: granted(f"token-{next(numbers)}")) as asked, clinic:
        for _ in range(4):
            clinic.pull("Patient/1", TYPES)
            clock.now += 200
    assert asked.bearers == ["token-1", "token-1", "token-2", "token-2"]


def test_a_401_in_the_middle_costs_one_token_and_no_data() -> None:
    clock, numbers = Clock(), count(1)
    _, clinic = signed_in(clock)
    patient = httpx.Response(200, json={"resourceType": "Patient", "id": "1"})
    replies = [patient, httpx.Response(401, content=b"x" * 100_000), patient]
    with scripted_clinic(lambda _: granted(f"token-{next(numbers)}"), paths={"Patient/1": replies}) as asked:
        with clinic:
            counts = [clinic.pull("Patient/1", TYPES).answers[0].count for _ in range(3)]
    assert counts == [1, 1, 1]
    assert asked.bearers == ["token-1", "token-1", "token-2", "token-2"]


def test_a_second_401_ends_the_pull() -> None:
    clock, numbers = Clock(), count(1)
    _, clinic = signed_in(clock)
    with scripted_clinic(
        lambda _: granted(f"token-{next(numbers)}"), paths={"Patient/1": httpx.Response(401)}
    ) as asked:
        with clinic, pytest.raises(ClinicRefused, match="neither our token nor a new one") as refused:
            clinic.pull("Patient/1", TYPES)
    assert refused.value.status == 401
    assert asked.bearers == ["token-1", "token-2"]


def test_a_403_of_one_type_costs_no_token() -> None:
    _, clinic = signed_in(Clock())
    with scripted_clinic(paths={"Patient/1": httpx.Response(403)}) as asked, clinic:
        assert clinic.pull("Patient/1", TYPES).answers[0].detail == "http-403"
    assert len(asked.tokens) == 1


@pytest.mark.parametrize(
    ("told", "good_for"),
    [(3600, 3500), ("300", 250), (None, 250), (0, 250), (-5, 250), ("soon", 250), ("inf", 250)],
)
def test_how_long_a_token_lasts_is_counted_from_when_it_came(told: object, good_for: float) -> None:
    """By our clock alone: what the server's says in the token or in Date is not looked at."""
    clock, numbers = Clock(), count(1)
    auth, _ = signed_in(clock)

    def reply(_: httpx.Request) -> httpx.Response:
        told_then = granted(f"token-{next(numbers)}", expires_in=told, iat=1)
        return httpx.Response(
            200, headers={"Date": "Thu, 01 Jan 1970 00:00:00 GMT"}, content=told_then.content
        )

    with scripted_clinic(reply) as asked:
        auth.sign_in()
        clock.now += good_for
        auth.sign_in()
        assert len(asked.tokens) == 1
        clock.now += 100
        auth.sign_in()
    assert len(asked.tokens) == 2
