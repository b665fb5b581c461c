"""One reader at one seat: what is kept of it, and what of that the reader may see. Who has no such seat in an
open audit gets no further than here.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from abstractor.abstract import Evidence, LineRef
from abstractor.errors import SeatRefused
from abstractor.rules.measures import asked_of_the_period
from abstractor.store import trail, views
from abstractor.store.auditing import reviews, seats
from abstractor.store.auditing.elsewhere import blind_elsewhere, waits_in
from abstractor.store.auditing.seated import SeatChart, records_of, seat_chart
from abstractor.store.auditing.values import ADJUDICATION, AuditState, Review, Seat, SeatState
from abstractor.store.database import Session
from abstractor.store.values import Account, Action, SourceView
from abstractor.workflow.auditing.answers import NO_FINDING, Answer, Asked
from abstractor.workflow.auditing.blinding import Blinded, blinded, numbered
from abstractor.workflow.auditing.design import Design, Hidden, design_from_json
from abstractor.workflow.auditing.folding import answers_in
from abstractor.workflow.auditing.items import (
    MISSED,
    SEQUENCING,
    Item,
    ItemKind,
    choices_of,
    items_of,
    missed_number,
)
from abstractor.workflow.auditing.masked_source import Named, names_in
from abstractor.workflow.auditing.place_names import names_of_chart
from abstractor.workflow.auditing.sight import Sight, sight_of
from abstractor.workflow.services import Services

__all__ = ["AtSeat", "Peer", "at_seat", "note_in_trail", "open_source", "require_open", "to_read", "to_write"]


@dataclass(frozen=True, slots=True)
class Peer:
    """The locked review of another seat of the same chart. `judged` is by the keys of the adjudication, where
    what was added as missed is numbered anew.
    """

    seat_number: int
    judged: dict[str, Answer]


@dataclass(frozen=True, slots=True)
class AtSeat:
    """`review` is null where none is begun. `items` are those of the chart, then of an adjudication what the
    readers added as missed; `proposed` holds these by key. `peers` are there of an adjudication alone.
    `of_the_period` are the measures that the abstraction period makes due.
    `named`: how the chart names its place, where that is hidden.
    `unread_elsewhere`: the reader is still to read the chart in another audit that hides the verdict.
    """

    of: SeatChart
    design: Design
    review: Review | None
    items: tuple[Item, ...]
    rules: frozenset[str]
    peers: tuple[Peer, ...]
    proposed: dict[str, Answer]
    of_the_period: frozenset[str]
    named: Named
    unread_elsewhere: bool

    @property
    def seat(self) -> Seat:
        return self.of.seat

    @property
    def locked(self) -> bool:
        return self.review is not None and self.review.locked_at is not None

    @property
    def adjudicates(self) -> bool:
        return self.of.seat.number == ADJUDICATION

    @property
    def answers(self) -> dict[str, Answer]:
        return {} if self.review is None else answers_in(self.review)

    def item(self, key: str) -> Item | None:
        """One that is asked, or a place for a finding that the reader adds as missed."""
        known = next((each for each in self.items if each.key == key), None)
        return _added(key) if known is None and missed_number(key) is not None else known

    def asked(self, item: Item) -> Asked:
        """While the verdict is hidden from everybody who rates there is none to agree with, also later."""
        match item.kind:
            case ItemKind.LINE:
                return Asked(item.kind, shown=item.program)
            case ItemKind.MISSED:
                lines = [LineRef(line.setting, line.number) for line in self.of.view.abstract.lines]
                added = (self.proposed | self.answers).items()
                told = {(each.rule, each.line) for key, each in added if key != item.key}
                return Asked(
                    item.kind,
                    rules=self.rules,
                    lines=lines,
                    proposed=item.key in self.proposed,
                    told=told,
                    found=self._found(),
                )
            case _:
                shown = None if Hidden.VERDICT in self.design.hides else item.program
                return Asked(item.kind, choices=item.choices, shown=shown)

    def _found(self) -> frozenset[tuple[str, LineRef | None]]:
        """Rule and line of each measure that is asked, and the rule of no line. Of a choice of therapy there
        is one by each authority and for each phase, so that another can be missed.
        """
        asked = [item for item in self.items if item.kind is ItemKind.FINDING and item.rule != SEQUENCING]
        return frozenset((item.rule, line) for item in asked for line in (item.line, None))

    def unanswered(self) -> tuple[str, ...]:
        """The keys of the items that have no answer yet, in order."""
        answers = self.answers
        return tuple(item.key for item in self.items if item.key not in answers)

    def added(self) -> tuple[Item, ...]:
        """What this reader added as missed, by number."""
        known = {item.key for item in self.items}
        keys = (key for key in self.answers if key not in known)
        return tuple(_added(key) for key in sorted(keys, key=lambda key: missed_number(key) or 0))

    @property
    def sight(self) -> Sight:
        """What of the chart this reader may see now."""
        sight = sight_of(self.design, self.of.audit.state, locked=self.locked)
        return replace(sight, verdict=False) if self.unread_elsewhere else sight

    def evidence(self, number: int) -> Evidence | None:
        """Of the chart, by its number."""
        every = numbered(self.of.view.abstract, self.sight, self.of_the_period)
        return every[number] if 0 <= number < len(every) else None

    def blinded(self, session: Session, *cited: bytes) -> Blinded:
        """The chart as this reader sees it; `cited` is a record whose own names of people are hidden too."""
        sight = self.sight
        named = [] if sight.site else [self.named, *map(names_in, cited)]
        return blinded(
            self.of.view,
            sight,
            code=self.of.drawn.code,
            names=[name for each in named for name in each.places],
            people=[name for each in named for name in each.people],
            of_the_period=self.of_the_period,
        )


def at_seat(session: Session, services: Services, seat: Seat, reader: Account) -> AtSeat:
    """`seat` is the reader's: in work, or done by them."""
    adjudicates = seat.number == ADJUDICATION
    of = seat_chart(session, seat, reader.id, adjudicates=adjudicates)
    if not of.may_read:
        raise SeatRefused("you are no reader of this audit; its lead can make you one")
    design = design_from_json(of.audit.design)
    unread = _unread_elsewhere(session, of, design, reader)
    titles = {measure.id: measure.title for measure in services.library.measures}
    rules = frozenset({SEQUENCING, *titles})
    of_the_period = frozenset(each.id for each in services.library.measures if asked_of_the_period(each.rule))
    items = items_of(
        of.view.abstract,
        design,
        titles=titles,
        of_the_period=of_the_period,
    )
    peers, proposed = _peers(session, of) if adjudicates else ((), {})
    return AtSeat(
        of=of,
        design=design,
        review=reviews.review_on(session, seat.id, reader.id),
        items=(*items, *(_added(key, answer) for key, answer in proposed.items())),
        rules=rules & frozenset(design.rules) if design.rules else rules,
        peers=peers,
        proposed=proposed,
        of_the_period=of_the_period,
        named=_named(session, services, of) if Hidden.SITE in design.hides else Named((), ()),
        unread_elsewhere=unread,
    )


