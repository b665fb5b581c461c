"""Nobody takes the last IT admin away, or shuts themselves out unawares; who is let in by the provider, on
both databases.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from abstractor.errors import Conflict, OptionError
from abstractor.settings import Settings
from abstractor.store import accounts, claims, sign_ins, trail
from abstractor.store.passwords import hashed
from abstractor.store.values import Account, Role
from abstractor.workflow import Services, create_account, signin
from abstractor.workflow import accounts as giving
from abstractor.workflow.acting import By, at_the_machine, by_of
from abstractor.workflow.provider import Person, sign_in_by_provider
from abstractor.workflow.signin import account_of_link, session_of, sign_in, use_link

BY = at_the_machine()
ISSUER = "https://provider.example"
SECRET = "a long enough secret"  # noqa: S105 - of the test's own account


def admin(services: Services, name: str, *, signs_in: bool = True) -> Account:
    made, link = giving.add_account(services, name, roles=[Role.IT_ADMIN], sites=None, by=BY)
    if signs_in:
        assert link is not None and use_link(services, link, "a long enough secret", services.clock())
    return made


def admins(services: Services) -> set[str]:
    with services.store.writing() as session:
        return {one.account.name for one in accounts.administrators(session)}


def take_away(services: Services, name: str, way: int, by: By = BY, *, sure: bool = True) -> None:
    match way:
        case 0:
            giving.disable_account(services, name, by=by, sure=sure)
        case 1:
            giving.set_account_roles(services, name, [Role.VIEWER], by=by, sure=sure)
        case 2:
            giving.set_account_sites(services, name, [], by=by, sure=sure)
        case _:
            roles = [Role.IT_ADMIN]
            giving.set_account_access(services, name, roles=roles, sites=[], by=by, sure=sure)


@pytest.mark.parametrize("way", range(4))
def test_the_last_admin_stays(services: Services, way: int) -> None:
    admin(services, "max")
    admin(services, "grace", signs_in=False)
    with pytest.raises(OptionError, match="nobody would be left who administers"):
        take_away(services, "max", way)
    assert admins(services) == {"max", "grace"}, "who has not signed in yet does not take the place"
    take_away(services, "grace", way)
    admin(services, "ida")
    take_away(services, "max", way)
    assert admins(services) == {"ida"}


def with_provider(services: Services, issuer: str = ISSUER) -> Services:
    return replace(services, settings=Settings(_env_file=None, oidc_issuer=issuer))


def refuses_to_lose(services: Services, name: str) -> bool:
    try:
        giving.disable_account(services, name, by=BY)
    except OptionError as refused:
        assert "nobody would be left who administers" in str(refused)
        return True
    giving.enable_account(services, name, by=BY)
    return False


def test_who_waits_at_the_provider_does_not_take_the_place_of_the_last_admin(services: Services) -> None:
    admin(services, "max")
    here = with_provider(services)
    giving.add_account(here, "padm", roles=[Role.IT_ADMIN], sites=None, oidc_name="padm@north.example", by=BY)
    assert refuses_to_lose(here, "max"), "nobody has claimed it"
    with services.store.writing() as session:
        assert claims.claim(session, ISSUER, "s-1", "padm@north.example", now=services.clock())
    assert not refuses_to_lose(here, "max")
    assert refuses_to_lose(services, "max"), "no provider is set"
    assert refuses_to_lose(with_provider(services, "https://other.example"), "max"), "another is set"
    with pytest.raises(OptionError, match="nobody would be left"):
        giving.disable_account(services, "max", by=BY)


def test_the_last_admin_is_not_given_over_to_a_name_that_nobody_has_claimed(services: Services) -> None:
    admin(services, "max")
    here = with_provider(services)
    for held in (here, services):
        with pytest.raises(OptionError, match="nobody would be left"):
            giving.let_in_by_provider(held, "max", oidc_name="max@north.example", subject=None, by=BY)
    assert sign_in(services, "max", SECRET, services.clock()) is not None, "nothing was taken away"
    giving.let_in_by_provider(here, "max", oidc_name=None, subject="s-1", by=BY)
    with pytest.raises(OptionError, match="nobody would be left"):
        giving.let_in_by_provider(here, "max", oidc_name="max@north.example", subject=None, by=BY)


@pytest.mark.parametrize("way", [{"oidc_name": "ada@b.example", "subject": None}, {"subject": "s-1"}])
def test_who_had_the_password_is_let_in_no_more(services: Services, way: dict[str, str | None]) -> None:
    here, now = with_provider(services), services.clock()
    _, link = giving.add_account(here, "ada", roles=[Role.VIEWER], sites=None, by=BY)
    assert link is not None and use_link(here, link, SECRET, now)
    token, newer = sign_in(here, "ada", SECRET, now), giving.new_link(here, "ada", by=BY)
    assert token is not None and session_of(here, token, now)
    assert giving.let_in_by_provider(here, "ada", **{"oidc_name": None, **way}, by=BY)
    assert sign_in(here, "ada", SECRET, now) is None
    assert session_of(here, token, now) is None
    assert account_of_link(here, newer, now) is None and use_link(here, newer, SECRET, now) is None
    with here.store.reading() as session:
        told = [entry.detail or "" for entry in trail.newest(session) if entry.action == "account-changed"]
    assert told[0].endswith(" password=taken-away")
    assert not giving.let_in_by_provider(here, "ada", **{"oidc_name": None, **way}, by=BY), "nothing is left"
    again = giving.new_link(here, "ada", by=BY)
    assert use_link(here, again, SECRET, now) and sign_in(here, "ada", SECRET, now) is not None


def test_a_password_that_is_taken_away_while_it_is_changed_stays_away(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = services.clock()
    who = create_account(services, "ada", SECRET, roles=[Role.VIEWER], sites=None, now=now)

    def slowly(password: str) -> str:
        giving.let_in_by_provider(services, "ada", oidc_name="ada@b.example", subject=None, by=BY)
        return hashed(password)

    monkeypatch.setattr(signin, "hashed", slowly)
    assert not signin.change_password(services, who, SECRET, "another long secret", token="x", now=now)  # noqa: S106
    assert sign_in(services, "ada", "another long secret", now) is None


def test_where_nobody_administers_yet_others_are_changed(services: Services) -> None:
    giving.add_account(services, "ada", roles=[Role.VIEWER], sites=None, by=BY)
    giving.set_account_roles(services, "ada", [Role.AUDITOR], by=BY)
    giving.disable_account(services, "ada", by=BY)


@pytest.mark.parametrize("way", [0, 3])
def test_nobody_shuts_themselves_out_unawares(services: Services, way: int) -> None:
    own, _ = admin(services, "max"), admin(services, "ida")
    with pytest.raises(OptionError, match="your own account"):
        take_away(services, "max", way, by_of(own), sure=False)
    take_away(services, "ida", way, by_of(own), sure=False)
    admin(services, "grace")
    take_away(services, "max", way, by_of(own))
    assert admins(services) == {"grace"}


def test_two_who_take_it_from_each_other_leave_one(services: Services) -> None:
    for name in ("max", "ida"):
        admin(services, name)

    def take(name: str) -> None:
        with suppress(OptionError):
            giving.disable_account(services, name, by=BY)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(take, name) for name in ("max", "ida")]:
            done.result(30)
    assert len(admins(services)) == 1


def test_sign_ins_of_an_account_are_ended_and_counted(services: Services) -> None:
    now = services.clock()
    who = create_account(services, "ada", "a long enough secret", roles=[Role.VIEWER], sites=None, now=now)
    for _ in range(2):
        sign_ins.sign_in(services.store, "ada", "a long enough secret", now=now)
    (seen,) = giving.accounts_seen(services)
    assert (seen.sessions, seen.signed_in_at) == (2, now)
    assert giving.end_account_sessions(services, "ada", by=BY) == 2
    seen_again = giving.account_seen(services, who.id)
    assert seen_again is not None and (seen_again.sessions, seen_again.signed_in_at) == (0, now)
    with services.store.reading() as session:
        assert (trail.newest(session)[0].detail or "").endswith("sessions-ended=2")
    assert giving.account_seen(services, 99) is None


def test_the_page_knows_what_is_open(services: Services) -> None:
    giving.add_account(services, "ada", roles=[], sites=[], by=BY)
    made, _ = giving.add_service(
        services, "warehouse", roles=[Role.VIEWER], sites=None, life=timedelta(days=1), by=BY
    )
    seen = {one.known.account.name: one for one in giving.accounts_seen(services)}
    until = seen["ada"].link_until
    assert until is not None and timedelta(days=2) < until - services.clock() < timedelta(days=3)
    assert (seen["warehouse"].link_until, made.account.name) == (None, "warehouse")


def test_a_subject_of_the_provider_is_let_in_and_nobody_else(services: Services) -> None:
    services = replace(services, settings=Settings(_env_file=None, oidc_issuer=ISSUER))
    giving.add_account(services, "ada", roles=[Role.VIEWER], sites=None, subject="s-1", by=BY)

    def comes_in(subject: str, name: str | None = None) -> bool:
        person = Person(ISSUER, subject, name, ("group",))
        return sign_in_by_provider(services, person, services.clock()) is not None

    assert comes_in("s-1") and not comes_in("s-2", "ada")
    with pytest.raises(Conflict, match="claimed by that name or subject"):
        giving.add_account(services, "bob", roles=[], sites=[], subject="s-1", by=BY)
    giving.let_in_by_provider(services, "ada", oidc_name="Ada@North.example", subject=None, by=BY)
    assert giving.accounts_seen(services)[0].sessions == 0
    assert not comes_in("s-1"), "who was let in before is no longer"
    assert comes_in("s-3", "ada@north.example") and comes_in("s-3")
    giving.let_in_by_provider(services, "ada", oidc_name=None, subject="s-4", by=BY)
    assert not comes_in("s-3", "ada@north.example") and comes_in("s-4")
    told = [one.known.account.roles for one in giving.accounts_seen(services)]
    assert told == [frozenset({Role.VIEWER})], "an account that was made here has no roles by groups"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"oidc_name": "a", "subject": "b"}, "one of them"),
        ({"oidc_name": None, "subject": "s"}, "no provider is set"),
        ({"oidc_name": " ", "subject": None}, "printable"),
        ({"oidc_name": "x" * 256, "subject": None}, "printable"),
    ],
)
def test_who_is_let_in_must_be_said_plainly(
    services: Services, given: dict[str, str | None], wrong: str
) -> None:
    giving.add_account(services, "ada", roles=[], sites=[], by=BY)
    with pytest.raises(OptionError, match=wrong):
        giving.let_in_by_provider(services, "ada", **given, by=BY)
    with pytest.raises(OptionError, match="is a service"):
        giving.add_service(services, "box", roles=[], sites=[], life=timedelta(days=1), by=BY)
        giving.let_in_by_provider(services, "box", oidc_name="a", subject=None, by=BY)
