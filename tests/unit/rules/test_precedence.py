"""Choices ahead of the guidelines or the label: each trial the day before, of and after it became public."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from abstractor.abstract import Finding, Flag, Verdict
from abstractor.dates import exact
from abstractor.rules.found import Found
from abstractor.rules.precedence import ahead_of_guidelines
from fixtures.stories import HP, TDXD, Tale, tale
from tests.asking import abstract_told, library, situation_of

GUIDELINE, LABEL = "evidence-precedes-guideline", "evidence-precedes-label"
TDXD_P = [*TDXD, "pertuzumab"]
Choice = Callable[[str], Tale]


def patient(start: date, *, on: date) -> Tale:
    """Metastatic two weeks before the treatment starts; the choice is made `on` a day."""
    first = (start - timedelta(days=14)).isoformat()
    told = tale("someone", as_of=on + timedelta(days=120)).her2_positive_mbc(first, "bone")
    return told.hormone_receptors("positive", first)


def chosen(*drugs: str) -> Choice:
    """These drugs as the first line, from that day on."""

    def tell(day: str) -> Tale:
        on = date.fromisoformat(day)
        return patient(on, on=on).course(list(drugs), day)

    return tell


def joined(*drugs: str) -> Choice:
    """These drugs join the antibodies that went on after a taxane, on that day."""

    def tell(day: str) -> Tale:
        on = date.fromisoformat(day)
        start = on - timedelta(days=147)
        told = patient(start, on=on).course(["docetaxel"], start.isoformat(), cycles=6)
        return told.course(HP, start.isoformat()).course(list(drugs), day, every=28)

    return tell


def ahead(told: Tale) -> list[Flag]:
    return [flag for flag in abstract_told(told.told()).flags if flag.code in (GUIDELINE, LABEL)]


DAYS: list[tuple[str, Choice, list[tuple[str, list[str]]]]] = [
    (
        "DESTINY-Breast09",
        chosen(*TDXD_P),
        [
            ("2025-06-01", []),
            ("2025-06-02", [GUIDELINE, LABEL]),
            ("2025-06-03", [GUIDELINE, LABEL]),
            ("2025-12-14", [GUIDELINE, LABEL]),
            ("2025-12-15", [GUIDELINE]),  # its label
            ("2025-12-16", [GUIDELINE]),
        ],
    ),
    (
        "HER2CLIMB-05",
        joined("tucatinib"),
        [
            ("2025-12-09", []),
            ("2025-12-10", [GUIDELINE, LABEL]),
            ("2025-12-11", [GUIDELINE, LABEL]),
            ("2026-07-20", [GUIDELINE, LABEL]),  # no label of this use is known
        ],
    ),
    (
        "HER2CLIMB-05",
        chosen("tucatinib", *HP),
        [("2025-12-09", []), ("2025-12-10", [GUIDELINE, LABEL]), ("2025-12-11", [GUIDELINE, LABEL])],
    ),
    (
        "PATINA",
        joined("letrozole", "palbociclib"),
        [
            ("2026-01-28", []),
            ("2026-01-29", [GUIDELINE, LABEL]),
            ("2026-01-30", [GUIDELINE, LABEL]),
            ("2026-06-23", [GUIDELINE, LABEL]),
            ("2026-06-24", [GUIDELINE]),  # its label
            ("2026-06-25", [GUIDELINE]),
        ],
    ),
    (
        "PATINA",
        chosen("letrozole", "palbociclib", *HP),
        [("2026-01-28", []), ("2026-01-29", [GUIDELINE, LABEL]), ("2026-01-30", [GUIDELINE, LABEL])],
    ),
]
CASES = [(trial, choice, day, codes) for trial, choice, days in DAYS for day, codes in days]


@pytest.mark.parametrize(
    ("trial", "choice", "day", "codes"),
    CASES,
    ids=[f"{row[0]} {at} {row[2]}" for at, row in enumerate(CASES)],
)
def test_by_the_day(trial: str, choice: Choice, day: str, codes: list[str]) -> None:
    flags = ahead(choice(day))
    assert [flag.code for flag in flags] == codes
    public = next(each.public_on for each in library().terms.trials if each.id == trial)
    for flag in flags:
        assert flag.severity == "data-quality"
        assert f"On {day} the choice was not addressed" in flag.statement
        assert f"its trial was public since {public} ({trial}," in flag.statement
        assert flag.evidence


def test_every_trial_has_its_days() -> None:
    trials = {each.id: each.public_on for each in library().terms.trials}
    tried = {trial: {day for t, _, day, _ in CASES if t == trial} for trial, _, _ in DAYS}
    around = (timedelta(days=-1), timedelta(0), timedelta(days=1))
    assert trials.keys() == tried.keys()
    assert all({str(public + by) for by in around} <= tried[trial] for trial, public in trials.items())


OTHERS = [
    ("a choice that no trial of these supports", chosen("capecitabine", "neratinib")),
    ("a choice that is addressed", chosen("docetaxel", *HP)),
    ("trastuzumab deruxtecan alone", chosen(*TDXD)),
    ("both drugs join together", joined("palbociclib", "tucatinib")),
]


@pytest.mark.parametrize(("name", "choice"), OTHERS, ids=[row[0] for row in OTHERS])
def test_no_other_choice_is_ahead(name: str, choice: Choice) -> None:
    assert ahead(choice("2026-03-02")) == []


def test_it_names_the_editions_that_are_silent_and_cites_what_they_cite() -> None:
    told = chosen(*TDXD_P)("2025-07-07")
    found = [f for f in abstract_told(told.told()).findings if f.rule == "sequencing"]
    silent = [f for f in found if f.verdict == "not-addressed"]
    off_label = [f for f in found if f.verdict == "off-label"]
    guideline, label = ahead(told)
    assert {f.edition for f in silent} == {"asco-her2-2022", "esmo-living-1.2"}
    assert "not addressed by asco-her2-2022, esmo-living-1.2;" in guideline.statement
    assert f"not addressed, and off label by {off_label[0].edition};" in label.statement
    assert set(guideline.evidence) == {e for f in silent for e in f.evidence}
    assert set(label.evidence) == {e for f in off_label for e in f.evidence}


def test_a_day_that_may_lie_before_the_trial_is_not_ahead() -> None:
    for day, codes in (("2025-06", []), ("2025-07", [GUIDELINE, LABEL])):
        told = patient(date(2025, 5, 26), on=date(2025, 7, 1))
        for drug in TDXD_P:
            told.order(drug, day)
        assert [flag.code for flag in ahead(told)] == codes, day


def _flags(*verdicts: Verdict) -> list[str]:
    """Of the same choice, had the authorities said so."""
    situation = situation_of(chosen(*TDXD_P)("2025-07-07").told(), 1)
    found = [Found(_finding(verdict), None) for verdict in verdicts]
    return [flag.code for flag in ahead_of_guidelines(situation, found)]


def _finding(verdict: Verdict) -> Finding:
    return Finding(
        rule="sequencing", line=None, phase=None, decision_date=exact(date(2025, 7, 7)), in_period=True,
        authority="ASCO", edition="some-edition", also=None, verdict=verdict, advisory=False,
        statement="", citation="", later=(), would_clear=(), evidence=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdicts", "codes"),
    [
        ((Verdict.NOT_ADDRESSED, Verdict.OFF_LABEL), [GUIDELINE, LABEL]),
        ((Verdict.NOT_ADDRESSED, Verdict.ON_LABEL), [GUIDELINE]),
        ((Verdict.NOT_ADDRESSED, Verdict.ACCEPTABLE), [GUIDELINE]),
        ((Verdict.NOT_ADDRESSED,), [GUIDELINE]),
        ((Verdict.PREFERRED, Verdict.OFF_LABEL), []),  # the guideline was there first
        ((Verdict.NOT_PREFERRED, Verdict.OFF_LABEL), []),
        ((Verdict.INDETERMINATE, Verdict.OFF_LABEL), []),
        ((), []),
    ],
)
def test_a_label_lags_only_where_a_guideline_is_silent(
    verdicts: tuple[Verdict, ...], codes: list[str]
) -> None:
    assert _flags(*verdicts) == codes


def test_a_first_line_trial_says_nothing_of_the_second() -> None:
    told = patient(date(2025, 1, 6), on=date(2025, 9, 1)).thp("2025-01-06", through="2025-08-20")
    assert ahead(told.course(TDXD_P, "2025-09-01")) == []


def test_a_trial_of_first_line_maintenance_says_nothing_of_the_second() -> None:
    told = patient(date(2025, 2, 3), on=date(2026, 8, 3)).course(["letrozole"], "2025-02-03", cycles=6)
    told.progression("2025-09-01").course(["docetaxel"], "2025-09-15", cycles=6)
    told.course(HP, "2025-09-15").course(["tucatinib"], "2026-02-09", every=28)
    assert ahead(told) == []
