"""The page `docs/audits.md`, typed to the letter in this process, on both databases; and what is refused."""

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from abstractor import workflow
from abstractor.abstract import Severity, Verdict
from abstractor.cli.account import account
from abstractor.cli.audit import audit
from abstractor.errors import AbstractorError, OptionError, StoreError
from abstractor.store.database import Store, open_store
from tests.acceptance.console import as_shown
from tests.documented import Run, steps
from tests.integration.audits.conftest import NORTH, SOUTH
from tests.integration.framed import Told, framed, services_on
from tests.integration.keeping import SEALER

PAGE = Path(__file__).resolve().parents[3] / "docs" / "audits.md"
CHARTS = (
    *[Told(site=NORTH, worst=Severity.DISCORDANT)] * 12,
    *[Told(site=NORTH)] * 28,
    *[Told(site=SOUTH, worst=Severity.CRITICAL)] * 5,
    *[Told(site=SOUTH)] * 7,
    *[Told(Verdict.EXCLUDED)] * 6,
    Told(Verdict.REVIEW, worst=Severity.REVIEW),
    Told(None),
)
COMMANDS = {"account": account, "audit": audit}
Shell = Callable[..., Result]


@pytest.fixture
def shell(store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Commands on that database; knowledge is loaded once, not for each of them."""
    framed(store, CHARTS)
    made = services_on(store, tmp_path)
    monkeypatch.setattr(
        workflow, "open_services", lambda _: replace(made, store=open_store(database_url, SEALER))
    )
    monkeypatch.setenv("ABSTRACTOR_DATA_DIR", str(tmp_path))

    def run(command: str, *words: str) -> Result:
        return CliRunner().invoke(COMMANDS[command], list(words))

    return run


def test_every_command_says_what_the_page_shows(shell: Shell) -> None:
    for step in steps(PAGE.read_text(encoding="utf-8")):
        assert isinstance(step, Run)
        program, *words = shlex.split(step.command)
        assert program == "abstractor"
        done = shell(*words)
        assert done.exit_code == 0, f"$ {step.command}\n{done.output}{done.exception}"
        said = done.stdout + done.stderr  # as a terminal has them: what to do next comes last
        assert as_shown(step.shows).fullmatch(said), f"$ {step.command}\n{said}"


def refused(done: Result, kind: type[AbstractorError]) -> str:
    assert isinstance(done.exception, kind), done.output
    assert done.stdout == ""
    return str(done.exception)


def test_json_says_the_same(shell: Shell) -> None:
    tried = json.loads(shell("audit", "define", "1", "--title", "Flags", "--try", "--json").stdout)
    assert tried["audit"] is None
    assert tried["preview"]["left_out"] == {"not-abstracted": 1, "not-flagged": 41}
    made = shell("audit", "define", "1", "--title", "Flags", "--readers", "2", "--seed", "5", "--json")
    told = json.loads(made.stdout)
    assert (told["audit"]["state"], told["audit"]["design"]["seed"]) == ("draft", 5)
    shell("account", "add", "ann", "--role", "auditor", "--all-sites")
    shell("account", "add", "bea", "--role", "auditor", "--role", "adjudicator", "--all-sites")
    shell("audit", "readers", "1", "--reviewer", "ann", "--reviewer", "bea")
    now_open = shell("audit", "open", "1", "--json")
    assert json.loads(now_open.stdout)["drawn"] == 18
    lines = [json.loads(line) for line in shell("audit", "draw", "1", "--json").stdout.splitlines()]
    assert [line["drawn"] for line in lines].count(True) == 18 and len(lines) == len(CHARTS)
    held = shell("audit", "readers", "1", "--remove", "ann", "--adjudicator", "bea", "--json")
    reader = json.loads(held.stdout)
    assert (reader["name"], reader["reviews"], reader["adjudicates"]) == ("bea", False, True)
    (listed,) = (json.loads(line) for line in shell("audit", "list", "--json").stdout.splitlines())
    assert listed["state"] == "open"
    assert json.loads(shell("audit", "show", "1", "--json").stdout)["readers"] == [reader_of(reader)]


def reader_of(told: dict[str, object]) -> dict[str, object]:
    return {"account_id": told["account"], **{key: told[key] for key in ("name", "reviews", "adjudicates")}}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_refused_says_why_and_keeps_nothing(shell: Shell, tmp_path: Path) -> None:
    list_of = tmp_path / "charts.txt"
    list_of.write_text("1\n2\nhello\n")
    define = ("audit", "define", "1", "--title", "x")
    cases: tuple[tuple[tuple[str, ...], type[AbstractorError], str], ...] = (
        (("audit", "define", "9", "--title", "x"), StoreError, "there is no cycle 9"),
        ((*define, "--charts", "sample"), OptionError, "a sample needs its size"),
        ((*define, "--size", "3"), OptionError, "a sample needs its size"),
        ((*define, "--charts", "listed"), OptionError, "a list needs"),
        ((*define, "--charts", "listed", "--listed", str(list_of)), AbstractorError, "on each line"),
        ((*define, "--charts", "listed", "--listed", "no"), AbstractorError, "No such file"),
        ((*define, "--hide", "nothing", "--hide", "site"), OptionError, "--hide nothing"),
        ((*define, "--due", "soon"), OptionError, "--due 'soon'"),
        ((*define, "--rule", "none"), OptionError, "no such rule: none"),
        ((*define, "--lease", "200"), OptionError, "a lease is"),
        ((*define, "--calibration", "9999"), OptionError, "has 0 to 7 training charts"),
        ((*define, "--calibration", "8", "--try"), OptionError, "has 0 to 7 training charts"),
        (("audit", "open", "1"), StoreError, "there is no audit 1"),
        (("audit", "show", "1"), StoreError, "there is no audit 1"),
        (("audit", "plan"), OptionError, "one of --population and --cycle"),
        (("audit", "plan", "--population", "9"), OptionError, "say what is to be known"),
        (
            ("audit", "plan", "--population", "9", "--kappa-within", "0.1", "--prevalence", "a"),
            OptionError,
            "--prevalence 'a'",
        ),
    )
    for words, kind, says in cases:
        assert says in refused(shell(*words), kind), words
    assert shell("audit", "list", "--json").stdout == ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_too_few_charts_are_told_with_what_they_are_good_for(shell: Shell) -> None:
    done = shell("audit", "plan", "--cycle", "1", "--flagged", "--kappa-within", "0.1", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and "too few" in done.stderr
    assert (told["population"], told["charts"], told["readings"]) == (18, 18, 36)
