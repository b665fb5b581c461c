"""Hormone receptors on the day of a decision: which result of each receptor counts, and what codes add."""

from dataclasses import replace
from functools import cache

import pytest

from abstractor.chart import Biomarker, Diagnosis, Source, Standing
from abstractor.dates import Truth
from abstractor.rules.kinds.receptor_status import ReceptorStatus
from abstractor.rules.situation import Situation
from abstractor.rules.truth import Decided
from tests.asking import situation_of
from tests.builders import day
from tests.unit.rules.told import second_line

TERMS = ("receptors-positive", "receptors-negative", "er-negative", "pr-negative")


def result(marker: str, reading: str, on: str, standing: Standing = Standing.COUNTS) -> Biomarker:
    source = Source(f"Observation/{marker}-{reading}-{on}", "Observation.valueString", "1", on)
    return Biomarker(marker, "ihc", reading, None, None, day(on), standing, (source,))


def coded(*concepts: str, standing: Standing = Standing.COUNTS) -> Diagnosis:
    source = Source(f"Condition/{'-'.join(concepts)}", "Condition.code", "1", None)
    return Diagnosis(concepts, (), None, day("2020-01-02"), None, standing, "active", None, (source,))


@cache
def chosen() -> Situation:
    """The second line, chosen on 2022-06-14; codes by names of these tests."""
    situation = situation_of(second_line().told(), 2)
    names = [(name,) for name in TERMS]
    receptors = replace(
        situation.terms.receptors,
        positive=names[0],
        negative=names[1],
        er_negative=names[2],
        pr_negative=names[3],
    )
    return replace(situation, terms=replace(situation.terms, receptors=receptors))


def decided(*facts: Biomarker | Diagnosis, positive: bool = True) -> Decided:
    chart = replace(
        chosen().chart,
        biomarkers=tuple(f for f in facts if isinstance(f, Biomarker)),
        diagnoses=tuple(f for f in facts if isinstance(f, Diagnosis)),
    )
    return ReceptorStatus(positive=positive).decide(replace(chosen(), chart=chart))


POSITIVE, NEGATIVE, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
ER, PR = result("er", "positive", "2020-01-02"), result("pr", "positive", "2020-01-02")
NO_ER, NO_PR = result("er", "negative", "2020-01-02"), result("pr", "negative", "2020-01-02")
SAID_POSITIVE, SAID_NEGATIVE, NO_ER_CODE, NO_PR_CODE = (coded(name) for name in TERMS)

