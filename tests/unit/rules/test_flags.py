"""What a person must look at: each flag from what raises it, how urgent, and when a chart is flagged."""

from datetime import date

import pytest

from abstractor.abstract import Criterion, Evidence, Finding, Flag, Inclusion, LineRef, Severity, Verdict
from abstractor.chart import Chart, Issue, Patient, Source
from abstractor.dates import exact
from abstractor.rules.flags import all_flags, is_flagged
from abstractor.rules.found import STALE, Found
from tests.builders import told

DECISION = exact(date(2022, 6, 1))
ORDER = Evidence("MedicationRequest/1", "1", "MedicationRequest.authoredOn", "2022-06-01")
DOSE = Evidence("MedicationAdministration/1", "1", "MedicationAdministration.effectiveDateTime", "2022-06-02")
NOBODY = Chart(Patient("Patient/1", None, None, False, None, ()))
FIRST, SECOND = LineRef("palliative", 1), LineRef("palliative", 2)


def finding(
    verdict: Verdict,
    *,
    rule: str = "sequencing",
    authority: str = "ASCO",
    line: LineRef | None = FIRST,
    phase: str | None = None,
    in_period: bool = True,
    advisory: bool = False,
    evidence: tuple[Evidence, ...] = (ORDER,),
) -> Finding:
    return Finding(
        rule=rule, line=line, phase=phase, decision_date=DECISION, in_period=in_period, authority=authority,
        edition=f"{authority.lower()}-1", also=None, verdict=verdict, advisory=advisory,
        statement=f"{authority} says {verdict}.", citation="", later=(), would_clear=(), evidence=evidence,
    )  # fmt: skip


def said(
    *findings: Finding,
    chart: Chart = NOBODY,
    criteria: tuple[Criterion, ...] = (),
    therapy: tuple[Flag, ...] = (),
    reason: str | None = None,
) -> list[tuple[str, str]]:
    """The flags' codes and severities, in their order."""
    found = tuple(Found(each, reason) for each in findings)
    flags = all_flags(chart, inclusion(Verdict.INCLUDED, *criteria), found, therapy)
    return [(flag.code, str(flag.severity)) for flag in flags]


def inclusion(verdict: Verdict, *criteria: Criterion) -> Inclusion:
    return Inclusion("her2-mbc", verdict, "A", (), False, criteria)


FINDINGS = [
    ("not preferred", finding(Verdict.NOT_PREFERRED), [("sequencing", "discordant")]),
    ("not recommended", finding(Verdict.NOT_RECOMMENDED), [("sequencing", "discordant")]),
    ("indeterminate", finding(Verdict.INDETERMINATE), [("sequencing", "review")]),
    ("preferred", finding(Verdict.PREFERRED), []),
    ("acceptable", finding(Verdict.ACCEPTABLE), []),
    ("an exception", finding(Verdict.EXCEPTION), []),
    ("not addressed", finding(Verdict.NOT_ADDRESSED), []),
    ("off label", finding(Verdict.OFF_LABEL, authority="FDA"), []),
    ("a measure not met", finding(Verdict.NOT_MET, rule="BMA", line=None), [("BMA", "discordant")]),
    ("a measure met", finding(Verdict.MET, rule="BMA"), []),
    ("a measure that cannot be told", finding(Verdict.UNKNOWN, rule="BMA"), []),
    ("a measure that is indeterminate", finding(Verdict.INDETERMINATE, rule="BMA"), []),
    ("before the period", finding(Verdict.NOT_PREFERRED, in_period=False), []),
    ("advisory", finding(Verdict.NOT_PREFERRED, advisory=True), []),
    ("a measure before the period", finding(Verdict.NOT_MET, rule="BMA", in_period=False), []),
    ("an advisory measure", finding(Verdict.NOT_MET, rule="BMA", advisory=True), []),
]


@pytest.mark.parametrize(("name", "one", "flags"), FINDINGS, ids=[row[0] for row in FINDINGS])
def test_a_finding(name: str, one: Finding, flags: list[tuple[str, str]]) -> None:
    assert said(one) == flags


def test_the_flag_of_a_finding_says_what_it_says_and_cites_it() -> None:
    for verdict, rule in ((Verdict.NOT_PREFERRED, "sequencing"), (Verdict.INDETERMINATE, "sequencing"),
                          (Verdict.NOT_MET, "BMA")):  # fmt: skip
        one = finding(verdict, rule=rule)
        (flag,) = all_flags(NOBODY, inclusion(Verdict.INCLUDED), (Found(one, None),), ())
        assert (flag.statement, flag.evidence) == (one.statement, one.evidence)


