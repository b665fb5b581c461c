"""Reports in parts, corrections, and what is open for several reasons at once."""

from dataclasses import replace

import pytest

from abstractor.chart import Biomarker
from tests.unit.rules.her2.telling import (
    CANCER,
    Fact,
    counted,
    her2,
    ihc,
    ish,
    status,
    told,
)

ON = "2020-06-01"


def of_report(name: str, *results: Biomarker) -> list[Biomarker]:
    return [replace(each, report=name) for each in results]


PARTS: list[tuple[str, list[Fact | tuple[Fact, ...]], str]] = [
    ("two ISH in one month are two assays", [ish(2.6, 7.1, ON), ish(2.4, 6.2, "2020-06-20")], "positive"),
    ("and may contradict each other", [ish(2.6, 7.1, ON), ish(1.1, 2.2, "2020-06-20")], "her2-discordant"),
    ("parts of different days are one assay",
     [counted("ratio", 2.6, ON), counted("copies", 7.1, "2020-06-05")], "positive"),
    ("parts across a change of criteria",
     [counted("ratio", 2.3, "2018-05-29"), counted("copies", 3.2, "2018-05-30")], "date-uncertain"),
    ("parts across the first day of any criteria",
     [counted("ratio", 2.6, "2006-12-31"), counted("copies", 7.1, "2007-01-01")], "date-uncertain"),
    ("parts before the change", [counted("ratio", 2.3, "2018-05-28"), counted("copies", 3.2, "2018-05-29")],
     "positive"),
    ("parts of two organs are none", [counted("ratio", 2.6, ON), counted("copies", 7.1, ON, tissue="Axilla")],
     "her2-indeterminate"),
    ("a part that does not say its tissue",
     [counted("ratio", 2.6, ON, tissue=None), counted("copies", 7.1, ON)], "positive"),
    ("parts months apart", [counted("ratio", 2.6, ON), counted("copies", 7.1, "2020-09-01")],
     "her2-indeterminate"),
    ("parts months apart in one report",
     of_report("p", counted("ratio", 2.6, ON), counted("copies", 7.1, "2020-09-01")), "positive"),
    ("parts months apart in two reports",
     [*of_report("p", counted("ratio", 2.6, ON)), *of_report("q", counted("copies", 7.1, "2020-09-01"))],
     "her2-indeterminate"),
    ("a part without a date takes its report's",
     of_report("p", counted("ratio", 2.3, "2017-02-01"), counted("copies", 3.2, "?")), "positive"),
    ("a part without a date, and no report", [counted("ratio", 2.6, ON), counted("copies", 7.1, "?")],
     "date-uncertain"),
    ("an interpretation completes a ratio", [ish(2.6, None, ON), her2("overall", "positive", ON)],
     "positive"),
    ("a negative one too", [ish(1.2, None, ON), her2("overall", "negative", ON)], "negative"),
    ("an equivocal one does not", [ish(2.6, None, ON), her2("overall", "equivocal", ON)],
     "her2-equivocal"),
    ("an interpretation of its own",
     [ish(None, None, ON, said="positive"), her2("overall", "negative", ON)], "her2-discordant"),
    ("IHC beside ISH by its meaning: negative", [ihc("negative", ON), ish(2.3, 3.2, ON)], "negative"),
    ("IHC beside ISH by its meaning: equivocal", [ihc("equivocal", ON), ish(1.2, 6.5, ON)], "positive"),
    ("IHC beside ISH by its meaning: positive", [ihc("positive", ON), ish(2.3, 3.2, ON)], "positive"),
    ("IHC of another organ is not beside it", [ihc("0", ON, tissue="Axilla"), ish(2.3, 3.2, ON)],
     "her2-indeterminate"),
    ("two IHC that say different things beside it", [ihc("2+", ON), ihc("3+", ON), ish(2.3, 3.2, ON)],
     "her2-equivocal"),
    ("an IHC of a month beside an ISH of it", [ihc("1+", "2020-06"), ish(2.3, 3.2, "2020-06")], "negative"),
    ("an IHC of a year is not surely beside it", [ihc("1+", "2020"), ish(2.3, 3.2, ON)],
     "her2-indeterminate"),
    ("an ISH of a year is not surely beside it", [ihc("1+", ON), ish(2.3, 3.2, "2020")],
     "her2-indeterminate"),
    ("an undated IHC is not beside it", [ihc("1+", "?"), ish(2.3, 3.2, ON)], "her2-indeterminate"),
    ("an undated pair is not surely one", [ihc("1+", "?"), ish(2.3, 3.2, "?")], "date-uncertain"),
    ("an unread metastasis is not lost in a read one",
     [ish(2.6, 7.1, ON, tissue="Liver"), her2("ish", None, "2020-06-09", tissue="Liver")],
     "her2-not-readable"),
    ("nor in one that comes after it",
     [her2("ish", None, ON, tissue="Liver"), ish(2.6, 7.1, "2020-06-09", tissue="Liver")], "positive"),
    ("an unread metastasis without a date",
     [ish(2.6, 7.1, ON, tissue="Liver"), her2("ish", None, "?", tissue="Liver")], "her2-not-readable"),
    ("beside a read one without a date",
     [ish(2.6, 7.1, "?", tissue="Liver"), her2("ish", None, ON, tissue="Liver")], "her2-not-readable"),
    ("a metastasis open beside a primary that is not",
     [ihc("3+", "2016-01-01"), ihc("2+", ON, tissue="Liver")], "her2-equivocal"),
    ("equivocal and indeterminate", [ihc("2+", "2020-01-01"), ish(2.3, 3.2, "2020-09-01")],
     "her2-equivocal"),
    ("too old and indeterminate", [ihc("3+", "2005-01-01"), ish(2.3, 3.2, ON)], "her2-report-too-old"),
    ("too old and equivocal", [ihc("3+", "2005-01-01"), ihc("2+", ON)], "her2-equivocal"),
    ("spanning and equivocal", [ish(2.3, 3.2, "2018-05"), ihc("2+", "2020-01-01")], "date-uncertain"),
    ("contradictory and spanning", [ish(2.6, 7.1, ON, said="negative"), ish(2.3, 3.2, "2018-05")],
     "her2-discordant"),
    ("equivocal of two organs, one settled",
     [ihc("2+", ON), ihc("2+", ON, tissue="Axilla"), ish(2.6, 7.1, ON)], "her2-equivocal"),
    ("an equivocal ISH is not settled by a positive one beside it",
     [ish(1.2, 4.5, "2015-01-01"), her2("overall", "positive", "2015-02-20")], "positive"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "facts", "meaning"), PARTS, ids=[row[0] for row in PARTS])
