"""Whoever reads files waits for no database, queue or server; every public name is there when asked."""

import subprocess
import sys
from pathlib import Path

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
    "module",
    ["abstractor.workflow.abstracting.files", "abstractor.workflow.abstracting.cohorts", "abstractor.cli"],
)
def test_reading_files_imports_nothing_of_the_services(module: str) -> None:
    said = f"import sys, {module}; print(*sorted(set(sys.modules) & set({NOT_FOR_FILES!r})))"
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert done.stdout.split() == []


# What makes a chart and what judges it: half of the time that a question of codes would take to start.
NOT_FOR_CODES = (
    "abstractor.fhir.assemble",
    "abstractor.fhir.facts.mentions",
    "abstractor.guidelines.assembly",
    "abstractor.rules.measures",
)


def test_a_cohort_question_loads_neither_charts_nor_measures(tmp_path: Path) -> None:
    question, patients = tmp_path / "asked.toml", tmp_path / "Patient.ndjson"
    question.write_text('title = "q"\n[[diagnosis]]\nconcepts = ["breast-cancer"]\n', encoding="utf-8")
    patients.write_text('{"resourceType":"Patient","id":"1"}\n', encoding="utf-8")
    asked = f"sys.argv = ['abstractor', 'cohort', {str(question)!r}, {str(patients)!r}]"
    loaded = f"atexit.register(lambda: print(*sorted(set(sys.modules) & set({NOT_FOR_CODES!r}))))"
    said = f"import atexit, sys; {asked}; {loaded}; from abstractor.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", said], check=True, capture_output=True, text=True)
    assert [line for line in done.stdout.splitlines() if not line.startswith("{")] == [""]


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
