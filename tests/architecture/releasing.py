"""`make release-editions`: writes down what each edition says now, so that it cannot change unnoticed.

An edition that a clinician has signed never changes. Another that was written down may, once CHANGELOG.md
names it among the changes that are not released yet, with the periods that it touches.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from abstractor.guidelines import load_library
from abstractor.guidelines.signing import digest_of
from abstractor.rules.library import Edition

__all__ = ["RELEASED", "changed", "refusals", "released", "unreleased_changes", "written"]

ROOT = Path(__file__).resolve().parents[2]
RELEASED = Path(__file__).with_name("released_editions.toml")
_HEAD = """# What each released edition says, as a digest; tests/architecture/test_editions.py finds a change.
# Written by `make release-editions`, which asks for a line in CHANGELOG.md. An edition that is signed never
# changes again: a mistake in it is mended by a new one. Nobody has signed any edition yet.

[released]
"""


def released() -> Mapping[str, str]:
    found: Mapping[str, str] = tomllib.loads(RELEASED.read_text(encoding="utf-8"))["released"]
    return found


def changed(editions: Iterable[Edition], known: Mapping[str, str]) -> list[str]:
    """Released editions that say something else now, or are gone; and signed ones that nobody released."""
    held = {edition.id: edition for edition in editions}
    other = [name for name in known if name not in held or digest_of(held[name]) != known[name]]
    return other + [name for name, edition in held.items() if edition.checked_by and name not in known]


def refusals(editions: Iterable[Edition], known: Mapping[str, str], changelog: str) -> list[str]:
    """Why what changed may not be written down."""
    held = {edition.id: edition for edition in editions}
    found = []
    for name in changed(held.values(), known):
        if name in known and name in held and held[name].checked_by:
            found.append(f"{name} is signed: write a new edition")
        elif name in known and name not in unreleased_changes(changelog):
            found.append(f"{name} changed: say so in CHANGELOG.md under [Unreleased], with the periods")
    return found


def unreleased_changes(changelog: str) -> str:
    """What stands under [Unreleased], up to the next version."""
    found = re.search(r"^## \[Unreleased\]$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def written(editions: Iterable[Edition]) -> str:
    lines = (f'"{edition.id}" = "{digest_of(edition)}"' for edition in sorted(editions, key=lambda e: e.id))
    return _HEAD + "\n".join(lines) + "\n"


def main() -> int:
    editions = load_library().editions
    refused = refusals(editions, released(), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    for each in refused:
        sys.stderr.write(f"{each}\n")
    if refused:
        return 1
    RELEASED.write_text(written(editions), encoding="utf-8")
    sys.stdout.write(f"{len(editions)} editions written down\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
