"""The stored record behind a piece of evidence, as the reader of a seat may see it."""

import hashlib
from datetime import datetime

from abstractor.store.values import Account
from abstractor.workflow.auditing.masked_source import masked
from abstractor.workflow.auditing.reading import open_source, to_read
from abstractor.workflow.auditing.shown import SourceSeen
from abstractor.workflow.services import Services

__all__ = ["seat_source"]


def seat_source(
    services: Services, seat_id: int, reader: Account, number: int, now: datetime
) -> SourceSeen | None:
    """That number of the chart's evidence; None where there is none, or its record is not stored."""
    with services.store.writing() as session:
        here = to_read(session, services, seat_id, reader)
        cited = here.evidence(number)
        if cited is None:
            return None
        found = open_source(session, here, reader, cited.resource, cited.version, now=now)
        if found is None:
            return None
        seen = here.blinded(session, found.body)
    hidden = seen.mask.hides
    return SourceSeen(
        evidence=seen.evidence_seen(number),
        body=masked(found.body, seen.mask),
        origin=None if hidden else found.origin,
        received_at=found.received_at if seen.sight.wave else None,
        pulled_at=found.pulled_at if seen.sight.wave else None,
        sha256=None if hidden else hashlib.sha256(found.body).hexdigest(),
    )
