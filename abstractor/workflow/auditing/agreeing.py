"""How far readers agree, item by item and overall, and how the program stands beside them: from reviews to
the table of `counting`.

One unit is one item of one chart (a criterion, a line, a finding). What readers cannot tell is counted apart
and is no rating.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from abstractor.store.auditing import agreeing as kept
from abstractor.store.auditing import audits
from abstractor.store.auditing.agreeing import LockedReview, LockedReviews, Said
from abstractor.store.auditing.differing import judged
from abstractor.store.auditing.values import ADJUDICATION, Rating
from abstractor.workflow.auditing.agreement_table import Against, Agreed, AgreementTable, Block
from abstractor.workflow.auditing.answers import NO_FINDING
from abstractor.workflow.auditing.counting import ReadChart, Readings, ReadItem, agreement_table
from abstractor.workflow.auditing.design import Charts, design_from_json
from abstractor.workflow.auditing.items import MISSED
from abstractor.workflow.auditing.scales import heading_of
from abstractor.workflow.services import Services

__all__ = [
    "Against",
    "Agreed",
    "AgreementTable",
    "Block",
    "Unit",
    "agreement_of",
    "rated_units",
    "readings_of",
]


# Of each review of a chart, whether it settles, and whose it is; by its place what each says of one item.
Readers = tuple[tuple[bool, int], ...]
Pieces = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Unit(ReadItem):
    """An item of that chart."""

    chart_id: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader said of an item, as a third one who `settles` it or not."""

    settles: bool
    account_id: int
    said: Said | Rating


def agreement_of(services: Services, audit_id: int) -> AgreementTable:
    """Of the locked reviews of that audit, as far as it has come; counted again where that has changed."""
    with services.store.reading() as session:
        state = kept.state(session, audit_id)
        known = services.counted.get(audit_id, state)
        if isinstance(known, AgreementTable):
            return known
        locked, sites = kept.locked_reviews(session, audit_id), kept.sites(session, audit_id)
        audit = audits.audit_by_id(session, audit_id)
    only_flagged = audit is not None and design_from_json(audit.design).charts is Charts.FLAGGED
    table = agreement_table(readings_of(locked), sites, only_flagged=only_flagged)
    services.counted.keep(audit_id, state, table)
    return table


def readings_of(locked: LockedReviews) -> Readings:
    """Chart by chart; what alike readers said alike of an item is one item."""
    items: dict[tuple[Readers, ReadItem], int] = {}
    known: dict[Readers, dict[Pieces, int]] = defaultdict(dict)
    nameless: dict[tuple[tuple[bool, ...], Pieces], ReadItem] = {}
    # What is numbered by its reader has no place of its own: it must be looked at in its review.
    numbers: dict[str, int] = {}
    about = [numbers.setdefault("" if one.kind == MISSED else one.item, len(numbers)) for one in locked.said]
    charts = []
    for chart, group in groupby(locked.reviews, key=lambda review: review.chart_id):
        reviews = sorted(group, key=lambda review: (review.seat_number == ADJUDICATION, review.account_id))
        readers = tuple((one.seat_number == ADJUDICATION, one.account_id) for one in reviews)
        places, settles = known[readers], tuple(settling for settling, _ in readers)
        found = []
        asked = {tuple(map(about.__getitem__, one.said)) for one in reviews}
        alike = len(asked) == 1 and not any(numbers.get("") in one for one in asked)
        said = zip(*(one.said for one in reviews), strict=True) if alike else _pieces(locked.said, reviews)
        for pieces in said:
            place = places.get(pieces)
            if place is None:
                item = nameless.get((settles, pieces))
                if item is None:
                    item = nameless[settles, pieces] = _item_of(locked.said, settles, pieces)
                place = places[pieces] = items.setdefault((readers, item), len(items))
            found.append(place)
        found.sort()
        charts.append(ReadChart(chart, _read_at(reviews), tuple(found)))
    return Readings(tuple(_named(item, readers) for readers, item in items), tuple(charts))


