"""What `abstractor account` prints, in this process: links and tokens once, tables without them."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from abstractor.cli.app import app

Shell = Callable[..., Result]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABSTRACTOR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ABSTRACTOR_PUBLIC_URL", "https://pages.example/")

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["account", *words])

    return run


def test_an_account_from_its_link_to_its_end(shell: Shell) -> None:
    made = shell("add", "Ada", "--role", "auditor", "--role", "viewer", "--all-sites")
    added, link = made.stdout.splitlines()
    assert added == "added: ada; roles: auditor, viewer; clinics: every"
    assert re.fullmatch(r"https://pages\.example/signin/link/[\w-]{43}", link)
    assert shell("roles", "ada", "qi-lead").stdout == "set: ada; roles: qi-lead; clinics: every\n"
    assert shell("sites", "ada").stdout == "set: ada; roles: qi-lead; clinics: none\n"
    assert shell("disable", "ada").stdout == "disabled: ada\n"
    (listed,) = (json.loads(line) for line in shell("list", "--json").stdout.splitlines())
    assert (listed["name"], listed["roles"], listed["clinics"]) == ("ada", ["qi-lead"], [])
    assert listed["signs_in_by"] == "a link that is not used yet" and listed["disabled"]
    assert (listed["last_sign_in"], listed["link_until"], listed["sign_ins"]) == (None, None, 0)
    assert shell("enable", "ada").exit_code == 0
    assert shell("link", "ada").stdout != f"{link}\n"


def test_who_signs_in_through_the_provider_gets_no_link(shell: Shell) -> None:
    made = shell("add", "bob", "--provider-name", "bob@north.example")
    assert made.stdout == "added: bob; roles: none; clinics: none\n"
    assert "provider" in shell("list").stdout
    assert "no provider is set" in str(shell("provider", "bob", "--subject", "s-1").exception)
    again = shell("provider", "bob", "--name", "bob@south.example")
    assert again.stdout == "set: bob\n"
    assert "no provider of the hospital is set" in made.stderr and made.stderr == again.stderr
    shell("link", "bob")
    taken = shell("provider", "bob", "--name", "bob@south.example")
    assert taken.stdout == "set: bob; its password and links are taken away\n"
    assert shell("sign-out", "bob").stdout == "ended: 0 of bob\n"


def test_a_token_is_printed_once(shell: Shell) -> None:
    made = shell("token", "add", "warehouse", "--role", "viewer", "--all-sites", "--days", "2")
    token = made.stdout.strip()
    assert re.fullmatch(r"abs_[\w-]{43}", token)
    assert "token 1 of warehouse" in made.stderr
    listed = shell("token", "list").stdout
    assert "warehouse" in listed and token not in listed
    assert shell("token", "revoke", "1").stdout == "revoked: token 1\n"
    assert "no token 1 is in use" in str(shell("token", "revoke", "1").exception)


def test_what_makes_no_sense_is_refused(shell: Shell) -> None:
    assert "give one of them" in str(shell("add", "ada", "--all-sites", "--site", "North").exception)
    assert shell("add", "ada", "--role", "boss").exit_code == 2
    assert "no account is called 'ada'" in str(shell("disable", "ada").exception)
