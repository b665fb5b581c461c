"""Who belongs to the cohort of CDK4/6 inhibitors: each criterion, met, not met, and why it is open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Criterion
from fixtures.stories import HP, Story, Tale, tale
from tests.asking import abstract_told
from tests.unit.rules.cdk46 import patient, with_status

TUMOUR, STARTED, VISIT = 0, 1, 2
START = "2022-03-01"


def criteria(told: Tale | Story) -> tuple[Criterion, ...]:
    story = told if isinstance(told, Story) else told.told()
    return abstract_told(story, cohort="cdk46").inclusion.criteria


def answer(told: Tale | Story, which: int) -> tuple[str, str | None]:
    found = criteria(told)[which]
    return str(found.verdict), found.reason


def cancer(*, her2: str | None = "1+", metastasis: str | None = "bone", cancer: bool = True) -> Tale:
    told = tale("someone").visit("2022-02-01")
    if cancer:
        told = told.breast_cancer("2022-01-10")
    if her2 is not None:
        told = told.her2_ihc(her2, "2022-01-13")
    return told if metastasis is None else told.metastasis(metastasis, "2022-01-17")


def positive(**said: object) -> Tale:
    return cancer(**said).hormone_receptors("positive", "2022-01-13")  # type: ignore[arg-type]  # as named


MET = ("met", None)
UNREAD = ("unknown", "hormone-receptor-unknown")
TUMOURS: dict[str, tuple[Callable[[], Tale | Story], tuple[str, str | None]]] = {
    "both receptors positive, HER2 1+, bone": (positive, MET),
    "receptors negative": (
        lambda: cancer().hormone_receptors("negative", "2022-01-13"),
        ("not-met", "hormone-receptor-negative"),
    ),
    "receptors not recorded": (cancer, UNREAD),
    "receptors by a code": (lambda: cancer().condition("Z17.0", "ER positive", "2022-01-13"), MET),
    "receptors negative by a code": (
        lambda: cancer().condition("Z17.1", "ER negative", "2022-01-13"),
        UNREAD,  # of the progesterone receptor it says nothing
    ),
    "positive once, negative in the last tissue": (
        lambda: positive().hormone_receptors("negative", "2022-02-20", tissue="Liver"),
        ("unknown", "hormone-receptor-discordant"),
    ),
    "negative once, positive in the last tissue": (
        lambda: (
            cancer()
            .hormone_receptors("negative", "2022-01-13")
            .hormone_receptors("positive", "2022-02-20", tissue="Liver")
        ),
        MET,
    ),
    "negative, and a positive result that may be older or younger": (
        lambda: cancer().hormone_receptors("negative", "2022-01-13").hormone_receptors("positive", "2022-01"),
        ("unknown", "date-uncertain"),
    ),
    "receptors of preliminary status": (
        lambda: with_status(
            positive(her2=None).her2_ihc("1+", "2022-01-14"), ("Observation",), "2022-01-13", "preliminary"
        ),
        UNREAD,
    ),
    "HER2 3+": (lambda: positive(her2="3+"), ("not-met", "her2-positive")),
    "HER2 2+ without ISH": (lambda: positive(her2="2+"), ("unknown", "her2-equivocal")),
    "HER2 not recorded": (lambda: positive(her2=None), ("unknown", "her2-not-recorded")),
    "HER2 negative by a code": (
        lambda: positive(her2=None).condition("Z17.411", "HR positive, HER2 negative", "2022-01-13"),
        MET,
    ),
    "HER2 positive by a code alone": (
        lambda: positive(her2=None).condition("Z17.410", "HR positive, HER2 positive", "2022-01-13"),
        ("unknown", "her2-by-code-alone"),
    ),
    "no metastasis": (lambda: positive(metastasis=None), ("not-met", "no-distant-metastasis")),
    "a metastasis that may be regional": (
        lambda: positive(metastasis=None).condition("C77.9", "Lymph node metastasis", "2022-01-17"),
        ("unknown", "metastatic-site-ambiguous"),
    ),
    "no breast cancer among the diagnoses": (
        lambda: positive(cancer=False),
        ("unknown", "no-breast-cancer-diagnosis"),
    ),
}


@pytest.mark.parametrize("told", TUMOURS)
def test_the_tumour(told: str) -> None:
    make, expected = TUMOURS[told]
    assert answer(make(), TUMOUR) == expected


STARTS: dict[str, tuple[Callable[[], Tale | Story], tuple[str, str | None]]] = {
    "an order": (lambda: patient().order("ribociclib", START), MET),
    "a fill": (lambda: patient().dispensed("abemaciclib", START), MET),
    "said to be taken": (lambda: patient().said_to_take("palbociclib", START), MET),
    "on the last day of the period": (lambda: patient().order("palbociclib", "2022-12-31"), MET),
    "only after the period": (
        lambda: patient(as_of=date(2023, 6, 30)).order("palbociclib", "2023-01-01"),
        ("not-met", "cdk46-not-started"),
    ),
    "a cancelled order": (
        lambda: patient().order("palbociclib", START, status="cancelled"),
        ("not-met", "cdk46-not-started"),
    ),
    "an order of unknown status": (
        lambda: patient().order("palbociclib", START, status="unknown"),
        ("unknown", "status-unknown"),
    ),
    "another drug alone": (
        lambda: patient().order("letrozole", START),
        ("not-met", "cdk46-not-started"),
    ),
    "adjuvant alone": (
        lambda: positive(metastasis=None).given("zoledronic acid", "2022-02-01").order("abemaciclib", START),
        ("not-met", "cdk46-not-started"),
    ),
}


@pytest.mark.parametrize("told", STARTS)
def test_the_start(told: str) -> None:
    make, expected = STARTS[told]
    assert answer(make(), STARTED) == expected


def _without(told: Tale, resource: str) -> Story:
    """The story as a clinic tells it that sends nothing of that type."""
    story = told.told()
    return replace(story, resources=tuple(r for r in story.resources if r["resourceType"] != resource))


@pytest.mark.parametrize(
    ("resource", "which", "reason"),
    [
        ("MedicationRequest", STARTED, "medications-not-seen-whole"),
        ("Condition", TUMOUR, "conditions-not-seen-whole"),
        ("Encounter", VISIT, "encounters-not-seen-whole"),
    ],
)
def test_silence_of_a_type_that_was_not_asked_for_is_unknown(resource: str, which: int, reason: str) -> None:
    assert answer(_without(patient().order("letrozole", START), resource), which) == ("unknown", reason)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (patient().order("ribociclib", START), "included"),
        (patient().order("letrozole", START), "excluded"),
        (cancer().order("ribociclib", START), "review"),
        (cancer(her2="3+").course(HP, START).order("palbociclib", START), "excluded"),
    ],
)
def test_the_verdict_is_that_of_the_criteria(told: Tale, verdict: str) -> None:
    abstract = abstract_told(told.told(), cohort="cdk46")
    inclusion = abstract.inclusion
    assert inclusion.verdict == verdict
    assert (inclusion.cohort, inclusion.definition) == ("cdk46", None)
    assert (inclusion.by_definition, inclusion.sensitive) == ((), False)


def test_lines_findings_and_their_flags_are_those_of_any_cohort() -> None:
    told = patient().order("ribociclib", START, status="stopped", stated=(START, "2022-06-30")).told()
    mine, theirs = abstract_told(told, cohort="cdk46"), abstract_told(told)
    assert (mine.lines, mine.findings, mine.flags) == (theirs.lines, theirs.findings, theirs.flags)
    assert mine.flagged
    assert not theirs.flagged  # she is excluded there
