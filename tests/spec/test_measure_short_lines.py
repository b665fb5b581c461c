"""A line of 20 days asks for nothing that is done on treatment, one of 21 does; for some measures it makes no
difference (knowledge base, section 4).
"""

from datetime import date, timedelta

import pytest

from fixtures.stories import Tale, tale
from tests.asking import abstract_told
from tests.spec.measure_rows import Scene, rows

LATE = date(2026, 10, 31)
TDXD, TDM1 = "fam-trastuzumab deruxtecan", "ado-trastuzumab emtansine"


def line(days: int, *drugs: str, first: date = date(2022, 6, 1), her2: str = "3+") -> Tale:
    """Each ordered and stopped, both days known; the last one included it lasted so many days."""
    told = tale("someone", as_of=LATE, born="1985-06-10").breast_cancer("2018-12-03")
    told = told.her2_ihc(her2, "2018-12-05").hormone_receptors("positive", "2018-12-05")
    told = told.metastasis("liver", "2018-12-10")
    for drug in drugs:
        stated = (first.isoformat(), (first + timedelta(days=days - 1)).isoformat())
        told = told.order(drug, stated[0], status="stopped", stated=stated)
    return told


def verdict(told: Tale, measure: str) -> str:
    found = [each for each in abstract_told(told.told()).findings if each.rule == measure]
    return str(found[-1].verdict) if found else "none"


ASKED = [
    ("CAPE-DPYD", ("capecitabine",), date(2026, 1, 5), "not-met"),
    ("CONTRA", ("trastuzumab",), date(2022, 6, 1), "not-met"),
    ("HBV", ("trastuzumab",), date(2022, 6, 1), "not-met"),
    ("ILD-BASE", (TDXD,), date(2022, 6, 1), "unknown"),
    ("GCSF", ("docetaxel", "carboplatin"), date(2022, 6, 1), "not-met"),
    ("LAP-LFT", ("lapatinib", "capecitabine"), date(2022, 6, 1), "not-met"),
    ("TUC-LFT", ("tucatinib", "capecitabine"), date(2022, 6, 1), "not-met"),
    ("NER-DIAR", ("neratinib", "capecitabine"), date(2020, 6, 1), "not-met"),
]


@pytest.mark.parametrize(("measure", "drugs", "first", "asked"), ASKED, ids=lambda each: str(each))
def test_a_line_under_21_days(measure: str, drugs: tuple[str, ...], first: date, asked: str) -> None:
    told = [verdict(line(days, *drugs, first=first), measure) for days in (20, 21)]
    assert told == ["excluded", asked]


@pytest.mark.parametrize(("measure", "drug"), [("TDM1-LAB", TDM1), ("TDXD-CBC", TDXD)])
def test_doses_of_a_line_under_21_days(measure: str, drug: str) -> None:
    """The second dose is on its last day."""
    told = []
    for lasts in (19, 20):
        (row,) = rows(Scene(measure=measure, day=date(2022, 6, 6), drugs=(drug,), lasts=lasts, rows="-> ?"))
        told.append(str(row.worked().verdict))
    assert told == ["excluded", "not-met"]


def test_diarrhoea_in_a_line_under_21_days() -> None:
    told = []
    for days in (20, 21):
        ill = line(days, "tucatinib", "capecitabine").condition("R19.7", "Diarrhea", "2022-06-10")
        told.append(verdict(ill, "TKI-DIAR"))
    assert told == ["excluded", "not-met"]


@pytest.mark.parametrize(("after", "expected"), [(30, "not-met"), (31, "excluded")])
def test_diarrhoea_after_the_line(after: int, expected: str) -> None:
    told = line(60, "tucatinib", "capecitabine")
    ill = date(2022, 6, 1) + timedelta(days=59 + after)
    assert verdict(told.condition("R19.7", "Diarrhea", ill.isoformat()), "TKI-DIAR") == expected


def test_a_low_ejection_fraction_in_a_line_under_21_days() -> None:
    told = [verdict(line(days, "trastuzumab").lvef(39, "2022-06-10"), "LVEF-ACT") for days in (20, 21)]
    assert told == ["excluded", "not-met"]


@pytest.mark.parametrize("days", [20, 21])
def test_an_ejection_fraction_before_a_short_line_is_due(days: int) -> None:
    assert verdict(line(days, "trastuzumab"), "LVEF-BASE") == "not-met"


@pytest.mark.parametrize(("days", "expected"), [(20, "excluded"), (21, "unknown")])
def test_education_before_a_short_course(days: int, expected: str) -> None:
    assert verdict(line(days, "palbociclib", "letrozole", her2="1+"), "CDK-EDU") == expected
