"""The day on which a line was chosen, order by order, where dates are partial or several orders compete."""

import pytest

from abstractor.chart import Source
from abstractor.dates import DateInterval
from abstractor.rules.therapy.course import Exposure, OrderDay
from abstractor.rules.therapy.decision import Decision, decision_of
from tests.builders import day


def on(text: str) -> DateInterval:
    when = day(text)
    assert when is not None
    return when


def source(name: str) -> tuple[Source, ...]:
    return (Source(name, "x", "1", None),)


def dose(when: str, *answers: str, agent: str = "trastuzumab") -> Exposure:
    """A dose that answers orders of these days; an order is named by its day."""
    held = tuple(OrderDay(on(each), each) for each in answers)
    return Exposure(
        agent, "administration", on(when), None, True, source(f"dose {when}"), f"dose {when}", held
    )


def order(when: str, *, relied_on: bool = True, agent: str = "trastuzumab") -> Exposure:
    return Exposure(agent, "order", on(when), None, relied_on, source(f"order {when}"), when)


def said(when: str) -> Exposure:
    return Exposure("trastuzumab", "statement", on(when), None, True, source(f"said {when}"), f"said {when}")


def decided(*exposures: Exposure) -> Decision:
    orders = {name: source(f"order {name}") for e in exposures for name in _named(e)}
    found = decision_of(exposures, orders, answers_within=60)
    assert decision_of(exposures[::-1], orders, answers_within=60) == found
    return found


def _named(exposure: Exposure) -> list[str]:
    return [each.reference for each in exposure.answers] + ([exposure.reference] if exposure.ordered else [])


@pytest.mark.parametrize(
    ("exposures", "when", "first"),
    [
        ((dose("2022-06-01"),), "2022-06-01", None),
        ((dose("2022-06-01", "2022-05-20"),), "2022-05-20", "2022-05-20"),
        ((dose("2022-06-01", "2022-06-01"),), "2022-06-01", "2022-06-01"),
        ((dose("2022-06-01", "2022-04-02"),), "2022-04-02", "2022-04-02"),  # 60 days
        ((dose("2022-06-01", "2022-04-01"),), "2022-06-01", None),  # 61 days
        ((dose("2022-06-01", "2022-06-02"),), "2022-06-01", None),  # after the first dose
        ((dose("2022-06-01", "2022-05-25", "2022-05-20"),), "2022-05-20", "2022-05-20"),
        ((dose("2022-06-01", "2022-04-01", "2022-05-25"),), "2022-05-25", "2022-05-25"),
        ((dose("2022-06-01"), order("2022-05-20", agent="pertuzumab")), "2022-05-20", "2022-05-20"),
        ((dose("2022-06-01"), order("2022-05-20", relied_on=False)), "2022-06-01", None),
        ((order("2022-05-20"),), "2022-05-20", "2022-05-20"),
        ((said("2022-05-20"),), "2022-05-20", None),
        # partial dates: every day that it can mean
        ((dose("2022-06"),), "2022-06-01..2022-06-30", None),
        ((dose("2022-06-01", "2022-05"),), "2022-05-01..2022-05-31", "2022-05"),
        ((dose("2022-06-01", "2022-04"),), "2022-04-02..2022-06-01", "2022-04"),
        ((dose("2022-06-01", "2022-06"),), "2022-06-01", "2022-06"),
        ((dose("2022-06-01", "2022"),), "2022-04-02..2022-06-01", "2022"),
        ((dose("2022-06-01", "2022-03"),), "2022-06-01", None),
        ((dose("2022-06-01", "2022-07"),), "2022-06-01", None),
        ((dose("2022-06", "2022-05-20"),), "2022-05-20", "2022-05-20"),
        ((dose("2022-06", "2022-06-10"),), "2022-06-01..2022-06-30", "2022-06-10"),
        ((dose("2022-06", "2022-04-10"),), "2022-04-10..2022-06-30", "2022-04-10"),
        ((dose("2022-06", "2022-05-01"),), "2022-05-01", "2022-05-01"),  # 60 days before the last of June
        ((dose("2022-06", "2022-07-01"),), "2022-06-01..2022-06-30", None),
        ((dose("2022-06-01", "2022-05-20", "2022-05"),), "2022-05-01..2022-05-20", "2022-05"),
    ],
)  # fmt: skip
def test_the_day_and_the_order(exposures: tuple[Exposure, ...], when: str, first: str | None) -> None:
    found = decided(*exposures)
    assert (str(found.when), found.order) == (when, first)
    if first is not None:
        assert found.sources == source(f"order {first}")


@pytest.mark.parametrize(
    ("exposures", "cited"),
    [
        ((dose("2022-06-08"), dose("2022-06-01")), "dose 2022-06-01"),
        ((dose("2022-06-01"), said("2022-05-20")), "dose 2022-06-01"),  # what was given says more
        ((dose("2022-06-01"), dose("2022-06")), "dose 2022-06-01"),
        ((dose("2022-06-01"), order("2022-05-20", relied_on=False)), "dose 2022-06-01"),
        ((order("2022-06-01", relied_on=False), said("2022-05-20")), "order 2022-06-01"),
    ],
)
def test_without_an_order_its_first_dose_is_cited(exposures: tuple[Exposure, ...], cited: str) -> None:
    found = decided(*exposures)
    assert (found.order, found.sources) == (None, source(cited))
