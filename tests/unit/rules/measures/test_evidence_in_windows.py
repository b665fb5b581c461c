"""What may stand for evidence that is due: whose codes are loaded, what triggers it, how it is told, and
visits of which one end is known.
"""

import pytest

from abstractor.chart import Chart, Completeness, Seen
from abstractor.dates import Truth
from abstractor.rules.measures import TRIGGER_KINDS
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.searching import search
from fixtures.stories import Tale, tale
from tests.asking import abstract_told
from tests.measure_contexts import context_of
from tests.unit.rules.measures.test_growth_factor import THP, findings, on
from tests.unit.rules.measures.test_told_of_elsewhere import THP as TOLD_OF
from tests.unit.rules.measures.test_told_of_elsewhere import answer, said, someone
from tests.unit.rules.measures.test_unlisted_records import JUNE, NOBODY

WHOLE = (Completeness("Observation", Seen.COMPLETE, 9, None),)


@pytest.mark.parametrize(
    ("wanted", "uncoded", "reason"),
    [
        (Wanted("x", results=("lvef",)), {"lvef"}, "codes-not-loaded"),
        (Wanted("x", studies=("muga",)), {"muga"}, "codes-not-loaded"),
        (Wanted("x", activities=("dental-examination",)), {"dental-examination"}, "codes-not-loaded"),
        (Wanted("x", visits=("dental-examination",)), {"dental-examination"}, "codes-not-loaded"),
        (Wanted("x", diagnoses=("pain",)), {"pain"}, "codes-not-loaded"),
        (Wanted("x", results=("lvef",), studies=("muga",)), {"lvef"}, None),
        (Wanted("x", results=("lvef",), studies=("muga",)), {"lvef", "muga"}, "codes-not-loaded"),
        (Wanted("x", results=("lvef",), drugs=("loperamide",)), {"lvef"}, None),
        (Wanted("x", drugs=("loperamide",)), {"lvef"}, None),
    ],
)
def test_silence_says_nothing_where_no_code_could_break_it(
    wanted: Wanted, uncoded: set[str], reason: str | None
) -> None:
    chart = Chart(NOBODY, completeness=WHOLE)
    context = context_of(chart, (), uncoded=frozenset(uncoded))
    found = search(context, wanted, JUNE, first_type="Observation")
    assert (found.truth, found.reason) == (Truth.UNKNOWN if reason else Truth.NO, reason)


def brain(verification: str | None, on: str = "2022-07-05") -> Tale:
    told = tale("someone").her2_positive_mbc("2022-02-01", "liver").asked_for("Dental examination", on)
    return told.metastasis("brain", on, verification=verification)


def of(told: Tale, rule: str) -> list[str]:
    return [str(each.verdict) for each in abstract_told(told.told()).findings if each.rule == rule]


@pytest.mark.parametrize(
    ("verification", "verdicts"),
    [("confirmed", ["not-met"]), ("provisional", []), ("differential", []), ("refuted", [])],
)
def test_a_diagnosis_that_is_not_confirmed_asks_for_nothing(verification: str, verdicts: list[str]) -> None:
    assert of(brain(verification), "BM-MDT") == verdicts


def test_a_confirmed_diagnosis_is_due_beside_an_earlier_one_that_is_not() -> None:
    told = brain("provisional", "2022-06-07").metastasis("brain", "2022-08-02")
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "BM-MDT"]
    assert "brain metastasis (2022-08-02)" in found.statement


@pytest.mark.parametrize(
    ("kind", "told", "sentence"),
    [
        ("drug-started", {"agents": ("denosumab",), "name": "a bone drug"}, "the start of a bone drug"),
        ("metastatic", {}, "distant metastasis"),
        ("visits-in-period", {}, "a visit in the abstraction period"),
        ("diagnosed", {"concepts": ("pain",), "name": "pain"}, "pain, the first on record"),
    ],
)
def test_a_trigger_is_told_by_its_name(kind: str, told: dict[str, object], sentence: str) -> None:
    assert TRIGGER_KINDS[kind](**told).sentence() == sentence  # type: ignore[arg-type]  # fields, by kind


def test_a_failing_kidney_without_a_date_may_be_a_risk_factor() -> None:
    told = on(THP).condition("N18.4", "Chronic kidney disease, stage 4", "2021-01-05")
    (found,) = findings(told.but(onsetDateTime=None, recordedDate=None))
    assert "without a date, which may be a risk factor (date-uncertain)" in found.statement


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ({"start": "2022-02-20"}, "not-met"),
        ({"end": "2022-02-20"}, "not-met"),
        ({"start": "2021-12-05"}, "excluded treated-elsewhere"),
        ({"end": "2021-12-05"}, "excluded treated-elsewhere"),
        ({"start": "2021-12-05", "end": "2022-02-20"}, "excluded treated-elsewhere"),
    ],
)
def test_a_visit_is_of_the_day_on_which_it_began_or_else_of_its_end(
    period: dict[str, str], expected: str
) -> None:
    """Treatment that is only told of, and one visit: inside of the window it was care here."""
    told = someone().visit("2022-02-20").but(period=period)
    assert answer(said(told, *TOLD_OF), "PALL") == expected
