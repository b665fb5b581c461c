"""How long contraception is asked for after the last dose: by drug and sex, as the measure tells it."""

import pytest

from abstractor.rules.measures import CareDue
from abstractor.rules.measures.tails import ContraceptionTail, contraception_after
from fixtures.stories import Tale, tale
from tests.asking import abstract_told, library

SEVEN, FOUR = "7 months after the last dose of", "4 months after the last dose of"


def tails() -> tuple[ContraceptionTail, ...]:
    (rule,) = [measure.rule for measure in library().measures if measure.id == "CONTRA"]
    assert isinstance(rule, CareDue)
    return rule.tails


@pytest.mark.parametrize(
    ("agent", "women", "men"),
    [
        ("trastuzumab", "7 months", None),
        ("pertuzumab", "7 months", None),
        ("ado-trastuzumab emtansine", "7 months", "4 months"),
        ("fam-trastuzumab deruxtecan", "7 months", "4 months"),
        ("margetuximab", "4 months", None),
        ("neratinib", "1 month", "3 months"),
        ("tucatinib", "1 week", "1 week"),
        ("lapatinib", "1 week", "1 week"),
        ("capecitabine", "6 months", "3 months"),
        ("palbociclib", "3 weeks", "3 months"),
        ("ribociclib", "3 weeks", None),
        ("abemaciclib", "3 weeks", None),
        ("letrozole", None, None),
    ],
)
def test_each_drug_of_the_knowledge_base(agent: str, women: str | None, men: str | None) -> None:
    for gender, lasts in (("female", women), ("male", men)):
        told = contraception_after(tails(), [agent], gender)
        assert told == (
            "" if lasts is None else f"contraception until {lasts} after the last dose of {agent}"
        )


def test_drugs_of_one_span_are_told_together() -> None:
    told = contraception_after(tails(), ["trastuzumab", "tucatinib", "capecitabine", "pertuzumab"], "female")
    spans = (f"{SEVEN} trastuzumab, pertuzumab", "1 week after the last dose of tucatinib")
    assert (
        told == f"contraception until {' and '.join(spans)} and 6 months after the last dose of capecitabine"
    )


@pytest.mark.parametrize("gender", [None, "unknown", "other"])
def test_both_sexes_are_told_where_it_is_not_recorded(gender: str | None) -> None:
    told = contraception_after(tails(), ["fam-trastuzumab deruxtecan"], gender)
    assert "7 months (female)" in told
    assert "4 months (male)" in told


def treated(sex: str = "female") -> Tale:
    told = tale("someone", born="1985-06-10", sex=sex).her2_positive_mbc("2022-01-10", "liver")
    return told.course(["trastuzumab", "tucatinib", "capecitabine"], "2022-02-07", cycles=5)


def test_the_statement_tells_it_for_every_drug_of_the_line() -> None:
    (found,) = [f for f in abstract_told(treated().told()).findings if f.rule == "CONTRA"]
    for part in (f"{SEVEN} trastuzumab", "6 months after the last dose of capecitabine", "of tucatinib"):
        assert part in found.statement


def test_no_man_is_asked_for_a_pregnancy_test() -> None:
    told = treated("male").told()
    assert not [found for found in abstract_told(told).findings if found.rule == "CONTRA"]