def _read_at(reviews: Sequence[LockedReview]) -> datetime:
    """When the last of its readers had: to settle what they said changes nothing of that, however late."""
    return max(
        (one.locked_at for one in reviews if one.seat_number != ADJUDICATION),
        default=max(one.locked_at for one in reviews),
    )


def _pieces(said: Sequence[Said], reviews: Sequence[LockedReview]) -> Iterable[Pieces]:
    """Of each item of a chart, what each review says of it."""
    found: dict[str, list[int | None]] = {}
    for at, review in enumerate(reviews):
        nth = Counter[str]()
        for place in review.said:
            found.setdefault(_about(said[place], nth), [None] * len(reviews))[at] = place
    return map(tuple, found.values())


def _item_of(said: Sequence[Said], settles: Sequence[bool], pieces: Pieces) -> ReadItem:
    """Its readers are told by their places in the chart: what eight readers say by twos is said by few."""
    told = enumerate(zip(settles, pieces, strict=True))
    several = [Reading(settling, at, said[place]) for at, (settling, place) in told if place is not None]
    return _item(several, {at for at, settling in enumerate(settles) if not settling})


def _named(item: ReadItem, readers: Readers) -> ReadItem:
    readings = tuple([(readers[at][1], rating) for at, rating in item.readings])
    return ReadItem(item.kind, item.heading, readings, item.program, item.settled, item.adjudicated)


def rated_units(ratings: Iterable[Rating]) -> tuple[tuple[Unit, tuple[Rating, ...]], ...]:
    """Each with its ratings, as they are `judged`."""
    found: dict[tuple[int, str], list[Rating]] = defaultdict(list)
    readers: dict[int, set[int]] = defaultdict(set)
    nth: dict[int, Counter[str]] = defaultdict(Counter)
    for one in ratings:
        rating = replace(one, rating=judged(one.item, one.rating, one.reason))
        found[rating.chart_id, _about(rating, nth[rating.review_id])].append(rating)
        if rating.seat_number != ADJUDICATION:
            readers[rating.chart_id].add(rating.account_id)
    return tuple((_unit(several, readers[chart]), tuple(several)) for (chart, _), several in found.items())


def _about(said: Said | Rating, nth: Counter[str]) -> str:
    """Each reader numbers anew what they add as missed: it is the same where its rule and its line are, as
    where it is told whether two reviews differ. `nth` counts them within a review.
    """
    if said.kind != MISSED:
        return said.item
    about = f"{MISSED}:{said.rule}:{said.line or '-'}"
    nth[about] += 1
    return f"{about}:{nth[about]}"


def _unit(several: Sequence[Rating], readers: Collection[int]) -> Unit:
    said = [Reading(one.seat_number == ADJUDICATION, one.account_id, one) for one in several]
    item = _item(said, readers)
    return Unit(
        kind=item.kind,
        heading=item.heading,
        readings=item.readings,
        program=item.program,
        settled=item.settled,
        adjudicated=item.adjudicated,
        chart_id=several[0].chart_id,
    )


def _item(several: Sequence[Reading], readers: Collection[int]) -> ReadItem:
    """`readers` are those of the chart: who did not add what another one added as missed found none."""
    first = several[0].said
    read = [(one.account_id, one.said.rating) for one in several if not one.settles]
    if first.kind == MISSED and read:
        read += ((reader, NO_FINDING) for reader in sorted({*readers} - {one for one, _ in read}))
    settling = next((one.said for one in several if one.settles), None)
    same = read[0][1] if len({rating for _, rating in read}) == 1 else None
    return ReadItem(
        kind=first.kind,
        heading=heading_of(first.kind, first.rule, first.item),
        readings=tuple(sorted(read, key=lambda one: one[0])),
        program=next((one.said.program for one in several if one.said.program is not None), None),
        settled=same if settling is None else settling.rating,
        adjudicated=settling is not None,
    )