def _named(session: Session, services: Services, of: SeatChart) -> Named:
    """What a pull brought stays as it is, so it is looked through once; its number may be another's after a
    purge.
    """
    state = (of.drawn.patient_id, of.view.abstracted_at)
    known = services.named.get(of.pull_id, state)
    if isinstance(known, Named):
        return known
    found = names_of_chart(records_of(session, of.pull_id))
    services.named.keep(of.pull_id, state, found)
    return found


def _unread_elsewhere(session: Session, of: SeatChart, design: Design, reader: Account) -> bool:
    """`SeatRefused` where this audit shows from the first what another one, in which the reader is still to
    read this chart, hides; True where it would show the verdict of it after the lock.
    """
    blind = blind_elsewhere(session, reader.id, of.audit.id)
    telling = [number for number, hides in blind.items() if hides.difference(design.hides)]
    waits = waits_in(session, reader.id, of.drawn.id, telling)
    if waits is not None:
        raise SeatRefused(
            f"you are still to read this chart in audit {waits}, which hides what this one shows: read it "
            "there first, then this opens"
        )
    hiding = [number for number, hides in blind.items() if Hidden.VERDICT in hides]
    return waits_in(session, reader.id, of.drawn.id, hiding) is not None


def to_read(session: Session, services: Services, seat_id: int, reader: Account) -> AtSeat:
    """As `at_seat`, of a seat that the reader works at, or whose review they locked."""
    seat = seats.seat_by_id(session, seat_id)
    if seat is None or seat.account_id != reader.id or seat.state is SeatState.FREE:
        raise SeatRefused("this chart is not yours to read; open the queue for another")
    here = at_seat(session, services, seat, reader)
    if not here.locked:
        require_open(here)
    return here


