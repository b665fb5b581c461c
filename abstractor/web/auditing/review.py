"""The review of a chart: its questions and its record, and what a reader does with them, with or without
scripts. A form that comes twice is kept once; one that comes too late is shown again as it was filled in.
"""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from abstractor.errors import Conflict, OptionError, SeatRefused, Unanswered
from abstractor.web.access import needs
from abstractor.web.auditing.answering import Filled, FilledForm, answer_of, filled_from
from abstractor.web.auditing.cards import answer_in_words, asked_by, because_in_words, heading_of
from abstractor.web.auditing.desk import READS
from abstractor.web.auditing.room import Override, room
from abstractor.web.auditing.shown import Told, back, moment_in_words, sentence, shown, titles_of
from abstractor.web.carried import LONGEST, opened
from abstractor.web.parts import Number, Reader, services_of
from abstractor.workflow import Account
from abstractor.workflow.auditing import reviews, working
from abstractor.workflow.auditing.answers import LONGEST_TEXT, Answer
from abstractor.workflow.auditing.items import ItemKind
from abstractor.workflow.auditing.reviews import ReviewPage, review_of
from abstractor.workflow.auditing.seats import lease_of
from abstractor.workflow.auditing.values import SeatState

__all__ = ["router"]

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
Item = Annotated[str, Form(max_length=300)]
Expected = Annotated[int, Form(ge=0, le=10_000_000)]
Since = Annotated[int | None, Query(ge=0, le=10_000_000)]
At = Annotated[str, Query(max_length=20, pattern="^(item-[0-9]{1,4})?$")]


@router.get("/seats/{seat_id}")
@needs(*READS)
def show(
    request: Request, seat_id: Number, reader: Reader, told: Told = None, at: At = "", since: Since = None
) -> HTMLResponse:
    """Questions left, the record right; of an adjudication with both reviews beside the program. What is kept
    otherwise since the step `since` is marked.
    """
    return room(request, seat_id, reader, told=told, at=at, since=since)


