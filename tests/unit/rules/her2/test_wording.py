"""What the criterion says: what stands, of which tissue, from which day, and by which criteria."""

from dataclasses import replace

import pytest

from tests.unit.rules.her2.telling import (
    CANCER,
    LIVER,
    STOMACH,
    Fact,
    criterion,
    diagnosis,
    dose,
    her2,
    ihc,
    ish,
    words,
)

SAID: list[tuple[list[Fact | tuple[Fact, ...]], str]] = [
    ([ihc("3+", "2020-06-01")],
     "HER2 IHC 3+ on 2020-06-01, breast: positive by ascocap-2018; metastatic since 2019-03-01"),
    ([ihc("3+", "?", tissue=None)],
     "HER2 IHC 3+, without a date: positive by ascocap-2007 and ascocap-2013 and ascocap-2018; "
     "metastatic since 2019-03-01"),
    ([ihc("3+", "2020", tissue="Axillary lymph node")],
     "HER2 IHC 3+ on 2020-01-01..2020-12-31, nodes: positive by ascocap-2018; metastatic since 2019-03-01"),
    ([ish(2.3, 3.2, "2017-02-01", said="positive")],
     "HER2 ISH positive, ratio 2.3, 3.2 copies (ISH group 2) on 2017-02-01, breast: positive by "
     "ascocap-2013; metastatic since 2019-03-01"),
    ([ish(2.6, None, "2015-02-01")],
     "HER2 ISH ratio 2.6 on 2015-02-01, breast: positive by ascocap-2013; metastatic since 2019-03-01"),
    ([ihc("2+", "2020-06-01"), ish(1.2, 6.5, "2020-06-08")],
     "HER2 ISH ratio 1.2, 6.5 copies (ISH group 3) on 2020-06-08, breast, recount not recorded: positive by "
     "ascocap-2018; metastatic since 2019-03-01"),
    ([her2("overall", "positive", "2020-06-01")],
     "HER2 positive on 2020-06-01, breast: positive as reported; metastatic since 2019-03-01"),
    ([ihc("0", "2016-01-01"), ihc("3+", "2020-04-01", tissue="Liver and bone marrow")],
     "HER2 IHC 3+ on 2020-04-01, bone and liver and marrow: positive by ascocap-2018; the most recent "
     "metastatic tissue decides over HER2 IHC 0 on 2016-01-01, breast; metastatic since 2019-03-01"),
    ([ihc("1+", "2016-01-01")], "HER2 IHC 1+ on 2016-01-01, breast: negative by ascocap-2013"),
    ([ihc("3+", "2016-01-01"), ihc("1+", "2020-04-01", tissue="Liver"), dose("trastuzumab", "2020-05-01"),
      dose("pertuzumab", "2020-06-01")],
     "HER2 IHC 1+ on 2020-04-01, liver, after HER2 IHC 3+ on 2016-01-01, breast; yet trastuzumab was given "
     "or ordered on 2020-05-01; metastatic since 2019-03-01"),
    ([ihc("2+", "2020-01-01"), ish(2.3, 3.2, "2020-09-01")],
     "HER2 equivocal and not settled: HER2 IHC 2+ on 2020-01-01, breast (by ascocap-2018); metastatic since "
     "2019-03-01"),
    ([ihc(None, "2019-01-01")],
     "HER2 results that could not be read: HER2 IHC not readable on 2019-01-01, breast (as reported); "
     "metastatic since 2019-03-01"),
    ([diagnosis("her2-negative-breast-cancer", on="2025-01-10")],
     "HER2 negative by a diagnosis code alone from 2025-01-10"),
    ([replace(diagnosis("her2-negative-breast-cancer"), when=None)],
     "HER2 negative by a diagnosis code alone"),
    ([dose("ado-trastuzumab emtansine", "2021-01-01"), dose("pertuzumab", "2021-01-01")],
     "no HER2 tissue result recorded; HER2 only by drugs for HER2-positive disease (ado-trastuzumab "
     "emtansine, pertuzumab), which proves nothing; metastatic since 2019-03-01"),
    ([words("2019-02-11")],
     'no HER2 tissue result recorded; HER2 in the words of a note, a report or a diagnosis: on 2019-02-11 '
     '"HER2 3+" (3+); metastatic since 2019-03-01'),
    ([words("2019-02-11", "negative", assertion="historical", quote="previously HER2\nnegative"),
      words("2019-02-10", None, assertion="conditional", quote="HER2 pending"),
      words("2019-02-12", "positive", assertion="elsewhere", quote="sister HER2+"),
      words("2019-02-13", "0", quote="x " * 31)],
     'no HER2 tissue result recorded; HER2 in the words of a note, a report or a diagnosis: on 2019-02-13 "'
     + "x " * 29 + 'x..." (0); on 2019-02-11 "previously HER2 negative" (negative, of an earlier time); on '
     '2019-02-10 "HER2 pending" (no reading, not settled); and 1 more; metastatic since 2019-03-01'),
    ([words("2019-02-11"), dose("fam-trastuzumab deruxtecan", "2023-01-01")],
     'no HER2 tissue result recorded; HER2 in the words of a note, a report or a diagnosis: on 2019-02-11 '
     '"HER2 3+" (3+); beside them a drug that is given to HER2-low disease too (fam-trastuzumab deruxtecan), '
     'which proves nothing; metastatic since 2019-03-01'),
    ([ihc("1+", "2019-01-01"), words("2021-02-02", quote="Liver: metastatic carcinoma, HER2 3+.")],
     'HER2 IHC 1+ on 2019-01-01, breast, yet the words of a later metastasis say otherwise: on 2021-02-02 '
     '"Liver: metastatic carcinoma, HER2 3+." (3+); metastatic since 2019-03-01'),
    ([], "no HER2 tissue result recorded; metastatic since 2019-03-01"),
    ([STOMACH, ihc("3+", "2020-06-01", tissue="Stomach")],
     "no HER2 tissue result recorded of the breast cancer, only of another one; metastatic since 2019-03-01"),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "said"), SAID)
def test_one_plain_sentence(facts: list[Fact], said: str) -> None:
    assert criterion(CANCER, LIVER, *facts).statement == said