def test_a_finding_that_does_not_count_hides_no_other() -> None:
    before = finding(Verdict.NOT_PREFERRED, in_period=False)
    assert said(before, finding(Verdict.NOT_PREFERRED, line=SECOND)) == [("sequencing", "discordant")]


FOR, AGAINST = Verdict.PREFERRED, Verdict.NOT_PREFERRED
DIVERGING = [
    ("for and against", (finding(FOR), finding(AGAINST, authority="NCCN")), True),
    (
        "acceptable and not recommended",
        (
            finding(Verdict.NOT_RECOMMENDED, authority="ESMO"),
            finding(Verdict.ACCEPTABLE, authority="NCCN"),
        ),
        True,
    ),
    ("both for", (finding(FOR), finding(Verdict.ACCEPTABLE, authority="NCCN")), False),
    ("both against", (finding(AGAINST), finding(AGAINST, authority="NCCN")), False),
    ("for and not addressed", (finding(FOR), finding(Verdict.NOT_ADDRESSED, authority="NCCN")), False),
    (
        "against and cannot be told",
        (finding(AGAINST), finding(Verdict.INDETERMINATE, authority="NCCN")),
        False,
    ),
    ("of two lines", (finding(FOR), finding(AGAINST, authority="NCCN", line=SECOND)), False),
    (
        "of a line and of a step of its maintenance",
        (finding(FOR), finding(AGAINST, authority="NCCN", phase="maintenance-intensified")),
        False,
    ),
    ("one of them a label", (finding(FOR), finding(AGAINST, authority="FDA")), False),
    ("one of them a measure", (finding(FOR), finding(AGAINST, authority="NCCN", rule="BMA")), False),
    ("one before the period", (finding(FOR), finding(AGAINST, authority="NCCN", in_period=False)), False),
    ("one advisory", (finding(FOR), finding(AGAINST, authority="NCCN", advisory=True)), False),
]


@pytest.mark.parametrize(("name", "findings", "diverge"), DIVERGING, ids=[row[0] for row in DIVERGING])
def test_authorities_that_contradict_each_other(
    name: str, findings: tuple[Finding, ...], diverge: bool
) -> None:
    assert (("guideline-divergence", "review") in said(*findings)) is diverge


def test_a_divergence_names_both_sides_and_cites_both() -> None:
    one, other = finding(FOR, evidence=(DOSE,)), finding(AGAINST, authority="NCCN")
    flags = all_flags(NOBODY, inclusion(Verdict.INCLUDED), (Found(one, None), Found(other, None)), ())
    (flag,) = [flag for flag in flags if flag.code == "guideline-divergence"]
    assert flag.statement == (
        "Authorities contradict each other: ASCO (asco-1) preferred; NCCN (nccn-1) not-preferred."
    )
    assert flag.evidence == (DOSE, ORDER)


def test_a_finding_of_an_edition_due_for_review_is_flagged_as_stale() -> None:
    one = finding(Verdict.INDETERMINATE)
    assert said(one, reason=STALE) == [("guideline-stale", "review"), ("sequencing", "review")]
    assert said(one, reason="date-uncertain") == [("sequencing", "review")]


CRITERIA = [
    ("of doubtful date", Verdict.UNKNOWN, "date-uncertain", [("date-uncertain", "review")]),
    ("not met on a sure day", Verdict.NOT_MET, "no-visit-in-period", []),
    ("cannot be told, for another reason", Verdict.UNKNOWN, "status-unknown", []),
    ("not met, its date doubtful", Verdict.NOT_MET, "date-uncertain", []),
    ("met", Verdict.MET, None, []),
]


@pytest.mark.parametrize(("name", "verdict", "reason", "flags"), CRITERIA, ids=[row[0] for row in CRITERIA])
def test_a_criterion(name: str, verdict: Verdict, reason: str | None, flags: list[tuple[str, str]]) -> None:
    criterion = Criterion("visit-in-period", verdict, reason, "A visit in 2022.", (ORDER,))
    assert said(criteria=(criterion,)) == flags


