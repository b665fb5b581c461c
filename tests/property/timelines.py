"""Generated courses of treatment with exact dates, and whether the engine and the plain reference agree.

A course is made of blocks, as patients get them, with days that lie at and beside the numbers of the line
policy: there the two could differ.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from abstractor.chart import Chart
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.course import Therapy
from abstractor.rules.therapy.deriving import derive
from tests.builders import told
from tests.property.therapy_reference import PlainExposure, PlainFacts, PlainLine, plain_lines
from tests.therapy_knowledge import AGENTS, LIBRARY, POLICY

__all__ = ["GAPS", "ORIGIN", "disagreement", "timeline"]

ORIGIN = date(2018, 1, 1)
CATALOGUE = tuple(
    frozenset({*regimen.allows, *(agent for slot in regimen.needs for agent in slot)})
    for regimen in LIBRARY.regimens
)
GAPS = (90, 120, 180)
EDGES = tuple(n + by for n in (28, 42, 56, 90, 120, 180, 365) for by in (-1, 0, 1))
INFUSED = (
    "THP", "HP", "H", "P", "T-DM1", "T-DXd", "D+H", "paclitaxel+HP", "nab-paclitaxel+HP", "TCHP",
    "vinorelbine+H", "vinorelbine", "margetuximab", "fulvestrant+H",
)  # fmt: skip
TABLETS = (
    "letrozole", "exemestane", "tamoxifen", "palbociclib", "ribociclib", "capecitabine", "tucatinib",
    "neratinib", "lapatinib", "letrozole+palbociclib", "tucatinib+capecitabine", "neratinib+capecitabine",
)  # fmt: skip


def _on(day: int) -> str:
    return (ORIGIN + timedelta(days=day)).isoformat()


def timeline(chance: Random) -> tuple[str, int]:
    """A story, and the day as of which it is read."""
    lines: list[str] = []
    at = chance.randrange(0, 200)
    starts = [at]
    for _ in range(chance.randint(1, 5)):
        make = _block if chance.random() < 0.7 else chance.choice(SCENES)
        block, last = make(at, chance)
        lines += block
        lines += _beside(at, last, chance) if make is _block else ()
        at = last + chance.choice((1, 7, 21, 21, 30, *EDGES))
        starts.append(at)
    if chance.random() < 0.7:
        anchor = chance.choice((0, 0, *starts)) + chance.choice((-15, -14, -13, 0, 12, 13, 14, 15, 16, 40))
        lines.append(f"metastasis liver {_on(anchor)}")
    for _ in range(chance.choice((0, 0, 1, 2))):
        lines.append(f"progression {_on(chance.choice(starts) + chance.choice((-20, -1, 0, 1, 5, 20)))}")
    return "\n".join(lines), at + chance.choice((-60, 0, 30, 88, 89, 90, 400))


def _block(at: int, chance: Random) -> tuple[list[str], int]:
    """Some doses or fills, and perhaps antibodies alone after them."""
    if chance.random() < 0.65:
        drugs, every, doses = chance.choice(INFUSED), chance.choice((7, 21, 21, 28, 42)), chance.randint(1, 8)
        lines = [f"{drugs} {_on(at + every * n)}" for n in range(doses)]
        at += every * (doses - 1)
        if "H" in drugs and chance.random() < 0.5:
            more = chance.randint(1, 12)
            kept = chance.choice(("HP", "H", "H"))
            lines += [f"{kept} {_on(at + 21 * n)}" for n in range(1, more + 1)]
            at += 21 * more
        return lines, at
    drugs, supply = chance.choice(TABLETS), chance.choice((21, 28, 30, 90, None))
    fills = chance.randint(1, 5)
    said = f" for {supply}" if supply else ""
    return [f"fill {drugs} {_on(at + 30 * n)}{said}" for n in range(fills)], at + 30 * (fills - 1)


def _maintenance(at: int, chance: Random) -> tuple[list[str], int]:
    """Induction, antibodies alone, and a drug that joins at an edge of the exemption."""
    taxane = chance.choice(("D", "paclitaxel", "nab-paclitaxel", "vinorelbine"))
    induction = chance.randint(2, 6)
    lines = [f"{taxane}+HP {_on(at + 21 * n)}" for n in range(induction)]
    joins = at + chance.choice((55, 56, 57, 100, 147, 364, 365, 366))
    drug = chance.choice(("palbociclib", "palbociclib", "tucatinib", "ribociclib"))
    lines += [f"fill {drug} {_on(joins + 28 * n)} for 28" for n in range(chance.randint(1, 4))]
    first = at + 21 * induction
    until = max(first, joins) + chance.choice((0, 41, 42, 43, 150))
    rest = chance.choice((21, 21, 21, 42, 43, 63))
    lines += [f"{chance.choice(('HP', 'H'))} {_on(day)}" for day in range(first, until + 1, rest)]
    if chance.random() < 0.3:
        lines.append(f"progression {_on(joins + chance.choice((-30, -1, 0, 1, 30)))}")
    return lines, until


def _intolerance(at: int, chance: Random) -> tuple[list[str], int]:
    """One CDK4/6 inhibitor after another, beside endocrine therapy, with or without the reason for it."""
    swap = at + chance.choice((57, 84, 112))
    lines = [f"fill letrozole {_on(at + 28 * n)} for 28" for n in range(7)]
    lines += [f"fill palbociclib {_on(at + 28 * n)} for 28" for n in range(2)]
    lines += [f"fill ribociclib {_on(swap + 28 * n)} for 28" for n in range(2)]
    if chance.random() < 0.7:
        day = swap + chance.choice((-30, -1, 0, 1))
        lines.append(f"palbociclib {_on(day)} not-done because not-tolerated")
    if chance.random() < 0.3:
        lines.append(f"progression {_on(swap + chance.choice((-10, 0, 1)))}")
    if chance.random() < 0.2:
        lines.append(f"H {_on(at)}")
    return lines, at + 196


def _mentioned(at: int, chance: Random) -> tuple[list[str], int]:
    """A drug that somebody speaks of long before its first dose."""
    drug = chance.choice(("T-DM1", "T-DXd", "tucatinib", "capecitabine"))
    first = at + chance.choice((89, 90, 91, 120, 179, 180, 181))
    lines = [f"said {drug} {_on(at)}", *(f"{drug} {_on(first + 21 * n)}" for n in range(3))]
    if chance.random() < 0.4:
        lines.append(f"H {_on(chance.choice((at + 40, first, first + 10)))}")
    return lines, first + 42


SCENES = (_maintenance, _maintenance, _intolerance, _mentioned)


def _beside(at: int, last: int, chance: Random) -> Iterator[str]:
    """What joins, what is only said, what was not tolerated."""
    if chance.random() < 0.35:
        drug = chance.choice(("palbociclib", "tucatinib", "letrozole", "capecitabine", "ribociclib", "P"))
        first = at + chance.choice((0, 10, 100, 147, *EDGES))
        for n in range(chance.randint(1, 4)):
            day = _on(first + 28 * n)
            yield f"P {day}" if drug == "P" else f"fill {drug} {day} for 28"
    if chance.random() < 0.35:
        drug = chance.choice(("T-DM1", "H", "HP", "tucatinib", "capecitabine", "palbociclib", "T-DXd", "D"))
        first = chance.choice((at, last)) + chance.choice((-100, -30, 0, 5, 60, *EDGES))
        until = f" until {_on(first + chance.choice((20, 90, 200)))}" if chance.random() < 0.4 else ""
        yield f"said {drug} {_on(first)}{until}"
    if chance.random() < 0.15:
        drug = chance.choice(("palbociclib", "ribociclib"))
        yield f"{drug} {_on(last + chance.choice((-30, 0, 10)))} not-done because not-tolerated"


def _number(day: date) -> int:
    return (day - ORIGIN).days


def plain_facts(chart: Chart, as_of: int) -> PlainFacts:
    """The same facts as numbers; what is dated after `as_of` is already left out of the chart."""
    found: set[PlainExposure] = set()
    for dose in chart.administrations:
        if dose.when is not None and dose.status == "completed":
            day = _number(dose.when.earliest)
            found |= {PlainExposure(day, False, agent, day) for agent in dose.agents}
    for fill in chart.dispenses:
        if fill.when is not None:
            day = _number(fill.when.earliest)
            last = day + (fill.days_supply or 1) - 1
            found |= {PlainExposure(day, False, agent, last) for agent in fill.agents}
    for said in chart.statements:
        if said.when is not None:
            day = _number(said.when.earliest)
            last = day if said.ended is None else _number(said.ended.earliest)
            held = said.ended is not None
            found |= {PlainExposure(day, True, agent, last, held) for agent in said.agents}
    sites = [d.when for d in chart.diagnoses if "distant-metastasis" in d.concepts and d.when is not None]
    return PlainFacts(
        exposures=tuple(sorted(found)),
        progressions=tuple(_number(r.when.earliest) for r in chart.results if r.when is not None),
        anchor=min((_number(site.earliest) for site in sites), default=None),
        not_tolerated=tuple(
            (agent, _number(a.when.earliest))
            for a in chart.administrations
            for agent in a.agents
            if a.stop_reasons and a.when is not None
        ),
        as_of=as_of,
    )


def disagreement(story: str, as_of: int, gap: int) -> str | None:
    """What the engine and the reference say, where they do not say the same."""
    day = ORIGIN + timedelta(days=as_of)
    chart = told(story).as_of(day)
    policy = POLICY.with_gap(gap)
    anchor = metastatic_anchor(chart, LIBRARY.inclusion)
    fast = _spoken(derive(chart, anchor, LIBRARY, policy, day))
    plain = [_plainly(line) for line in plain_lines(plain_facts(chart, as_of), policy, AGENTS, CATALOGUE)]
    if fast == plain:
        return None
    return "\n".join(["", story, f"as of {day}, gap {gap}", "engine:", *fast, "reference:", *plain])


def _spoken(therapy: Therapy) -> list[str]:
    return [
        _line(
            x.line.setting, x.line.agents, x.first_agents, x.line.opened_because,
            start=_number(x.line.start.earliest),
            end=None if x.line.end is None else _number(x.line.end.earliest),
            reason=x.line.end_reason,
            added=tuple(sorted(a for step in x.intensified for a in step.agents)),
        )
        for x in therapy.lines
    ]  # fmt: skip


def _plainly(line: PlainLine) -> str:
    return _line(
        line.setting, tuple(sorted(line.agents)), tuple(sorted(line.opening)), line.because,
        start=line.start, end=line.end, reason=line.reason, added=tuple(sorted(line.added)),
    )  # fmt: skip


def _line(
    setting: str,
    agents: tuple[str, ...],
    opening: tuple[str, ...],
    because: str,
    *,
    start: int,
    end: int | None,
    reason: str,
    added: tuple[str, ...],
) -> str:
    said = f"{setting} {'+'.join(agents)} (opened with {'+'.join(opening)}, {because})"
    return f"{said} from {start} to {end} ({reason}) adding {'+'.join(added) or 'nothing'}"
