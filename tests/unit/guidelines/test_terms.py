"""What the words of the recommendations rest on, as the knowledge base says it; none of it is idle."""

from datetime import date

import pytest

from abstractor.chart import Bounds
from abstractor.dates import Truth
from abstractor.guidelines import load_value_sets
from abstractor.rules.kinds import ReasonRecorded
from abstractor.rules.terms import ClinicalTerms, Reason, Threshold
from tests.asking import library


def terms() -> ClinicalTerms:
    return library().terms


@pytest.mark.parametrize(
    ("reason", "passing", "not_passing"),
    [("weak-heart", [39.9, 12], [40, 55]), ("lvef-under-50", [49.9, 40], [50, 62])],
)
def test_the_ejection_fraction_that_excuses(
    reason: str, passing: list[float], not_passing: list[float]
) -> None:
    """Knowledge base, 2.1 (under 40 %) and 2.5 (ESMO: under 50 %)."""
    (threshold,) = terms().reason(reason).latest
    assert threshold.concept == "lvef"
    assert threshold.unit == "%"
    assert {threshold.passed_by(Bounds.exactly(each)) for each in passing} == {Truth.YES}
    assert {threshold.passed_by(Bounds.exactly(each)) for each in not_passing} == {Truth.NO}
    assert terms().reason(reason).concepts == ("heart-failure",)
    assert terms().reason(reason).active, "heart failure that is over excuses nothing"


def test_self_care_alone_is_unfit() -> None:
    (threshold,) = terms().reason("poor-performance").latest
    passed = [threshold.passed_by(Bounds.exactly(grade)) for grade in range(5)]
    assert passed == [Truth.NO, Truth.NO, Truth.NO, Truth.YES, Truth.YES]


def test_a_history_of_lung_disease_is_enough() -> None:
    assert not terms().reason("lung-disease").active


@pytest.mark.parametrize(
    ("reason", "drugs"),
    [
        ("trastuzumab-deruxtecan-withheld", ["fam-trastuzumab deruxtecan"]),
        ("pertuzumab-withheld", ["pertuzumab"]),
        ("taxane-withheld", ["docetaxel", "paclitaxel", "nab-paclitaxel"]),
        ("her2-therapy-withheld", ["trastuzumab", "pertuzumab"]),
    ],
)
def test_a_refusal_is_of_these_drugs(reason: str, drugs: list[str]) -> None:
    assert list(terms().reason(reason).withheld) == drugs
    assert not terms().reason(reason).concepts and not terms().reason(reason).latest


def test_local_therapy_of_the_brain_counts_after_four_weeks() -> None:
    assert terms().cns.settled_after_days == 28


@pytest.mark.parametrize(
    ("trial", "public_on", "supports"),
    [
        ("DESTINY-Breast09", date(2025, 6, 2), ["TDXD-P"]),
        ("HER2CLIMB-05", date(2025, 12, 10), ["HP-TUC", "tucatinib"]),
        ("PATINA", date(2026, 1, 29), ["HP-ET-PALBO", "palbociclib"]),
    ],
)
def test_a_trial_was_public_from_that_day(trial: str, public_on: date, supports: list[str]) -> None:
    """Knowledge base, 2.1."""
    held = {each.id: each for each in terms().trials}[trial]
    assert (held.public_on, [*held.regimens, *held.added]) == (public_on, supports)


def test_a_trial_supports_what_the_line_policy_takes_for_maintenance() -> None:
    joined = {each.agent for each in library().line_policy.maintenance_additions}
    assert {agent for trial in terms().trials for agent in trial.added} == joined


def test_every_reason_is_asked_for_by_some_edition() -> None:
    conditions = [c for e in library().editions for row in e.recommendations for c in row.when]
    asked = {name for each in conditions if isinstance(each, ReasonRecorded) for name in each.any_of}
    assert asked == {reason.id for reason in terms().reasons}


@pytest.mark.parametrize("kind", ["reasons", "trials"])
def test_ids_are_used_once(kind: str) -> None:
    ids = [each.id for each in getattr(terms(), kind)]
    assert len(set(ids)) == len(ids)


def concepts(reason: Reason) -> set[str]:
    return {*reason.concepts, *(threshold.concept for threshold in reason.latest)}


def test_every_concept_of_the_terms_has_a_code_or_a_word() -> None:
    """A concept without any would never be found on a chart."""
    receptors = terms().receptors
    named = {concept for reason in terms().reasons for concept in concepts(reason)}
    named |= {
        *terms().cns.sites,
        *terms().cns.local_therapy,
        *terms().systemic.status,
        *terms().systemic.stable,
    }
    named |= {*receptors.positive, *receptors.negative, *receptors.er_negative, *receptors.pr_negative}
    assert named - {each for held in load_value_sets().concepts.values() for each in held} == set()


@pytest.mark.parametrize("wrong", [{}, {"below": 40.0, "at_least": 50.0}], ids=["neither", "both"])
def test_a_threshold_has_one_side(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="below or at_least"):
        Threshold("lvef", "%", **wrong)
