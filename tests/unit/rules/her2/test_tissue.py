"""Which result decides: primary or metastatic tissue, discordance, equivocal, another cancer's tissue."""

from dataclasses import replace

import pytest

from abstractor.dates import Truth
from abstractor.rules.her2.attribution import of_breast
from abstractor.rules.her2.tissue import Tissue, place_of
from tests.builders import day
from tests.unit.rules.her2.telling import (
    CANCER,
    LIVER,
    POLICY,
    STOMACH,
    Fact,
    answer,
    criterion,
    diagnosis,
    dose,
    flags,
    her2,
    ihc,
    ish,
    status,
    told,
)

ON_LIVER, ON_LUNG = "Liver metastasis, biopsy", "Lung structure (body structure)"


@pytest.mark.parametrize(
    ("words", "tissue"),
    [
        ("Breast", Tissue.BREAST),
        ("Left breast structure; core biopsy", Tissue.BREAST),
        ("Liver", Tissue.DISTANT),
        ("Liver metastasis, biopsy", Tissue.DISTANT),
        ("Breast carcinoma metastatic to bone", Tissue.DISTANT),
        ("Immunohistochemistry on hepatic core biopsy", Tissue.DISTANT),
        ("Axillary lymph node", Tissue.REGIONAL),
        ("Internal mammary node", Tissue.REGIONAL),
        ("Chest wall", Tissue.REGIONAL),
        ("Stomach", Tissue.OTHER_CANCER),
        ("Gastric antrum biopsy", Tissue.OTHER_CANCER),
        ("Metastatic breast cancer", Tissue.UNSAID),  # which organ?
        ("Breast, right; liver biopsy planned", Tissue.UNSAID),  # of which of the two?
        ("Breast (not liver)", Tissue.UNSAID),
        ("Breast, 3 cm from the bone", Tissue.UNSAID),
        ("Liver biopsy, breast carcinoma", Tissue.DISTANT),  # the disease is called by its organ
        ("Liver, adenocarcinoma of breast origin", Tissue.DISTANT),
        ("Liver metastasis of the breast", Tissue.DISTANT),
        ("Breast and stomach", Tissue.OTHER_CANCER),
        ("Tissue", Tissue.UNSAID),
        ("Livermore clinic block 3", Tissue.UNSAID),  # words, not parts of words
        ("", Tissue.UNSAID),
        (None, Tissue.UNSAID),
    ],
)
def test_a_tissue_is_known_by_its_words(words: str | None, tissue: Tissue) -> None:
    assert place_of(words, POLICY.tissue).tissue is tissue


