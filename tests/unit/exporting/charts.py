"""Charts for the tests of exports: every text in them that could tell who somebody is, is a canary."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from abstractor.abstract import (
    Abstract,
    Criterion,
    Evidence,
    Finding,
    Flag,
    Inclusion,
    LaterVerdict,
    Line,
    LineRef,
    Phase,
    ReportingPeriod,
    Severity,
    Stamps,
    Verdict,
)
from abstractor.chart import Completeness, Seen
from abstractor.dates import DateInterval, exact
from abstractor.export.disclosing import Disclosure, StudyKey
from abstractor.export.subjects import Given, Rated, Reviewed, Subject

__all__ = [
    "CANARIES",
    "CLINIC",
    "KEY",
    "LOCKED",
    "REVIEWED",
    "abstract_of",
    "disclosure",
    "subject_of",
    "subjects",
]

KEY = StudyKey(bytes(range(32)))
CLINIC = "https://canary-clinic.example/fhir"
BORN = exact(date(1931, 5, 17))
YEAR = DateInterval(date(2019, 1, 1), date(2019, 12, 31))
MONTH = DateInterval(date(2020, 6, 1), date(2020, 6, 30))
STARTED, ENDED, DECIDED = date(2021, 3, 20), date(2022, 2, 8), date(2021, 3, 15)
PERIOD = ReportingPeriod(date(2022, 1, 1), date(2022, 12, 31), "America/New_York")

LOCKED = datetime(2023, 3, 4, 5, 6, tzinfo=UTC)

# Whatever stands in the charts below and must not leave by a de-identified export.
CANARIES = (
    "canary",
    "Patient/",
    "1931",
    "New_York",
    "2019-01-01",
    "2019-12-31",
    "2020-06-01",
    "2021-03-20",
    "2022-02-08",
    "2021-03-15",
    "2022-01-01",
    "2022-12-31",
    "2023-01-31",
    "2023-03-04",
)

_SAID = Evidence("Condition/canary-7", "canary-3", "Condition.code", "canary of the clinic")


def disclosure(*, identified: bool = False) -> Disclosure:
    return Disclosure(KEY, identified)


def abstract_of(name: str, *, flagged: bool = True) -> Abstract:
    """Three lines (one known to the year), findings of a line, a phase and the patient, and two flags."""
    flags = (
        Flag("sequencing", Severity.DISCORDANT, "=canary of 2021-03-20", (_SAID,)),
        Flag("agent-unmapped", Severity.DATA_QUALITY, "canary drug", (_SAID,)),
    )
    return Abstract(
        patient=f"Patient/canary-{name}",
        period=PERIOD,
        as_of=date(2023, 1, 31),
        inclusion=Inclusion(
            cohort="her2-mbc",
            verdict=Verdict.INCLUDED,
            definition="A",
            by_definition=(("A", Verdict.INCLUDED), ("B", Verdict.INCLUDED), ("C", Verdict.REVIEW)),
            sensitive=True,
            criteria=tuple(
                Criterion(each, Verdict.MET, None, "canary on 2021-03-20", (_SAID,))
                for each in ("her2-positive-mbc", "her2-lines", "visit-in-period")
            ),
        ),
        lines=(
            _line("curative", 1, YEAR, MONTH, regimen="TCHP"),
            _line("palliative", 1, exact(STARTED), exact(ENDED), regimen="THP"),
            _line("palliative", 2, exact(date(2022, 2, 9)), None, regimen=None),
        ),
        findings=(
            _finding("sequencing", LineRef("palliative", 1), None, Verdict.NOT_PREFERRED),
            _finding("sequencing", LineRef("palliative", 1), "maintenance-intensified", Verdict.PREFERRED),
            _finding("ILD-ACT", None, None, Verdict.UNKNOWN),
        ),
        flags=flags if flagged else (),
        flagged=flagged,
        completeness=(
            Completeness("Condition", Seen.COMPLETE, 3, None),
            Completeness("Procedure", Seen.PARTIAL, 1, "canary detail"),
        ),
        stamps=Stamps("0.1.0", ("asco-her2-2018",), "sha256:0", "her2mbc-1", "sha256:canary"),
    )


REVIEWED = (
    Reviewed(
        reader=7,
        role="reviewer",
        seat=1,
        locked_at=LOCKED,
        rated=(
            Rated("criterion:her2-lines", "criterion", "her2-lines", "agree", "met", "met", ()),
            Rated(
                "line:palliative:1",
                "line",
                "line-of-therapy",
                "overrule",
                "wrong",
                "right",
                ("start", "agents"),
            ),
            Rated(
                "finding:ILD-ACT:-:-:-:ASCO", "finding", "ILD-ACT", "cannot-tell", None, "unknown", ("note",)
            ),
            Rated(
                "missed:1",
                "missed",
                "BMA",
                "own",
                "not-met",
                None,
                ("record-not-used",),
                LineRef("palliative", 1),
            ),
        ),
    ),
    Reviewed(
        reader=8,
        role="adjudicator",
        seat=3,
        locked_at=LOCKED,
        rated=(Rated("missed:1", "missed", "BMA", "own", "no-finding", None, ("duplicate-record",)),),
    ),
)


def subject_of(name: str, *, flagged: bool = True) -> Subject:
    given = {LineRef("palliative", 1): Given("Practitioner/canary-doctor", "Organization/canary-site")}
    return Subject(abstract_of(name, flagged=flagged), CLINIC, given, BORN)


def subjects(number: int) -> Sequence[Subject]:
    """In the order of their study ids; the last has no line, no finding and no flag, and is excluded."""
    made = [subject_of(str(each)) for each in range(number - 1)]
    bare = subject_of("bare", flagged=False)
    inclusion = replace(
        bare.abstract.inclusion,
        verdict=Verdict.EXCLUDED,
        criteria=(Criterion("her2-positive-mbc", Verdict.NOT_MET, "her2-negative", "canary", ()),),
    )
    empty = replace(bare.abstract, inclusion=inclusion, lines=(), findings=())
    return sorted([*made, replace(bare, abstract=empty)], key=lambda each: disclosure().study_id(each.who))


def _line(
    setting: str, number: int, start: DateInterval, end: DateInterval | None, *, regimen: str | None
) -> Line:
    return Line(
        setting=setting,
        number=number,
        agents=("docetaxel", "pertuzumab", "trastuzumab"),
        regimen=regimen,
        her2_directed=True,
        start=start,
        end=end,
        end_reason="ongoing" if end is None else "progression",
        opened_because="first" if number == 1 else "new-agent",
        phases=(Phase("induction", ("docetaxel",), start, end),) if end is not None else (),
        evidence=(_SAID,),
    )


def _finding(rule: str, line: LineRef | None, phase: str | None, verdict: Verdict) -> Finding:
    return Finding(
        rule=rule,
        line=line,
        phase=phase,
        decision_date=exact(DECIDED),
        in_period=True,
        authority="ASCO",
        edition="asco-her2-2018",
        also=None,
        verdict=verdict,
        advisory=False,
        statement="+canary on 2021-03-15",
        citation="A citation.",
        later=(LaterVerdict("asco-her2-2022", Verdict.PREFERRED),),
        would_clear=("canary of the clinic",),
        evidence=(_SAID,),
    )