def test_a_report_in_parts(name: str, facts: list[Fact], meaning: str) -> None:
    assert told(status(CANCER, *facts)) == meaning, status(CANCER, *facts).shows


CORRECTED = replace(ihc("1+", ON), status="corrected")


@pytest.mark.parametrize(
    ("final", "replaced"),
    [
        (ihc("3+", ON), True),
        (ihc("3+", "2020-06-02"), False),
        (ihc("3+", ON, tissue="Axilla"), False),
        (replace(ihc("3+", ON), report="p"), False),
        (her2("overall", "positive", ON), False),
        (replace(ihc("3+", ON), quantity="percent"), False),
    ],
)
@pytest.mark.parametrize("status_of", ["corrected", "amended"])
def test_a_correction_replaces_the_same_test_alone(final: Biomarker, replaced: bool, status_of: str) -> None:
    found = status(CANCER, final, replace(CORRECTED, status=status_of))
    assert told(found) == ("negative" if replaced else "her2-discordant")


def test_of_two_corrections_neither_replaces_the_other() -> None:
    both = CORRECTED, replace(ihc("3+", ON), status="amended")
    assert told(status(CANCER, *both)) == "her2-discordant"


def test_the_sources_of_every_part_are_cited() -> None:
    parts = ish(2.6, 7.1, ON, said="positive")
    cited = {source.resource for source in status(CANCER, parts).sources}
    assert cited == {part.sources[0].resource for part in parts}
