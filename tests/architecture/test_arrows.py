"""The arrows between the rooms: pyproject.toml has a contract for each room of our table, and all hold."""

import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from tests.architecture.rooms import DOORS, ROOMS, home
from tests.architecture.sources import ROOT

PACKAGES = ("abstractor", "worker", "fixtures")
# Modules of a room that have no name of their own beside the package: its version, and nothing else.
NO_ROOM = {"abstractor"}


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


def ours() -> list[str]:
    return sorted(name for name in graph().modules if name.split(".")[0] in PACKAGES)


def contracts() -> dict[str, dict[str, object]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def full(room: str) -> str:
    return room if room in PACKAGES else f"abstractor.{room}"


def test_the_contracts_are_kept() -> None:
    """As a process of its own: run in this one, the linter would silence every logger of ours."""
    lint = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    ran = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_every_room_has_its_contract_and_nothing_else_has_one() -> None:
    assert set(contracts()) == {*ROOMS, "acyclic", "acyclic-workflow"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_contract_forbids_every_room_that_the_table_does_not_allow(room: str) -> None:
    forbidden = {full(other) for other in ROOMS if other != room and other not in ROOMS[room].ours}
    contract = contracts()[room]
    assert contract["type"] == "forbidden"
    assert contract["source_modules"] == [full(room), *(door for door in DOORS if DOORS[door] == room)]
    assert set(contract["forbidden_modules"]) == forbidden  # type: ignore[call-overload] # a list, by the type
    assert set(contract) == {
        "id",
        "name",
        "type",
        "source_modules",
        "forbidden_modules",
        "allow_indirect_imports",
    }


def test_the_table_has_no_cycle() -> None:
    seen: set[str] = set()
    while left := [room for room in ROOMS if room not in seen]:
        free = [room for room in left if set(ROOMS[room].ours) <= seen]
        assert free, f"these rooms import each other in a circle: {left}"
        seen.update(free)


def test_no_modules_import_each_other() -> None:
    imports = {module: graph().find_modules_directly_imported_by(module) for module in ours()}
    assert list(TopologicalSorter(imports).static_order())


def test_every_module_is_in_a_room() -> None:
    assert [module for module in ours() if home(module) not in ROOMS and module not in NO_ROOM] == []


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_from_outside_only_what_the_table_allows(room: str) -> None:
    allowed = {*ROOMS[room].outside, *PACKAGES, *sys.stdlib_module_names}
    broken = {
        f"{module} imports {imported}"
        for module in ours()
        if home(module) == room
        for imported in graph().find_modules_directly_imported_by(module)
        if imported.split(".")[0] not in allowed
    }
    assert broken == set()


def test_what_has_no_room_imports_nothing() -> None:
    assert {module: graph().find_modules_directly_imported_by(module) for module in NO_ROOM} == {
        module: set() for module in NO_ROOM
    }
