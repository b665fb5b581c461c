"""The agreement table, counted from what readers said of each item of each chart.

Equal items are counted together, but it is kept which of them one chart has: readers find one chart hard and
another easy, so each interval takes the chart for the unit, and says beside it what it would be if not.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, pairwise
from typing import TypeVar

from abstractor.workflow.agreement.against_program import tally_of
from abstractor.workflow.agreement.chance import Weights, gwet_ac1, kappa, pabak_of, raw_agreement
from abstractor.workflow.agreement.clusters import share_of_charts
from abstractor.workflow.agreement.krippendorff import Scale as AlphaScale
from abstractor.workflow.agreement.krippendorff import krippendorff_alpha
from abstractor.workflow.agreement.ratings import Composition, Measured, Ratings, Undefined, Why
from abstractor.workflow.auditing.agreement_table import (
    OVERALL,
    Against,
    Agreed,
    AgreementTable,
    Block,
    Statistics,
)
from abstractor.workflow.auditing.items import MISSED
from abstractor.workflow.auditing.scales import GAPS, NOT_SAID, Scale, scale_of

__all__ = ["ReadChart", "ReadItem", "Readings", "agreement_table"]

Key = TypeVar("Key", bound=Hashable)
Says = tuple[bool | None, bool | None]
_FINDINGS = ("finding", MISSED)
_NOBODY_CHOSE = "other"
_BLOCK, _MOST_BLOCKS = 10, 6  # charts at least in a block of the drift; blocks at most


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One item of one chart: `readings` by reader (null: cannot tell), what the program says, and what was
    settled, by a third reader where it was `adjudicated`; null: the readers differ and nobody settled it, or
    it cannot be told.
    """

    kind: str
    heading: str
    readings: tuple[tuple[int, str | None], ...]
    program: str | None
    settled: str | None
    adjudicated: bool

    @property
    def differs(self) -> bool:
        return len({rating for _, rating in self.readings}) > 1


