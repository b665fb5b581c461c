"""What a command says on stderr beside its results: how far it is, what was quarantined, the counts."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abstractor.workflow.abstracting.cohorts import Counts, Quarantined
    from abstractor.workflow.abstracting.files import Repaired

__all__ = ["markdown_table", "progress", "tell_counts", "tell_passed_over", "tell_repaired", "tell_unsigned"]

_SHOWN = 20


def progress(what: str) -> Callable[[int], None]:
    """Progress for a person who waits; nothing where nobody looks."""

    def tell(number: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"{number} {what}\n")

    return tell


def tell_passed_over(inputs: Sequence[Path]) -> None:
    """What lies in the folders, or beside the files, and is not read: of a folder, only its NDJSON is; of a
    file, nothing else.
    """
    # Here and not above: who only counts need not load what reads.
    from abstractor.workflow.abstracting.inputs import passed_over, unread_beside

    found = passed_over(inputs)
    for path in found[:_SHOWN]:
        sys.stderr.write(f"not read: {path}: of a folder only *.ndjson is; name it as an INPUT too\n")
    if len(found) > _SHOWN:
        sys.stderr.write(f"not read: and {len(found) - _SHOWN} more\n")
    for path in unread_beside(inputs):
        sys.stderr.write(
            f"not read: {path}: what it tells of the files beside it is read with their folder; "
            "give the folder as INPUT\n"
        )


def tell_counts(counts: "Mapping[str, Counts]", quarantined: "Sequence[Quarantined]") -> None:
    """What was quarantined, the first of it by name; then the counts of each type as JSON, the last line."""
    for each in quarantined[:_SHOWN]:
        sys.stderr.write(f"quarantined: {each.type} from {each.origin}: {each.reason} at {each.path}\n")
    if len(quarantined) > _SHOWN:
        sys.stderr.write(f"quarantined: and {len(quarantined) - _SHOWN} more\n")
    counted = {name: asdict(count) for name, count in sorted(counts.items())}
    sys.stderr.write(json.dumps(counted) + "\n")


def tell_repaired(repaired: "Mapping[str, Repaired]") -> None:
    """Of each type, how many of its used records took a repair, and which."""
    for kind, found in sorted(repaired.items()):
        each = ", ".join(f"{number} {repair}" for repair, number in sorted(found.by_repair.items()))
        sys.stderr.write(f"repaired: {found.records} of {kind}: {each}\n")


def markdown_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, text: tuple[int, ...] = (0,)
) -> str:
    """A table for a page; the columns `text` are words, counted from either end, the others numbers."""
    words = {at % len(headings) for at in text}
    rule = ["---" if at in words else "---:" for at in range(len(headings))]
    cells = ([cell.replace("|", "/") for cell in row] for row in rows)
    return "".join(f"| {' | '.join(row)} |\n" for row in (headings, rule, *cells))


def tell_unsigned(site: Path | None) -> str | None:
    """That no clinician has signed what the verdicts rest on, until one has; the notice, for JSON too."""
    # Here and not above: who only counts need not load what is known.
    from abstractor.guidelines import load_library
    from abstractor.guidelines.reading import unsigned_notice

    if (notice := unsigned_notice(load_library(site))) is not None:
        sys.stderr.write(f"{notice}\n")
    return notice
