"""What a record leaves open whose code no table has, and a part of what is due."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Chart, Completeness, Patient, Result, Seen, Source, Standing, Unlisted
from abstractor.dates import Truth
from abstractor.rules.measures.context import MeasureContext
from abstractor.rules.measures.holding import TumourMarker, Wanted
from abstractor.rules.measures.leaving_open import left_open
from abstractor.rules.measures.needs import LeftOpen, Need
from abstractor.rules.measures.searching import Search, search
from abstractor.rules.measures.windows import Window
from tests.builders import day
from tests.measure_contexts import context_of

NOBODY = Patient("Patient/1", None, None, False, None, ())
SOURCE = Source("Observation/7", "Observation.code.text", "1", "ALT")
RECORD = Unlisted("Observation", ("alt",), "ALT", day("2022-06-14"), Standing.COUNTS, (SOURCE,))
PLATELETS = Result(("platelets",), 210, "10*3/uL", (), None, day("2022-06-14"), Standing.COUNTS, (SOURCE,))
DAYS = (date(2022, 6, 10), date(2022, 6, 20))
JUNE = Window(DAYS, DAYS)
ALT = Wanted("ALT", results=("alt",))
COUNT = Wanted("blood count", results=("blood-count-panel",), parts=("platelets",))


def context(*records: Unlisted, results: tuple[Result, ...] = ()) -> MeasureContext:
    seen = (Completeness("Observation", Seen.COMPLETE, 9, None),)
    chart = Chart(NOBODY, unlisted=records, results=results, completeness=seen)
    return context_of(chart, (), measure="X", advisory=False)


def found(wanted: Wanted, *records: Unlisted, results: tuple[Result, ...] = ()) -> Search:
    return search(context(*records, results=results), wanted, JUNE, first_type="Observation")


@pytest.mark.parametrize(
    ("wanted", "record", "reason"),
    [
        (ALT, RECORD, "codes-not-loaded"),
        (ALT, replace(RECORD, may_be=("ast",)), None),
        (ALT, replace(RECORD, when=day("2022-06-09")), None),
        (ALT, replace(RECORD, when=day("2022-06")), "codes-not-loaded"),
        (ALT, replace(RECORD, when=None), "codes-not-loaded"),
        (ALT, replace(RECORD, may_be=(), text=None), "codes-not-loaded"),
        (Wanted("a CT", studies=("chest-ct",)), replace(RECORD, may_be=(), text=None), None),
        (Wanted("a CT", studies=("chest-ct",)), replace(RECORD, may_be=("chest-ct",)), "codes-not-loaded"),
        (Wanted("ER", markers=(TumourMarker.ER,)), replace(RECORD, may_be=("er",)), "codes-not-loaded"),
        (COUNT, replace(RECORD, may_be=("platelets",)), "codes-not-loaded"),
    ],
)
def test_a_name_leaves_a_window_open(wanted: Wanted, record: Unlisted, reason: str | None) -> None:
    answer = found(wanted, record)
    assert (answer.truth, answer.reason) == (Truth.UNKNOWN if reason else Truth.NO, reason)
    assert answer.sources == ((SOURCE,) if reason else ())


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        ("ALT", 'Observation "ALT" in the window may be ALT: no table has its code'),
        (None, "Observation without a name in the window may be ALT: no table has its code"),
    ],
)
def test_it_is_quoted(text: str | None, shows: str) -> None:
    assert found(ALT, replace(RECORD, text=text)).shows == shows


def test_what_surely_is_there_stands_before_a_name() -> None:
    held = replace(PLATELETS, concepts=("alt",))
    assert found(ALT, RECORD, results=(held,)).truth is Truth.YES


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (PLATELETS, "part-of-it"),
        (replace(PLATELETS, when=day("2022-06-21")), None),
        (replace(PLATELETS, number=0), None),
        (replace(PLATELETS, number=None), None),
        (replace(PLATELETS, standing=Standing.WITHDRAWN), None),
        (replace(PLATELETS, concepts=("alt",)), None),
    ],
)
def test_a_part_leaves_it_open(result: Result, reason: str | None) -> None:
    answer = found(COUNT, results=(result,))
    assert (answer.truth, answer.reason) == (Truth.UNKNOWN if reason else Truth.NO, reason)


def test_a_study_that_was_sent_as_a_result_counts_with_a_value() -> None:
    echo = Wanted("an echocardiogram", studies=("echocardiogram",))
    held = replace(PLATELETS, concepts=("echocardiogram",), number=None, text="normal")
    assert found(echo, results=(held,)).truth is Truth.YES
    assert found(echo, results=(replace(held, text=None),)).truth is Truth.NO


@pytest.mark.parametrize(("on", "opened"), [("2022-06-14", True), ("2022-06-21", False), (None, True)])
def test_a_report_that_is_known_by_its_name_may_say_it_in_its_words(on: str | None, opened: bool) -> None:
    by = Wanted("a pathology report", studies=("pathology-report",))
    left = (LeftOpen(by, "report-text-only", "it may stand in its words"),)
    need = Need("er", (Wanted("ER", markers=(TumourMarker.ER,)),), 0, left_open=left)
    named = replace(RECORD, may_be=("pathology-report",), text="Surgical pathology")
    answer = left_open(context(replace(named, when=day(on) if on else None)), need, JUNE)
    said = 'ER: none by code; "Surgical pathology" may be a pathology report: it may stand in its words'
    assert (answer and (answer.shows, answer.reason)) == ((said, "report-text-only") if opened else None)
