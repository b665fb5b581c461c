"""The page of one reader at one seat, as a value that is blinded already: pages and API only lay it out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from abstractor.store.auditing.values import AuditPurpose, SeatState, StepKind
from abstractor.workflow.auditing.blinding import Blinded
from abstractor.workflow.auditing.design import Hidden
from abstractor.workflow.auditing.folding import next_number, to_take_back
from abstractor.workflow.auditing.reading import AtSeat
from abstractor.workflow.auditing.shown import ChartSeen, ItemSeen, Note, UnseenType
from abstractor.workflow.auditing.sight import Sight
from abstractor.workflow.clinic.pages import Unseen

__all__ = ["ReviewPage", "page_of"]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`expected` goes with the next change. `takes_back`: the item whose answer the next undo takes back.
    `added` is what this reader found missed, `rules` what a missed finding may be about, with their titles.
    `title` is the audit's, null where its words might tell the site or the wave.
    """

    seat_id: int
    seat_number: int
    adjudicates: bool
    state: SeatState
    lease_until: datetime | None
    audit_id: int
    title: str | None
    purpose: AuditPurpose
    hides: tuple[Hidden, ...]
    sight: Sight
    chart: ChartSeen
    items: tuple[ItemSeen, ...]
    added: tuple[ItemSeen, ...]
    unanswered: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    expected: int
    takes_back: str | None
    started_at: datetime | None
    locked_at: datetime | None
    notes: tuple[Note, ...]

    @property
    def locked(self) -> bool:
        return self.locked_at is not None

    @property
    def next_missed(self) -> str:
        """The key under which the next missed finding is saved."""
        taken = {each.item.key for each in (*self.items, *self.added)}
        number = 1
        while f"missed:{number}" in taken:
            number += 1
        return f"missed:{number}"


def page_of(here: AtSeat, seen: Blinded, unseen: Iterable[Unseen], titles: Mapping[str, str]) -> ReviewPage:
    audit, review, answers = here.of.audit, here.review, here.answers
    steps = () if review is None else review.steps
    taken = None if here.locked else to_take_back(steps)
    notes = tuple(
        Note(step.at, step.item or None, step.body or "") for step in steps if step.kind is StepKind.ADDENDUM
    )
    return ReviewPage(
        seat_id=here.seat.id,
        seat_number=here.seat.number,
        adjudicates=here.adjudicates,
        state=here.seat.state,
        lease_until=here.seat.lease_until,
        audit_id=audit.id,
        title=audit.title if seen.sight.site and seen.sight.wave else None,
        purpose=audit.purpose,
        hides=here.design.hides,
        sight=seen.sight,
        chart=seen.chart(map(_type, unseen)),
        items=tuple(
            seen.item(item, answers.get(item.key), here.proposed.get(item.key)) for item in here.items
        ),
        added=tuple(seen.item(item, answers.get(item.key)) for item in here.added()),
        unanswered=here.unanswered(),
        rules=tuple((rule, titles.get(rule, rule)) for rule in sorted(here.rules)),
        expected=0 if review is None else next_number(review),
        takes_back=None if taken is None else taken.item,
        started_at=None if review is None else review.started_at,
        locked_at=None if review is None else review.locked_at,
        notes=notes,
    )


def _type(row: Unseen) -> UnseenType:
    return UnseenType(
        type=row.type,
        asked=row.asked,
        said=row.said,
        code=row.code,
        why=row.why,
        count=row.count,
        total=row.total,
        since=row.since,
    )