ISSUES = [
    ("status-conflict", "review"),
    ("date-uncertain", "review"),
    ("status-assumed", "data-quality"),
    ("agent-unmapped", "data-quality"),
    ("resource-quarantined", "data-quality"),
]


@pytest.mark.parametrize(("code", "severity"), ISSUES, ids=[row[0] for row in ISSUES])
def test_a_defect_of_the_record(code: str, severity: str) -> None:
    source = Source("MedicationRequest/1", "MedicationRequest.status", "1", None)
    chart = Chart(NOBODY.patient, issues=(Issue(code, "a defect", (source,)),))
    assert said(chart=chart) == [(code, severity)]


@pytest.mark.parametrize(
    ("visit", "flags"),
    [
        ("2022-05-02", [("event-after-death", "data-quality")]),
        ("2022-05-01", []),
        ("2022-04-30", []),
        ("2022-05", []),
    ],
)
def test_an_encounter_after_the_day_of_death(visit: str, flags: list[tuple[str, str]]) -> None:
    assert said(chart=told(f"death 2022-05-01\nvisit {visit}")) == flags


def test_only_the_encounters_after_death_are_cited() -> None:
    chart = told("death 2022-05-01\nvisit 2022-04-30\nvisit 2022-05-02")
    (flag,) = all_flags(chart, inclusion(Verdict.INCLUDED), (), ())
    assert [each.value for each in flag.evidence] == ["2022-05-02"]


def test_flags_of_one_code_are_one_with_the_gravest_severity() -> None:
    mild = Flag("treatment-break", Severity.DATA_QUALITY, "A break of 100 days.", (DOSE,))
    grave = Flag("treatment-break", Severity.REVIEW, "A break of 195 days.", (ORDER,))
    other = Flag("ordered-not-given", Severity.REVIEW, "Ordered, not given.", (ORDER,))
    flags = all_flags(NOBODY, inclusion(Verdict.INCLUDED), (), (grave, mild, other, mild))
    assert flags == (
        other,
        Flag("treatment-break", Severity.REVIEW, "A break of 100 days; A break of 195 days.", (DOSE, ORDER)),
    )


def test_the_gravest_come_first_then_by_code() -> None:
    therapy = (
        Flag("treatment-break", Severity.DATA_QUALITY, "a", ()),
        Flag("status-conflict", Severity.REVIEW, "b", ()),
        Flag("ILD-ACT", Severity.CRITICAL, "c", ()),
        Flag("date-uncertain", Severity.REVIEW, "d", ()),
    )
    assert [code for code, _ in said(finding(AGAINST), therapy=therapy)] == [
        "ILD-ACT", "sequencing", "date-uncertain", "status-conflict", "treatment-break",
    ]  # fmt: skip


SEVERITIES = {severity: (Flag("some-code", severity, "", ()),) for severity in Severity}
SENSITIVE = (Flag("inclusion-sensitive", Severity.REVIEW, "", ()),)
FLAGGED = [
    ("in review, without a flag", Verdict.REVIEW, (), True),
    ("included, without a flag", Verdict.INCLUDED, (), False),
    ("included, critical", Verdict.INCLUDED, SEVERITIES[Severity.CRITICAL], True),
    ("included, discordant", Verdict.INCLUDED, SEVERITIES[Severity.DISCORDANT], True),
    ("included, review", Verdict.INCLUDED, SEVERITIES[Severity.REVIEW], True),
    ("included, data quality alone", Verdict.INCLUDED, SEVERITIES[Severity.DATA_QUALITY], False),
    ("excluded, without a flag", Verdict.EXCLUDED, (), False),
    ("excluded, critical", Verdict.EXCLUDED, SEVERITIES[Severity.CRITICAL], True),
    ("excluded, discordant", Verdict.EXCLUDED, SEVERITIES[Severity.DISCORDANT], False),
    ("excluded, review", Verdict.EXCLUDED, SEVERITIES[Severity.REVIEW], False),
    ("excluded by a convention", Verdict.EXCLUDED, SENSITIVE, True),
]


@pytest.mark.parametrize(("name", "verdict", "flags", "flagged"), FLAGGED, ids=[row[0] for row in FLAGGED])
def test_should_a_person_see_this_chart(
    name: str, verdict: Verdict, flags: tuple[Flag, ...], flagged: bool
) -> None:
    assert is_flagged(inclusion(verdict), flags) is flagged
