"""Sequencing as a whole finding: whose edition, on which day, with which grace; what is left open and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from abstractor.abstract import Finding
from abstractor.dates import Period
from abstractor.rules.library import Library
from abstractor.rules.sequencing import judge_line
from fixtures.stories import HP, TDM1, TDXD, Tale, tale
from tests.asking import abstract_told, library, situation_of

TXH = ["capecitabine", "trastuzumab", "tucatinib"]
LAPATINIB = ["capecitabine", "lapatinib"]


def finding(told: Tale, number: int, authority: str) -> Finding | None:
    for each in abstract_told(told.told()).findings:
        here = each.line is not None and (each.line.setting, each.line.number) == ("palliative", number)
        if each.rule == "sequencing" and here and each.phase is None and each.authority == authority:
            return each
    return None


def after_thp(drugs: list[str], on: str, *, as_of: str = "2024-12-31") -> Tale:
    """THP from 2020, then these drugs as second line; no CNS metastasis, nothing against any drug."""
    before = (date.fromisoformat(on) - timedelta(days=14)).isoformat()
    told = tale("someone", as_of=date.fromisoformat(as_of)).her2_positive_mbc("2019-12-01", "liver")
    told.procedure("Insertion of a venous access port", "2020-01-02")
    return told.thp("2020-01-06", through=before).course(drugs, on, cycles=5).visit("2022-05-01")


@pytest.mark.parametrize(
    ("drugs", "verdict", "cleared"),
    [
        (TDXD, "preferred", False),
        (TDM1, "not-preferred", True),
        (LAPATINIB, "not-preferred", True),
        (["capecitabine", "neratinib"], "not-addressed", False),
    ],
)
def test_only_what_is_open_or_worse_says_what_would_clear_it(
    drugs: list[str], verdict: str, cleared: bool
) -> None:
    found = finding(after_thp(drugs, "2022-11-01"), 2, "ASCO")
    assert found is not None
    assert (found.edition, found.verdict) == ("asco-her2-2022", verdict), found.statement
    assert found.citation.startswith("Giordano")
    assert bool(found.would_clear) == cleared


@pytest.mark.parametrize(
    ("day", "edition", "verdict", "also"),
    [
        ("2022-05-30", "asco-her2-2018", "acceptable", None),
        ("2022-05-31", "asco-her2-2022", "preferred", "asco-her2-2018"),
        ("2022-06-01", "asco-her2-2022", "preferred", "asco-her2-2018"),
        ("2022-08-29", "asco-her2-2022", "preferred", "asco-her2-2018"),
        ("2022-08-30", "asco-her2-2022", "preferred", None),
    ],
)
def test_what_a_new_edition_prefers(day: str, edition: str, verdict: str, also: str | None) -> None:
    found = finding(after_thp(TDXD, day), 2, "ASCO")
    assert found is not None
    assert (found.edition, found.verdict, found.also) == (edition, verdict, also)


@pytest.mark.parametrize(
    ("day", "edition", "verdict", "also"),
    [
        ("2022-05-30", "asco-her2-2018", "preferred", None),
        ("2022-05-31", "asco-her2-2018", "preferred", "asco-her2-2022"),
        ("2022-08-29", "asco-her2-2018", "preferred", "asco-her2-2022"),
        ("2022-08-30", "asco-her2-2022", "not-preferred", None),
    ],
)
def test_what_a_new_edition_no_longer_prefers(day: str, edition: str, verdict: str, also: str | None) -> None:
    found = finding(after_thp(TDM1, day), 2, "ASCO")
    assert found is not None
    assert (found.edition, found.verdict, found.also) == (edition, verdict, also)
    assert ("Grace" in found.statement) == (also is not None)


def test_what_later_editions_say_is_told_beside() -> None:
    found = finding(after_thp(TDM1, "2021-03-02"), 2, "ASCO")
    assert found is not None and found.verdict == "preferred"
    assert [(each.edition, each.verdict) for each in found.later] == [("asco-her2-2022", "not-preferred")]


def _without(edition_id: str) -> Library:
    """The library with that edition known and not encoded."""
    editions = tuple(
        replace(e, encoded=False, recommendations=()) if e.id == edition_id else e for e in library().editions
    )
    return replace(library(), editions=editions)


@pytest.mark.parametrize(
    ("unread", "day", "verdict"),
    [
        ("asco-her2-2022", "2022-11-01", "indeterminate"),  # nothing else to go by
        ("asco-her2-2018", "2022-08-29", "indeterminate"),  # in grace it might have said better
        ("asco-her2-2018", "2022-08-30", "not-preferred"),
    ],
)
def test_an_edition_that_is_not_encoded_is_never_guessed(unread: str, day: str, verdict: str) -> None:
    situation = situation_of(after_thp(TDM1, day).told(), 2)
    period = Period(date(2022, 1, 1), date(2022, 12, 31))
    found = [f.finding for f in judge_line(situation, _without(unread), period)]
    asco = next(each for each in found if each.authority == "ASCO")
    assert asco.verdict == verdict
    assert ("not-yet-encoded" in asco.statement) == (verdict == "indeterminate")


EXCUSED = [
    ("lung disease", lambda: after_thp(TDM1, "2022-11-01").condition("J84.10", "Fibrosis", "2019-05-01")),
    (
        "heart failure",
        lambda: after_thp(TDM1, "2022-11-01").condition("I50.9", "Heart failure", "2022-05-01"),
    ),
    ("low LVEF", lambda: after_thp(TDM1, "2022-11-01").lvef(38, "2022-10-20")),
    ("refusal", lambda: after_thp(TDM1, "2022-11-01").given(TDXD[0], "2022-10-25", status="not-done")),
]


@pytest.mark.parametrize(("what", "told"), EXCUSED, ids=[row[0] for row in EXCUSED])
def test_a_documented_reason_excuses(what: str, told: Callable[[], Tale]) -> None:
    found = finding(told(), 2, "ASCO")
    assert found is not None
    assert (found.verdict, found.would_clear) == ("exception", ())


def test_a_reason_recorded_after_the_decision_excuses_nothing() -> None:
    told = after_thp(TDM1, "2022-11-01").condition("J84.10", "Pulmonary fibrosis", "2022-11-02")
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "not-preferred"


def unwhole(told: Tale) -> Tale:
    return told.raw({"resourceType": "Condition", "id": "broken", "subject": {"reference": "Patient/someone"},
                     "code": {"text": "x"}, "onsetDateTime": "2020-02-31"})  # fmt: skip


@pytest.mark.parametrize(("drugs", "verdict"), [(TDXD, "preferred"), (TDM1, "indeterminate")])
def test_a_reason_that_cannot_be_ruled_out_matters_only_where_it_could_excuse(
    drugs: list[str], verdict: str
) -> None:
    found = finding(unwhole(after_thp(drugs, "2022-11-01")), 2, "ASCO")
    assert found is not None
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(
    ("told", "edition", "verdict"),
    [
        (lambda: after_thp(TXH, "2022-11-01"), "asco-her2-2022", "not-preferred"),
        (
            lambda: after_thp(TXH, "2022-11-01").metastasis("brain", "2022-10-15"),
            "asco-bm-2022",
            "acceptable",
        ),
        (lambda: unwhole(after_thp(TXH, "2022-11-01")), "asco-her2-2022", "indeterminate"),
    ],
    ids=["no CNS metastasis", "an untreated one", "not known"],
)
def test_the_document_whose_row_decides_is_named(
    told: Callable[[], Tale], edition: str, verdict: str
) -> None:
    found = finding(told(), 2, "ASCO")
    assert found is not None
    assert (found.edition, found.verdict) == (edition, verdict), found.statement


def test_an_open_question_says_what_would_answer_it() -> None:
    told = tale("someone", as_of=date(2024, 12, 31)).her2_positive_mbc("2023-01-02", "liver")
    found = finding(told.course(["letrozole", *HP], "2023-01-16", cycles=6), 1, "ASCO")
    assert found is not None and found.verdict == "indeterminate"
    assert "hormone-receptor-unknown" in found.statement
    assert "a positive oestrogen or progesterone receptor result" in found.would_clear


def test_unconfirmed_disease_is_not_judged() -> None:
    told = (
        tale("someone")
        .breast_cancer("2019-12-01")
        .metastasis("liver", "2019-12-01")
        .her2_ihc("2+", "2019-12-01")
    )
    found = finding(
        told.thp("2020-01-06", through="2022-05-01").course(TDXD, "2022-06-14", cycles=5), 2, "ASCO"
    )
    assert found is not None and found.verdict == "indeterminate"
    assert "her2-equivocal" in found.statement


@pytest.mark.parametrize(("day", "stale"), [("2026-12-31", False), ("2027-01-01", True)])
def test_a_decision_after_the_editions_next_review_is_not_judged(day: str, stale: bool) -> None:
    told = after_thp(TDXD, day, as_of="2027-12-31")
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == ("indeterminate" if stale else "preferred")
    flags = {flag.code for flag in abstract_told(told.told()).flags}
    assert ("guideline-stale" in flags) == stale


def test_an_addition_to_maintenance_is_judged_on_its_own_date() -> None:
    told = tale("someone", as_of=date(2023, 12, 31)).her2_positive_mbc("2022-12-01", "liver")
    told.thp("2023-01-02", through="2023-12-01").course(["tucatinib"], "2023-06-12", cycles=4)
    steps = [f for f in abstract_told(told.told()).findings if f.phase == "maintenance-intensified"]
    assert {(f.authority, f.edition, f.verdict) for f in steps} >= {
        ("ASCO", "asco-her2-2022", "not-addressed")
    }
    assert {str(f.decision_date) for f in steps} == {"2023-06-12"}


@pytest.mark.parametrize(("day", "ahead"), [("2025-06-01", False), ("2025-06-02", True)])
def test_a_choice_ahead_of_the_guideline_and_its_label(day: str, ahead: bool) -> None:
    told = tale("someone", as_of=date(2026, 6, 30)).her2_positive_mbc("2025-05-12", "liver")
    told.course(["fam-trastuzumab deruxtecan", "pertuzumab"], day, cycles=5)
    found = finding(told, 1, "ASCO")
    assert found is not None and found.verdict == "not-addressed"
    codes = {"evidence-precedes-guideline", "evidence-precedes-label"}
    raised = codes & {flag.code for flag in abstract_told(told.told()).flags}
    assert raised == (codes if ahead else set())


def test_a_date_that_spans_a_change_gives_one_finding_that_names_both() -> None:
    """Trastuzumab emtansine some time in 2022: in grace until 2022-08-29, not preferred after it."""
    told = tale("someone", as_of=date(2023, 6, 30)).her2_positive_mbc("2019-12-01", "liver")
    told.thp("2020-01-06", through="2022-03-01").given(TDM1[0], "2022")
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "indeterminate"
    assert "asco-her2-2018 preferred; asco-her2-2022 not-preferred" in found.statement
    assert found.would_clear == ("the day of the decision",)


def test_a_drug_that_may_be_another_leaves_the_lines_unjudged() -> None:
    told = after_thp(TDXD, "2022-11-01").given("trastuzumab", "2022-11-08")
    coded = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "224905"}]
    told.but(medicationCodeableConcept={"coding": coded, "text": "TDM-1X arm"})
    found = finding(told, 2, "ASCO")
    assert found is not None and found.verdict == "indeterminate"
    assert "agent-unmapped" in found.statement
