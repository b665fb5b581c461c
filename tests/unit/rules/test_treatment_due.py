"""A drug that is due within 90 days of a diagnosis: what meets it, what excuses it, and what leaves it open,
record by record."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Chart, Completeness, Seen, Standing
from abstractor.rules.found import Found
from abstractor.rules.measures import CareDue
from abstractor.rules.measures.asking import Asking
from abstractor.rules.measures.context import AskedBy
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.needs import Excuses, Need
from abstractor.rules.measures.occasions import Diagnosed
from tests.builders import told
from tests.measure_contexts import context_of

RULE = CareDue(
    trigger=Diagnosed(("bone-metastasis",), "bone metastasis"),
    asked=(Asking("guideline"),),
    needs=(
        Need(
            "agent",
            (Wanted("a bone-modifying agent", drugs=("zoledronic-acid",), possible_drugs=("denosumab",)),),
            after=90,
            before=90,
        ),
    ),
    first_type="MedicationRequest",
    hospice=("hospice",),
    excuses=Excuses(stop_reasons=("stop-reason:refusal",)),
)
GUIDELINE = AskedBy(
    "guideline", "ASCO", "The guideline", "Its citation", (), date(2017, 10, 16), None, date(2030, 1, 1)
)
BONE = "metastasis bone 2022-03-01\n"
WHOLE = tuple(Completeness(name, Seen.COMPLETE, 1, None) for name in ("MedicationRequest", "Condition"))


def found(story: str | Chart, as_of: str = "2022-12-31") -> Found | None:
    chart = told(story) if isinstance(story, str) else story
    return next(RULE.findings(context_of(chart, (GUIDELINE,), as_of=as_of)), None)


def answer(story: str | Chart, as_of: str = "2022-12-31") -> tuple[str, str | None] | None:
    one = found(story, as_of)
    return None if one is None else (str(one.finding.verdict), one.reason)


NONE = ("not-met", None)
MET = ("met", None)
DATES = ("unknown", "date-uncertain")
DOSE = ("unknown", "dose-not-stated")
REFUSED = ("exception", "reason-recorded")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ("", NONE),
        ("order zoledronic-acid 2022-05-30", MET),
        ("zoledronic-acid 2022-05-30", MET),
        ("fill zoledronic-acid 2022-05-30 for 28", MET),
        ("zoledronic-acid 2022-05-30 stopped", MET),  # part of a dose
        ("zoledronic-acid 2022-05-30 not-done", NONE),
        ("order zoledronic-acid 2022-05-30 cancelled", NONE),
        ("order zoledronic-acid 2022-05-30 unknown", ("unknown", "status-unknown")),
        ("docetaxel 2022-05-30", NONE),
        ("zoledronic-acid 2022-05-31", NONE),
        ("zoledronic-acid 2021-12-01", MET),
        ("zoledronic-acid 2021-11-30", NONE),
        ("zoledronic-acid 2022", DATES),
        ("zoledronic-acid 2022-06", NONE),
        ("zoledronic-acid ?", DATES),
        ("zoledronic-acid ?\nzoledronic-acid 2022-04-01", MET),
        ("denosumab 2022-04-01", DOSE),
        ("denosumab 2022-05-31", NONE),
        ("denosumab ?", DOSE),
        ("denosumab 2022", DOSE),
        ("denosumab 2022-04-01\nzoledronic-acid ?", DATES),
        ("zoledronic-acid 2022-04-01 not-done because refusal", REFUSED),
        ("order zoledronic-acid 2022-04-01 cancelled because refusal", REFUSED),
        ("denosumab 2022-04-01 not-done because refusal", REFUSED),
        ("zoledronic-acid 2022-04-01 not-done because other", NONE),
        ("docetaxel 2022-04-01 not-done because refusal", NONE),
        ("order zoledronic-acid 2022-05-30 cancelled because refusal", REFUSED),
        ("order zoledronic-acid 2022-05-31 cancelled because refusal", NONE),
        ("order zoledronic-acid 2022-05 cancelled because refusal", REFUSED),
        ("order zoledronic-acid ? cancelled because refusal", REFUSED),
        ("death 2022-05-30", ("excluded", "death")),
        ("death 2022-05-31", NONE),
    ],
)
def test_what_the_records_say(records: str, expected: tuple[str, str | None]) -> None:
    assert answer(BONE + records) == expected


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ("zoledronic-acid 2022-05-30", MET),  # 90 days from the first day of March
        ("zoledronic-acid 2022-05-31", DATES),
        ("zoledronic-acid 2022-06-29", DATES),  # 90 days from the last
        ("zoledronic-acid 2022-06-30", NONE),
        ("zoledronic-acid 2021-12-31", MET),
        ("zoledronic-acid 2021-12-30", DATES),
        ("zoledronic-acid 2021-12-01", DATES),
        ("zoledronic-acid 2021-11-30", NONE),
        ("zoledronic-acid 2022-05-31\nzoledronic-acid 2022-09-01", DATES),
        ("", NONE),
    ],
)
def test_a_diagnosis_of_a_month(records: str, expected: tuple[str, str | None]) -> None:
    assert answer("metastasis bone 2022-03\n" + records) == expected


@pytest.mark.parametrize(
    ("diagnoses", "when"),
    [
        ("metastasis bone 2022-03-01", "2022-03-01"),
        ("metastasis bone 2022-06-01\nmetastasis bone 2022-03-01", "2022-03-01"),
        ("metastasis bone 2022-03\nmetastasis bone 2022-03-01", "2022-03-01"),
        ("metastasis bone 2022-03-02\nmetastasis bone 2022-03", "2022-03-01..2022-03-31"),
        ("metastasis bone ?\nmetastasis bone 2022-03-01", "2022-03-01"),
        ("metastasis bone 2022-03-01 provisional\nmetastasis bone 2022-06-01", "2022-06-01"),
        ("metastasis bone 2022-03-01 refuted", None),
        ("metastasis liver 2022-03-01", None),
        ("metastasis bone ?", "2017-10-16..2022-12-31"),  # on any day since the guideline
        ("metastasis bone 2017-10-15", None),
        ("metastasis bone 2017-10-16", "2017-10-16"),
        ("metastasis bone 2017-10", "2017-10-01..2017-10-31"),
    ],
)
def test_the_first_diagnosis_counts(diagnoses: str, when: str | None) -> None:
    one = found(diagnoses)
    assert (one and str(one.finding.decision_date)) == when


@pytest.mark.parametrize(("standing", "counts"), [(Standing.ASSUMED, True), (Standing.CONTEXT, False)])
def test_a_diagnosis_of_doubtful_status(standing: Standing, counts: bool) -> None:
    chart = told(BONE)
    held = tuple(replace(each, standing=standing) for each in chart.diagnoses)
    assert (found(replace(chart, diagnoses=held)) is not None) is counts


@pytest.mark.parametrize(("as_of", "asked"), [("2017-10-15", False), ("2017-10-16", True)])
def test_an_undated_diagnosis_before_there_was_a_guideline(as_of: str, asked: bool) -> None:
    assert (found("metastasis bone ?", as_of) is not None) is asked


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [("2022-05-29", ("pending", None)), ("2022-05-30", NONE), ("2022-03-01", ("pending", None))],
)
def test_the_window_is_open_until_day_90(as_of: str, expected: tuple[str, str | None]) -> None:
    assert answer(BONE, as_of) == expected


@pytest.mark.parametrize("seen", [Seen.PARTIAL, Seen.REFUSED, Seen.NOT_ASKED])
def test_silence_says_nothing_where_orders_were_not_seen_whole(seen: Seen) -> None:
    one = found(told(BONE, seen=seen))
    assert one is not None
    assert (one.finding.verdict, one.reason) == ("unknown", "not-seen-whole")
    assert "none seen, and MedicationRequest was not seen whole (" in one.finding.statement
    assert answer(replace(told(BONE, seen=seen), completeness=WHOLE)) == NONE


def test_what_is_said_cited_and_would_clear_it() -> None:
    one = found(BONE)
    assert one is not None
    assert one.finding.statement.startswith(
        "The guideline expects a bone-modifying agent from 90 days before to 90 days after bone metastasis "
        "(2022-03-01). The chart shows: a bone-modifying agent: none (searched: MedicationRequest "
    )
    assert one.finding.would_clear == (
        "a documented reason against it",
        "a bone-modifying agent dated from 2021-12-01 to 2022-05-30",
    )
    assert {str(each.value) for each in one.finding.evidence} == {"2022-03-01"}
    met = found(BONE + "zoledronic-acid 2022-04-01")
    assert met is not None and met.finding.would_clear == ()
    assert {str(each.value) for each in met.finding.evidence} == {"2022-03-01", "2022-04-01"}
    assert "The chart shows: zoledronic-acid given on 2022-04-01." in met.finding.statement
