"""The facts of a chart in lanes, as the drawing and the tables show them: drugs by agent, others by sort."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from abstractor.web.wording import dates_in_words
from abstractor.workflow.chart_facts import Fact
from abstractor.workflow.fact_words import Track

__all__ = ["TRACKS", "Entry", "FactLane", "FactRow", "TrackTable", "fact_lanes", "track_tables", "when_of"]

TRACKS = {
    Track.DRUGS: "Drugs given and ordered",
    Track.DISEASE: "Disease and metastases",
    Track.MARKERS: "Biomarkers",
    Track.EVENTS: "Adverse events and other diagnoses",
    Track.RESULTS: "Results",
    Track.IMAGING: "Imaging",
    Track.PROCEDURES: "Procedures",
    Track.VISITS: "Visits",
    Track.CARE: "Care, referrals and notes",
}
_FEW_ROWS = 10


@dataclass(frozen=True, slots=True)
class FactLane:
    """The facts of one sort in order of time; `anchor` is where they stand in the tables."""

    track: Track
    name: str
    anchor: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact as a link: its days in words, its value, what is doubtful of it. `cited`: something that was
    decided rests on it. Of several sources `more` are the links to the others.
    """

    when: str
    value: str
    href: str
    cited: bool
    void: bool
    doubt: str | None
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRow:
    """Facts that are called alike; `anchor` on the first row of a lane only."""

    anchor: str | None
    lane: str
    what: str
    kind: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class TrackTable:
    track: Track
    title: str
    count: int
    rows: tuple[FactRow, ...]

    @property
    def short(self) -> bool:
        """It may stand open."""
        return len(self.rows) <= _FEW_ROWS and self.count <= 4 * _FEW_ROWS


def fact_lanes(facts: Iterable[Fact], agents: Sequence[str] = ()) -> tuple[FactLane, ...]:
    """By track, then in order of time; the drugs of lines (`agents`) before others."""
    held: dict[tuple[Track, str], list[Fact]] = {}
    for fact in facts:
        held.setdefault((fact.track, fact.lane), []).append(fact)
    order = {agent: number for number, agent in enumerate(agents)}
    tracks = list(Track)

    def place(item: tuple[int, tuple[Track, str]]) -> tuple[int, int, int]:
        number, (track, lane) = item
        return tracks.index(track), order.get(lane, len(order)), number

    ordered = [key for _, key in sorted(enumerate(held), key=place)]
    return tuple(
        FactLane(track, name, f"lane-{number}", tuple(held[track, name]))
        for number, (track, name) in enumerate(ordered, 1)
    )


def track_tables(lanes: Sequence[FactLane], entry: Callable[[Fact], Entry]) -> tuple[TrackTable, ...]:
    tables = []
    for track in dict.fromkeys(lane.track for lane in lanes):
        own = [lane for lane in lanes if lane.track is track]
        rows = tuple(row for lane in own for row in _rows(lane, entry))
        tables.append(TrackTable(track, TRACKS[track], sum(len(lane.facts) for lane in own), rows))
    return tuple(tables)


def _rows(lane: FactLane, entry: Callable[[Fact], Entry]) -> Iterable[FactRow]:
    alike: dict[tuple[str, str], list[Fact]] = {}
    for fact in lane.facts:
        alike.setdefault((fact.kind, fact.what), []).append(fact)
    anchor: str | None = lane.anchor
    for (kind, what), facts in alike.items():
        yield FactRow(anchor, lane.name, what, kind, tuple(entry(fact) for fact in facts))
        anchor = None


def when_of(fact: Fact) -> str:
    return "no date" if fact.days is None else dates_in_words(fact.days)