def to_write(session: Session, services: Services, seat_id: int, reader: Account) -> AtSeat:
    """As `at_seat`, of a seat that the reader works at now, in an open audit."""
    seat = seats.held_by(session, seat_id, reader.id)
    if seat.state is SeatState.HELD:
        raise SeatRefused("this chart is on hold: resume it first")
    here = at_seat(session, services, seat, reader)
    require_open(here)
    return here


def require_open(here: AtSeat) -> None:
    if here.of.audit.state is not AuditState.OPEN:
        raise SeatRefused("this audit is closed: nothing is added to its reviews any more")


def open_source(
    session: Session, here: AtSeat, reader: Account, resource: str, version: str | None, *, now: datetime
) -> SourceView | None:
    """A stored resource of the chart, told in the trail as opened here; None where it is not stored."""
    of = here.of
    found = views.source(session, of.drawn.patient_id, resource, version, cycle_id=of.audit.cycle_id)
    if found is not None:
        note_in_trail(session, here, Action.SOURCE_OPENED, reader, now, resource=resource, version=version)
    return found


def note_in_trail(
    session: Session,
    here: AtSeat,
    action: Action,
    reader: Account,
    now: datetime,
    detail: str = "",
    *,
    resource: str | None = None,
    version: str | None = None,
) -> None:
    """Who did what at which seat."""
    told = f"seat {here.seat.id}{', ' if detail else ''}{detail}"
    trail.record(
        session,
        action=action,
        account_id=reader.id,
        patient_id=here.of.drawn.patient_id,
        cycle_id=here.of.audit.cycle_id,
        resource=resource,
        version=version,
        detail=told,
        now=now,
    )


def _peers(session: Session, of: SeatChart) -> tuple[tuple[Peer, ...], dict[str, Answer]]:
    """And what they added as missed, by its new key: what both added, by rule and line, is one."""
    locked = [each for each in reviews.locked_of_chart(session, of.drawn.id) if each[0] != ADJUDICATION]
    keys: dict[tuple[str | None, LineRef | None], str] = {}
    proposed: dict[str, Answer] = {}
    peers = []
    for number, review in locked:
        judged: dict[str, Answer] = {}
        for key, answer in answers_in(review).items():
            known = key
            if missed_number(key) is not None:
                known = keys.setdefault((answer.rule, answer.line), f"{MISSED}:{len(keys) + 1}")
                proposed.setdefault(known, answer)
            judged.setdefault(known, answer)
        peers.append(Peer(number, judged))
    return tuple(peers), proposed


def _added(key: str, proposed: Answer | None = None) -> Item:
    asked = "A finding that the program did not make"
    rule = "" if proposed is None or proposed.rule is None else proposed.rule
    return Item(
        key=key,
        kind=ItemKind.MISSED,
        rule=rule or MISSED,
        program=None,
        choices=(*choices_of(rule), NO_FINDING) if rule else (),
        question=f"{asked}: {rule}. Is it one?" if rule else f"{asked}.",
        line=None if proposed is None else proposed.line,
        at=-1,
    )
