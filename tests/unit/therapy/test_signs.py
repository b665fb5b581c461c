"""From which day a sign of progression tells of a line, the order of signs, and which site is new."""

from dataclasses import replace
from datetime import date

import pytest

from abstractor.chart import Chart
from abstractor.codes import Coding
from abstractor.dates import DateInterval, Truth
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.therapy.progression import Progression, certainty, progressions
from tests.builders import day, told
from tests.therapy_knowledge import LIBRARY, POLICY

AS_OF = date(2022, 12, 31)
METASTATIC = "condition breast-cancer 2018-01-05\nmetastasis liver 2019-12-20\n"
START = "2020-01-06"


def signs(chart: Chart) -> tuple[Progression, ...]:
    anchor = metastatic_anchor(chart, LIBRARY.inclusion)
    return progressions(chart, anchor, LIBRARY.inclusion, POLICY, AS_OF)


def later(story: str) -> list[Progression]:
    return [sign for sign in signs(told(METASTATIC + story)) if not sign.relapse]


def on(text: str) -> DateInterval:
    when = day(text)
    assert when is not None
    return when


SIGNS = {
    "a status": ("progression {}", Truth.YES),
    "a recurrence": ("condition breast-cancer {} recurrence", Truth.YES),
    "local therapy": ("therapy radiotherapy {}", Truth.UNKNOWN),
    "local therapy of the brain": ("therapy cns-local-therapy {}", Truth.UNKNOWN),
}


@pytest.mark.parametrize(("sign", "truth"), SIGNS.values(), ids=SIGNS)
def test_a_sign_tells_of_a_line_from_the_day_after_its_start_to_the_last_day(sign: str, truth: Truth) -> None:
    for when, expected in (
        ("2020-01-05", Truth.NO),
        (START, Truth.NO),
        ("2020-01-07", truth),
        ("2020-03-01", truth),
        ("2020-03-02", Truth.NO),
    ):
        (found,) = later(sign.format(when))
        assert certainty(found, on(START), on("2020-03-01")) is expected, when


@pytest.mark.parametrize(
    ("when", "expected"), [("2020-01-19", Truth.NO), ("2020-01-20", Truth.NO), ("2020-01-21", Truth.YES)]
)
def test_a_site_filed_within_14_days_of_the_start_is_late_staging(when: str, expected: Truth) -> None:
    (found,) = later(f"metastasis bone {when}")
    assert certainty(found, on(START), on("2020-03-01")) is expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2020-01", Truth.UNKNOWN),  # before the start or after it
        ("2020-02", Truth.YES),
        ("2020-03", Truth.UNKNOWN),  # by the last day or later
        ("2020-04", Truth.NO),
        ("?", Truth.UNKNOWN),
    ],
)
def test_a_sign_of_a_month(when: str, expected: Truth) -> None:
    (found,) = later(f"progression {when}")
    assert certainty(found, on(START), on("2020-03-01")) is expected


def test_signs_are_read_by_their_days() -> None:
    months = (
        "2020-09-01",
        "2020-03-01",
        "2020-07-01",
        "2020-01-31",
        "2020-12-01",
        "2020-05-01",
        "2020-04-01",
    )
    story = "\n".join(f"progression {when}\ntherapy radiotherapy {when}" for when in months)
    found = later(story)
    days = sorted(months)
    assert [str(sign.when) for sign in found] == [when for when in days for _ in ("status", "therapy")]
    assert [sign.weak for sign in found] == [False, True] * len(days)


def test_an_undated_sign_may_have_been_on_any_day_until_as_of() -> None:
    for sign in (
        "progression ?",
        "therapy radiotherapy ?",
        "condition breast-cancer ? relapse",
        "metastasis bone ?",
    ):
        (found,) = later(sign)
        assert (found.dated, found.when.latest) == (False, AS_OF)


def with_codes(story: str, *codes: str) -> Chart:
    """The metastases of a story, each coded as said ("" for text alone)."""
    chart = told(story)
    held = tuple(
        replace(each, codings=(Coding("http://hl7.org/fhir/sid/icd-10-cm", code),) if code else ())
        for each, code in zip(chart.diagnoses, codes, strict=True)
    )
    return replace(chart, diagnoses=held)


GENERAL = "condition distant-metastasis 2019-12-20\ncondition distant-metastasis {}"
NAMED = "metastasis brain 2019-12-20\nmetastasis brain {}"


@pytest.mark.parametrize(
    ("story", "codes", "new"),
    [
        (GENERAL, ("C79.89", "C78.89"), True),  # two codes that name no organ known here: two sites
        (GENERAL, ("C79.89", "C79.89"), False),
        (GENERAL, ("C79.89", ""), False),  # the same words without a code
        (GENERAL, ("", "C79.89"), False),
        (NAMED, ("C79.31", "94225005"), False),  # the same organ by another code
        (NAMED, ("C79.31", ""), False),
        ("metastasis brain 2019-12-20\nmetastasis bone {}", ("C79.31", "C79.51"), True),
    ],
)
@pytest.mark.parametrize("when", ["2020-06-01", "?"])
def test_which_site_is_a_new_one(story: str, codes: tuple[str, str], new: bool, when: str) -> None:
    chart = with_codes(story.format(when), *codes)
    assert len([sign for sign in signs(chart) if not sign.relapse]) == int(new)
