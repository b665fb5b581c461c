"""What README.md says of an audit runs as it is written there, on a cycle of real abstracts."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from abstractor import workflow
from abstractor.cli.app import app
from abstractor.store import accounts
from abstractor.store.database import Store, open_store
from abstractor.store.values import Role
from benchmarks.room.filling import fill
from tests.integration.framed import services_on
from tests.integration.keeping import NOW, SEALER

README = Path(__file__).resolve().parents[3] / "README.md"
OF_AN_AUDIT = frozenset({"readers", "open", "agreement", "close"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_its_block_runs_as_it_is_written(
    store: Store, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the folder that its reader names, and the audit's number: the cycle has one already."""
    services = services_on(store, tmp_path)
    with store.writing() as session:
        readers = [
            accounts.create(session, name, None, roles=[Role.AUDITOR], sites=None, now=NOW).id
            for name in ("xenia", "yara")
        ]
    assert fill(services, patients=120, with_records=0, readers=readers).cycle_id == 1
    monkeypatch.setattr(
        workflow, "open_services", lambda _: replace(services, store=open_store(database_url, SEALER))
    )
    out = tmp_path / "out"
    section = README.read_text(encoding="utf-8").partition("## An audit")[2]
    block = section.partition("```sh\n")[2].partition("```")[0]
    typed = [line.partition("#")[0].split() for line in block.splitlines()]
    assert len(typed) > 8
    for program, *words in typed:
        assert program == ".venv/bin/abstractor"
        if words[0] == "audit" and words[1] in OF_AN_AUDIT:
            words[2] = "2"
        done = CliRunner().invoke(app, [str(out) if word == "FOLDER" else word for word in words])
        assert done.exit_code == 0, f"$ {' '.join(words)}\n{done.output}{done.exception}"
    assert {"redcap_dictionary.csv", "export.json"} <= {each.name for each in out.iterdir()}
