"""What is installed is what git holds: code, knowledge files, templates, static files and migrations."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tests.architecture.sources import ROOT, committed

PACKAGES = ("abstractor", "worker", "fixtures")


def project() -> dict[str, list[str]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as held:
        packed = set(held.namelist())
    wanted = {path.as_posix() for path in committed() if path.parts[0] in PACKAGES}
    # Dot files configure tools where the sources are; nothing reads them once installed.
    assert {path for path in wanted - packed if not Path(path).name.startswith(".")} == set()


def test_the_project_asks_for_what_is_locked() -> None:
    """`hatchling` and `editables` are in the lock to install the project, and no part of what it runs on."""
    lines = (ROOT / "requirements" / "runtime.in").read_text(encoding="utf-8").splitlines()
    locked = [line for line in lines if line and not line.startswith("#")]
    assert sorted(locked) == sorted([*project()["dependencies"], "editables", "hatchling"])


def test_every_locked_package_has_hashes() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        blocks = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
        pinned = [line for line in blocks if line and not line.lstrip().startswith("#")]
        assert pinned
        assert [line for line in pinned if "==" not in line or "--hash=sha256:" not in line] == []
