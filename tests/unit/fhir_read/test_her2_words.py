"""HER2 results and hormone receptors in words, as laboratories write them."""

import pytest

from abstractor.fhir.facts.her2_words import said_of_her2
from abstractor.fhir.facts.receptor_words import receptor_in_words
from abstractor.fhir.text.scales import agreed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3+", ["ihc 3+"]),
        ("3 +", ["ihc 3+"]),
        ("+3", ["ihc 3+"]),
        ("+++", ["ihc 3+"]),
        ("++", ["ihc 2+"]),
        ("Score 3", ["ihc 3+"]),
        ("Score: 0", ["ihc 0"]),
        ("IHC 0", ["ihc 0"]),
        ("Negative (0)", ["ihc 0"]),
        ("Positive", ["positive"]),
        ("HER2 positive.", ["positive"]),
        ("HER-2/neu: Negative", ["negative"]),
        ("HER2+", ["positive"]),
        ("HER2-", ["negative"]),
        ("Equivocal", ["equivocal"]),
        ("Indeterminate", ["indeterminate"]),
        ("Positive (3+)", ["ihc 3+"]),
        ("negative (1+)", ["ihc 1+"]),
        ("Equivocal (2+)", ["ihc 2+"]),
        ("2+, equivocal", ["ihc 2+"]),
        ("c-erbB-2 score 2+", ["ihc 2+"]),
        ("Amplified", ["ish positive"]),
        ("not amplified", ["ish negative"]),
        ("Non-amplified", ["ish negative"]),
        ("Amplification not detected", ["ish negative"]),
        ("amplification: positive", []),  # a mark inside the phrase is not known
        ("HER2 gene amplification detected", ["ish positive"]),
        ("No overexpression", ["negative"]),
        ("IHC 2+, FISH not amplified", ["ihc 2+", "ish negative"]),
        ("IHC 2+/ISH-", ["ihc 2+", "ish negative"]),
        ("IHC 3+ FISH+", ["ihc 3+", "ish positive"]),
        ("2+ by IHC; amplified by FISH", ["ihc 2+", "ish positive"]),
        (
            "FISH: HER2/CEP17 ratio 2.3, copy number 5.1, amplified",
            ["ish positive", "ratio 2.3", "copies 5.1"],
        ),
        ("average HER2 copies per cell 3.2", ["copies 3.2"]),
    ],
)
def test_a_text_whose_every_word_is_known(text: str, said: list[str]) -> None:
    found = [
        " ".join(part for part in (s.method, s.reading) if part) if s.reading else f"{s.quantity} {s.number}"
        for s in said_of_her2(text)
    ]
    assert found == said


@pytest.mark.parametrize(
    "text",
    [
        "HER2 pos (low)", "HER2-low", "IHC 1+ (HER2-low)", "weakly positive", "not 3+", "not positive",
        "see report", "pending", "positive?", "probably 3+", "3", "10% positive", "2.3", "positive (2+)",
        "negative (3+)", "positive, negative", "2+ or 3+", "IHC amplified", "FISH positive, FISH negative",
        "ratio 2.3, ratio 1.2", "IHC FISH positive", "HER2 negative, ER positive", "",
    ],
)  # fmt: skip
def test_anything_else_is_no_reading(text: str) -> None:
    assert said_of_her2(text) == ()


@pytest.mark.parametrize(
    ("readings", "one"),
    [
        (["3+", "positive"], "3+"),
        (["0", "negative"], "0"),
        (["2+", "equivocal"], "2+"),
        (["1+", "positive"], None),
        (["2+", "3+"], None),
        (["positive", "negative"], None),
        (["positive"], "positive"),
        ([], None),
    ],
)
def test_readings_that_say_the_same_are_one(readings: list[str], one: str | None) -> None:
    assert agreed(readings) == one


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("95%", "positive"),
        ("95 % positive", "positive"),
        ("ER positive (strong, 90%)", "positive"),
        ("1%", "positive"),
        ("0.9 %", "negative"),
        ("0%", "negative"),
        ("<1%", "negative"),
        ("< 1 % of nuclei", "negative"),
        ("≥1%", "positive"),
        (">90%", "positive"),
        ("1-10%", "positive"),
        ("<10%", None),
        ("<=1%", None),
        (">0%", None),
        ("positive 0%", None),
        ("negative <1%", "negative"),
        ("Progesterone receptor: Negative", "negative"),
        ("90% positive, Allred 8/8", None),
        ("see report", None),
        ("", None),
    ],
)
def test_a_hormone_receptor_is_positive_from_one_percent(text: str, reading: str | None) -> None:
    assert receptor_in_words(text) == reading
