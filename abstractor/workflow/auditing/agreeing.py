"""How far readers agree, item by item and overall, and how the program stands beside them.

One unit is one item of one chart (a criterion, a line, a finding). What readers cannot tell is counted apart
and is no rating. Intervals take units for independent: several items of one chart are not quite.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from abstractor.store.auditing import agreeing as kept
from abstractor.store.auditing import reviews as kept_reviews
from abstractor.store.auditing.values import ADJUDICATION, Rating
from abstractor.workflow.agreement.against_program import Tally, ppv, sensitivity, tally
from abstractor.workflow.agreement.chance import Weights, gwet_ac1, kappa, pabak, raw_agreement
from abstractor.workflow.agreement.krippendorff import Scale as AlphaScale
from abstractor.workflow.agreement.krippendorff import krippendorff_alpha
from abstractor.workflow.agreement.ratings import Measured, Ratings, Undefined, Why
from abstractor.workflow.auditing.answers import NO_FINDING
from abstractor.workflow.auditing.items import MISSED
from abstractor.workflow.auditing.scales import GAPS, NOT_SAID, Scale, heading_of, scale_of
from abstractor.workflow.services import Services

__all__ = [
    "Against",
    "Agreed",
    "AgreementTable",
    "Block",
    "Unit",
    "agreement_of",
    "agreement_table",
    "rated_units",
    "units",
]

OVERALL = "overall"
_NOBODY_CHOSE = "other"
_BLOCK, _MOST_BLOCKS = 10, 6  # charts at least in a block of the drift; blocks at most


@dataclass(frozen=True, slots=True)
class Unit:
    """One item of one chart: `readings` by reader (null: cannot tell), what the program says, and what was
    settled, by a third reader where it was `adjudicated`; null: the readers differ and nobody settled it, or
    it cannot be told.
    """

    chart_id: int
    kind: str
    heading: str
    readings: tuple[tuple[int, str | None], ...]
    program: str | None
    settled: str | None
    adjudicated: bool
    locked_at: datetime

    @property
    def differs(self) -> bool:
        return len({rating for _, rating in self.readings}) > 1


@dataclass(frozen=True, slots=True)
class Statistics:
    """`weighted` is null where the scale has no order."""

    raw: Measured
    kappa: Measured
    weighted: Measured | None
    ac1: Measured
    pabak: Measured
    alpha: Measured


@dataclass(frozen=True, slots=True)
class Agreed:
    """Of the items under one heading; `differing` of those `read_twice`, `cannot_tell` counts readings."""

    kind: str
    heading: str
    units: int
    read_twice: int
    differing: int
    cannot_tell: int
    statistics: Statistics


@dataclass(frozen=True, slots=True)
class Against:
    """The program beside what readers settled on: does the finding say that care was not as it should be?"""

    heading: str
    counted: Tally
    sensitivity: Measured
    ppv: Measured


@dataclass(frozen=True, slots=True)
class Block:
    """Charts read one after the other: how far readers agreed, and what they kept of the program's."""

    first: datetime
    last: datetime
    charts: int
    raw: Measured
    ppv: Measured


@dataclass(frozen=True, slots=True)
class AgreementTable:
    """`unsettled`: items on which readers differ and nobody has settled."""

    overall: Agreed
    by_heading: tuple[Agreed, ...]
    program: tuple[Against, ...]
    by_site: tuple[tuple[str, Against], ...]
    drift: tuple[Block, ...]
    unsettled: int
    readers: int


def agreement_of(services: Services, audit_id: int) -> AgreementTable:
    """Of the locked reviews of that audit, as far as it has come."""
    with services.store.reading() as session:
        ratings = kept_reviews.ratings(session, audit_id)
        locked, sites = kept.locks(session, audit_id), kept.sites(session, audit_id)
    return agreement_table(units(ratings, locked), sites)


