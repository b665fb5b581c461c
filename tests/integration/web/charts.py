"""Four synthetic charts, one a reason to be flagged."""

from dataclasses import dataclass, replace
from datetime import date

from abstractor.abstract import Evidence, Finding, Flag, LaterVerdict, Line, Phase, Severity, Verdict
from abstractor.dates import DateInterval, exact
from tests.integration.web.told import (
    EDITIONS,
    Told,
    cited,
    doses,
    drug,
    finding,
    flag,
    judged,
    line,
    patient,
)

__all__ = ["critical", "discordant", "plain", "undecided"]


ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
TDXD = "fam-trastuzumab deruxtecan"


@dataclass(frozen=True, slots=True)
class _Course:
    """What was given and seen in the chart of the critical flag."""

    thp: tuple[Evidence, ...]
    ordered: Evidence
    tdxd: tuple[Evidence, ...]
    again: Evidence
    lung: tuple[Evidence, ...]


def critical(number: int) -> Told:
    """T-DXd given again after grade 2 pneumonitis; its order came before the label; no LVEF before line 2."""
    told = patient(number)
    course = _course(told)
    ild, lvef = _ild(course), _lvef(course)
    early = Flag(
        "evidence-precedes-label",
        Severity.DATA_QUALITY,
        "T-DXd was ordered on 2022-02-01 for second line; the label for it came on 2022-05-04.",
        (course.ordered,),
    )
    first, second = _choices(course)
    flags = (flag(ild, Severity.CRITICAL), flag(lvef, Severity.DISCORDANT), early)
    return judged(told, lines=_lines(course), findings=(first, ild, lvef, second), flags=flags)


def _course(told: Told) -> _Course:
    given = "MedicationAdministration"
    lung = told.add(
        "Condition",
        2,
        code={"coding": [{"system": ICD10, "code": "J70.2"}], "text": "Pneumonitis, grade 2"},
        onsetDateTime="2022-05-10",
    )
    return _Course(
        thp=doses(told, given, 1, "pertuzumab", "2020-06-01 2020-06-22 2020-07-13 2021-12-20"),
        ordered=drug(told, "MedicationRequest", 1, "2022-02-01", TDXD),
        tdxd=doses(told, given, 30, TDXD, "2022-02-08 2022-03-01 2022-04-19"),
        again=drug(told, given, 40, "2022-06-21T13:30:00Z", TDXD),
        lung=(cited(lung, "code.coding[0].code"), cited(lung, "onsetDateTime")),
    )


def _ild(course: _Course) -> Finding:
    return finding(
        "ILD-ACT",
        2,
        "2022-05-10",
        Verdict.NOT_MET,
        "T-DXd must be stopped for good after pneumonitis of grade 2 (FDA label); it was given again on "
        "2022-06-21, 42 days after the pneumonitis of 2022-05-10.",
        authority="FDA",
        edition=EDITIONS[2],
        citation="Enhertu prescribing information, section 2.3",
        would_clear=("the dose of 2022-06-21 not given", "pneumonitis of 2022-05-10 was grade 1"),
        evidence=(*course.lung, course.again),
    )


def _lvef(course: _Course) -> Finding:
    return finding(
        "LVEF-BASE",
        2,
        "2022-02-08",
        Verdict.NOT_MET,
        "An LVEF was due from 90 days before to 7 days after the first dose of 2022-02-08; none was found.",
        authority="FDA",
        edition=EDITIONS[2],
        citation="Enhertu prescribing information, section 2.1",
        would_clear=("an LVEF result dated 2021-11-10 to 2022-02-15",),
        evidence=course.tdxd[:1],
    )


