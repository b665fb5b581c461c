"""What the clinic's files say that some patients have: whoever pulls them must bring just that."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.pulling import TYPES

__all__ = ["digest", "first_patients", "names_in", "reference"]


def first_patients(folder: Path, number: int) -> Path:
    """The first so many ids, one a line."""
    file = folder / f"patients-{number}.txt"
    names = (json.loads(line)["id"] for line in (folder / "Patient.ndjson").open(encoding="utf-8"))
    file.write_text("".join(f"{name}\n" for _, name in zip(range(number), names, strict=False)))
    return file


def reference(folder: Path, file: Path) -> str:
    """The digest of what those patients have, as the files of the clinic say."""
    patients = frozenset(file.read_text(encoding="utf-8").split())
    return digest(name for kind in TYPES for name in names_in(folder / f"{kind}.ndjson", patients))


def names_in(file: Path, patients: frozenset[str] | None = None) -> Iterator[str]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            one = json.loads(line)
            owner = (
                one["id"] if one["resourceType"] == "Patient" else one["subject"]["reference"].split("/")[1]
            )
            if patients is None or owner in patients:
                yield f"{one['resourceType']}/{one['id']}"


def digest(names: Iterator[str]) -> str:
    return hashlib.sha256("".join(f"{name}\n" for name in sorted(names)).encode()).hexdigest()
