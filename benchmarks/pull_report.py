"""What the pull's measurements say, as a section of docs/benchmark.md."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Measured, Spread, ratios, spread

__all__ = ["LATENCY_MS", "Pulls", "section"]

LATENCY_MS = 30
_GOAL = 100.0
_TEXT = Path(__file__).with_name("pull.md")


@dataclass(frozen=True, slots=True)
class Pulls:
    """`requests` are those that the clinic heard of each contender in a round; `load` is how busy the machine
    was all the while, by the average of its last five minutes.
    """

    contenders: Sequence[Measured]
    requests: Sequence[int]
    rounds: int
    load: float
    one_core: bool = False


def section(found: Pulls) -> str:
    rows = list(_rows(found))
    table = "\n".join(f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]])
    ours = found.contenders[:2]
    goals = "; ".join(f"{each.who.name}: {_reached(_alone(each))}" for each in ours)
    return _TEXT.read_text(encoding="utf-8").format(
        latency=LATENCY_MS,
        rounds=found.rounds,
        table=table,
        few=min(each.who.patients for each in found.contenders),
        alone=", but this machine has one alone" if found.one_core else "",
        load=f"{found.load:.1f}",
        goal=_GOAL,
        goals=goals,
    )


def _rows(found: Pulls) -> Iterator[Sequence[str]]:
    yield (
        "contender",
        "patients",
        "patients/s",
        "pull alone",
        "times fhirclient",
        "requests a patient",
        "processor ms a patient",
    )
    yardstick = next(each for each in found.contenders if each.who.yardstick)
    for each, requests in zip(found.contenders, found.requests, strict=True):
        own = spread([1000 * run.cpu / each.who.patients for run in each.runs])
        yield (
            each.who.name,
            f"{each.who.patients:,}",
            spread(each.rates).shown(1),
            "" if each.runs[0].execute is None else _alone(each).shown(1),
            ratios(each, yardstick).shown(1),
            f"{requests / each.who.patients:.2f}",
            own.shown(1),
        )


def _alone(each: Measured) -> Spread:
    return spread([each.who.patients / (run.execute or run.wall) for run in each.runs])


def _reached(rate: Spread) -> str:
    return f"{rate.shown(0)}, {'reached' if rate.middle >= _GOAL else '**missed**'}"
