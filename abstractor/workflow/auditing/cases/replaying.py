"""Case files decided again: does the program of today say what readers settled on?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from abstractor.errors import InputError
from abstractor.guidelines import load_knowledge
from abstractor.workflow.abstracting.deciding import decide
from abstractor.workflow.auditing.cases.deciding import says_now
from abstractor.workflow.auditing.cases.file import OverturnedCase, case_from_json

__all__ = ["Replayed", "replay"]


@dataclass(frozen=True, slots=True)
class Replayed:
    file: Path
    case: OverturnedCase
    says: str | None

    @property
    def agrees(self) -> bool:
        return self.says == self.case.expected


def replay(paths: Iterable[Path], *, site: Path | None = None) -> Iterator[Replayed]:
    """Files, and the `*.json` of folders; `InputError` names the first that cannot be read."""
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise InputError("no case file is there: name files or a folder that `abstractor audit cases` wrote")
    library = load_knowledge(site).library
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as failure:
            raise InputError(
                f"{file}: it cannot be read ({type(failure).__name__}); name a case file"
            ) from None
        case = case_from_json(text, name=str(file))
        yield Replayed(file, case, says_now(case, library, decide))


def _files(path: Path) -> list[Path]:
    return sorted(path.glob("*.json")) if path.is_dir() else [path]
