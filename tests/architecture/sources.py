"""The project's own source files, as the architecture tests read them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

__all__ = ["ROOT", "committed", "modules", "tree"]

ROOT = Path(__file__).resolve().parents[2]


def modules(*folders: str) -> list[Path]:
    """Every Python file under these folders of the repository, as paths from its top."""
    found = [path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert found, f"no Python file under {folders}"
    return sorted(found)


@cache
def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=str(module))


def committed() -> list[Path]:
    """Every file that git holds and that still stands here."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - git as the one who runs the tests has it
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]
    assert found, "git lists no file"
    return found
