"""What `make real-input` writes: how long each way took, what could not be seen, how the abstracts differ."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

__all__ = ["Chart", "Read", "Unseen", "section"]

_VERDICTS = ("included", "review", "excluded")


@dataclass(frozen=True, slots=True)
class Chart:
    """An abstract as it was written, and as JSON."""

    text: str = field(repr=False)
    plain: Mapping[str, Any] = field(repr=False)

    @property
    def verdict(self) -> str:
        return str(self.plain["inclusion"]["verdict"])


@dataclass(frozen=True, slots=True)
class Unseen:
    """What was said to one search of a type in so many charts."""

    type: str
    said: str
    why: tuple[str, ...]
    charts: int


@dataclass(frozen=True, slots=True)
class Read:
    """One way to read the folder; `pulled` are the seconds of the round, `seconds` those of the command."""

    personality: str
    way: str
    charts: Mapping[str, Chart]
    requests: int
    pulled: float
    seconds: float
    unseen: tuple[Unseen, ...]
    nobody: tuple[str, ...]


def section(period: str, files: Mapping[str, Chart], read: Sequence[Read]) -> str:
    return "\n".join(_lines(period, files, read)) + "\n"


def _lines(period: str, files: Mapping[str, Chart], read: Sequence[Read]) -> Iterator[str]:
    day = datetime.now(UTC).date()
    yield f"Measured on {day}, period {period}, two workers on a machine busy with much else."
    yield ""
    yield "| clinic | way | patients | requests | pull, s | cycle, s | included | review | excluded |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    yield f"| files | | {len(files):,} | | | | {_verdicts(files)} |"
    for one in read:
        yield (
            f"| `{one.personality}` | {one.way} | {len(one.charts):,} | {one.requests:,} | {one.pulled:.0f} "
            f"| {one.seconds:.0f} | {_verdicts(one.charts)} |"
        )
    yield ""
    for personality in dict.fromkeys(one.personality for one in read):
        search, bulk = (one for one in read if one.personality == personality)
        yield f"### As `{personality}`"
        yield ""
        yield from _against_files(files, search.charts)
        yield from _alike(search, bulk)
        yield from _unseen(search, bulk)


def _verdicts(charts: Mapping[str, Chart]) -> str:
    counts = Counter(chart.verdict for chart in charts.values())
    return " | ".join(f"{counts[verdict]:,}" for verdict in _VERDICTS)


def _against_files(files: Mapping[str, Chart], charts: Mapping[str, Chart]) -> Iterator[str]:
    """Charts that files and endpoint judge differently."""
    moved = Counter(
        (chart.verdict, charts[patient].verdict) for patient, chart in files.items() if patient in charts
    )
    told = [
        f"{number} that are {was} are {now} here"
        for (was, now), number in sorted(moved.items())
        if was != now
    ]
    yield f"Of the verdicts from files, {', '.join(told)}." if told else "The verdicts are those from files."
    yield ""


def _alike(search: Read, bulk: Read) -> Iterator[str]:
    both = [
        (chart, bulk.charts[patient]) for patient, chart in search.charts.items() if patient in bulk.charts
    ]
    same = sum(one.text == other.text for one, other in both)
    missing = len(search.charts.keys() ^ bulk.charts.keys())
    yield (
        f"Abstracts by search and by bulk: {same:,} of {len(both):,} are the same, byte for byte"
        + (f"; {missing} are there one way only." if missing else ".")
    )
    parts = Counter(part for pair in both for part in _differing(*pair))
    if parts:
        named = ", ".join(f"`{part}` in {number:,}" for part, number in sorted(parts.items()))
        yield f"What differs: {named}; nothing else."
    yield ""
    yield from _completeness(both)


def _differing(one: Chart, other: Chart) -> Iterator[str]:
    """Elements of the abstract; of the stamps each by itself."""
    for name in one.plain.keys() | other.plain.keys():
        mine, its = one.plain.get(name), other.plain.get(name)
        if name == "stamps" and isinstance(mine, dict) and isinstance(its, dict):
            yield from (f"stamps.{key}" for key in mine.keys() | its.keys() if mine.get(key) != its.get(key))
        elif mine != its:
            yield name


def _completeness(both: Sequence[tuple[Chart, Chart]]) -> Iterator[str]:
    found: Counter[tuple[str, str, str]] = Counter()
    for one, other in both:
        mine, its = _states(one), _states(other)
        found.update((kind, mine[kind], its[kind]) for kind in mine if mine[kind] != its.get(kind))
    if not found:
        return
    yield "| completeness of | by search | by bulk | charts |"
    yield "| --- | --- | --- | --- |"
    yield from (
        f"| {kind} | {search} | {bulk} | {number:,} |"
        for (kind, search, bulk), number in sorted(found.items())
    )
    yield ""


def _states(chart: Chart) -> dict[str, str]:
    return {
        row["type"]: row["state"] + (f" (`{row['detail']}`)" if row.get("detail") else "")
        for row in chart.plain["completeness"]
    }


def _unseen(search: Read, bulk: Read) -> Iterator[str]:
    ways = [(one.way, _by_type(one)) for one in (search, bulk)]
    alike: dict[tuple[str, ...], list[str]] = {}
    for kind in sorted({kind for _, by in ways for kind in by}):
        alike.setdefault(tuple(by.get(kind, "whole") for _, by in ways), []).append(kind)
    if alike:
        yield "What the ledger says could not be seen, in charts:"
        yield ""
        yield "| type | by search | by bulk |"
        yield "| --- | --- | --- |"
        yield from (f"| {', '.join(kinds)} | {' | '.join(told)} |" for told, kinds in alike.items())
        yield ""
    for one in (search, bulk):
        for sentence in one.nobody:
            yield f"By {one.way}, `abstractor pull` says: {sentence}."
            yield ""


def _by_type(read: Read) -> dict[str, str]:
    """Alike reasons once, with the most charts that one search of it had."""
    most: dict[tuple[str, str], int] = {}
    for one in read.unseen:
        why = "; ".join(one.why) or one.said
        most[one.type, why] = max(one.charts, most.get((one.type, why), 0))
    found: dict[str, list[str]] = {}
    for (kind, why), charts in most.items():
        found.setdefault(kind, []).append(f"{why} ({charts:,})")
    return {kind: "; ".join(told) for kind, told in found.items()}
