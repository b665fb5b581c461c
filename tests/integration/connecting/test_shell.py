"""What the commands of connecting print, in this process: results, refusals, and help that teaches."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from abstractor.cli.app import app
from abstractor.errors import AbstractorError

Shell = Callable[..., Result]
FILE = 'name = "North"\nbase_url = "https://north.example/r4"\n'


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ABSTRACTOR_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return run


def refusal(result: Result) -> str:
    assert isinstance(result.exception, AbstractorError), result.output
    return str(result.exception)


def test_a_file_is_added_once_and_then_changes_what_is_there(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "north.toml"
    said = []
    for text in (FILE, FILE, f"{FILE}at_once = 4\n", f'{FILE}group = "g"\n'):
        file.write_text(text)
        said.append(shell("clinic", "add", str(file)))
    assert [one.stdout for one in said] == [
        "added: North, clinic 1\n",
        "unchanged: North, clinic 1\n",
        "changed: North, clinic 1\n",
        "changed: North, clinic 2\n",
    ]
    assert "stays with clinic 1" in said[-1].stderr
    listed = json.loads(shell("clinic", "list", "--json").stdout)
    assert (listed["name"], listed["number"], listed["cohort"]) == ("North", 2, "group g")


@pytest.mark.parametrize("nightly", ["99 2 * * *", "0 0 31 2 *", "at night"])
def test_a_time_that_never_comes_is_told_by_its_line(shell: Shell, tmp_path: Path, nightly: str) -> None:
    (tmp_path / "north.toml").write_text(f'{FILE}nightly = "{nightly}"\n')
    told = refusal(shell("clinic", "add", "north.toml"))
    assert told.startswith("north.toml:3: nightly must be the five fields of cron")


def test_who_has_to_sign_in_is_told_of_the_missing_key(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "north.toml").write_text(f'{FILE}auth = "backend-services"\nclient_id = "c"\n')
    assert "`abstractor clinic keys create`" in shell("clinic", "add", "north.toml").stderr
    assert shell("clinic", "keys", "create").exit_code == 0
    again = shell("clinic", "add", "north.toml")
    assert "keys create" not in again.stderr
    shown = json.loads(shell("clinic", "show", "North", "--json").stdout)
    assert shown["signs_with"] is not None


def test_keys_are_shown_exported_and_rotated_without_private_parts(shell: Shell) -> None:
    made = shell("clinic", "keys", "create")
    shown = shell("clinic", "keys", "show", "--json")
    exported = shell("clinic", "keys", "export")
    told = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [one["role"] for one in told] == ["current", "current", "next", "next"]
    assert {one["kid"] for one in told} == {one["kid"] for one in json.loads(exported.stdout)["keys"]}
    assert all(one["may_sign_from"] for one in told if one["role"] == "next")
    assert "may not know it before" in refusal(shell("clinic", "keys", "rotate"))
    done = shell("clinic", "keys", "rotate", "--now", "--algorithm", "ES384")
    assert done.stdout.startswith(f"ES384: {told[3]['kid']} signs from now on, {told[1]['kid']} is retired")
    for said in (made, shown, exported, done):
        assert not any(f'"{part}"' in said.output for part in ("d", "p", "q", "dp", "dq", "qi"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("clinic", "add", "nowhere.toml"), "nowhere.toml cannot be read"),
        (("clinic", "show", "West"), "there is no clinic 'West', nor any other"),
        (("clinic", "remove", "West"), "there is no clinic 'West', nor any other"),
        (("pull",), "there is no clinic yet: `abstractor clinic add FILE.toml`"),
        (("run", "--period", "2022-01-01/2022-12-31"), "give one of --clinic NAME and --clinic-url URL"),
        (
            ("run", "--clinic", "North", "--group", "g", "--period", "2022-01-01/2022-12-31"),
            "--name and --group go with --clinic-url",
        ),
        (("clinic", "keys", "rotate"), "there is no next RS384 key"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_told(shell: Shell, words: tuple[str, ...], said: str) -> None:
    assert said in refusal(shell(*words))


COMMANDS = ("clinic", "clinic add", "clinic keys", "clinic test", "data", "pull", "run")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(shell: Shell, command: str) -> None:
    told = shell(*command.split(), "--help").stdout
    assert f"  abstractor {command}" in told
