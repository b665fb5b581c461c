"""Patients for the tests of single conditions: one fact away from each other. The second line is chosen on
2022-06-14."""

from datetime import date

from fixtures.stories import HP, TDM1, TDXD, Tale, tale

__all__ = [
    "brain",
    "chosen",
    "lung",
    "maintained",
    "mets",
    "of_unknown_status",
    "only_ordered",
    "receptors",
    "refused",
    "relapsed",
    "second_line",
    "sorted_out",
    "unwhole",
]


def mets() -> Tale:
    return tale("someone", as_of=date(2023, 12, 31)).her2_positive_mbc("2019-12-01", "liver")


def second_line(drugs: list[str] = TDXD) -> Tale:
    """THP, then these drugs; a procedure is on record, so procedures are held."""
    told = mets().procedure("Insertion of a venous access port", "2020-01-02")
    return told.thp("2020-01-06", through="2022-05-20").course(drugs, "2022-06-14", cycles=4)


def chosen(*drugs: str) -> Tale:
    """These drugs as the first line."""
    return mets().course(list(drugs), "2020-01-06", cycles=6)


def brain(on: str, *, treated: str | None = None, again: str | None = None) -> Tale:
    told = second_line().metastasis("brain", on)
    if treated:
        told.procedure("Stereotactic radiosurgery of brain metastasis", treated)
    return told.metastasis("brain", again) if again else told


def lung(on: str) -> Tale:
    return second_line().condition("J84.10", "Pulmonary fibrosis, unspecified", on)


def sorted_out(clinical: str) -> Tale:
    """Heart failure with that clinical status."""
    return second_line().condition("I50.9", "Heart failure, unspecified", "2021-05-01", clinical=clinical)


def refused(on: str) -> Tale:
    return second_line().given("pertuzumab", on, status="not-done")


def of_unknown_status() -> Tale:
    told = mets()
    for drug in ("docetaxel", *HP):
        told.order(drug, "2020-01-06", status="unknown")
    return told.course(TDXD, "2022-06-14", cycles=4)


def only_ordered() -> Tale:
    """A second line that was ordered and never given, where administrations were seen whole."""
    told = mets().thp("2020-01-06", through="2020-12-01")
    return told.order(TDM1[0], "2021-01-04").course(TDXD, "2022-06-14", cycles=4)


def relapsed(on: str, *, drugs: tuple[str, ...] = ("trastuzumab",)) -> Tale:
    """Adjuvant therapy to 2021-01-10, metastatic on that day, THP afterwards."""
    told = tale("someone", as_of=date(2023, 12, 31)).breast_cancer("2020-01-06").her2_ihc("3+", "2020-01-06")
    told.course(list(drugs), "2020-02-03", until="2021-01-10").metastasis("liver", on)
    return told.course(["docetaxel", *HP], "2022-09-01", cycles=6)


def receptors(*codes: str, result: str | None = None, on: str = "2019-12-03") -> Tale:
    """Diagnosis codes of the receptors, and a tissue result of both."""
    told = second_line()
    for code in codes:
        told.condition(code, "Receptor status", "2019-12-02")
    match result:
        case "positive" | "negative":
            return told.hormone_receptors(result, on)
        case _:
            return told


def maintained(*, with_letrozole: bool = False) -> Tale:
    """THP, antibodies on, palbociclib joins them without progression."""
    told = mets().thp("2022-01-10", through="2022-12-01")
    if with_letrozole:
        told.course(["letrozole"], "2022-05-30", through="2022-12-01")
    return told.course(["palbociclib"], "2022-06-20", through="2022-12-01")


def unwhole(told: Tale) -> Tale:
    """One Condition cannot be read, so Condition was not seen whole."""
    return told.raw({"resourceType": "Condition", "id": "broken", "subject": {"reference": "Patient/someone"},
                     "code": {"text": "x"}, "onsetDateTime": "2020-02-31"})  # fmt: skip
