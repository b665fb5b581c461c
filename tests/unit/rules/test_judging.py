"""How an edition's rows become one verdict: the row that decides, doubt, and how sure the encoder was."""

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from abstractor.abstract import Criterion, Verdict
from abstractor.rules.inclusion import conjunction
from abstractor.rules.judging import Judged, judge
from abstractor.rules.kinds import Condition
from abstractor.rules.kinds.chosen import ChosenRegimen
from abstractor.rules.kinds.cns_status import CnsStatus
from abstractor.rules.library import Confidence, Edition, Recommendation, Subject
from abstractor.rules.situation import Situation
from tests.asking import library, situation_of
from tests.unit.rules.told import brain

HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW
TDXD, TDM1 = ChosenRegimen(("TDXD",)), ChosenRegimen(("TDM1",))
PERHAPS = CnsStatus(("stable",))  # the chart leaves it open


@cache
def situation() -> Situation:
    """T-DXd in the second line, a brain metastasis of which it is open whether it was settled."""
    return situation_of(brain("2022-02-01", treated="2022-05").told(), 2)


def row(
    verdict: str, *when: Condition, confidence: Confidence = HIGH, section: str = "Table 1"
) -> Recommendation:
    return Recommendation(
        f"row-{verdict}", when, Verdict(verdict), f"expects {verdict}", section, None, confidence
    )


def edition(
    *rows: Recommendation,
    confidence: Confidence = HIGH,
    encoded: bool = True,
    otherwise: Verdict = Verdict.NOT_ADDRESSED,
) -> Edition:
    day = date(2022, 1, 1)
    return Edition(
        "some-edition", "ASCO", Subject.SEQUENCING, "Some edition", "Its citation", None, day, None,
        date(2030, 1, 1), day, "someone", "", None, confidence, encoded, (), None, otherwise, rows,
    )  # fmt: skip


def judged(one: Edition) -> Judged:
    return judge(one, situation(), library())


def told(*rows: Recommendation, otherwise: Verdict = Verdict.NOT_ADDRESSED) -> tuple[str, str | None]:
    found = judged(edition(*rows, otherwise=otherwise))
    return str(found.verdict), found.reason


DOUBT = ("indeterminate", "cns-status-unknown")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((), ("not-addressed", None)),
        ((row("preferred", TDXD),), ("preferred", None)),
        ((row("preferred", TDM1),), ("not-addressed", None)),
        ((row("acceptable", TDXD), row("preferred", TDXD)), ("acceptable", None)),  # the first that fits
        ((row("preferred", TDM1), row("not-preferred", TDXD)), ("not-preferred", None)),
        ((row("indeterminate", TDXD),), ("indeterminate", "no-content-known")),
        # what excuses is read first, and only where an excuse is needed
        ((row("not-preferred", TDXD), row("exception", TDXD)), ("exception", None)),
        ((row("not-preferred", TDXD), row("exception", TDXD, PERHAPS)), DOUBT),
        ((row("acceptable", TDXD), row("exception", TDXD, PERHAPS)), ("acceptable", None)),
        ((row("preferred", TDXD), row("exception", TDXD, PERHAPS)), ("preferred", None)),
        # what may apply leaves the verdict open, unless every answer gives the same one
        ((row("preferred", TDXD, PERHAPS),), DOUBT),
        ((row("preferred", TDXD, PERHAPS), row("acceptable", TDXD)), DOUBT),
        ((row("preferred", TDXD, PERHAPS), row("preferred", TDXD)), ("preferred", None)),
        ((row("not-addressed", TDXD, PERHAPS),), ("not-addressed", None)),
    ],
)
def test_which_row_decides(rows: tuple[Recommendation, ...], expected: tuple[str, str | None]) -> None:
    assert told(*rows) == expected


def test_an_open_verdict_names_all_that_it_may_be() -> None:
    found = judged(
        edition(row("preferred", TDXD, PERHAPS), row("acceptable", PERHAPS), row("not-preferred", TDXD))
    )
    assert found.shows.endswith(": acceptable or not-preferred or preferred")
    assert found.expected == "expects preferred; whether that applies cannot be told"
    assert found.sources


@pytest.mark.parametrize(
    ("of_row", "of_edition", "advisory"),
    [(HIGH, HIGH, False), (MEDIUM, HIGH, False), (LOW, HIGH, True), (HIGH, LOW, True), (LOW, LOW, True)],
)
def test_a_low_confidence_of_row_or_edition_makes_it_advisory(
    of_row: Confidence, of_edition: Confidence, advisory: bool
) -> None:
    assert (
        judged(edition(row("preferred", TDXD, confidence=of_row), confidence=of_edition)).advisory is advisory
    )


@pytest.mark.parametrize(("confidence", "advisory"), [(HIGH, False), (MEDIUM, False), (LOW, True)])
def test_silence_and_doubt_are_as_sure_as_the_edition(confidence: Confidence, advisory: bool) -> None:
    for rows in ((), (row("preferred", TDXD, PERHAPS),)):
        assert judged(edition(*rows, confidence=confidence)).advisory is advisory


def test_an_edition_that_is_not_encoded_says_nothing_and_is_no_advice() -> None:
    found = judged(edition(row("preferred", TDXD), confidence=LOW, encoded=False))
    assert (found.verdict, found.reason, found.advisory) == ("indeterminate", "not-yet-encoded", False)
    assert found.expected == "this edition is known and not yet encoded"


@pytest.mark.parametrize(
    ("section", "citation"), [("Table 1", "Its citation, Table 1"), ("", "Its citation")]
)
def test_what_is_cited(section: str, citation: str) -> None:
    assert judged(edition(row("preferred", TDXD, section=section))).citation == citation


@pytest.mark.parametrize(
    ("otherwise", "expected"),
    [
        (Verdict.NOT_ADDRESSED, "no recommendation names this choice"),
        (Verdict.OFF_LABEL, "the label gives no such use"),
    ],
)
def test_what_no_row_names(otherwise: Verdict, expected: str) -> None:
    found = judged(edition(otherwise=otherwise))
    assert (found.verdict, found.expected, found.shows) == (otherwise, expected, "TDXD was chosen")
    assert found.sources == situation().line.exposures[0].sources


@pytest.mark.parametrize(
    ("verdicts", "inclusion"),
    [
        ("met met met", "included"),
        ("met unknown met", "review"),
        ("unknown unknown unknown", "review"),
        ("met not-met met", "excluded"),
        ("unknown not-met met", "excluded"),
        ("not-met unknown unknown", "excluded"),
    ],
)
def test_the_criteria_together(verdicts: str, inclusion: str) -> None:
    blank = Criterion("her2-lines", Verdict.MET, None, "", ())
    assert conjunction(tuple(replace(blank, verdict=Verdict(one)) for one in verdicts.split())) == inclusion