def units(ratings: Iterable[Rating], locked: Mapping[int, datetime]) -> tuple[Unit, ...]:
    """The ratings of each item together, in the order in which the last of them was locked."""
    made = (unit for unit, _ in rated_units(ratings, locked))
    return tuple(sorted(made, key=lambda unit: (unit.locked_at, unit.chart_id, unit.kind, unit.heading)))


def rated_units(
    ratings: Iterable[Rating], locked: Mapping[int, datetime]
) -> tuple[tuple[Unit, tuple[Rating, ...]], ...]:
    """Each with its ratings, as they come."""
    found: dict[tuple[int, str], list[Rating]] = defaultdict(list)
    readers: dict[int, set[int]] = defaultdict(set)
    nth = Counter[tuple[int, str]]()
    for rating in ratings:
        found[rating.chart_id, _about(rating, nth)].append(rating)
        if rating.seat_number != ADJUDICATION:
            readers[rating.chart_id].add(rating.account_id)
    return tuple(
        (_unit(several, locked, readers[chart]), tuple(several)) for (chart, _), several in found.items()
    )


def agreement_table(found: Sequence[Unit], sites: Mapping[int, str]) -> AgreementTable:
    """`sites` by chart."""
    headings: dict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in found:
        headings[unit.kind, unit.heading].append(unit)
    findings = [unit for unit in found if unit.kind in ("finding", "missed")]
    by_rule: dict[str, list[Unit]] = defaultdict(list)
    by_site: dict[str, list[Unit]] = defaultdict(list)
    for unit in findings:
        by_rule[unit.heading].append(unit)
        if unit.chart_id in sites:
            by_site[sites[unit.chart_id]].append(unit)
    everything = _against(OVERALL, findings)
    return AgreementTable(
        overall=_agreed("", OVERALL, found),
        by_heading=tuple(_agreed(*key, headings[key]) for key in sorted(headings)),
        program=(everything, *(_against(rule, by_rule[rule]) for rule in sorted(by_rule))),
        by_site=tuple((site, _against(OVERALL, by_site[site])) for site in sorted(by_site)),
        drift=_drift(found),
        unsettled=sum(unit.differs and not unit.adjudicated for unit in found),
        readers=len({reader for unit in found for reader, _ in unit.readings}),
    )


def _about(rating: Rating, nth: Counter[tuple[int, str]]) -> str:
    """Each reader numbers anew what they add as missed: it is the same where its rule and its line are, as
    where it is told whether two reviews differ.
    """
    if rating.kind != MISSED:
        return rating.item
    about = f"{MISSED}:{rating.rule}:{rating.line or '-'}"
    nth[rating.review_id, about] += 1
    return f"{about}:{nth[rating.review_id, about]}"


def _unit(several: Sequence[Rating], locked: Mapping[int, datetime], readers: Collection[int]) -> Unit:
    """`readers` are those of the chart: who did not add what another one added as missed found none."""
    first = several[0]
    read = [(one.account_id, one.rating) for one in several if one.seat_number != ADJUDICATION]
    if first.kind == MISSED and read:
        read += ((reader, NO_FINDING) for reader in sorted({*readers} - {one for one, _ in read}))
    settling = next((one for one in several if one.seat_number == ADJUDICATION), None)
    same = read[0][1] if len({rating for _, rating in read}) == 1 else None
    return Unit(
        chart_id=first.chart_id,
        kind=first.kind,
        heading=heading_of(first.kind, first.rule, first.item),
        readings=tuple(read),
        program=next((one.program for one in several if one.program is not None), None),
        settled=same if settling is None else settling.rating,
        adjudicated=settling is not None,
        locked_at=max(locked[one.review_id] for one in several),
    )


def _agreed(kind: str, heading: str, found: Sequence[Unit]) -> Agreed:
    seen = _seen(found)
    scale = Scale(tuple(sorted(seen))) if heading == OVERALL else scale_of(kind, heading, seen)
    return Agreed(
        kind=kind,
        heading=heading,
        units=len(found),
        read_twice=sum(len(unit.readings) > 1 for unit in found),
        differing=sum(unit.differs for unit in found),
        cannot_tell=sum(rating is None for unit in found for _, rating in unit.readings),
        statistics=_statistics(found, scale.categories, scale.ordered),
    )


