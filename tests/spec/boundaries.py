"""The days on which an answer may change, copied by hand from the knowledge base (sections 1.1, 2.1 and 2.4),
and the rule by which one edition is chosen on a day: slow, plain, and sharing no code with the program's.

What a single edition says of a choice is taken as given here; the cases in `recommendations/` hold that.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = [
    "BEST_FIRST",
    "CNS_SETTLED_AFTER",
    "EDITIONS",
    "RELAPSE_DAYS",
    "REVIEW",
    "TRIALS",
    "Boundary",
    "Dated",
    "Expected",
    "boundaries",
    "expected",
    "expected_of_label",
    "labels_in_force",
]

GRACE = 90
REVIEW = date(2026, 12, 31)

# Authority or agent, edition, first day, last day. Where there is no last day, the edition is open.
_GUIDELINES = """
ASCO asco-her2-2014  2014-05-05 2018-06-24
ASCO asco-her2-2018  2018-06-25 2022-05-30
ASCO asco-her2-2022  2022-05-31
NCCN nccn-bc-2013.1  2013-01-01 2019-12-31
NCCN nccn-bc-2020.1  2020-01-01 2020-12-31
NCCN nccn-bc-2021.1  2021-01-01 2021-11-23
NCCN nccn-bc-2022.1  2021-11-24 2024-12-31
NCCN nccn-bc-2025.1  2025-01-01 2026-01-15
NCCN nccn-bc-2026.1  2026-01-16 2026-03-31
NCCN nccn-bc-2026.2  2026-04-01
ESMO esmo-mbc-2021   2021-10-19 2023-04-30
ESMO esmo-living-1.0 2023-05-01 2023-12-31
ESMO esmo-living-1.1 2024-01-01 2025-03-31
ESMO esmo-living-1.2 2025-04-01
"""
_LABELS = """
abemaciclib                fda-abemaciclib-2017-09-28                2017-09-28
ado-trastuzumab_emtansine  fda-ado-trastuzumab-emtansine-2013-02-22  2013-02-22 2019-05-02
ado-trastuzumab_emtansine  fda-ado-trastuzumab-emtansine-2019-05-03  2019-05-03
fam-trastuzumab_deruxtecan fda-fam-trastuzumab-deruxtecan-2019-12-20 2019-12-20 2022-05-03
fam-trastuzumab_deruxtecan fda-fam-trastuzumab-deruxtecan-2022-05-04 2022-05-04 2025-12-14
fam-trastuzumab_deruxtecan fda-fam-trastuzumab-deruxtecan-2025-12-15 2025-12-15 2026-05-14
fam-trastuzumab_deruxtecan fda-fam-trastuzumab-deruxtecan-2026-05-15 2026-05-15
lapatinib                  fda-lapatinib-2007-03-13                  2007-03-13 2010-01-28
lapatinib                  fda-lapatinib-2010-01-29                  2010-01-29
margetuximab               fda-margetuximab-2020-12-16               2020-12-16
neratinib                  fda-neratinib-2017-07-17                  2017-07-17 2020-02-24
neratinib                  fda-neratinib-2020-02-25                  2020-02-25
palbociclib                fda-palbociclib-2015-02-03                2015-02-03 2026-06-23
palbociclib                fda-palbociclib-2026-06-24                2026-06-24
pertuzumab                 fda-pertuzumab-2012-06-08                 2012-06-08 2013-09-29
pertuzumab                 fda-pertuzumab-2013-09-30                 2013-09-30 2017-12-19
pertuzumab                 fda-pertuzumab-2017-12-20                 2017-12-20
ribociclib                 fda-ribociclib-2017-03-13                 2017-03-13 2024-09-16
ribociclib                 fda-ribociclib-2024-09-17                 2024-09-17
trastuzumab                fda-trastuzumab-1998-09-25                1998-09-25 2006-11-15
trastuzumab                fda-trastuzumab-2006-11-16                2006-11-16
tucatinib                  fda-tucatinib-2020-04-17                  2020-04-17
"""
# Read with another edition, judged by a measure, or known and not encoded: no day of their own decides.
_OTHERS = """
asco-bm  asco-bm-2018        2018-06-25 2022-05-30
asco-bm  asco-bm-2022        2022-05-31
asco-bma asco-bma-2017       2017-10-16
abc      abc-5               2020-09-01 2020-12-31
abc      abc-6               2021-01-01 2023-10-31
abc      abc-7               2023-11-01 2025-10-31
abc      abc-8               2025-11-01
sno      asco-sno-astro-2021 2021-12-21
"""

# Days from the last (neo)adjuvant HER2-directed dose to the metastasis up to which a relapse is early.
RELAPSE_DAYS = {"ASCO": (365,), "NCCN": (183, 365), "ESMO": (183, 365), "FDA": (183,)}
CNS_SETTLED_AFTER = 28
# From which day a trial was public, and the choice that it speaks of.
TRIALS = {
    "DESTINY-Breast09": (date(2025, 6, 2), "TDXD-P, line 1"),
    "HER2CLIMB-05": (date(2025, 12, 10), "tucatinib joins maintenance"),
    "PATINA": (date(2026, 1, 29), "palbociclib joins maintenance"),
}

BEST_FIRST = ["preferred", "acceptable", "exception", "not-addressed", "not-preferred", "not-recommended"]
OPEN = "indeterminate"


@dataclass(frozen=True, slots=True)
class Dated:
    """`whose`: the authority, or of a label the drug."""

    kind: str
    whose: str
    id: str
    first: date
    last: date | None

    def in_force(self, day: date) -> bool:
        return day >= self.first and (self.last is None or day <= self.last)


def _rows(kind: str, text: str) -> Iterator[Dated]:
    for line in text.strip().splitlines():
        whose, name, first, *last = line.split()
        ends = date.fromisoformat(last[0]) if last else None
        yield Dated(kind, whose.replace("_", " "), name, date.fromisoformat(first), ends)


EDITIONS = (*_rows("guideline", _GUIDELINES), *_rows("label", _LABELS), *_rows("other", _OTHERS))


@dataclass(frozen=True, slots=True)
class Boundary:
    """Days around one on which the answer may change because of that edition."""

    edition: Dated
    what: str
    days: tuple[date, ...]


def boundaries() -> Iterator[Boundary]:
    """The day before, of and after: an edition takes force, its grace ends, its review is due."""
    for edition in EDITIONS:
        if edition.kind == "other":
            continue
        yield Boundary(edition, "takes force", _around(edition.first))
        earlier = [e for e in EDITIONS if e.whose == edition.whose and e.first < edition.first]
        if edition.kind == "guideline" and earlier:
            yield Boundary(edition, "ends its grace", _around(edition.first + timedelta(days=GRACE)))
        if edition.last is None:
            yield Boundary(edition, "is due for review", _around(REVIEW))


def _around(day: date) -> tuple[date, ...]:
    return (day - timedelta(days=1), day, day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Expected:
    """`document` is the one whose row decides, `also` the other one that was read."""

    document: str
    verdict: str
    also: str | None


Says = Callable[[str], tuple[str, str]]  # of an edition: the document whose row decides, and the verdict


def expected(authority: str, day: date, says: Says) -> Expected | None:
    """Of an authority with editions: null where none was in force yet."""
    current = None
    former = None
    for edition in EDITIONS:
        if edition.kind == "guideline" and edition.whose == authority:
            if edition.in_force(day):
                current = edition
            elif edition.first < day and (former is None or edition.first > former.first):
                former = edition
    if current is None:
        return None
    document, verdict = says(current.id)
    also = None
    if former is not None and (day - current.first).days <= GRACE:
        other, other_verdict = says(former.id)
        if _is_better(other_verdict, verdict):
            document, verdict, also = other, other_verdict, document
        else:
            also = other
    if current.last is None and day > REVIEW:
        verdict = OPEN
    return Expected(document, verdict, also)


def _is_better(verdict: str, than: str) -> bool:
    """A verdict that is open could be any: only the best there is stands against it."""
    if than == OPEN:
        return verdict == BEST_FIRST[0]
    if verdict == OPEN:
        return than != BEST_FIRST[0]
    return BEST_FIRST.index(verdict) < BEST_FIRST.index(than)


def labels_in_force(agents: set[str], day: date) -> list[str]:
    labels = [e for e in EDITIONS if e.kind == "label" and e.whose in agents]
    return [e.id for e in labels if e.in_force(day)]


def expected_of_label(agents: set[str], day: date, uses: Callable[[str], frozenset[str]]) -> str | None:
    """`agents`: the drugs of a choice whose use a label has to give; `uses`: those that a label gives in it.

    No grace: the labels of the day alone. Null where no drug had a label yet.
    """
    in_force = labels_in_force(agents, day)
    if not in_force:
        return None
    if day > REVIEW:
        return OPEN
    given: frozenset[str] = frozenset()
    for label in in_force:
        given = given | uses(label)
    return "on-label" if agents <= given else "off-label"