RESULTS: list[tuple[str, list[Fact | tuple[Fact, ...]], str]] = [
    ("one positive", [ihc("3+", "2019-02-11")], "positive"),
    ("the same twice", [ihc("3+", "2019-02-11"), ihc("3+", "2019-04-11")], "positive"),
    ("primary results disagree", [ihc("3+", "2016-01-01"), ihc("1+", "2019-01-01")], "her2-discordant"),
    ("two unsaid disagree", [ihc("3+", "2016-01-01", tissue=None), ihc("0", "2019-01-01", tissue=None)],
     "her2-discordant"),
    ("metastasis negative", [ihc("3+", "2016-01-01"), ihc("1+", "2020-04-01", tissue=ON_LIVER)], "negative"),
    ("metastasis positive", [ihc("0", "2016-01-01"), ihc("3+", "2020-04-01", tissue=ON_LIVER)], "positive"),
    ("a later primary changes nothing", [ihc("3+", "2020-04-01", tissue=ON_LIVER), ihc("0", "2021-01-01")],
     "positive"),
    ("the most recent metastasis, negative",
     [ihc("3+", "2020-04-01", tissue=ON_LIVER), ihc("0", "2021-04-01", tissue=ON_LUNG)], "negative"),
    ("the most recent metastasis, positive",
     [ihc("0", "2020-04-01", tissue=ON_LIVER), ihc("3+", "2021-04-01", tissue=ON_LUNG)], "positive"),
    ("two metastases of one day disagree",
     [ihc("3+", "2020-04-01", tissue=ON_LIVER), ihc("0", "2020-04-01", tissue=ON_LUNG)], "her2-discordant"),
    ("which is the most recent cannot be told",
     [ihc("3+", "2020", tissue=ON_LIVER), ihc("0", "2020-04-01", tissue=ON_LUNG)], "her2-discordant"),
    ("a node is regional, no metastasis",
     [ihc("3+", "2019-01-01"), ihc("0", "2019-01-01", tissue="Axilla")], "her2-discordant"),
    ("2+ alone", [ihc("2+", "2019-01-01")], "her2-equivocal"),
    ("2+, then ISH", [ihc("2+", "2019-01-01"), ish(2.6, 7.1, "2019-01-09")], "positive"),
    ("2+, then ISH that says nothing of its tissue",
     [ihc("2+", "2019-01-01"), ish(1.1, 2.4, "2019-01-09", tissue=None)], "negative"),
    ("2+, and an ISH reported a few days before", [ihc("2+", "2019-01-09"), ish(2.6, 7.1, "2019-01-01")],
     "positive"),
    ("2+, and an ISH of years before", [ihc("2+", "2019-01-09"), ish(2.6, 7.1, "2016-01-01")],
     "her2-equivocal"),
    ("2+, then a later 3+ of the same tissue", [ihc("2+", "2019-01-01"), ihc("3+", "2020-01-01")],
     "positive"),
    ("2+ and 3+ of one day", [ihc("2+", "2019-01-01"), ihc("3+", "2019-01-01")], "her2-equivocal"),
    ("2+ of the liver is not settled by the breast",
     [ihc("2+", "2020-04-01", tissue=ON_LIVER), ish(2.6, 7.1, "2020-05-01")], "her2-equivocal"),
    ("2+ of the liver, settled by its own ISH",
     [ihc("3+", "2016-01-01"), ihc("2+", "2020-04-01", tissue=ON_LIVER),
      ish(1.1, 2.2, "2020-04-09", tissue="Liver")], "negative"),
    ("2+ of the liver, settled by an ISH without a tissue",
     [ihc("3+", "2016-01-01"), ihc("2+", "2020-04-01", tissue=ON_LIVER),
      ish(1.1, 2.2, "2020-04-09", tissue=None)], "negative"),
    ("2+ of the liver, an older positive lung",
     [ihc("3+", "2019-04-01", tissue=ON_LUNG), ihc("2+", "2020-04-01", tissue=ON_LIVER)], "her2-equivocal"),
    ("ISH equivocal in 2015, 3+ beside it", [ish(1.2, 4.5, "2015-01-01"), ihc("3+", "2015-01-01")],
     "positive"),
    ("ISH equivocal in 2015, 1+ beside it", [ish(1.2, 4.5, "2015-01-01"), ihc("1+", "2015-01-01")],
     "her2-equivocal"),
    ("ISH equivocal in 2015, repeated later", [ish(1.2, 4.5, "2015-01-01"), ish(1.2, 3.1, "2015-06-01")],
     "negative"),
    ("an equivocal interpretation, settled by ISH",
     [her2("overall", "equivocal", "2019-01-01"), ish(2.6, 7.1, "2019-01-09")], "positive"),
    ("an interpretation against its own ISH",
     [ish(2.6, 7.1, "2019-01-09"), her2("overall", "negative", "2019-01-09")], "her2-discordant"),
    ("a contradictory report is settled by nothing on its tissue",
     [ish(2.6, 7.1, "2019-01-09", said="negative"), ihc("3+", "2020-01-01")], "her2-discordant"),
    ("3+ and an ISH of group 5", [ihc("3+", "2020-01-01"), ish(1.2, 3.0, "2020-01-01")], "her2-discordant"),
    ("a report from 2005, and one of 2015", [ihc("3+", "2005-01-01"), ihc("0", "2015-01-01")], "negative"),
    ("not readable", [ihc(None, "2019-01-01")], "her2-not-readable"),
    ("not readable beside 3+", [ihc(None, "2019-01-01"), ihc("3+", "2019-01-01")], "positive"),
    ("the newest metastasis is not readable",
     [ihc("3+", "2016-01-01"), ihc(None, "2020-01-01", tissue=ON_LIVER)], "her2-not-readable"),
    ("an older metastasis is not readable",
     [ihc("3+", "2021-01-01", tissue=ON_LIVER), ihc(None, "2020-01-01", tissue=ON_LIVER)], "positive"),
    ("on the stomach alone", [ihc("3+", "2019-01-01", tissue="Stomach")], "her2-not-recorded"),
    ("none", [], "her2-not-recorded"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "results", "meaning"), RESULTS, ids=[row[0] for row in RESULTS])
def test_which_result_decides(name: str, results: list[Fact], meaning: str) -> None:
    assert told(status(CANCER, *results)) == meaning
    assert told(status(CANCER, *reversed(results))) == meaning


PRIMARY, METASTASIS = ihc("3+", "2016-01-01"), ihc("1+", "2020-04-01", tissue=ON_LIVER)


