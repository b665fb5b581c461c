"""A session begins with the password, ends by itself and by signing out; guessing is slowed down."""

import httpx
import pytest

from tests.integration.web.site import NAME, Site, csrf_in, open_site, sign_in


def test_the_cookie_is_for_the_browser_alone(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        answer = sign_in(client)
    kept = answer.headers["set-cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in kept and "SameSite=lax" in kept and "Path=/" in kept
    assert "Secure" not in kept and "Max-Age" not in kept


def test_behind_tls_the_cookie_is_secure_and_bound_to_the_host() -> None:
    with open_site(behind_tls=True) as site, site.browser(signed_in=False) as client:
        form = client.get("/signin")
        seed = form.headers["set-cookie"].partition(";")[0]
        fields = {"csrf": csrf_in(form.text), "name": NAME, "password": "correct horse battery staple"}
        answer = client.post("/signin", data=fields, headers={"Cookie": seed})
        assert answer.status_code == 303
        assert answer.headers["set-cookie"].startswith("__Host-abstractor=")
        assert "Secure" in answer.headers["set-cookie"] and "Secure" in form.headers["set-cookie"]
        assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_an_unused_session_ends(fresh: Site) -> None:
    with fresh.browser() as user:
        fresh.clock.pass_by(fresh.services.settings.session_idle - 1)
        assert user.get("/queue").status_code == 200
        fresh.clock.pass_by(fresh.services.settings.session_idle + 1)
        assert user.get("/queue").status_code == 303


def test_a_session_in_use_ends_too(fresh: Site) -> None:
    settings = fresh.services.settings
    with fresh.browser() as user:
        for _ in range(settings.session_life // 600 - 1):
            fresh.clock.pass_by(600)
            assert user.get("/queue").status_code == 200
        fresh.clock.pass_by(600)
        assert user.get("/queue").status_code == 303


def test_after_signing_out_the_old_cookie_is_worthless(fresh: Site) -> None:
    with fresh.browser() as user:
        token = user.cookies["abstractor_session"]
        answer = user.post("/signout", data={"csrf": csrf_in(user.get("/queue").text)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin")
        user.cookies.set("abstractor_session", token)
        assert user.get("/queue").status_code == 303


def test_a_wrong_password_says_no_more_than_that(fresh: Site) -> None:
    with fresh.browser(signed_in=False) as client:
        wrong = sign_in(client, "not it")
        unknown = client.post(
            "/signin",
            data={"csrf": csrf_in(client.get("/signin").text), "name": "nobody", "password": "not it"},
        )
    assert wrong.status_code == unknown.status_code == 401
    assert "Name or password is wrong" in wrong.text
    assert _without_token(wrong) == _without_token(unknown)


def test_guessing_is_slowed_down_and_waiting_helps(fresh: Site) -> None:
    with fresh.browser(signed_in=False) as client:
        answers = [sign_in(client, f"guess {n}") for n in range(5)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 429]
        wait = int(answers[-1].headers["retry-after"])
        assert sign_in(client).status_code == 429  # the right password, too early
        fresh.clock.pass_by(wait + 1)
        assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "\t//e",
        "/" + "x" * 400,
    ],
)
def test_signing_in_never_leads_elsewhere(site: Site, target: str) -> None:
    with site.browser(signed_in=False) as client:
        fields = {"csrf": csrf_in(client.get("/signin").text), "name": NAME, "next": target}
        answer = client.post("/signin", data=fields | {"password": "correct horse battery staple"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_signing_in_leads_to_where_one_was_going(site: Site) -> None:
    with site.browser(signed_in=False) as client:
        refused = client.get(site.chart_path("critical"))
        form = client.get(refused.headers["location"])
        target = form.text.partition('name="next" value="')[2].partition('"')[0]
        fields = {
            "csrf": csrf_in(form.text),
            "name": NAME,
            "password": "correct horse battery staple",
            "next": target,
        }
        assert client.post("/signin", data=fields).headers["location"] == site.chart_path("critical")


@pytest.mark.parametrize("path", ["/" + "x" * 400, "/queue?cycle=" + "1" * 9_000])
def test_a_long_address_leads_to_the_sign_in_form_alone(site: Site, path: str) -> None:
    with site.browser(signed_in=False) as client:
        refused = client.get(path)
        assert (refused.status_code, refused.headers["location"]) == (303, "/signin")
        assert client.get("/signin").status_code == 200


def test_the_longest_address_that_is_kept_is_led_on_to(site: Site) -> None:
    path = "/" + "é" * 399
    with site.browser(signed_in=False) as client:
        form = client.get(client.get(path).headers["location"])
    assert form.status_code == 200
    assert f'name="next" value="{path}"' in form.text


@pytest.mark.parametrize("target", ["/" + "x" * 400, "x" * 9_000, "", "//evil.example"])
def test_the_sign_in_form_shows_whatever_should_come_next(site: Site, target: str) -> None:
    with site.browser(signed_in=False) as client:
        form = client.get("/signin", params={"next": target})
    assert form.status_code == 200
    assert 'name="next" value="/"' in form.text


def test_a_name_that_no_database_can_hold_is_refused_at_the_door(fresh: Site) -> None:
    with fresh.browser(signed_in=False) as client:
        fields = {"csrf": csrf_in(client.get("/signin").text), "name": "ad\x00min", "password": "x"}
        assert client.post("/signin", data=fields).status_code == 400


def _without_token(answer: httpx.Response) -> str:
    return answer.text.replace(csrf_in(answer.text), "")
