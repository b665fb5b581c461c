"""What no loaded code could show is no omission: `unknown`, reason `codes-not-loaded`."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Chart
from abstractor.dates import DateInterval, Truth
from abstractor.rules.measures.holding import Wanted
from abstractor.rules.measures.searching import search
from abstractor.rules.measures.windows import around
from tests.builders import told
from tests.measure_contexts import context_of

DAY = date(2022, 6, 1)
WINDOW = around(DateInterval(DAY, DAY), 30, 30)
DENTAL = Wanted("dental examination", activities=("dental", "dentist"))


def whole() -> Chart:
    return told("")


@pytest.mark.parametrize(
    ("wanted", "uncoded", "reason"),
    [
        (DENTAL, {"dental", "dentist"}, "codes-not-loaded"),
        (DENTAL, {"dental"}, None),
        (DENTAL, set(), None),
        (replace(DENTAL, drugs=("zoledronic acid",)), {"dental", "dentist"}, None),
        (replace(DENTAL, markers=("er",)), {"dental", "dentist"}, None),
    ],
    ids=["no code at all", "a code of one", "all coded", "a drug would show it", "a marker would show it"],
)
def test_silence(wanted: Wanted, uncoded: set[str], reason: str | None) -> None:
    context = replace(context_of(whole(), ()), uncoded=frozenset(uncoded))
    found = search(context, wanted, WINDOW, first_type="Encounter")
    assert (found.truth, found.reason) == (Truth.NO if reason is None else Truth.UNKNOWN, reason)
