"""Which assay settles another, which tissue is metastatic, and whose drugs speak of the disease."""

from dataclasses import replace

import pytest

from abstractor.chart import Biomarker, Standing
from abstractor.dates import Truth
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.her2.assays import assays_of
from abstractor.rules.her2.drugs import treatments_from
from abstractor.rules.her2.rulings import rule_on
from abstractor.rules.her2.tissue import place_of
from tests.builders import day
from tests.unit.rules.her2.telling import (
    CANCER,
    LIVER,
    POLICY,
    Fact,
    chart,
    counted,
    diagnosis,
    dose,
    her2,
    ihc,
    ish,
    status,
    told,
)

ON = "2020-06-01"


@pytest.mark.parametrize(
    ("facts", "meaning"),
    [
        ([ihc("2+", ON)], "her2-equivocal"),
        ([ihc("2+", ON), ish(2.6, 7.1, ON)], "positive"),
        ([ihc("2+", ON), ish(1.1, 2.2, ON)], "negative"),
        ([ihc("2+", ON), ish(2.6, 7.1, "2020-07-13")], "positive"),  # 42 days
        # an equivocal ISH beside an IHC: only a 3+ settles it
        ([her2("ish", "equivocal", ON), ihc("3+", ON)], "positive"),
        ([her2("ish", "equivocal", ON), ihc("0", ON)], "her2-equivocal"),
        ([her2("ish", "equivocal", ON), ihc("1+", ON)], "her2-equivocal"),
        (
            [her2("ish", "equivocal", ON), ihc("0", "2020-09-01")],
            "negative",
        ),  # a later test of the same organ
        ([her2("ish", "equivocal", ON), ihc("3+", ON, tissue="Axilla")], "her2-equivocal"),
        ([her2("ish", "equivocal", ON), her2("overall", "positive", ON)], "her2-equivocal"),
        # the metastasis decides over the primary; drugs change nothing of a positive one
        (
            [ihc("0", "2018-01-01"), ihc("3+", ON, tissue="Liver"), dose("trastuzumab", "2020-07-01")],
            "positive",
        ),
    ],
)
def test_what_settles_an_open_assay(facts: list[Fact], meaning: str) -> None:
    assert told(status(CANCER, *facts)) == meaning
    assert told(status(CANCER, *reversed(facts))) == meaning


@pytest.mark.parametrize(
    ("marker", "anchored"),
    [("her2", True), ("er", True), ("pr", True), ("her2-serum", False), ("ki67", False)],
)
def test_tissue_of_a_distant_site_is_metastasis_by_any_receptor(marker: str, anchored: bool) -> None:
    result = replace(ihc("negative", ON, tissue="Liver"), marker=marker)
    assert (metastatic_anchor(chart(CANCER, result), POLICY).stands is Truth.YES) is anchored


@pytest.mark.parametrize(
    ("tissue", "said"),
    [("Breast", "breast"), ("Liver", "liver"), ("Axillary lymph node", "nodes"), (None, "tissue not said")],
)
def test_a_place_is_named_by_its_organs(tissue: str | None, said: str) -> None:
    assert str(place_of(tissue, POLICY.tissue)) == said


@pytest.mark.parametrize(
    ("since", "doses"),
    [(None, 3), ("2020-06-01", 2), ("2020-06-02", 1), ("2020-06", 2), ("2021-01-01", 1)],
)
def test_drugs_from_a_day_on(since: str | None, doses: int) -> None:
    given = [dose("trastuzumab", on) for on in ("2020-05-31", ON, "?")]
    held = chart(*given, dose("docetaxel", ON), replace(given[1], standing=Standing.AGAINST))
    when = day(since) if since else None
    assert len(treatments_from(held, POLICY, ["trastuzumab"], when)) == doses


def test_assays_stand_by_their_day_whatever_their_method() -> None:
    results: list[Biomarker] = [
        ihc("2+", "2020-09-01"),
        ihc("1+", "2020-01-01"),
        counted("ratio", 2.6, "2020-05-01"),
        her2("ish", "negative", "2020-12-01"),
        ihc("0", "?"),
    ]
    whens = [each.when and str(each.when) for each in assays_of(results, POLICY)]
    assert whens == ["2020-01-01", "2020-05-01", "2020-09-01", "2020-12-01", None]


def test_the_parts_of_one_assay_are_cited_in_one_order() -> None:
    parts = (*ish(2.6, 7.1, ON, said="positive"), *ish(2.6, 7.1, ON, said="positive"))
    (found,) = assays_of(parts, POLICY)
    assert len(found.sources) == 6
    assert list(found.sources) == sorted(found.sources, key=repr)


@pytest.mark.parametrize("meaning", ["positive", "negative"])
def test_a_code_alone_says_so(meaning: str) -> None:
    names = POLICY.her2_condition_positive if meaning == "positive" else POLICY.her2_condition_negative
    found = status(CANCER, LIVER, diagnosis(names[0], on="2020-02-03"))
    assert (found.status, found.shows) == (
        meaning,
        f"HER2 {meaning} by a diagnosis code alone from 2020-02-03",
    )


@pytest.mark.parametrize(
    ("beside", "outcome"),
    [("positive", "positive"), ("negative", "negative"), ("equivocal", "negative"), (None, "indeterminate")],
)
def test_an_ihc_named_by_its_meaning_decides_group_2(beside: str | None, outcome: str) -> None:
    results = [*ish(2.3, 3.2, ON), *([ihc(beside, ON)] if beside else [])]
    assays = assays_of(results, POLICY)
    (found,) = [rule_on(each, assays, POLICY.her2) for each in assays if each.kind == "ish"]
    assert found.outcome == outcome