CASES: list[tuple[str, tuple[Biomarker | Diagnosis, ...], Truth]] = [
    ("nothing", (), UNKNOWN),
    ("both positive", (ER, PR), POSITIVE),
    ("one of two positive", (NO_ER, PR), POSITIVE),
    ("the other of two positive", (ER, NO_PR), POSITIVE),
    ("one positive, the other not tested", (PR,), POSITIVE),
    ("both negative", (NO_ER, NO_PR), NEGATIVE),
    ("one negative, the other not tested", (NO_ER,), UNKNOWN),
    ("and the other way round", (NO_PR,), UNKNOWN),
    ("equivocal", (result("er", "equivocal", "2020-01-02"), NO_PR), UNKNOWN),
    ("preliminary", (result("er", "positive", "2020-01-02", Standing.CONTEXT), NO_PR), UNKNOWN),
    ("entered in error", (result("er", "positive", "2020-01-02", Standing.WITHDRAWN), NO_PR), UNKNOWN),
    ("of assumed status", (result("er", "positive", "2020-01-02", Standing.ASSUMED), NO_PR), POSITIVE),
    ("another marker", (result("her2", "positive", "2020-01-02"),), UNKNOWN),
    ("the later of two", (ER, result("er", "negative", "2021-01-02"), NO_PR), NEGATIVE),
    ("the later of two, on the day", (NO_ER, result("er", "positive", "2022-06-14"), NO_PR), POSITIVE),
    ("one after it is not read", (NO_ER, result("er", "positive", "2022-06-15"), NO_PR), NEGATIVE),
    ("nor one that may be after it", (NO_ER, result("er", "positive", "2022-06"), NO_PR), NEGATIVE),
    ("nor one without a date", (NO_ER, result("er", "positive", "?"), NO_PR), NEGATIVE),
    ("two of one day", (NO_ER, ER, NO_PR), POSITIVE),
    ("the first of two after it",
     (result("er", "negative", "2022-07-01"), result("er", "positive", "2022-08-01"), NO_PR), NEGATIVE),
    ("two of one day after it",
     (result("er", "negative", "2022-07-01"), result("er", "positive", "2022-07-01"), NO_PR), POSITIVE),
    ("without a date, where nothing else is held", (result("er", "negative", "?"), NO_PR), NEGATIVE),
    ("a code of both", (SAID_POSITIVE,), POSITIVE),
    ("a code of neither", (SAID_NEGATIVE,), NEGATIVE),
    ("codes that contradict each other", (SAID_POSITIVE, SAID_NEGATIVE), UNKNOWN),
    ("a code of one negative", (NO_ER_CODE,), UNKNOWN),
    ("a code of the other negative", (NO_PR_CODE,), UNKNOWN),
    ("codes of both negative", (NO_ER_CODE, NO_PR_CODE), NEGATIVE),
    ("codes of both in one diagnosis", (coded("er-negative", "pr-negative"),), NEGATIVE),
    ("positive, and one negative", (SAID_POSITIVE, NO_ER_CODE), POSITIVE),
    ("a provisional code", (coded("receptors-positive", standing=Standing.CONTEXT),), UNKNOWN),
    ("a code of assumed status", (coded("receptors-positive", standing=Standing.ASSUMED),), POSITIVE),
    ("another code", (coded("receptors"),), UNKNOWN),
    ("the tissue stands before the code", (NO_ER, NO_PR, SAID_POSITIVE), NEGATIVE),
    ("a code completes one negative result", (NO_ER, SAID_NEGATIVE), NEGATIVE),
]  # fmt: skip


@pytest.mark.parametrize(("name", "facts", "truth"), CASES, ids=[row[0] for row in CASES])
def test_the_status(name: str, facts: tuple[Biomarker | Diagnosis, ...], truth: Truth) -> None:
    assert decided(*facts).truth is truth
    assert decided(*facts[::-1]).truth is truth
    opposite = truth if truth is UNKNOWN else ~truth
    assert decided(*facts, positive=False).truth is opposite


@pytest.mark.parametrize(
    ("facts", "shows", "reason", "cited"),
    [
        ((), "no hormone-receptor result recorded", "hormone-receptor-unknown", []),
        ((ER, NO_PR), "ER positive on 2020-01-02; PR negative on 2020-01-02", None, [ER, NO_PR]),
        ((NO_ER, NO_PR), "ER negative on 2020-01-02; PR negative on 2020-01-02", "another-receptor-status",
         [NO_ER, NO_PR]),
        ((NO_ER,), "ER negative on 2020-01-02", "hormone-receptor-unknown", [NO_ER]),
        ((result("er", "positive", "?"),), "ER positive", None, [result("er", "positive", "?")]),
        ((SAID_POSITIVE,), "hormone receptors positive by a diagnosis code", None, [SAID_POSITIVE]),
        ((NO_ER, SAID_NEGATIVE, coded("diabetes")), "hormone receptors negative by a diagnosis code",
         "another-receptor-status", [NO_ER, SAID_NEGATIVE]),
    ],
)  # fmt: skip
def test_what_it_shows_and_cites(
    facts: tuple[Biomarker | Diagnosis, ...],
    shows: str,
    reason: str | None,
    cited: list[Biomarker | Diagnosis],
) -> None:
    found = decided(*facts)
    assert (found.shows, found.reason) == (shows, reason)
    assert found.sources == tuple(source for fact in cited for source in fact.sources)


def test_both_answers_are_to_one_question() -> None:
    assert {ReceptorStatus(positive=each).question() for each in (True, False)} == {"hormone-receptors"}
