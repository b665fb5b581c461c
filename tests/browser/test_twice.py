"""The same thing sent twice changes nothing twice; two readers of one chart keep out of each other's way."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Request, expect

from abstractor.workflow import Account
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.reviews import ReviewPage, review_of, save
from tests.browser.reviewing import claim, sign_off
from tests.integration.web.audited import begin_audit, open_audited
from tests.integration.web.charts import critical
from tests.integration.web.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
Audited = tuple[Site, dict[str, Account]]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def audited() -> Iterator[Audited]:
    with open_audited({"critical": critical(1)}) as opened:
        yield opened


@dataclass(slots=True)
class Sent:
    """The last form that a page sent, to be sent again as it was, its token and all."""

    page: Page
    request: Request | None = None

    def again(self) -> tuple[int, str]:
        assert self.request is not None
        headers = {"content-type": "application/x-www-form-urlencoded", "referer": self.page.url}
        answer = self.page.request.post(self.request.url, headers=headers, data=self.request.post_data)
        return answer.status, answer.text()


def listening(page: Page) -> Sent:
    sent = Sent(page)

    def hear(request: Request) -> None:
        sent.request = request if request.method == "POST" else sent.request

    page.on("request", hear)
    return sent


def answer_the_rest(audited: Audited, page: Page, name: str, *, unsure: int = 0) -> None:
    """Below the page, which is shown anew: cannot tell of the first ones, agree to the others."""
    held, seat = kept(audited, page, name), seat_of(page)
    step = held.expected
    for at, seen in enumerate(one for one in held.items if one.answer is None):
        services, now = audited[0].services, audited[0].clock()
        said = Answer(Said.CANNOT_TELL, missing=("visit",)) if at < unsure else Answer(Said.AGREE)
        step = save(services, seat, audited[1][name], item=seen.item.key, answer=said, expected=step, now=now)
    page.reload()


def seat_of(page: Page) -> int:
    return int(re.sub(r".*/seats/(\d+).*", r"\1", page.url))


def kept(audited: Audited, page: Page, name: str) -> ReviewPage:
    return review_of(audited[0].services, seat_of(page), audited[1][name], audited[0].clock())


def test_a_form_that_comes_again_changes_nothing_twice(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Again")
    page = opened(on=site, name="anna", java_script_enabled=False)
    sent = listening(page)
    claim(page)
    seat = page.url
    assert sent.again()[0] == 200
    page.goto("/desk")
    expect(page.get_by_role("row", name=re.compile("Again"))).to_have_count(1)

    page.goto(seat)
    card = page.locator("#item-1")
    card.get_by_label("Agree").check()
    card.get_by_role("button", name="Save this answer").click()
    expect(card).to_have_class(re.compile("answered"))
    first = kept(audited, page, "anna")
    status, told = sent.again()
    assert (status, "kept already" in told) == (200, True)
    page.go_back()
    card.get_by_role("button", name="Save this answer").click()
    expect(page.locator(".item.answered")).to_have_count(1)
    assert kept(audited, page, "anna").items == first.items

    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".item.answered")).to_have_count(0)
    undone = kept(audited, page, "anna").expected
    status, told = sent.again()
    assert (status, "look at it again before you take back" in told) == (409, True)
    assert kept(audited, page, "anna").expected == undone


def test_after_the_sign_off_no_form_changes_anything(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=1, title="Signed")
    page = opened(on=site, name="ben")
    sent = listening(page)
    claim(page)
    page.locator("#item-1").get_by_label("Agree").check()
    expect(page.locator("#item-1")).to_have_class(re.compile("answered"))
    answered, signing = Sent(page, sent.request), listening(page)
    answer_the_rest(audited, page, "ben")
    sign_off(page)
    locked = kept(audited, page, "ben")
    status, told = signing.again()
    assert (status, "signed off and locked" in told) == (200, True)
    status, told = answered.again()
    assert (status, "not yours to read now" in told, "or is done" in told) == (409, True, True)
    page.go_back()  # the form of the sign-off, as the browser may have kept it
    page.wait_for_load_state()
    expect(page.get_by_text("Signed off. The answers")).to_be_visible()
    expect(page.get_by_role("button", name="Sign off and lock")).to_have_count(0)
    after = kept(audited, page, "ben")
    assert (after.locked_at, after.expected, after.items) == (locked.locked_at, locked.expected, locked.items)


def test_two_readers_of_one_chart_at_the_same_time(opened: Open, audited: Audited) -> None:
    site, people = audited
    begin_audit(site, people, readers=2, title="Two readers")
    anna, ben = (opened(on=site, name=name) for name in ("anna", "ben"))
    pages = {"anna": (anna, "Quokka"), "ben": (ben, "Numbat")}
    for page, _ in pages.values():
        claim(page)
    assert anna.url != ben.url
    assert kept(audited, anna, "anna").chart.code == kept(audited, ben, "ben").chart.code
    for number in (1, 2):  # in turn, the same question in the same moment
        for page, word in pages.values():
            card = page.locator(f"#item-{number}")
            card.get_by_label("Cannot tell").check()
            card.get_by_label("A visit").check()
            card.get_by_label("In words").fill(f"{word} {number}")
        for page, _ in pages.values():
            expect(page.locator(f"#item-{number}")).to_have_class(re.compile("answered"))
    for (page, mine), (_, theirs) in zip(pages.values(), reversed(pages.values()), strict=True):
        page.reload()
        expect(page.locator("#saved")).to_have_text(re.compile(r"Saved, step \d+"))
        assert [f"{mine} {number}" in page.content() for number in (1, 2)] == [True, True]
        for path in (page.url, "/desk", "/audits", page.url.replace("/seats", "/api/v1/seats") + "/review"):
            assert theirs not in page.request.get(path).text(), path
    assert ben.request.get(anna.url).status == anna.request.get(ben.url).status == 404
    for name, (page, _) in pages.items():
        answer_the_rest(audited, page, name, unsure=2 if name == "ben" else 0)
        sign_off(page)
    for name, (page, mine) in pages.items():
        said = [seen.answer for seen in kept(audited, page, name).items]
        assert [one.text for one in said[:2] if one] == [f"{mine} 1", f"{mine} 2"]
        assert all(one is not None for one in said)
    cora = opened(on=site, name="cora")
    claim(cora)
    undisputed_by_keys(cora)


def undisputed_by_keys(page: Page) -> None:
    """What an adjudication keeps folded is within reach of the keys."""
    folded = page.locator("details.settled .item input[type=radio]:checked").first
    expect(folded).to_be_hidden()
    for _ in range(page.locator(".item:visible").count() + 1):
        page.keyboard.press("j")
    expect(folded).to_be_focused()
