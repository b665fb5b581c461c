"""Every fact of a chart as the reader of a seat may see it, and the stored records that they were read from.

Facts are read again from the bytes of the cycle's pull, as the chart's own page reads them; what is hidden is
taken out here.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from abstractor.abstract import Evidence
from abstractor.dates import exact
from abstractor.errors import Conflict
from abstractor.store.values import Account
from abstractor.workflow.auditing.blinding import Blinded
from abstractor.workflow.auditing.masked_source import masked
from abstractor.workflow.auditing.masking import Mask
from abstractor.workflow.auditing.reading import open_source, to_read
from abstractor.workflow.chart_facts import ChartFacts, Fact, chart_facts
from abstractor.workflow.services import Services

__all__ = ["RecordSeen", "SeatFacts", "seat_facts", "seat_record"]


@dataclass(frozen=True, slots=True)
class SeatFacts:
    """`later`: how many are of days after as_of, null where the wave is hidden, which that would tell.
    `cited`: numbers of the sources on which something that may be shown rests. `tag` goes with a number:
    both hold for these facts at this seat alone.
    """

    facts: tuple[Fact, ...]
    later: int | None
    there: bool
    cited: frozenset[int]
    tag: str


@dataclass(frozen=True, slots=True)
class RecordSeen:
    """A stored resource, with what is hidden taken out, and the elements of it that facts were read from.
    `sha256` is null where anything was taken out.
    """

    resource: str
    version: str | None
    elements: tuple[Evidence, ...]
    body: bytes
    origin: str | None
    received_at: datetime | None
    pulled_at: datetime | None
    sha256: str | None


def seat_facts(services: Services, seat_id: int, reader: Account) -> SeatFacts:
    with services.store.reading() as session:
        here = to_read(session, services, seat_id, reader)
        seen = here.blinded(session)
    found = chart_facts(services, here.of.view)
    return SeatFacts(
        facts=tuple(_ended(_shown(fact, seen.mask), seen) for fact in found.facts),
        later=found.later if seen.sight.wave else None,
        there=found.there,
        cited=_cited(found, seen) if seen.sight.verdict else frozenset(),
        tag=_tag(found, seat_id),
    )


def seat_record(
    services: Services, seat_id: int, reader: Account, number: int, *, tag: str, now: datetime
) -> RecordSeen | None:
    """The source of that number; None where there is none, or it is not stored. `Conflict` where the chart
    was pulled or read anew since `tag`.
    """
    with services.store.reading() as session:
        here = to_read(session, services, seat_id, reader)
    facts = chart_facts(services, here.of.view)
    if tag != _tag(facts, seat_id):
        raise Conflict("this chart was pulled or read again since the link was made: open the review anew")
    read = facts.source(number)
    if read is None:
        return None
    with services.store.writing() as session:
        here = to_read(session, services, seat_id, reader)
        found = open_source(session, here, reader, read.resource, read.version, now=now)
        if found is None:
            return None
        seen = here.blinded(session, found.body)
    mask = seen.mask
    return RecordSeen(
        resource=mask.resource(read.resource),
        version=None if mask.hides else read.version,
        elements=tuple(_element(each, mask) for each in read.elements),
        body=masked(found.body, mask),
        origin=None if mask.hides else found.origin,
        received_at=found.received_at if seen.sight.wave else None,
        pulled_at=found.pulled_at if seen.sight.wave else None,
        sha256=None if mask.hides else hashlib.sha256(found.body).hexdigest(),
    )


def _tag(found: ChartFacts, seat_id: int) -> str:
    """Of the seat too, so that nobody knows a chart again by it in another audit."""
    return hashlib.sha256(f"{seat_id}/{found.tag}".encode()).hexdigest()[:12]


def _shown(fact: Fact, mask: Mask) -> Fact:
    return replace(
        fact,
        lane=mask.text(fact.lane),
        what=mask.text(fact.what),
        value=mask.text(fact.value),
        elements=tuple(_element(each, mask) for each in fact.elements),
    )


def _ended(fact: Fact, seen: Blinded) -> Fact:
    """An order or a statement that goes on is cut at as_of, and its bar would be drawn until that day."""
    cut = fact.until == exact(seen.view.abstract.as_of) and fact.kind in ("ordered", "stated")
    return replace(fact, until=exact(date.max)) if cut and not seen.sight.wave else fact


def _element(cited: Evidence, mask: Mask) -> Evidence:
    return Evidence(
        mask.resource(cited.resource),
        None if mask.hides else cited.version,
        cited.path,
        mask.value(cited.value),
    )


def _cited(found: ChartFacts, seen: Blinded) -> frozenset[int]:
    records = {(each.resource, each.version) for each in seen.evidence}
    return frozenset(
        number for number, source in enumerate(found.sources) if (source.resource, source.version) in records
    )