@dataclass(frozen=True, slots=True)
class ReadChart:
    """`items` by their places, in order; `finished`: when the last of its readers had."""

    chart_id: int
    finished: datetime
    items: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """Charts with their items; equal items are one, so that 200,000 of them are a few thousand."""

    items: tuple[ReadItem, ...]
    charts: tuple[ReadChart, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Of each item by its place: whether the program, and whether readers, find that care was not as it
    should be; and the findings of each chart. Of flagged charts alone there is no sensitivity: what the
    program missed in the others is not seen.
    """

    says: tuple[Says, ...]
    confirmed: tuple[bool, ...]
    overruled: tuple[bool, ...]
    missed: tuple[bool, ...]
    findings: Mapping[int, tuple[int, ...]]
    only_flagged: bool

    def against(self, heading: str, charts: Iterable[Composition]) -> Against:
        """Shares by chart: how many of the program's are confirmed, how many of the readers' found."""
        told, kept, found = Counter[Says](), Counter[tuple[int, int]](), Counter[tuple[int, int]]()
        held = tuple(charts)
        for place, number in _times(held).items():
            told[self.says[place]] += number
        for places, number in held:
            right = sum(map(self.confirmed.__getitem__, places))
            kept[right, right + sum(map(self.overruled.__getitem__, places))] += number
            found[right, right + sum(map(self.missed.__getitem__, places))] += number
        share = Undefined(Why.ONLY_FLAGGED) if self.only_flagged else share_of_charts(found)
        return Against(heading, tally_of(told), share, share_of_charts(kept))

    def overall(self, charts: Iterable[ReadChart]) -> Against:
        return self.against(OVERALL, ((self.findings[chart.chart_id], 1) for chart in charts))


@dataclass(frozen=True, slots=True)
class Nameless:
    """The ratings of each item without whose they are, which is all that raw agreement asks for. Null where
    nothing was read twice.
    """

    ratings: Ratings | None
    row_of: tuple[int, ...]


def agreement_table(
    found: Readings, sites: Mapping[int, str], *, only_flagged: bool = False
) -> AgreementTable:
    """`sites` by chart. `only_flagged`: the charts were drawn for what the program says of them."""
    items, charts, gaps, nameless = (
        found.items,
        found.charts,
        _gaps(found, only_flagged=only_flagged),
        _nameless(found.items),
    )
    headings = _grouped(charts, [(item.kind, item.heading) for item in items])
    rules = {heading: made for (kind, heading), made in headings.items() if kind in _FINDINGS}
    missed = {item.heading for item in items if item.kind == MISSED}
    if missed:
        both = [item.heading if item.kind in _FINDINGS and item.heading in missed else None for item in items]
        rules |= _grouped(charts, both)
    open_ones = [item.differs and not item.adjudicated for item in items]
    return AgreementTable(
        overall=_agreed("", OVERALL, items, [(chart.items, 1) for chart in charts]),
        by_heading=tuple(_agreed(*key, items, headings[key]) for key in sorted(headings)),
        program=(gaps.overall(charts), *(gaps.against(rule, rules[rule]) for rule in sorted(rules))),
        by_site=tuple(_by_site(found, sites, gaps)),
        drift=tuple(_block(part, gaps, nameless) for part in _parts(charts)),
        unsettled=sum(open_ones[place] for chart in charts for place in chart.items),
        readers=len({reader for item in items for reader, _ in item.readings}),
    )


def _by_site(found: Readings, sites: Mapping[int, str], gaps: Gaps) -> Iterator[tuple[str | None, Against]]:
    """Of each site all its findings, then rule by rule; at the end charts of which no site is known."""
    charts: dict[str | None, list[ReadChart]] = defaultdict(list)
    for chart in found.charts:
        if gaps.findings[chart.chart_id]:
            charts[sites.get(chart.chart_id)].append(chart)
    headings = [item.heading if item.kind in _FINDINGS else None for item in found.items]
    for site in sorted(charts, key=lambda site: (site is None, site or "")):
        yield site, gaps.overall(charts[site])
        rules = _grouped(charts[site], headings)
        yield from ((site, gaps.against(rule, rules[rule])) for rule in sorted(rules))


def _gaps(found: Readings, *, only_flagged: bool) -> Gaps:
    says = tuple((_says_gap(item.program, silent=False), _says_gap(item.settled)) for item in found.items)
    findings = {place for place, item in enumerate(found.items) if item.kind in _FINDINGS}
    return Gaps(
        says,
        tuple(one == (True, True) for one in says),
        tuple(one == (True, False) for one in says),
        tuple(one == (False, True) for one in says),
        {chart.chart_id: tuple(filter(findings.__contains__, chart.items)) for chart in found.charts},
        only_flagged,
    )


def _grouped(charts: Iterable[ReadChart], keys: Sequence[Key | None]) -> dict[Key, tuple[Composition, ...]]:
    """The items of each chart by their key, without those that have none; charts with equal ones together."""
    found: dict[Key, Counter[tuple[int, ...]]] = defaultdict(Counter)
    for chart in charts:
        parts: dict[Key, tuple[int, ...]] = {}
        for place in chart.items:
            key = keys[place]
            if key is not None:
                parts[key] = (*parts[key], place) if key in parts else (place,)
        for key, places in parts.items():
            found[key][places] += 1
    return {key: tuple(made.items()) for key, made in found.items()}


def _agreed(kind: str, heading: str, items: Sequence[ReadItem], charts: Sequence[Composition]) -> Agreed:
    times = _times(charts)
    held = [(items[place], number) for place, number in times.items()]
    seen = {rating for item, _ in held for _, rating in item.readings if rating is not None}
    scale = Scale(tuple(sorted(seen))) if heading == OVERALL else scale_of(kind, heading, seen)
    return Agreed(
        kind=kind,
        heading=heading,
        units=times.total(),
        charts=sum(number for _, number in charts),
        read_twice=sum(number for item, number in held if len(item.readings) > 1),
        differing=sum(number for item, number in held if item.differs),
        cannot_tell=sum(number * (rating is None) for item, number in held for _, rating in item.readings),
        statistics=_statistics(items, charts, scale),
    )


def _times(charts: Iterable[Composition]) -> Counter[int]:
    """How often there is each item."""
    found = Counter[int]()
    once = []
    for places, number in charts:
        if number == 1:
            once.append(places)
        else:
            for place in places:
                found[place] += number
    found.update(chain.from_iterable(once))
    return found


def _statistics(items: Sequence[ReadItem], charts: Sequence[Composition], scale: Scale) -> Statistics:
    held = _ratings(items, charts, scale.categories)
    if held is None:
        none = Undefined(Why.NO_DOUBLE_READ)
        return Statistics(none, none, none if scale.ordered else None, none, none, none)
    nameless = _ratings(items, charts, scale.categories, named=False) or held
    raw = raw_agreement(nameless)
    return Statistics(
        raw=raw,
        kappa=kappa(held),
        weighted=_weighted(items, charts, scale.ordered) if scale.ordered else None,
        ac1=gwet_ac1(nameless),
        pabak=pabak_of(raw, categories=len(held.categories)),
        alpha=krippendorff_alpha(nameless, scale=AlphaScale.NOMINAL),
    )


def _weighted(items: Sequence[ReadItem], charts: Sequence[Composition], ordered: Sequence[str]) -> Measured:
    """Linear weights over what is in order; a rating that is not has no place on the scale."""
    held = _ratings(items, charts, ordered)
    return Undefined(Why.NO_DOUBLE_READ) if held is None else kappa(held, weights=Weights.LINEAR)


def _ratings(
    items: Sequence[ReadItem],
    charts: Sequence[Composition],
    categories: Sequence[str],
    *,
    named: bool = True,
) -> Ratings | None:
    """None where there are fewer than two readers: there is nothing to compare. Where one category is all
    that was ever said, it is rated beside one that nobody chose. What does not ask who said it is counted
    from far fewer rows that are not `named`.
    """
    used = sorted(_times(charts))
    readers = sorted({reader for place in used for reader, _ in items[place].readings})
    if len(readers) < 2 or not categories:
        return None
    known = set(categories)
    categories = categories if len(categories) > 1 else (*categories, _NOBODY_CHOSE)
    if not named:
        readers = list(range(max(2, *(len(items[place].readings) for place in used))))
    seats = {reader: seat for seat, reader in enumerate(readers)}
    rows: dict[tuple[str | None, ...], int] = {}
    row_of: dict[int, int] = {}
    for place in used:
        row: list[str | None] = [None] * len(readers)
        readings = items[place].readings if named else _sorted(items[place].readings)
        for reader, rating in readings:
            row[seats[reader]] = rating if rating in known else None
        row_of[place] = rows.setdefault(tuple(row), len(rows))
    made = Counter[tuple[int, ...]]()
    for places, number in charts:
        made[tuple(sorted(map(row_of.__getitem__, places)))] += number
    return Ratings(tuple(categories), tuple(map(str, readers)), tuple(rows), tuple(made.items()))


def _says_gap(verdict: str | None, *, silent: bool | None = None) -> bool | None:
    """`silent` is what nothing said means: of the program, that it found no gap."""
    if verdict is None:
        return silent
    return None if verdict in NOT_SAID else verdict in GAPS


def _parts(charts: Iterable[ReadChart]) -> Iterable[Sequence[ReadChart]]:
    """Blocks of as many charts each, in the order in which the charts were read."""
    ordered = sorted(charts, key=lambda chart: (chart.finished, chart.chart_id))
    many = max(1, min(_MOST_BLOCKS, len(ordered) // _BLOCK))
    edges = [len(ordered) * at // many for at in range(many + 1)]
    return [ordered[low:high] for low, high in pairwise(edges) if high > low]


def _block(charts: Sequence[ReadChart], gaps: Gaps, nameless: Nameless) -> Block:
    raw: Measured = Undefined(Why.NO_DOUBLE_READ)
    if nameless.ratings is not None:
        rows = nameless.row_of
        made = Counter(tuple(map(rows.__getitem__, chart.items)) for chart in charts)
        raw = raw_agreement(replace(nameless.ratings, compositions=tuple(made.items())))
    return Block(charts[0].finished, charts[-1].finished, len(charts), raw, gaps.overall(charts).ppv)


def _nameless(items: Sequence[ReadItem]) -> Nameless:
    said = [tuple(sorted(rating or "" for _, rating in item.readings)) for item in items]
    most = max((len(one) for one in said), default=0)
    categories = tuple(sorted({rating for one in said for rating in one if rating}))
    if most < 2 or not categories:
        return Nameless(None, ())
    rows: dict[tuple[str, ...], int] = {}
    row_of = tuple(rows.setdefault(one, len(rows)) for one in said)
    seats = tuple((*(rating or None for rating in one), *[None] * (most - len(one))) for one in rows)
    return Nameless(Ratings((*categories, _NOBODY_CHOSE), tuple(map(str, range(most))), seats), row_of)


def _sorted(readings: Iterable[tuple[int, str | None]]) -> Iterable[tuple[int, str | None]]:
    """Equal ones alike, whoever said them."""
    return enumerate(sorted((rating for _, rating in readings), key=lambda rating: rating or ""))
