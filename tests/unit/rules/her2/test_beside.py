"""What stands beside HER2 results: records of drugs, other cancers, encounters, flags, and the editions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from abstractor.abstract import Severity
from abstractor.chart import Dispense, Mention, Order, Standing, Statement
from abstractor.rules.anchor import metastatic_anchor
from abstractor.rules.her2.criteria import Her2Criteria
from abstractor.rules.her2.flags import her2_flags
from abstractor.rules.her2.status import her2_status
from abstractor.rules.inclusion import her2_positive_mbc
from tests.builders import day
from tests.unit.rules.her2.telling import (
    CANCER,
    LIVER,
    POLICY,
    STOMACH,
    Fact,
    answer,
    chart,
    coded_in,
    criterion,
    diagnosis,
    dose,
    flags,
    ihc,
    ish,
    outside_tissue,
    status,
    told,
    words,
)

ON = "2020-06-01"
CODE = diagnosis("her2-positive-breast-cancer", on="2025-01-10")
NEGATIVE_NOW = ihc("3+", "2016-01-01"), ihc("1+", "2020-04-01", tissue="Liver")


def _records() -> Iterator[tuple[str, Fact | Order | Dispense | Statement]]:
    given = dose("trastuzumab", "2020-05-01")
    yield "dose", given
    yield "order", Order(
        "MedicationRequest/1", ("trastuzumab",), None, day("2020-05-01"), None, Standing.COUNTS, "active",
        "order", (), (), None, None, given.sources,
    )  # fmt: skip
    yield "dispense", Dispense(
        "MedicationDispense/1", ("trastuzumab",), None, day("2020-05-01"), None, Standing.COUNTS, "completed",
        None, (), given.sources,
    )  # fmt: skip
    yield "statement", Statement(
        "MedicationStatement/1", ("trastuzumab",), None, day("2020-05-01"), None, Standing.COUNTS, "active",
        None, (), (), given.sources,
    )  # fmt: skip


RECORDS = list(_records())


@pytest.mark.parametrize(("kind", "record"), RECORDS, ids=[kind for kind, _ in RECORDS])
@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"standing": Standing.ASSUMED}, True),
        ({"standing": Standing.PARTIAL}, True),
        ({"standing": Standing.ORDERED_ONLY}, True),
        ({"standing": Standing.CONTEXT}, False),
        ({"standing": Standing.WITHDRAWN}, False),
        ({"standing": Standing.AGAINST}, False),
        ({"reasons": ("other-her2-cancer",)}, False),
        ({"reasons": ("breast-cancer",)}, True),
    ],
)
def test_which_records_of_a_drug_say_that_it_was_given(
    kind: str, record: Fact | Order | Dispense | Statement, changes: dict[str, object], counts: bool
) -> None:
    changed = replace(record, **changes)  # type: ignore[arg-type]  # fields that all of these records have
    known = chart(CANCER, LIVER, *NEGATIVE_NOW)
    match changed:
        case Order():
            known = replace(known, orders=(changed,))
        case Dispense():
            known = replace(known, dispenses=(changed,))
        case Statement():
            known = replace(known, statements=(changed,))
        case _:
            known = replace(known, administrations=(changed,))  # type: ignore[arg-type]  # a dose is left
    assert (her2_status(known, POLICY).reason == "her2-discordant") is counts


@pytest.mark.parametrize(
    ("changes", "flagged"),
    [
        ({}, True),
        ({"clinical_status": "inactive"}, False),
        ({"clinical_status": "resolved"}, False),
        ({"clinical_status": "remission"}, False),
        ({"clinical_status": "recurrence"}, True),
        ({"ended": day("2019-02-28")}, False),
        ({"ended": day("2019-03-01")}, True),
        ({"ended": day("2019")}, True),
        ({"when": None}, True),
        ({"when": day("2019")}, True),
    ],
)
def test_when_another_cancer_was_active(changes: dict[str, object], flagged: bool) -> None:
    other = replace(STOMACH, **changes)  # type: ignore[arg-type]  # fields of a diagnosis
    assert ("agent-attribution" in flags(CANCER, LIVER, other, ihc("3+", "2017-02-11"))) is flagged


def test_an_undated_result_is_asked_of_the_cancers_as_they_stand() -> None:
    undated = ihc("3+", "?", tissue="Liver")
    assert told(status(CANCER, STOMACH, undated)) == "her2-tissue-unclear"
    over = replace(STOMACH, ended=day("2018-06-01"))
    assert told(status(CANCER, over, ihc("3+", "2019-01-01", tissue="Liver"))) == "positive"


def test_unclear_results_that_say_nothing_leave_the_status_open() -> None:
    unread = ihc(None, "2020-01-01", tissue="Liver")
    found = status(CANCER, STOMACH, ihc("3+", "2017-02-11"), unread)
    assert (found.status, found.reason) == ("unknown", "her2-tissue-unclear")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (coded_in("1", "2025-03-10"), coded_in("2", "2025-01-10"), "met"),  # in either order
        (replace(coded_in("1", "2025-01-10"), encounter=None), coded_in("2", "2025-03-10"), "met"),
        (
            replace(coded_in("1", "2025-01-10"), encounter=None),
            replace(coded_in("2", "2025-03-10"), encounter=None),
            "met",
        ),
        (replace(coded_in("1", "2025-01-10"), in_encounter=False), coded_in("2", "2025-03-10"), "met"),
        (
            replace(coded_in("1", "2025-01-10"), in_encounter=False, encounter=None),
            coded_in("2", "2025-03-10"),
            "unknown metastasis-code-not-repeated",
        ),
        (replace(coded_in("1", "2025-01-10"), when=day("2025-03-09")), coded_in("2", "2025-03-10"), "met"),
        (replace(coded_in("1", "2025-01-10"), recorded=None), coded_in("2", "2025-03-10"), "met"),
        (
            replace(coded_in("1", "2025-01-10"), recorded=None, when=None),
            coded_in("2", "2025-03-10"),
            "unknown metastasis-code-not-repeated",
        ),
        (
            replace(coded_in("1", "2025-01-10"), standing=Standing.CONTEXT),
            coded_in("2", "2025-03-10"),
            "unknown metastasis-code-not-repeated",
        ),
    ],
)
def test_two_encounters_far_enough_apart(first: Fact, second: Fact, said: str) -> None:
    assert answer(CANCER, LIVER, first, second, CODE) == said


@pytest.mark.parametrize(
    "facts",
    [
        [ihc("2+", ON)],
        [ihc("3+", ON), ihc("0", ON)],
        [ish(2.3, 3.2, "2017-02-01")],
        [ihc("3+", "?")],
        [words(ON)],
        [STOMACH, ihc("3+", ON)],
    ],
)
def test_every_flag_is_for_review_and_cites_something(facts: list[Fact]) -> None:
    known = chart(CANCER, LIVER, *facts)
    anchor = metastatic_anchor(known, POLICY)
    her2 = her2_status(known, POLICY)
    raised = her2_flags(known, POLICY, anchor, her2_positive_mbc(known, POLICY, anchor, her2), her2)
    assert raised
    assert all(flag.severity is Severity.REVIEW and flag.evidence for flag in raised)


@pytest.mark.parametrize(
    ("facts", "raised"),
    [
        ([], set()),
        ([ihc("3+", "?"), ihc("3+", ON)], set()),  # one of them has a date
        ([ihc("2+", "?")], {"her2-equivocal"}),
        ([STOMACH, ihc("0", "2017-01-01")], set()),  # excluded
        ([STOMACH, replace(LIVER, primary=("breast-cancer",)), diagnosis("distant-metastasis"),
          ihc("3+", "2017-01-01")], set()),  # one metastasis says whose it is
        ([replace(outside_tissue(ON, marker="her2-gene", reading="amplified"), standing=Standing.CONTEXT)],
         set()),
    ],
)  # fmt: skip
def test_no_other_flag_is_raised(facts: list[Fact], raised: set[str]) -> None:
    assert flags(CANCER, LIVER, *facts) == raised


def test_only_final_support_is_named() -> None:
    gene = outside_tissue(ON, marker="her2-gene", reading="amplified")
    unsure = replace(gene, standing=Standing.CONTEXT)
    assert "supports" not in criterion(CANCER, LIVER, unsure).statement
    text = replace(words(ON), standing=Standing.CONTEXT)
    assert answer(CANCER, LIVER, text) == "unknown her2-not-recorded"


def test_a_receptor_that_is_not_final_says_nothing_of_her2() -> None:
    er = replace(ihc("positive", ON), marker="er", standing=Standing.CONTEXT)
    assert answer(CANCER, LIVER, er) == "unknown her2-not-recorded"


EDITIONS = POLICY.her2.editions


@pytest.mark.parametrize(
    "editions",
    [
        (EDITIONS[0], EDITIONS[2]),  # a gap
        (EDITIONS[0], replace(EDITIONS[1], valid_from=date(2013, 9, 30)), EDITIONS[2]),  # an overlap
        (replace(EDITIONS[0], valid_to=None), EDITIONS[1]),  # the former has no end
    ],
)
def test_editions_follow_each_other_without_a_gap(editions: tuple[object, ...]) -> None:
    with pytest.raises(ValueError, match="must begin the day after"):
        replace(POLICY.her2, editions=editions)  # type: ignore[arg-type]  # editions, in a wrong order
    assert isinstance(POLICY.her2, Her2Criteria)


@pytest.mark.parametrize("word", ["high", "medium", "low"])
def test_an_edition_says_how_sure_it_is(word: str) -> None:
    assert replace(EDITIONS[0], confidence=word).confidence == word
    with pytest.raises(ValueError, match="confidence"):
        replace(EDITIONS[0], confidence=f"rather {word}")


def test_an_edition_names_every_score_and_no_other() -> None:
    with pytest.raises(ValueError, match="each of"):
        replace(EDITIONS[0], ihc={"3+": EDITIONS[0].ihc["3+"]})
    cell = replace(EDITIONS[2].dual_probe[1], by_ihc={"4+": EDITIONS[0].ihc["3+"]})
    with pytest.raises(ValueError, match="no IHC score '4"):
        replace(EDITIONS[2], dual_probe=(cell,))


def part(letter: str, reading: str) -> Mention:
    return replace(words(ON, reading, quote=f"HER2 {reading}"), tissue=f"{letter}. Breast")


@pytest.mark.parametrize(
    ("facts", "flagged"),
    [
        ([ihc("0", ON), words(ON)], True),  # the code says 0, the report of that day 3+
        ([ihc("3+", ON), words(ON, "1+", quote="HER2 1+")], True),
        ([ihc("3+", ON), words(ON)], False),
        ([ihc("0", ON), words("2019-02-12")], False),  # another day's words
        ([ihc("0", ON), part("A", "3+"), part("B", "0")], False),  # two parts of one report
        ([ihc("0", ON), part("A", "3+"), part("A", "0")], True),
        ([ihc("1+", ON), words(ON, "1+"), words(ON, "positive", quote="FISH amplified")], True),
        ([ihc("3+", ON), words(ON), words(ON, "negative", quote="HER2 FISH not amplified")], False),
        ([*ish(1.2, 3.0, ON), words(ON, "positive"), words(ON, "negative")], True),
        ([ihc("0", ON), words(ON, assertion="historical")], False),
        ([ihc("0", ON), words(ON, "2+", quote="HER2 2+")], False),
        ([ihc("0", ON), words(ON, None, quote="HER2: see below")], False),
        ([ihc("0", ON), replace(words(ON), standing=Standing.WITHDRAWN)], False),
        ([ihc("2+", ON), words(ON)], False),  # open by its code already
        ([diagnosis("her2-negative-breast-cancer"), words(ON)], False),
    ],
)
def test_words_of_the_day_that_contradict_a_coded_result_are_flagged(
    facts: list[Fact], flagged: bool
) -> None:
    raised = flags(CANCER, LIVER, *facts) - {"her2-equivocal"}
    assert raised == ({"her2-discordant"} if flagged else set())


METASTASIS = "Liver, core biopsy: metastatic carcinoma, HER2 3+."
LATER = "2021-02-02"


@pytest.mark.parametrize(
    ("coded", "said", "answered", "flagged"),
    [
        (ihc("1+", ON), words(LATER, quote=METASTASIS), "unknown her2-discordant", True),
        (ihc("1+", ON), words(LATER, quote="MBC, metastatic, HER2 3+"), "unknown her2-discordant", True),
        (ihc("1+", ON), replace(words(LATER), tissue="Liver biopsy"), "unknown her2-discordant", True),
        (
            ihc("1+", ON),
            replace(words(LATER), tissue="Breast and liver biopsies"),
            "unknown her2-discordant",
            True,
        ),
        (
            ihc("1+", ON),
            replace(words(LATER), tissue="Neck node, metastasis"),
            "unknown her2-discordant",
            True,
        ),
        (
            ihc("1+", ON),
            replace(words(LATER), tissue="Axillary node, metastasis"),
            "not-met her2-negative",
            False,
        ),
        (ihc("3+", ON), words(LATER, "0", quote="Liver: HER2 0"), "met", True),
        (ihc("1+", ON), words(LATER, quote="HER2 3+"), "not-met her2-negative", False),  # of which tissue?
        (ihc("1+", ON), words(LATER, quote="Stomach: HER2 3+"), "not-met her2-negative", False),
        (ihc("1+", ON), words(LATER, "1+", quote=METASTASIS), "not-met her2-negative", False),
        (ihc("1+", ON), words(LATER, "2+", quote=METASTASIS), "not-met her2-negative", False),
        (ihc("1+", ON), words(LATER, None, quote=METASTASIS), "not-met her2-negative", False),
        (
            ihc("1+", ON),
            words(LATER, assertion="elsewhere", quote=METASTASIS),
            "not-met her2-negative",
            False,
        ),
        (ihc("1+", ON), words("2018-01-01", quote=METASTASIS), "not-met her2-negative", False),
        (ihc("1+", LATER, tissue="Liver"), words(ON, quote=METASTASIS), "not-met her2-negative", False),
        (
            ihc("1+", "2021"),
            words(LATER, quote=METASTASIS),
            "not-met her2-negative",
            False,
        ),  # which is later?
        (ihc("3+", ON), words(LATER, quote=METASTASIS), "met", False),
    ],
)
def test_words_of_a_later_metastasis_leave_a_negative_result_open(
    coded: Fact, said: Fact, answered: str, flagged: bool
) -> None:
    assert answer(CANCER, LIVER, coded, said) == answered
    assert flags(CANCER, LIVER, coded, said) == ({"her2-discordant"} if flagged else set())


def test_a_coded_result_of_the_later_metastasis_stands_before_its_words() -> None:
    theirs = ihc("0", LATER, tissue="Liver"), words(LATER, quote=METASTASIS)
    assert answer(CANCER, LIVER, ihc("1+", ON), *theirs) == "not-met her2-negative"


def test_words_that_contradict_a_result_do_not_change_it() -> None:
    assert answer(CANCER, LIVER, ihc("0", ON), words(ON)) == "not-met her2-negative"
    assert answer(CANCER, LIVER, ihc("3+", ON), words(ON, "0", quote="HER2 0")) == "met"