def _statistics(found: Sequence[Unit], categories: Sequence[str], ordered: Sequence[str]) -> Statistics:
    held = _ratings(found, categories)
    if held is None:
        none = Undefined(Why.NO_DOUBLE_READ)
        return Statistics(none, none, none if ordered else None, none, none, none)
    return Statistics(
        raw=raw_agreement(held),
        kappa=kappa(held),
        weighted=_weighted(found, ordered) if ordered else None,
        ac1=gwet_ac1(held),
        pabak=pabak(held),
        alpha=krippendorff_alpha(held, scale=AlphaScale.NOMINAL),
    )


def _weighted(found: Sequence[Unit], ordered: Sequence[str]) -> Measured:
    """Linear weights over what is in order; a rating that is not has no place on the scale."""
    held = _ratings(found, ordered)
    return Undefined(Why.NO_DOUBLE_READ) if held is None else kappa(held, weights=Weights.LINEAR)


def _ratings(found: Sequence[Unit], categories: Sequence[str]) -> Ratings | None:
    """None where there are fewer than two readers: there is nothing to compare. Where one category is all
    that was ever said, it is rated beside one that nobody chose.
    """
    readers = sorted({reader for unit in found for reader, _ in unit.readings})
    if len(readers) < 2 or not categories:
        return None
    known = set(categories)
    categories = categories if len(categories) > 1 else (*categories, _NOBODY_CHOSE)
    rows = []
    for unit in found:
        said = dict(unit.readings)
        row = tuple(said.get(reader) for reader in readers)
        rows.append(tuple(rating if rating in known else None for rating in row))
    return Ratings(tuple(categories), tuple(map(str, readers)), tuple(rows))


def _seen(found: Iterable[Unit]) -> set[str]:
    return {rating for unit in found for _, rating in unit.readings if rating is not None}


def _against(heading: str, found: Sequence[Unit]) -> Against:
    counted = tally((_says_gap(unit.program, silent=False), _says_gap(unit.settled)) for unit in found)
    return Against(heading, counted, sensitivity(counted), ppv(counted))


def _says_gap(verdict: str | None, *, silent: bool | None = None) -> bool | None:
    """`silent` is what nothing said means: of the program, that it found no gap."""
    if verdict is None:
        return silent
    return None if verdict in NOT_SAID else verdict in GAPS


def _drift(found: Sequence[Unit]) -> tuple[Block, ...]:
    """Blocks of as many charts each, in the order in which the charts were finished."""
    finished: dict[int, datetime] = {}
    for unit in found:
        finished[unit.chart_id] = max(unit.locked_at, finished.get(unit.chart_id, unit.locked_at))
    charts = sorted(finished, key=lambda chart: (finished[chart], chart))
    many = max(1, min(_MOST_BLOCKS, len(charts) // _BLOCK))
    edges = [len(charts) * at // many for at in range(many + 1)]
    parts = [charts[low:high] for low, high in pairwise(edges) if high > low]
    return tuple(_block(_of_charts(found, part), part, finished) for part in parts)


def _of_charts(found: Sequence[Unit], charts: Sequence[int]) -> list[Unit]:
    wanted = set(charts)
    return [unit for unit in found if unit.chart_id in wanted]


def _block(found: Sequence[Unit], charts: Sequence[int], finished: Mapping[int, datetime]) -> Block:
    held = _ratings(found, sorted(_seen(found)))
    findings = [unit for unit in found if unit.kind in ("finding", "missed")]
    return Block(
        first=finished[charts[0]],
        last=finished[charts[-1]],
        charts=len(charts),
        raw=Undefined(Why.NO_DOUBLE_READ) if held is None else raw_agreement(held),
        ppv=_against(OVERALL, findings).ppv,
    )
