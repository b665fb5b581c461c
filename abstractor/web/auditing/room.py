"""The page of one reader at one seat, put together from what they may see and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import HTTPException, Request
from starlette.responses import HTMLResponse

from abstractor.errors import SeatRefused
from abstractor.web.auditing.answering import Filled
from abstractor.web.auditing.beside import settled_in
from abstractor.web.auditing.cards import Card, cards_of, links_of, sections_of
from abstractor.web.auditing.desk import had
from abstractor.web.auditing.record import record_of
from abstractor.web.auditing.shown import moment_in_words, sentence, shown, titles_of
from abstractor.web.carried import mark_of
from abstractor.web.parts import services_of
from abstractor.workflow import Account, Services
from abstractor.workflow.access import Permission, may
from abstractor.workflow.auditing import reasons, seat_reasons
from abstractor.workflow.auditing.adjudicating import SideBySide, side_by_side
from abstractor.workflow.auditing.audits import readers_of
from abstractor.workflow.auditing.closed_pages import must_not_open
from abstractor.workflow.auditing.guided import guided
from abstractor.workflow.auditing.items import choices_of
from abstractor.workflow.auditing.reviews import ReviewPage, changed_since, review_of
from abstractor.workflow.auditing.seat_facts import seat_facts
from abstractor.workflow.auditing.values import AuditPurpose, SeatState

__all__ = ["Override", "room"]


@dataclass(frozen=True, slots=True)
class Override:
    """A card as a reader filled it in, which was not kept; `late`: the review had gone on."""

    item: str
    filled: Filled
    problem: str | None
    late: bool


def room(
    request: Request,
    seat_id: int,
    reader: Account,
    *,
    status: int = 200,
    override: Override | None = None,
    since: int | None = None,
    **held: Any,
) -> HTMLResponse:
    """404 where the seat is not this reader's: what is not there and what must not be seen answer alike.
    `since` is the step of the page that the reader had before: what is kept otherwise since is marked.
    """
    page, sides = _pages(request, seat_id, reader)
    services = services_of(request)
    changed = _changed(services, reader, page, since)
    cards = _cards(request, page, override, changed)
    writes = not page.locked and page.state is SeatState.CLAIMED
    return shown(
        request,
        "seat.html",
        status=status,
        edition_ids=tuple(edition.id for edition in services.library.editions),
        page=page,
        sections=sections_of(cards) if sides is None else settled_in(cards, sides),
        open_cards=[card for card in cards if not card.answered],
        answered=sum(card.answered for card in cards),
        total=len(cards),
        record=record_of(
            page.chart,
            links_of(page.chart, f"/seats/{seat_id}/evidence"),
            seat_facts(services, seat_id, reader),
            f"/seats/{seat_id}/records",
        ),
        action=f"/seats/{seat_id}/answer" if writes else None,
        writes=writes,
        whole_chart=_chart_page(services, reader, page),
        mark=mark_of(services, reader.id, seat_id),
        until=moment_in_words(page.lease_until),
        step=page.expected,
        titles=titles_of(request),
        codes=reasons,
        seat_reasons=seat_reasons,
        every_verdict=tuple(dict.fromkeys((*choices_of("sequencing"), *choices_of("")))),
        others=[one for one in readers_of(services, page.audit_id) if one.account_id != reader.id],
        have=had(request, page.audit_id, reader),
        differing=sides.differing if sides else None,
        **{**_told_changed(cards, changed), **_missed(page, override), "at": "", "note": "", **held},
    )


def _cards(
    request: Request, page: ReviewPage, override: Override | None, changed: frozenset[str]
) -> tuple[Card, ...]:
    """Of what is asked, then of what this reader added."""
    services = services_of(request)
    today = services.clock().date()
    cards = cards_of(
        (*page.items, *page.added),
        page.chart,
        source=f"/seats/{page.seat_id}/evidence",
        titles=titles_of(request),
        guided=lambda seen: guided(seen, services.library, today),
    )
    return tuple(replace(_overridden(c, override), changed=c.item.key in changed) for c in cards)


def _pages(request: Request, seat_id: int, reader: Account) -> tuple[ReviewPage, SideBySide | None]:
    services = services_of(request)
    try:
        page = review_of(services, seat_id, reader, services.clock())
        if not page.adjudicates:
            return page, None
        sides = side_by_side(services, seat_id, reader, services.clock())
        return sides.page, sides
    except SeatRefused as refused:
        raise HTTPException(404, sentence(refused)) from None


def _chart_page(services: Services, reader: Account, page: ReviewPage) -> str | None:
    """The chart's own page, where nothing of it is hidden from this reader, here or in another audit."""
    cycle_id, patient_id = page.chart.cycle_id, page.chart.patient_id
    if cycle_id is None or patient_id is None or page.purpose is not AuditPurpose.LIVE:
        return None
    if must_not_open(services, reader, cycle_id=cycle_id, patient_id=patient_id):
        return None
    return f"/cycles/{cycle_id}/charts/{patient_id}" if may(reader, Permission.OPEN_CHARTS) else None


def _changed(services: Services, reader: Account, page: ReviewPage, since: int | None) -> frozenset[str]:
    if since is None or since == page.expected:
        return frozenset()
    return changed_since(services, page.seat_id, reader, since=since, until=page.expected)


def _told_changed(cards: Sequence[Card], changed: frozenset[str]) -> dict[str, Any]:
    """Those that show what is kept; and how many findings that were added are not kept any more."""
    shown_kept = [card for card in cards if card.changed and not (card.problem or card.elsewhere)]
    gone = changed.difference(card.item.key for card in cards)
    return {"changed_cards": shown_kept, "changed_gone": len(gone)}


def _missed(page: ReviewPage, override: Override | None) -> dict[str, Any]:
    """The finding that a reader was about to add, and why it is not added."""
    if override is None or override.item != page.next_missed:
        return {"missed": Filled(), "missed_problem": None}
    late = (
        "This finding is not added yet: the review was changed in another tab, or by another person. "
        "Look at what was changed, then add it again."
    )
    return {
        "missed": override.filled,
        "missed_problem": override.problem or (late if override.late else None),
    }


def _overridden(card: Card, override: Override | None) -> Card:
    if override is None or card.item.key != override.item:
        return card
    elsewhere = None
    if override.late:
        elsewhere = (
            f"This review was changed in another tab, or by another person. Kept there: {card.kept}. "
            "What you entered here still stands and is not saved: save it again if it is to hold."
        )
    return replace(
        card, filled=override.filled, problem=override.problem, elsewhere=elsewhere, answered=False
    )
