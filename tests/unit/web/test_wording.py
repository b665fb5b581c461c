"""Plain words for every code that an abstract can hold."""

from datetime import date

import pytest

from abstractor.abstract import SEVERITIES, LineRef, Severity, Verdict
from abstractor.chart import Seen
from abstractor.dates import DateInterval, exact
from abstractor.web import wording


@pytest.mark.parametrize("severity", SEVERITIES)
def test_every_severity_has_words(severity: Severity) -> None:
    assert wording.SEVERITY_WORDS[severity] and wording.SEVERITY_HINTS[severity]


@pytest.mark.parametrize("state", list(Seen))
def test_every_state_of_completeness_has_words(state: Seen) -> None:
    assert wording.SEEN[state]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_is_shown_in_some_way(verdict: Verdict) -> None:
    assert wording.standing_of(verdict) in ("against", "unclear", "aside", "fine")
    assert "-" not in wording.verdict_in_words(verdict)


@pytest.mark.parametrize(
    ("verdict", "standing"),
    [
        (Verdict.NOT_PREFERRED, "against"),
        (Verdict.OFF_LABEL, "against"),
        (Verdict.UNKNOWN, "unclear"),
        (Verdict.EXCEPTION, "aside"),
        (Verdict.MET, "fine"),
        (Verdict.INCLUDED, "fine"),
    ],
)
def test_silence_never_looks_like_a_fault(verdict: Verdict, standing: str) -> None:
    assert wording.standing_of(verdict) == standing


@pytest.mark.parametrize(
    ("code", "severity", "words"),
    [
        ("sequencing", Severity.DISCORDANT, "Choice of therapy differs from the guideline"),
        ("sequencing", Severity.REVIEW, "Choice of therapy could not be judged"),
        ("LVEF-BASE", Severity.DISCORDANT, "Not met: heart check"),
        ("her2-equivocal", Severity.REVIEW, "HER2 result is equivocal"),
        ("NEW-CODE", Severity.REVIEW, "NEW-CODE"),
    ],
)
def test_flags_in_words(code: str, severity: Severity, words: str) -> None:
    assert wording.flag_in_words(code, severity, {"LVEF-BASE": "heart check"}) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "ongoing"),
        (exact(date(2022, 6, 14)), "2022-06-14"),
        (DateInterval(date(2022, 6, 1), date(2022, 6, 30)), "2022-06 (day not known)"),
        (DateInterval(date(2024, 2, 1), date(2024, 2, 29)), "2024-02 (day not known)"),
        (DateInterval(date(2022, 12, 1), date(2022, 12, 31)), "2022-12 (day not known)"),
        (DateInterval(date(2022, 1, 1), date(2022, 12, 31)), "2022 (day not known)"),
        (DateInterval(date(2022, 3, 2), date(2022, 12, 31)), "2022-03-02 to 2022-12-31 (day not known)"),
        (DateInterval(date(2022, 3, 2), date.max), "2022-03-02 or later (day not known)"),
        (DateInterval(date.min, date(2022, 3, 2)), "2022-03-02 or before (day not known)"),
        (DateInterval(date.min, date.max), "hidden"),
    ],
)
def test_dates_in_words(days: DateInterval | None, words: str) -> None:
    assert wording.dates_in_words(days) == words


def test_a_line_in_words() -> None:
    assert wording.line_in_words(LineRef("palliative", 2)) == "Palliative line 2"