def _choices(course: _Course) -> tuple[Finding, Finding]:
    later = (LaterVerdict("asco-her2-2022", Verdict.PREFERRED),)
    first = "ASCO 2018 prefers a taxane with trastuzumab and pertuzumab as first line; THP was given."
    second = "ASCO 2018 prefers T-DM1 as second line; T-DXd was chosen four months before the update."
    return (
        finding(
            "sequencing",
            1,
            "2020-06-01",
            Verdict.PREFERRED,
            first,
            edition=EDITIONS[0],
            in_period=False,
            later=later,
            evidence=course.thp[:1],
        ),
        finding(
            "sequencing",
            2,
            "2022-02-01",
            Verdict.ACCEPTABLE,
            second,
            edition=EDITIONS[0],
            later=later,
            evidence=(course.ordered,),
        ),
    )


def _lines(course: _Course) -> tuple[Line, Line]:
    kept_on = ("pertuzumab", "trastuzumab")
    maintenance = Phase("maintenance", kept_on, exact(date(2020, 11, 2)), exact(date(2022, 1, 10)))
    agents = "docetaxel+pertuzumab+trastuzumab"
    return (
        line(1, agents, "THP", "2020-06-01", "2022-01-10", phases=(maintenance,), evidence=course.thp),
        line(2, TDXD, "TDXD", "2022-02-08", None, evidence=(course.ordered, *course.tdxd, course.again)),
    )


def discordant(number: int) -> Told:
    """A second line that the edition in force did not prefer; its start is known to the year only."""
    told = patient(number)
    thp = doses(told, "MedicationAdministration", 1, "trastuzumab", "2020-01-15 2020-02-05 2021-12-01")
    year = drug(told, "MedicationRequest", 1, "2022", "ado-trastuzumab emtansine")
    choice = finding(
        "sequencing",
        2,
        "2022-12-05",
        Verdict.NOT_PREFERRED,
        "ASCO 2022 prefers T-DXd as second line after THP; T-DM1 was chosen.",
        decision_date=DateInterval(date(2022, 9, 1), date(2022, 12, 31)),
        would_clear=("a documented reason against T-DXd",),
        evidence=(year,),
    )
    curative = line(
        1,
        "carboplatin+docetaxel+pertuzumab+trastuzumab",
        "TCHP",
        "2016-02-01",
        "2016-06-20",
        setting="curative",
    )
    lines = (
        replace(curative, end_reason="completion"),
        line(1, "docetaxel+pertuzumab+trastuzumab", "THP", "2020-01-15", "2021-12-01", evidence=thp),
        replace(
            line(2, "ado-trastuzumab emtansine", "TDM1", "2022-01-01", None, evidence=(year,)),
            start=DateInterval(date(2022, 1, 1), date(2022, 12, 31)),
        ),
    )
    unsure = Flag("date-uncertain", Severity.REVIEW, "The start of line 2 is known as 2022 only.", (year,))
    return judged(told, lines=lines, findings=(choice,), flags=(flag(choice, Severity.DISCORDANT), unsure))


def undecided(number: int) -> Told:
    """No HER2 result anywhere: whether the chart belongs cannot be said."""
    told = judged(patient(number))
    assert told.abstract is not None
    inclusion = told.abstract.inclusion
    unknown = replace(
        inclusion.criteria[0],
        verdict=Verdict.UNKNOWN,
        reason="her2-not-found",
        statement="Distant metastasis stands; no HER2 result was found in what was seen.",
        evidence=(),
    )
    review = replace(
        inclusion,
        verdict=Verdict.REVIEW,
        by_definition=(("A", Verdict.REVIEW), ("B", Verdict.REVIEW), ("C", Verdict.EXCLUDED)),
        sensitive=True,
        criteria=(unknown, *inclusion.criteria[1:]),
    )
    told.abstract = replace(told.abstract, inclusion=review)
    return told


def plain(number: int, severity: Severity = Severity.REVIEW) -> Told:
    """One line, one flag: what a long queue is made of."""
    told = patient(number)
    order = drug(told, "MedicationRequest", 1, "2022-04-04", "trastuzumab")
    raised = Flag(
        "ordered-not-given", severity, "Ordered on 2022-04-04; no administration was found.", (order,)
    )
    lines = (line(1, "docetaxel+pertuzumab+trastuzumab", "THP", "2022-04-04", None, evidence=(order,)),)
    return judged(told, lines=lines, flags=(raised,))
