"""A low ejection fraction that no code says: in the words of a note or a report, or under a name alone."""

from collections.abc import Callable

import pytest

from fixtures.stories import TDM1, Tale
from tests.unit.rules.measures.test_acted_on_results import ended, findings, treated

TOLD = "unknown (text-only)"


def unlisted(percent: float, on: str) -> Tale:
    quantity = {"value": percent, "unit": "%"}
    return treated().lvef(percent, on).but(code={"text": "Ejection fraction"}, valueQuantity=quantity)


LOW: list[tuple[str, Callable[[], Tale], str]] = [
    ("in a note", lambda: treated().note("Echo today: LVEF 38 %.", "2022-04-04"), TOLD),
    ("under a name that no table has", lambda: unlisted(38, "2022-04-04"), TOLD),
    (
        "in the words of a coded result",
        lambda: (
            treated().lvef(38, "2022-04-04").but(valueQuantity=None, valueString="Reduced, LVEF about 38%")
        ),
        TOLD,
    ),
    ("a range under the limit", lambda: treated().note("LVEF 35-40%", "2022-04-04"), TOLD),
    ("under a limit", lambda: treated().note("LVEF <40%", "2022-04-04"), TOLD),
    ("ten points under the baseline", lambda: treated().note("LVEF 50%", "2022-04-04"), TOLD),
    ("not low", lambda: treated().note("LVEF 55 %", "2022-04-04"), "nothing"),
    ("nobody says that it fell", lambda: treated().note("LVEF >45 %", "2022-04-04"), "nothing"),
    ("a limit", lambda: treated().note("Hold for LVEF <40%.", "2022-04-04"), "nothing"),
    ("what was before", lambda: treated().note("Prior LVEF 38%.", "2022-04-04"), "nothing"),
    ("of a year that is over", lambda: treated().note("LVEF 38 % in 2019.", "2022-04-04"), "nothing"),
    ("of an old echo", lambda: treated().note("Outside echo 2/2019: LVEF 38 %.", "2022-04-04"), "nothing"),
    ("of this year", lambda: treated().note("Echo 4/2022: LVEF 38 %.", "2022-04-04"), TOLD),
    ("beside an old one", lambda: treated().note("LVEF 38 % (60 % in 2019).", "2022-04-04"), TOLD),
    ("of last December", lambda: treated().note("LVEF 38 % on 12/30/2021.", "2022-02-04"), TOLD),
    ("of her father", lambda: treated().note("Her father has an EF of 25 %.", "2022-04-04"), "nothing"),
    ("fallen to today's", lambda: treated().note("LVEF 58 % -> 44 %", "2022-04-04"), TOLD),
    (
        "her mother's is no repeat",
        lambda: (
            treated().lvef(44, "2022-04-04").note("Her mother's LVEF is 60 %.", "2022-04-25")
        ),
        "not-met",
    ),
    ("before treatment", lambda: treated().note("LVEF 38 %", "2022-01-01"), "nothing"),
    (
        "in a note that was taken back",
        lambda: treated().note("LVEF 38 %", "2022-04-04").but(status="entered-in-error"),
        "nothing",
    ),
    (
        "repeated in time",
        lambda: treated().note("LVEF 49 %", "2022-04-04").lvef(58, "2022-04-25"),
        "nothing",
    ),
    (
        "a result that is told again months later",
        lambda: (
            treated(TDM1, cycles=9).lvef(49, "2022-02-07").lvef(58, "2022-02-28")
            .note("LVEF 49 %", "2022-06-20")
        ),
        "met",
    ),
    (
        "the baseline told again",
        lambda: treated().lvef(48, "2021-12-30").note("LVEF 48 %", "2022-04-04"),
        "nothing",
    ),
    (
        "beside a low result that nothing followed",
        lambda: treated(cycles=9).lvef(49, "2022-02-07").note("LVEF 40 %", "2022-06-20"),
        "not-met",
    ),
    (
        "beside a low result that was followed",
        lambda: (
            treated(TDM1, cycles=9).lvef(49, "2022-02-07").lvef(58, "2022-02-28")
            .note("LVEF 40 %", "2022-06-20")
        ),
        TOLD,
    ),
    (
        "a repeat in words alone",
        lambda: treated().lvef(49, "2022-04-04").note("LVEF 58 %", "2022-04-25"),
        TOLD,
    ),
    (
        "the low result told again is no repeat",
        lambda: treated().lvef(49, "2022-04-04").note("LVEF 49 %", "2022-04-25"),
        "not-met",
    ),
    (
        "words before the result are no repeat",
        lambda: treated().note("LVEF 58 %", "2022-04-01").lvef(49, "2022-04-04"),
        "not-met",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "verdict"), LOW, ids=[row[0] for row in LOW])
def test_words_alone_are_a_reason_to_look(name: str, told: Callable[[], Tale], verdict: str) -> None:
    assert ended(told()) == verdict


def test_the_words_are_quoted_and_cited() -> None:
    (found,) = findings(treated().note("Seen today.\nLVEF 38 % on echo.\nFeels well.", "2022-04-04"))
    assert "ejection fraction in words alone on 2022-04-04 (“LVEF 38 % on echo.”)" in found.statement
    assert any(each.value == "LVEF 38 % on echo." for each in found.evidence)


def test_the_same_words_in_every_note_are_one_event() -> None:
    told = treated(cycles=9)
    for on in ("2022-02-07", "2022-03-21", "2022-05-02"):
        told = told.note("LVEF 38 %", on)
    (found,) = findings(told)
    assert "such events" not in found.statement
    assert str(found.decision_date) == "2022-02-07"


def test_words_alone_are_no_baseline() -> None:
    assert ended(treated().note("LVEF 75 %", "2021-12-21").lvef(55, "2022-04-04")) == "nothing"
