"""Metastases of the brain on the day of a decision, 2022-06-14: active, stable or none, and why."""

from collections.abc import Callable

import pytest

from abstractor.rules.cns import cns_state
from fixtures.stories import Tale
from tests.asking import situation_of
from tests.unit.rules.told import brain, second_line

SRS = "Stereotactic radiosurgery of brain metastasis"
OPEN = {"active", "stable", "none"}


def brain_marked(on: str, clinical: str, *, treated: str = "2022-03-01") -> Tale:
    """A brain metastasis with that clinical status, treated then."""
    told = second_line().condition("C79.31", "Secondary malignant neoplasm of brain", on, clinical=clinical)
    return told.procedure(SRS, treated)


def twice_treated(again: str) -> Tale:
    told = brain("2022-02-01", treated="2022-03-01", again="2022-04-01")
    return told.procedure(SRS, again)


def recorded_anew(on: str) -> Tale:
    """Recorded on that day, its onset not stated, after it was treated."""
    told = brain("2022-02-01", treated="2022-03-01").metastasis("brain", on)
    return told.but(onsetDateTime=None, recordedDate=on)


def doubtful(on: str, verification: str | None) -> Tale:
    return brain("2022-02-01", treated="2022-03-01").metastasis("brain", on, verification=verification)


STATES: list[tuple[str, Callable[[], Tale], set[str]]] = [
    ("none recorded", second_line, {"none"}),
    ("untreated", lambda: brain("2022-06-01"), {"active"}),
    ("treated", lambda: brain("2022-02-01", treated="2022-03-01"), {"stable"}),
    ("treated before it was recorded", lambda: brain("2022-04-01", treated="2022-03-01"), {"active"}),
    ("a new one after treatment", lambda: brain("2022-02-01", treated="2022-03-01", again="2022-04-01"),
     {"active"}),
    ("a new one on the day of treatment",
     lambda: brain("2022-02-01", treated="2022-03-01", again="2022-03-01"),
     {"stable"}),
    ("a new one after the decision", lambda: brain("2022-02-01", treated="2022-03-01", again="2022-06-15"),
     {"stable"}),
    ("a new one, treated too", lambda: twice_treated("2022-05-01"), {"stable"}),
    ("a new one, treated too late to be settled", lambda: twice_treated("2022-06-01"), {"active"}),
    ("come back", lambda: brain_marked("2022-02-01", "recurrence"), {"active", "stable"}),
    ("relapsed", lambda: brain_marked("2022-02-01", "relapse"), {"active", "stable"}),
    ("in remission", lambda: brain_marked("2022-02-01", "remission"), {"stable"}),
    ("only recorded anew", lambda: recorded_anew("2022-04-01"), {"active", "stable"}),
    ("recorded anew before treatment", lambda: recorded_anew("2022-02-15"), {"stable"}),
    ("perhaps a new one", lambda: doubtful("2022-04-01", "provisional"), {"active", "stable"}),
    ("a refuted one", lambda: doubtful("2022-04-01", "refuted"), {"stable"}),
    ("a new one of absent status", lambda: doubtful("2022-04-01", None), {"active"}),
    ("of absent status", lambda: second_line().metastasis("brain", "2022-06-01", verification=None),
     {"active"}),
    ("provisional alone", lambda: second_line().metastasis("brain", "2022-06-01", verification="provisional"),
     OPEN),
    ("provisional after the decision",
     lambda: second_line().metastasis("brain", "2022-06-15", verification="provisional"), {"none"}),
    ("of that year", lambda: brain("2022"), OPEN),
    ("after the decision", lambda: brain("2022-06-15"), {"none"}),
    ("treated in a month that may be too late", lambda: brain("2022-02-01", treated="2022-05"),
     {"active", "stable"}),
    ("treated on a day that is not known",
     lambda: brain("2022-02-01", treated="2022-03-01").but(performedDateTime=None), {"active", "stable"}),
    ("treatment not done", lambda: brain("2022-02-01", treated="2022-03-01").but(status="not-done"),
     {"active"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "possible"), STATES, ids=[row[0] for row in STATES])
def test_the_state(name: str, told: Callable[[], Tale], possible: set[str]) -> None:
    assert cns_state(situation_of(told().told(), 2)).possible == possible


@pytest.mark.parametrize(
    ("told", "shows"),
    [
        (lambda: brain("2022-06-01"), "CNS metastasis recorded 2022-06-01, without local therapy before"),
        (
            lambda: brain("2022-02-01", treated="2022-03-01"),
            "CNS metastasis recorded 2022-02-01, local therapy 2022-03-01, no progression there after it",
        ),
        (
            lambda: twice_treated("2022-05-01"),
            "CNS metastasis recorded 2022-02-01, local therapy 2022-05-01, no progression there after it",
        ),
        (
            lambda: brain("2022-02-01", treated="2022-03-01", again="2022-04-01"),
            "CNS metastasis recorded 2022-02-01, local therapy 2022-03-01, progression there after it",
        ),
        (
            lambda: brain_marked("2022-02-01", "relapse"),
            "CNS metastasis recorded 2022-02-01, local therapy 2022-03-01, perhaps progression there after "
            "it",
        ),
        (
            lambda: brain("2022-02-01", treated="2022-05"),
            "CNS metastasis recorded 2022-02-01, local therapy of which it is not known whether it was 28 "
            "days before or more",
        ),
    ],
)
def test_what_it_shows(told: Callable[[], Tale], shows: str) -> None:
    assert cns_state(situation_of(told().told(), 2)).shows == shows


def test_the_sites_the_therapy_and_what_came_after_are_cited() -> None:
    state = cns_state(situation_of(brain("2022-02-01", treated="2022-03-01", again="2022-04-01").told(), 2))
    assert {str(source.value) for source in state.sources} >= {"2022-02-01", "2022-03-01", "2022-04-01"}
