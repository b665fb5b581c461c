"""A drug whose name has free words beside it: sold without prescription, given elsewhere, told of."""

from datetime import date

import pytest

from abstractor.abstract import Finding
from fixtures.stories import Tale, tale
from tests.asking import abstract_told


def finding(told: Tale, rule: str) -> Finding:
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == rule]
    return found


def said(told: Tale, words: str, *, on: str = "2022-03-01", status: str = "active") -> Tale:
    told.said_to_take("docetaxel", on, status=status)
    return told.but(medicationCodeableConcept={"text": words})


def bone() -> Tale:
    told = tale("someone", as_of=date(2022, 12, 31)).her2_positive_mbc("2022-02-07", "bone")
    return told.order("docetaxel", "2018-02-05").visit("2022-02-07")


def on_neratinib() -> Tale:
    """In 2020, when a raised dose was no prophylaxis yet."""
    told = tale("someone", as_of=date(2021, 1, 8)).her2_positive_mbc("2018-12-01", "liver")
    return told.course(["neratinib", "capecitabine"], "2020-06-01", cycles=4).order("docetaxel", "2018-02-05")


@pytest.mark.parametrize(
    ("words", "status", "verdict"),
    [
        ("Xgeva 120 mg monthly, given by outside oncologist", "active", "unknown"),
        ("Zometa per local oncologist", "active", "unknown"),
        ("denosumab given elsewhere", "active", "unknown"),
        ("Xgeva 120 mg monthly", "active", "met"),
        ("Xgeva 120 mg monthly, given by outside oncologist", "not-taken", "not-met"),
        ("Xgeva 120 mg monthly, given by outside oncologist", "entered-in-error", "not-met"),
        ("Prolia 60 mg at outside clinic", "active", "not-met"),
        ("vitamin D, given by outside oncologist", "active", "not-met"),
    ],
)
def test_a_bone_modifying_agent_that_is_said_to_be_taken(words: str, status: str, verdict: str) -> None:
    found = finding(said(bone(), words, status=status), "BMA")
    assert str(found.verdict) == verdict, found.statement
    assert (f'"{words}"' in found.statement) == (verdict == "unknown"), found.statement


def test_one_that_is_said_to_be_taken_after_the_window() -> None:
    told = said(bone(), "Xgeva 120 mg monthly, given by outside oncologist", on="2022-10-01")
    assert str(finding(told, "BMA").verdict) == "not-met"


@pytest.mark.parametrize(("status", "verdict"), [("active", "unknown"), ("cancelled", "not-met")])
def test_an_order_whose_name_was_not_read_to_its_end(status: str, verdict: str) -> None:
    told = bone().order("docetaxel", "2022-03-01", status=status)
    told = told.but(medicationCodeableConcept={"text": "Xgeva 120 mg as the outside oncologist wants"})
    assert str(finding(told, "BMA").verdict) == verdict


@pytest.mark.parametrize(
    ("words", "status", "verdict"),
    [
        ("loperamide OTC", "active", "exception"),
        ("loperamide (OTC)", "active", "exception"),
        ("OTC loperamide 2 mg", "active", "exception"),
        ("loperamide over the counter", "active", "exception"),
        ("Imodium A-D over-the-counter", "active", "exception"),
        ("loperamide, as told by her sister", "active", "unknown"),
        ("loperamide OTC", "not-taken", "not-met"),
        ("OTC probiotic", "active", "not-met"),
        ("over the counter sleep aid", "active", "not-met"),
    ],
)
def test_loperamide_without_prescription(words: str, status: str, verdict: str) -> None:
    found = finding(said(on_neratinib(), words, on="2020-06-01", status=status), "NER-DIAR")
    assert str(found.verdict) == verdict, found.statement
