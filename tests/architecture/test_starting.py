"""Whoever reads files waits for no database, queue or server; every public name is there when asked."""

import subprocess
import sys

import pytest
import typer

import abstractor.workflow
from abstractor.cli.app import app

# What the other commands need; each takes a tenth of a second or more to import.
NOT_FOR_FILES = (
    "alembic",
    "fastapi",
    "fhirclient",
    "httpx",
    "polars",
    "redis",
    "rq",
    "sqlalchemy",
    "uvicorn",
)


@pytest.mark.parametrize(
    "module", ["abstractor.workflow.files", "abstractor.workflow.cohorts", "abstractor.cli"]
)
def test_reading_files_imports_nothing_of_the_services(module: str) -> None:
    said = f"import sys, {module}; print(*sorted(set(sys.modules) & set({NOT_FOR_FILES!r})))"
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("name", abstractor.workflow.__all__)
def test_every_public_name_of_the_workflow_is_there(name: str) -> None:
    assert getattr(abstractor.workflow, name) is not None


def test_another_name_is_not() -> None:
    with pytest.raises(AttributeError, match="sqlalchemy"):
        abstractor.workflow.__getattr__("sqlalchemy")


def test_every_command_is_listed_and_there() -> None:
    program = typer.main.get_group(app)
    context = typer.Context(program)
    names = program.list_commands(context)
    assert names[:2] == ["demo", "abstract"]
    assert [getattr(program.get_command(context, name), "name", None) for name in names] == names
    assert program.get_command(context, "no-such-command") is None
