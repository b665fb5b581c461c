"""A copy of the shipped shelf that a test may spoil."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from abstractor.guidelines.assembly import Assembly, assemble

__all__ = ["SHIPPED", "Shelf", "copied"]

SHIPPED = Path(__file__).resolve().parents[3] / "abstractor" / "guidelines"


@dataclass(frozen=True, slots=True)
class Shelf:
    root: Path

    def replace(self, file: str, old: str, new: str) -> None:
        """The first place where the old text stands; it must stand there."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not hold {old!r}: the test would show nothing"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def append(self, file: str, text: str) -> None:
        with (self.root / file).open("a", encoding="utf-8") as end:
            end.write(text)

    def refusals(self, site: Path | None = None) -> list[str]:
        return [str(refusal) for refusal in self.assembly(site).refusals]

    def assembly(self, site: Path | None = None) -> Assembly:
        return assemble(self.root, site)


def copied(to: Path) -> Shelf:
    shutil.copytree(SHIPPED, to / "shelf", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Shelf(to / "shelf")