@router.post("/seats/{seat_id}/answer")
@needs(*READS)
def answer(
    request: Request,
    seat_id: Number,
    reader: Reader,
    filled: FilledForm,
    item: Item,
    expected: Expected,
    clear: Annotated[str, Form(max_length=8)] = "",
    adds: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Keeps one answer; scripts are told its step, without them the page is shown at the card. `adds`: it is
    of a missed finding that is new, so it is never put over another one.
    """
    services = services_of(request)
    scripted = "application/json" in request.headers.get("accept", "")
    said: Answer | None = None
    told = None
    try:
        said = None if clear else answer_of(filled, _kind(item))
        step = working.save(
            services, seat_id, reader, item=item, answer=said, expected=expected, now=services.clock()
        )
    except OptionError as wrong:
        problem = sentence(wrong)
        return _again(request, seat_id, reader, item, filled, scripted, expected, problem=problem)
    except Conflict as late:
        page = _page(request, seat_id, reader)
        if not page.locked and _stands(page, item) == said:
            step, told = page.expected, "again"  # the same form, sent twice
        elif scripted:
            return _stale(page, item, late)
        else:
            place = page.next_missed if adds else item
            return _again(request, seat_id, reader, place, filled, scripted, expected, late=True)
    except SeatRefused as refused:
        return _refused(request, refused, scripted, filled.text)
    if scripted:
        until = moment_in_words(lease_of(services, seat_id, reader))
        kept = {"step": step, "answered_here": said is not None, "until": until}
        return JSONResponse(kept if told is None else {**kept, "again": True})
    return back(f"/seats/{seat_id}", told=told, anchor=_anchor(_page(request, seat_id, reader), item))


@router.post("/seats/{seat_id}/undo")
@needs(*READS)
def undo(request: Request, seat_id: Number, reader: Reader, expected: Expected) -> Response:
    """Takes the last answer back, once: the same form sent again is too late."""
    services = services_of(request)
    before = _page(request, seat_id, reader)
    try:
        working.undo(services, seat_id, reader, expected=expected, now=services.clock())
    except (Conflict, OptionError, SeatRefused) as refused:
        return room(request, seat_id, reader, status=409, wrong=sentence(refused), since=expected)
    at = _anchor(before, before.takes_back or "").removeprefix("#")
    return back(f"/seats/{seat_id}?told=undone&at={at}", anchor=f"#{at}") if at else back(f"/seats/{seat_id}")


@router.post("/seats/{seat_id}/lock")
@needs(*READS)
def lock(
    request: Request,
    seat_id: Number,
    reader: Reader,
    expected: Expected,
    lists: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Signs the review off as the page showed it. What is open, or changed since, is listed, and nothing is
    locked; sent twice, it is locked once. `lists`: without scripts the kept answers are shown first.
    """
    services = services_of(request)
    if lists:
        page = _page(request, seat_id, reader)
        if not page.locked and page.expected == expected and all(one.answer for one in page.items):
            return _listed(request, page)
    try:
        reviews.lock(services, seat_id, reader, expected=expected, now=services.clock())
    except Unanswered:
        told = "Not signed off: some questions are still open. They are listed below."
        return room(request, seat_id, reader, status=422, wrong=told, since=expected)
    except (Conflict, SeatRefused) as refused:
        if not _page(request, seat_id, reader).locked:
            wrong = f"Not signed off. {sentence(refused)}"
            return room(request, seat_id, reader, status=409, wrong=wrong, since=expected)
    return back(f"/seats/{seat_id}", told="locked")


@router.post("/seats/{seat_id}/note")
@needs(*READS)
def note(
    request: Request,
    seat_id: Number,
    reader: Reader,
    expected: Expected,
    text: Annotated[str, Form(max_length=2 * LONGEST_TEXT)] = "",
) -> Response:
    """A note to a locked review; the same one sent twice is kept once."""
    services = services_of(request)
    words = text.replace("\r\n", "\n").strip()
    try:
        reviews.add_note(services, seat_id, reader, text=words, expected=expected, now=services.clock())
    except Conflict as late:
        page = _page(request, seat_id, reader)
        if not (page.notes and page.notes[-1].text == words):
            return room(request, seat_id, reader, status=409, wrong=sentence(late), note=words)
    except (OptionError, SeatRefused) as refused:
        return room(request, seat_id, reader, status=422, wrong=sentence(refused), note=words)
    return back(f"/seats/{seat_id}", told="noted", anchor="#notes")


@router.post("/seats/{seat_id}/again")
@needs(*READS)
def again(
    request: Request, seat_id: Number, reader: Reader, carried: Annotated[str, Form(max_length=LONGEST)] = ""
) -> Response:
    """What this reader typed before they had to sign in, in its form again. Nothing is saved."""
    held = opened(services_of(request), carried)
    if held is None or (held.account_id, held.seat_id) != (reader.id, seat_id):
        return back(f"/seats/{seat_id}")
    words = "Your session had ended before this was kept. It is not saved yet: look at it, and save it."
    try:
        page = review_of(services_of(request), seat_id, reader, services_of(request).clock())
    except SeatRefused as refused:
        return _not_kept(request, sentence(refused), held.one("text"))
    if held.form == "note":
        return room(request, seat_id, reader, wrong=words, note=held.one("text"))
    if page.locked or page.state is not SeatState.CLAIMED:
        return _not_kept(request, "This review takes no answers now.", held.one("text"))
    item = page.next_missed if held.one("adds") else _place_of(page, held.one("item"))
    since = int(held.one("expected")) if held.one("expected").isdecimal() else None
    late = since != page.expected
    override = Override(item, filled_from(held.all), words, late)
    at = _anchor(page, item).removeprefix("#")
    return room(request, seat_id, reader, override=override, wrong=words, at=at, since=since)


def _listed(request: Request, page: ReviewPage) -> Response:
    """What a sign-off would lock, to be looked at first."""
    titles = titles_of(request)
    rows = [
        (
            f"{number}. {heading_of(seen, titles)}",
            asked_by(seen),
            answer_in_words(seen.answer),
            because_in_words(seen.answer),
        )
        for number, seen in enumerate((*page.items, *page.added), 1)
    ]
    return shown(request, "sign_off.html", page=page, rows=rows)


def _place_of(page: ReviewPage, item: str) -> str:
    """A missed finding that was not kept gets the next number: its own may be taken since."""
    known = {seen.item.key for seen in (*page.items, *page.added)}
    return item if item in known else page.next_missed


def _again(
    request: Request,
    seat_id: int,
    reader: Account,
    item: str,
    filled: Filled,
    scripted: bool,
    expected: int,
    *,
    problem: str | None = None,
    late: bool = False,
) -> Response:
    """The card as it was filled in, and why it was not kept."""
    status = 409 if late else 422
    if scripted:
        return JSONResponse({"detail": problem}, status)
    override = Override(item, filled, problem, late)
    return room(request, seat_id, reader, status=status, override=override, since=expected)


def _stale(page: ReviewPage, item: str, late: Conflict) -> Response:
    """What a script needs to ask the reader which of the two answers holds."""
    held = {"detail": sentence(late), "kept": answer_in_words(_stands(page, item))}
    return JSONResponse(held if page.locked else {**held, "step": page.expected}, 409)


def _refused(request: Request, refused: SeatRefused, scripted: bool, text: str) -> Response:
    if scripted:
        return JSONResponse({"detail": sentence(refused)}, 409)
    return _not_kept(request, sentence(refused), text)


def _not_kept(request: Request, why: str, text: str) -> Response:
    """With what they wrote, which is kept nowhere else."""
    if not text:
        raise HTTPException(409, why)
    return shown(request, "not_kept.html", status=409, wrong=why, text=text)


def _page(request: Request, seat_id: int, reader: Account) -> ReviewPage:
    services = services_of(request)
    try:
        return review_of(services, seat_id, reader, services.clock())
    except SeatRefused as refused:
        raise HTTPException(409, sentence(refused)) from None


def _stands(page: ReviewPage, item: str) -> Answer | None:
    return next((seen.answer for seen in (*page.items, *page.added) if seen.item.key == item), None)


def _anchor(page: ReviewPage, item: str) -> str:
    keys = [seen.item.key for seen in (*page.items, *page.added)]
    return f"#item-{keys.index(item) + 1}" if item in keys else ""


def _kind(item: str) -> ItemKind:
    kind = item.partition(":")[0]
    if kind not in set(ItemKind):
        raise OptionError("this is not asked of this chart")
    return ItemKind(kind)
