"""How old the tables of codes are: when each code system was last compared with its source."""

from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable

from abstractor.guidelines.shelf import shipped, toml_file

__all__ = ["FILE", "STALE_AFTER", "CodeSystemDay", "code_system_days", "stale_value_sets"]

FILE = "code_systems.toml"
STALE_AFTER = 90  # days; HCPCS is revised each quarter


@dataclass(frozen=True, slots=True)
class CodeSystemDay:
    name: str
    read_on: date
    release: str


def code_system_days(root: Traversable | None = None) -> tuple[CodeSystemDay, ...]:
    """The one that was read longest ago first."""
    held = toml_file(root if root is not None else shipped(), FILE)
    days = [CodeSystemDay(name, entry["read_on"], entry["release"]) for name, entry in held.items()]
    return tuple(sorted(days, key=lambda each: (each.read_on, each.name)))


def stale_value_sets(on: date, root: Traversable | None = None) -> str | None:
    """A warning that names the code systems which were read too long before that day."""
    days = code_system_days(root)
    stale = [each for each in days if (on - each.read_on).days > STALE_AFTER]
    if not stale:
        return None
    names = ", ".join(each.name for each in stale)
    return (
        f"value sets: codes of {names} were last read on {stale[0].read_on}, {(on - stale[0].read_on).days} "
        f"days ago (more than {STALE_AFTER}): newer codes are not known; install a newer version, or add "
        "them in the site's folder"
    )
