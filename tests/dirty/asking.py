"""One dirty file beside the sound chart of the host, read by `abstractor abstract` as a user's file is, and
what became of it."""

import io
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from abstractor.cli.app import app

__all__ = [
    "CASES",
    "HOST",
    "PATIENT",
    "Case",
    "Outcome",
    "abstracted",
    "asked",
    "changes",
    "host_without",
    "read_cases",
    "told",
]

HERE = Path(__file__).parent
CASES = HERE / "cases"
HOST = HERE / "host.ndjson"
PATIENT = "Patient/host"
QUESTION = ("--period", "2022-01-01/2022-12-31", "--timezone", "America/New_York")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """`without`: the sound records of the host that the dirty ones stand in for.

    `read`: how many records of the file are used, of a type not used, quarantined. `changes`: what the
    abstract says otherwise than it does of the sound chart alone.
    """

    name: str
    file: Path
    why: str
    without: tuple[str, ...]
    read: Mapping[str, int]
    repaired: Mapping[str, int]
    quarantined: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the program said: its exit code, every abstract, and the lines on stderr."""

    code: int
    abstracts: Mapping[str, Json]
    told: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        counted: Mapping[str, Mapping[str, int]] = json.loads(self.told[-1])
        return counted

    def total(self, what: str) -> int:
        return sum(row[what] for row in self.counts.values())

    @property
    def quarantined(self) -> tuple[str, ...]:
        """As "Observation impossible-date Observation.effectiveDateTime", sorted."""
        rows = (line.split() for line in self.told if line.startswith("quarantined: "))
        return tuple(sorted(f"{row[1]} {row[row.index('at') - 1]} {row[-1]}" for row in rows))

    @property
    def repaired(self) -> Mapping[str, int]:
        """How many records took each repair."""
        found: dict[str, int] = {}
        for line in self.told:
            if line.startswith("repaired: "):
                for each in line.rpartition(": ")[2].split(", "):
                    number, name = each.split()
                    found[name] = found.get(name, 0) + int(number)
        return found


def read_cases() -> Iterator[Case]:
    for group in sorted(CASES.glob("*.toml")):
        for name, told in tomllib.loads(group.read_text(encoding="utf-8")).items():
            (file,) = (CASES / group.stem).glob(f"{name}.*")
            yield Case(
                f"{group.stem}/{name}",
                file,
                told["why"],
                tuple(told.get("without", ())),
                told.get("read", {}),
                told.get("repaired", {}),
                tuple(told.get("quarantined", ())),
                tuple(told.get("changes", ())),
            )


def asked(*files: Path, strict: bool = False, without: Sequence[str] = ()) -> Outcome:
    """The host's chart but for those records, joined with these files."""
    with TemporaryDirectory() as name:
        host = Path(name) / "host.ndjson"
        host.write_bytes(b"".join(host_without(frozenset(without))))
        return abstracted([host, *files], (*QUESTION, "--strict") if strict else QUESTION)


def abstracted(files: Sequence[Path], question: Sequence[str]) -> Outcome:
    """What `abstractor abstract` makes of these files."""
    said = io.StringIO()
    with TemporaryDirectory() as name:
        out = Path(name) / "abstracts"
        with redirect_stderr(said):
            words = ["abstract", *map(str, files), *question, "-o", str(out)]
            code = app(words, standalone_mode=False)
        abstracts = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    return Outcome(
        code or 0, {each["patient"]: each for each in abstracts}, tuple(said.getvalue().splitlines())
    )


def host_without(names: frozenset[str]) -> Iterator[bytes]:
    left = set(names)
    for line in HOST.read_bytes().splitlines(keepends=True):
        record = json.loads(line)
        name = f"{record['resourceType']}/{record['id']}"
        if name not in left:
            yield line
        left.discard(name)
    assert not left, f"the host holds no {', '.join(sorted(left))}"


def told(abstract: Json) -> dict[str, str]:
    """What an abstract says, by what it says it of; sentences and evidence left out."""
    said = {"inclusion": abstract["inclusion"]["verdict"]}
    said |= {each["criterion"]: each["verdict"] for each in abstract["inclusion"]["criteria"]}
    for line in abstract["lines"]:
        ends = [_days(line["start"]), _days(line["end"]), line["end_reason"]]
        said[f"line {_line(line)}"] = f"{'+'.join(line['agents'])} {' '.join(ends)}"
    for each in abstract["findings"]:
        said[f"{each['rule']} {_line(each['line'])} {each['authority']}"] = each["verdict"]
    said |= {f"flag {each['code']}": "raised" for each in abstract["flags"]}
    said |= {f"seen {row['type']}": row["state"] for row in abstract["completeness"]}
    return said


def _line(line: Json | None) -> str:
    return f"{line['setting']} {line['number']}" if line else "patient"


def _days(span: Json | None) -> str:
    if span is None:
        return "-"
    first, last = span["earliest"], span["latest"]
    return first if first == last else f"{first}..{last}"


def changes(sound: Json, dirty: Json) -> tuple[str, ...]:
    """As "HBV palliative 1 ASCO: unknown -> met", sorted; "-" where one of them does not say it."""
    before, after = told(sound), told(dirty)
    named = sorted({*before, *after})
    pairs = [(name, before.get(name, "-"), after.get(name, "-")) for name in named]
    return tuple(f"{name}: {old} -> {new}" for name, old, new in pairs if old != new)
