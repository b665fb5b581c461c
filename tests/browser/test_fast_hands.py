"""Keys as fast as a hand is, over a network as slow as one may be: each is for the question marked."""

import random
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.answers import Answer, Said
from tests.browser.long_chart import long_chart
from tests.browser.reviewing import claim
from tests.browser.test_elsewhere import BLIND
from tests.browser.test_pending_saves import held_back, kept, let_go, seat_of
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
Open = Callable[..., Page]
MARKED = "() => Number(document.querySelector('.item[aria-current]').id.replace('item-', ''))"


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"long": long_chart(1)}) as opened:
        yield opened


def slowed(page: Page, latency: int) -> None:
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    limits = {"offline": False, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", {**limits, "latency": latency})


def ways(choices: tuple[str, ...]) -> list[tuple[list[str], tuple[str, str | None]]]:
    """The keys of each answer to a question, and what is kept of it; a line has no choices."""
    unsure = (str(len(choices) + 1 if choices else 3), "Space", "Control+Enter")
    found: list[tuple[list[str], tuple[str, str | None]]] = [([*unsure], (Said.CANNOT_TELL, None))]
    if not choices:
        return [*found, (["1"], (Said.AGREE, None))]
    for at, choice in enumerate(choices, 1):
        if choice == "exception":
            found.append(([str(at), "Comfort", "Control+Enter"], (Said.OWN, choice)))
        elif at <= 2:
            found.extend([([str(at)], (Said.OWN, choice))] * 2)
    return found


def told(answer: Answer | None) -> tuple[str, str | None]:
    return ("nothing", None) if answer is None else (answer.said, answer.right)


def test_every_key_is_for_the_question_that_is_marked(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Fast", hides=BLIND)
    page, drawn = opened(on=site, name="anna"), random.Random(6)
    claim(page)
    seat = seat_of(page)
    items = [seen.item for seen in kept(audited, seat, "anna").items]
    pressed: dict[int, tuple[str, str | None]] = {}
    page.keyboard.press("n")
    for at in range(34):
        if at == 29:
            slowed(page, 300)
        marked = page.evaluate(MARKED)
        keys, pressed[marked] = drawn.choice(ways(items[marked - 1].choices))
        for key in keys:
            (page.keyboard.type if key == "Comfort" else page.keyboard.press)(key)
            page.wait_for_timeout(drawn.choice((60,) * 9 + (250,)))
    expect(page.locator("#saved")).to_have_text(re.compile(r"Saved, step \d+"))
    answers = enumerate((seen.answer for seen in kept(audited, seat, "anna").items), 1)
    assert {at: told(answer) for at, answer in answers if answer} == pressed
    assert len(pressed) == 34


def test_a_refusal_that_comes_late_takes_nobody_away(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Refused", hides=BLIND)
    page = opened(on=site, name="ben")
    claim(page)
    seat = seat_of(page)
    items = [seen.item for seen in kept(audited, seat, "ben").items]
    page.keyboard.press("n")
    waiting = held_back(page)
    unsure, space, send = ways(items[0].choices)[0][0]
    for key in (unsure, space, send, "1", "2"):
        page.keyboard.press(key)
    expect(page.locator("#item-4 input[type=radio]").first).to_be_focused()
    waiting.pop(0).fulfill(status=422, json={"detail": "Refused for a test."})
    expect(page.locator("#item-1 .problem-here")).to_have_text("Refused for a test.")
    expect(page.locator("#item-1 h3")).to_contain_text("not saved")
    let_go(page, waiting)
    expect(page.locator(".item.answered")).to_have_count(2)
    expect(page.locator("#saved")).to_have_text("1 not saved: question 1")
    expect(page.locator("#item-4 input[type=radio]").first).to_be_focused()
    answers = [told(seen.answer) for seen in kept(audited, seat, "ben").items[:3]]
    given = [(Said.OWN, items[at].choices[at - 1]) for at in (1, 2)]
    assert answers == [("nothing", None), *given]

    # A reason that belongs to an exception does not stand, out of sight, in the way of another verdict.
    at = next(at for at, item in enumerate(items) if at > 3 and "exception" in item.choices)
    card = page.locator(f"#item-{at + 1}")
    card.get_by_label("Exception", exact=False).first.check()
    card.locator("select").select_option("trial")
    expect(page.locator(".item.answered")).to_have_count(3)
    card.locator("input[type=radio]").first.check()
    expect(page.locator("#saved")).to_have_text("1 not saved: question 1")
    expect(page.locator("#undo [name=expected]")).to_have_value("4")
    assert told(kept(audited, seat, "ben").items[at].answer) == (Said.OWN, items[at].choices[0])
