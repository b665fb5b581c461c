"""Choices that an authority is against or cannot tell, and the charts that hold what would clear them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from fixtures.stories import HP, TDM1, TDXD, THP, Tale, tale

__all__ = [
    "ACTIVE",
    "POSITIVE",
    "STABLE",
    "UNCLEAR_CHOICES",
    "WEAK",
    "Held",
    "Unclear",
    "second",
    "treated_brain",
]

METASTATIC = date(2023, 1, 2)
TXH = ["capecitabine", "trastuzumab", "tucatinib"]
MARG = ["margetuximab", "vinorelbine"]
Told = Callable[[Tale], Tale]


def patient(drugs: list[str]) -> Tale:
    """Breast cancer of 2020; metastatic on 2023-01-02, and these drugs two weeks later."""
    told = tale("someone", as_of=date(2024, 12, 31)).breast_cancer("2020-06-01").her2_ihc("3+", "2020-06-01")
    told.metastasis("liver", METASTATIC.isoformat())
    return port(told).course(drugs, "2023-01-16", cycles=5)


def second(drugs: list[str]) -> Tale:
    """THP from 2023, and these drugs from 2023-09-04."""
    return patient(["docetaxel"]).course(HP, "2023-01-16", through="2023-08-20").course(
        drugs, "2023-09-04", cycles=5
    )  # fmt: skip


def adjuvant(drugs: list[str], days: int) -> Told:
    """Given for cure, the last dose so many days before the metastasis."""
    last = (METASTATIC - timedelta(days=days)).isoformat()
    return lambda told: told.course(drugs, "2020-07-06", until=last)


def earlier_lines(*lines: list[str]) -> Told:
    """Metastatic since 2021, and these lines since then."""

    def tell(told: Tale) -> Tale:
        told.metastasis("bone", "2021-01-04")
        for at, drugs in enumerate(lines):
            start = date(2021, 1, 18) + timedelta(days=200 * at)
            told.course(drugs, start.isoformat(), through=(start + timedelta(days=180)).isoformat())
        return told

    return tell


def treated_brain(on: str, treated: str) -> Told:
    return lambda told: told.metastasis("brain", on).procedure(
        "Stereotactic radiosurgery of brain metastasis", treated
    )


def refused(drug: str, on: str) -> Told:
    return lambda told: told.given(drug, on, status="not-done", why_not="Patient refused")


def heart(on: str) -> Told:
    return lambda told: told.lvef(35, on)


def weak(told: Tale) -> Tale:
    return told.lvef(49, "2023-08-28")


def lung(told: Tale) -> Tale:
    return told.condition("J84.10", "Pulmonary fibrosis, unspecified", "2019-05-06")


def frail(told: Tale) -> Tale:
    return told.performance(3, "2023-01-09")


def hormone_receptors(told: Tale) -> Tale:
    return told.hormone_receptors("positive", "2022-12-27")


def no_receptors(told: Tale) -> Tale:
    return told.hormone_receptors("negative", "2022-12-27")


def port(told: Tale) -> Tale:
    """Procedures are held, and none of them is of the brain."""
    return told.procedure("Insertion of a venous access port", "2023-01-02")


def open_brain() -> Tale:
    """A brain metastasis, and no Procedure to say whether it was treated."""
    told = tale("someone", as_of=date(2024, 12, 31)).her2_positive_mbc("2023-01-02", "liver")
    told.thp("2023-01-16", through="2023-08-20").course(TXH, "2023-09-04", cycles=5)
    return told.metastasis("brain", "2023-07-03")


def maintained() -> Tale:
    """Palbociclib joins the maintenance on 2026-07-06, after its label of that use."""
    told = tale("someone", as_of=date(2026, 11, 21)).her2_positive_mbc("2026-01-05", "bone")
    return told.thp("2026-01-19").course(["letrozole", "palbociclib"], "2026-07-06", every=28)


@dataclass(frozen=True, slots=True)
class Held:
    """A finding that is said to clear a verdict, and how a chart comes to hold it; `before`: lines that this
    puts before the choice."""

    says: str
    tell: Told
    before: int = 0


@dataclass(frozen=True, slots=True)
class Unclear:
    """A choice that an authority is against or cannot tell, and all that is said to clear it."""

    name: str
    authority: str
    told: Callable[[], Tale]
    verdict: str
    held: tuple[Held, ...]
    number: int = 1
    step: bool = False


EARLIER_TDXD = Held("an earlier line with fam-trastuzumab deruxtecan", adjuvant(TDXD, 500))
LUNG = Held("on record by then: interstitial lung disease or pneumonitis", lung)
WEAK = "on record by then: an ejection fraction under 40 % or heart failure"
NO_TDXD = "on record by then: trastuzumab deruxtecan refused or withheld"
HELD_CNS = "a CNS metastasis recorded by then, with"
STABLE = f"{HELD_CNS} local therapy 28 days before or more and nothing after it"
ACTIVE = f"{HELD_CNS}out local therapy 28 days before or more, or progressing after it"
POSITIVE = Held("a positive oestrogen or progesterone receptor result", hormone_receptors)
NEGATIVE = Held("negative oestrogen and progesterone receptor results", no_receptors)
LAST_DOSE = "a last (neo)adjuvant HER2-directed dose"
LATE = f"{LAST_DOSE} more than 365 days before the metastasis"
EARLY = Held(f"{LAST_DOSE} at most 365 days before the metastasis", adjuvant(["trastuzumab"], 365))
SOON = Held(f"{LAST_DOSE} at most 183 days before the metastasis", adjuvant(["trastuzumab"], 183))
REGIMENS = "or more earlier HER2-directed regimens"
FRAIL = (
    Held("on record by then: an ECOG performance status of 3 or 4", frail),
    Held(
        "on record by then: trastuzumab or pertuzumab refused or withheld",
        refused("trastuzumab", "2023-01-10"),
    ),
    Held(WEAK, heart("2023-01-10")),
)

UNCLEAR_CHOICES = [
    Unclear(
        "T-DM1 in the second line", "ASCO", lambda: second(TDM1), "not-preferred",
        (EARLIER_TDXD, LUNG, Held(NO_TDXD, refused(TDXD[0], "2023-08-28")), Held(WEAK, heart("2023-08-28"))),
        number=2,
    ),
    Unclear(
        "tucatinib in the second line without CNS metastases", "ASCO", lambda: second(TXH), "not-preferred",
        (
            EARLIER_TDXD, LUNG, Held(NO_TDXD, refused(TDXD[0], "2023-08-28")),
            Held(WEAK, heart("2023-08-28")), Held(STABLE, treated_brain("2023-06-05", "2023-07-03")),
        ),
        number=2,
    ),
    Unclear(
        "no pertuzumab in the first line", "ASCO", lambda: patient(["docetaxel", "trastuzumab"]),
        "not-preferred",
        (
            Held("on record by then: pertuzumab refused or withheld", refused("pertuzumab", "2023-01-10")),
            Held(WEAK, heart("2023-01-10")),
        ),
    ),
    Unclear(
        "chemotherapy alone in the first line", "ASCO", lambda: patient(["capecitabine"]), "not-preferred",
        FRAIL,
    ),
    Unclear(
        "endocrine therapy alone, receptors unknown", "ASCO", lambda: patient(["letrozole"]), "indeterminate",
        (POSITIVE, Held(WEAK, heart("2023-01-10"))),
    ),
    Unclear(
        "endocrine therapy with antibodies, receptors unknown", "ASCO", lambda: patient(["letrozole", *HP]),
        "indeterminate",
        (
            Held("on record by then: a taxane refused or withheld", refused("docetaxel", "2023-01-10")),
            POSITIVE, NEGATIVE, EARLY,
        ),
    ),
    Unclear(
        "THP 200 days after adjuvant trastuzumab", "ASCO",
        lambda: adjuvant(["trastuzumab"], 200)(patient(THP)), "not-preferred",
        (Held(LATE, lambda _: adjuvant(["trastuzumab"], 366)(patient(THP))),),
    ),
    Unclear(
        "tucatinib with CNS metastases of which no treatment is known", "ESMO", open_brain, "indeterminate",
        (
            Held("all Conditions seen, and no CNS metastasis among them", lambda _: second(TXH)),
            Held("on record by then: an ejection fraction under 50 % or heart failure", weak),
            Held(STABLE, treated_brain("2023-07-03", "2023-07-17")),
            Held(ACTIVE, port),
        ),
        number=2,
    ),
    Unclear(
        "trastuzumab deruxtecan first", "FDA", lambda: patient(TDXD), "off-label",
        (Held(f"1 {REGIMENS} for metastatic disease", earlier_lines(THP), before=1), SOON),
    ),
    Unclear(
        "T-DM1 200 days after adjuvant trastuzumab, no taxane", "FDA",
        lambda: adjuvant(["trastuzumab"], 200)(patient(TDM1)), "off-label",
        (
            Held(
                f"an earlier line with docetaxel or paclitaxel or nab-paclitaxel; and {SOON.says}",
                lambda _: adjuvant(["docetaxel", "trastuzumab"], 183)(patient(TDM1)),
            ),
        ),
    ),
    Unclear(
        "neratinib in the second line", "FDA", lambda: second(["capecitabine", "neratinib"]), "off-label",
        (Held(f"2 {REGIMENS} for metastatic disease", earlier_lines(TDM1), before=1),),
        number=2,
    ),
    Unclear(
        "margetuximab in the second line", "FDA", lambda: second(MARG), "off-label",
        (Held(f"2 {REGIMENS} in any setting", adjuvant(["trastuzumab"], 500)),),
        number=2,
    ),
    Unclear(
        "margetuximab in the first line", "FDA", lambda: patient(MARG), "off-label",
        (
            Held(
                f"2 {REGIMENS} in any setting; and 1 {REGIMENS} for metastatic disease",
                earlier_lines(THP, TDM1), before=2,
            ),
        ),
    ),
    Unclear(
        "palbociclib joins the maintenance, receptors unknown", "FDA", maintained, "indeterminate",
        (POSITIVE,), step=True,
    ),
    Unclear(
        "palbociclib joins the maintenance, receptors unknown", "NCCN", maintained, "indeterminate",
        (POSITIVE, NEGATIVE), step=True,
    ),
]  # fmt: skip