@pytest.mark.parametrize(
    ("agent", "on", "said"),
    [
        ("trastuzumab", "2020-05-01", "unknown her2-discordant"),
        ("ado-trastuzumab emtansine", "2021-06-01", "unknown her2-discordant"),
        ("pertuzumab", "2020-04-01", "unknown her2-discordant"),  # of the day of the biopsy
        ("pertuzumab", "?", "unknown her2-discordant"),  # it may have been later
        ("trastuzumab", "2020-03-31", "unknown her2-discordant"),  # for metastatic disease: HER2 may be lost
        ("trastuzumab", "2019-02-28", "not-met her2-negative"),  # before any metastasis
        ("fam-trastuzumab deruxtecan", "2022-09-01", "not-met her2-negative"),  # for HER2-low as well
        ("docetaxel", "2020-05-01", "not-met her2-negative"),
    ],
)
def test_v13_a_negative_metastasis_that_is_treated_as_positive_is_for_a_person(
    agent: str, on: str, said: str
) -> None:
    facts = (CANCER, LIVER, PRIMARY, METASTASIS, dose(agent, on))
    assert answer(*facts) == said
    assert ("her2-discordant" in flags(*facts)) is said.endswith("discordant")


def test_v13_never_positive_and_yet_treated_is_negative() -> None:
    negative = ihc("0", "2016-01-01"), METASTASIS, dose("trastuzumab", "2020-05-01")
    assert answer(CANCER, LIVER, *negative) == "not-met her2-negative"


def test_a_corrected_result_replaces_the_final_one_of_the_same_test() -> None:
    final = ihc("3+", "2019-02-11")
    corrected = replace(ihc("1+", "2019-02-11"), status="corrected")
    assert told(status(CANCER, final, corrected)) == "negative"
    elsewhere = replace(corrected, tissue="Axilla")
    assert told(status(CANCER, final, elsewhere)) == "her2-discordant"


@pytest.mark.parametrize(
    ("tissue", "about", "on", "whose"),
    [
        ("Breast", (), "2020-01-01", Truth.YES),
        ("Stomach", (), "2020-01-01", Truth.NO),
        ("Liver", (), "2020-01-01", Truth.UNKNOWN),
        (None, (), "2020-01-01", Truth.UNKNOWN),
        ("Liver", (), "2017-12-31", Truth.YES),  # before the other cancer was there
        ("Liver", ("breast-cancer",), "2020-01-01", Truth.YES),
        ("Liver", ("other-her2-cancer",), "2020-01-01", Truth.NO),
        ("Stomach", ("breast-cancer",), "2020-01-01", Truth.YES),  # the Condition that it names
    ],
)
def test_v36_whose_result_it_is(tissue: str | None, about: tuple[str, ...], on: str, whose: Truth) -> None:
    result = replace(ihc("3+", on, tissue=tissue), about=about)
    assert of_breast(result, [STOMACH], POLICY) is whose


def test_v36_gastric_tissue_never_makes_the_breast_cancer_positive() -> None:
    gastric = ihc("3+", "2020-12-04", tissue="Stomach")
    assert answer(CANCER, STOMACH, LIVER, gastric) == "unknown her2-not-recorded"
    assert "another one" in criterion(CANCER, STOMACH, LIVER, gastric).statement
    assert answer(CANCER, STOMACH, LIVER, gastric, ihc("0", "2010-01-01")) == "not-met her2-negative"
    assert answer(CANCER, LIVER, gastric) == "unknown her2-not-recorded"  # whether or not it is diagnosed


def test_a_result_that_may_be_of_either_cancer_leaves_the_status_open_unless_it_agrees() -> None:
    unclear = ihc("3+", "2020-12-04", tissue="Liver")
    assert told(status(CANCER, STOMACH, unclear)) == "her2-tissue-unclear"
    assert told(status(CANCER, STOMACH, unclear, ihc("3+", "2019-01-01"))) == "positive"
    assert told(status(CANCER, STOMACH, unclear, ihc("0", "2019-01-01"))) == "her2-tissue-unclear"


@pytest.mark.parametrize(
    ("other", "flagged"),
    [
        (STOMACH, True),
        (replace(STOMACH, clinical_status="resolved"), False),
        (replace(STOMACH, when=day("2019-03-02")), False),  # after the metastasis was found
    ],
)
def test_a_metastasis_beside_another_active_cancer_is_said_to_be_doubtful(other: Fact, flagged: bool) -> None:
    facts = (CANCER, LIVER, other, ihc("3+", "2017-02-11"))
    assert answer(*facts) == "met"
    assert ("agent-attribution" in flags(*facts)) is flagged


def test_a_metastasis_that_names_another_cancer_is_none_of_the_breast() -> None:
    theirs = replace(LIVER, primary=("other-her2-cancer",))
    assert answer(CANCER, STOMACH, theirs, ihc("3+", "2017-02-11")) == "not-met no-distant-metastasis"
    ours = replace(LIVER, primary=("breast-cancer",))
    assert answer(CANCER, STOMACH, ours, ihc("3+", "2017-02-11")) == "met"
    assert flags(CANCER, STOMACH, ours, ihc("3+", "2017-02-11")) == set()
    assert answer(CANCER, diagnosis("distant-metastasis"), ihc("3+", "2017-02-11")) == "met"
