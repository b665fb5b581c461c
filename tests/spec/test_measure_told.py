"""What a measure tells beside its verdict, and how long an exposure must be, told by hand (knowledge base,
section 4.1): pneumonitis with what follows it, and checks again and again.
"""

from datetime import date, timedelta

import pytest

from abstractor.guidelines.book.cases import Course
from fixtures.stories import TDXD, tale
from fixtures.stories.dosages import Daily
from tests.asking import abstract_told
from tests.spec.measure_rows import Row, Scene, rows

DAY = date(2022, 6, 6)
DRUG = TDXD[0]
ILL = "diagnosis:ild-pneumonitis@98"
TREATED = f"{ILL}^moderate; order:prednisone@98"
CT, STEROID, REFERRAL = (
    "chest CT within 28 days",
    "a systemic steroid within 7 days",
    "a pulmonology referral",
)


TDM1 = "ado-trastuzumab emtansine"
# Both seen by cardiology: the one is held for 28 days, the other for 21.
FELL_16 = "result:lvef@-7=70 %; result:lvef@91=54 %; referral:cardiology-care@91"
TO_39 = "result:lvef@-7=45 %; result:lvef@91=39 %; referral:cardiology-care@91"


def lines(*told: str) -> str:
    return "\n".join(told)


def exposure(measure: str, drug: str, lasts: int, *told: str) -> Scene:
    return Scene(measure=measure, day=DAY, drugs=(drug,), lasts=lasts, rows=lines(*told))


def broken(measure: str, drug: str, check: str, lasts: int, gap: int) -> list[Scene]:
    """A dose so many days after the last one, which is a break from the day after 90."""
    return [
        exposure(
            measure,
            drug,
            lasts,
            f"dose:{drug}@{lasts + days}; procedure:{check}@0; procedure:{check}@{gap}"
            f" -> met: of {told} days covered",
        )
        for days, told in ((90, lasts + 91), (91, lasts + 2))
    ]


def tablets(measure: str, drug: str, every: int) -> Scene:
    """21 days of tablets, and 21 days again after a pause or a break."""
    panel = "report:hepatic-panel"
    return Scene(
        measure=measure,
        day=DAY,
        drugs=("capecitabine",),
        base=f"dose:{drug}@0; {panel}@-1",
        rows=lines(
            f"dose:{drug}@110; {panel}@109 -> exception: (treatment-paused)",
            f"dose:{drug}@111; {panel}@110 -> met: of 42 days covered",
            f"dose:{drug}@21; {panel}@3; {panel}@20 -> met: every {every} days",
            f"dose:{drug}@21; dose:{drug}@42; dose:{drug}@63; visit:hospice@10 -> excluded",
        ),
    )


ROWS = rows(
    Scene(
        measure="ILD-ACT",
        day=DAY,
        drugs=(DRUG,),
        lasts=84,
        rows=lines(
            f"{ILL}^mild -> met: after grade 1;",
            f"{ILL} -> met: whatever its grade",
            f"{ILL}; order:prednisone@105 -> met: whatever its grade",
            f"{ILL}^moderate -> met: {STEROID} not met",
            f"{ILL}^severe -> met: {STEROID} not met",
            f"{ILL}^severe; order:prednisone@98 -> met: after grade 3 on",
            f"{ILL}/110^mild; dose:{DRUG}@140 -> met: after grade 1 on",
            f"{ILL}/126^mild; dose:{DRUG}@140 -> met: the same dose may be given",
            f"{ILL}/127^mild; dose:{DRUG}@140 -> met: one dose level less is due",
            f"{ILL}/110^moderate; dose:{DRUG}@140 -> not-met: after grade 2 on",
            f"{ILL}/110^severe; dose:{DRUG}@140 -> not-met: after grade 3 on",
            *(
                f"{ILL}^moderate; order:{each}@105 -> met: {STEROID} met"
                for each in ("prednisone", "prednisolone", "methylprednisolone")
            ),
            f"{ILL}^moderate; order:prednisone@106 -> met: {STEROID} not met",
            f"{ILL}^moderate; order:prednisone@84 -> met: {STEROID} not met",
            f"{ILL}^moderate; order:prednisone@83 -> met: {STEROID} not met",
            f"{ILL}^moderate; order:dexamethasone@105 -> met: {STEROID} not met",
            *(
                f"{TREATED}; {record} -> met: {CT} met"
                for record in (
                    "result:chest-ct@126=normal",
                    "procedure:chest-ct@126",
                    "report:pet-ct@126",
                    "procedure:chest-ct@84",
                )
            ),
            f"{TREATED}; procedure:chest-ct@127 -> met: {CT} not met",
            f"{TREATED}; procedure:chest-ct@83 -> met: {CT} not met",
            *(
                f"{TREATED}; {record}:pulmonology-care@126 -> met: {REFERRAL} within 28 days met"
                for record in ("referral", "visit", "procedure")
            ),
            f"{TREATED}; referral:pulmonology-care@127 -> met: {REFERRAL} within 28 days not met",
            f"{ILL}^moderate; visit:hospice@98 -> excluded: (hospice)",
            f"{ILL}; diagnosis:ild-pneumonitis@119^moderate -> met: after grade 2 on",
            f"{ILL}; diagnosis:ild-pneumonitis@120^moderate -> met: whatever its grade",
        ),
    ),
    *(
        Scene(
            measure="ILD-ACT",
            day=DAY,
            drugs=(DRUG,),
            lasts=84,
            story={"unseen": (unseen,)},
            rows=f"{told} -> {verdict}: {expected} unknown",
        )
        for unseen, told, verdict, expected in (
            ("MedicationRequest", f"{ILL}^moderate", "met", STEROID),
            ("DiagnosticReport", TREATED, "met", CT),
            ("ServiceRequest", TREATED, "met", f"{REFERRAL} within 28 days"),
        )
    ),
    exposure(
        "LVEF-ACT",
        "trastuzumab",
        84,
        "result:lvef@-90=65 %; result:lvef@91=55 % -> not-met",
        "result:lvef@-91=65 %; result:lvef@91=55 % -> None",
        "result:lvef@7=65 %; result:lvef@91=55 % -> not-met",
        "result:lvef@8=65 %; result:lvef@91=55 % -> None",
        "result:lvef@114=39 % -> not-met",
        "result:lvef@115=39 % -> None",
        *(
            f"result:lvef@91=49 %; procedure:{each}@119 -> met"
            for each in ("echocardiogram", "muga", "cardiac-mri", "cardiology-care")
        ),
        "result:lvef@91=49 %; visit:hospice@100 -> excluded",
        f"{FELL_16}; dose:trastuzumab@119 -> not-met",
        f"{FELL_16}; dose:trastuzumab@120 -> met",
    ),
    exposure(
        "LVEF-ACT",
        TDM1,
        84,
        f"{TO_39}; dose:{TDM1}@112 -> not-met",
        f"{TO_39}; dose:{TDM1}@113 -> met",
    ),
    Scene(
        measure="LVEF-ACT",
        day=DAY,
        drugs=("trastuzumab",),
        lasts=84,
        story={"unseen": ("MedicationAdministration",)},
        rows=f"{FELL_16} -> unknown",
    ),
    Scene(
        measure="RETEST",
        day=DAY,
        rows=lines(
            "-> not-met",
            "marker:er@60=positive; marker:pr@60=positive -> met",
            "marker:er@61=positive; marker:pr@60=positive -> not-met",
            "marker:er@60=positive; marker:pr@61=positive -> not-met",
            "marker:er@0=positive; report:pathology-report@60 -> unknown: (report-text-only)",
            "marker:pr@0=positive; report:pathology-report@60 -> unknown: (report-text-only)",
            "marker:er@0=positive; report:pathology-report@61 -> not-met",
            "marker:pr@0=positive; report:pathology-report@61 -> not-met",
            "procedure:metastasis-biopsy@0~ -> exception",
            "visit:hospice@5 -> excluded",
        ),
    ),
    *(
        exposure(
            measure,
            drug,
            21,
            *(
                "; ".join(
                    f"result:{each}@{before if each == early else 0}=4; result:{each}@21=4" for each in tests
                )
                + f" -> {verdict}"
                for early in tests
                for before, verdict in ((-7, "met"), (-8, "not-met"))
            ),
            "visit:hospice@0 -> excluded",
        )
        for measure, drug, tests in (
            ("TDM1-LAB", TDM1, ("alt", "ast", "bilirubin", "platelets")),
            ("TDXD-CBC", DRUG, ("leukocytes", "neutrophils")),
        )
    ),
    exposure("ILD-MON", DRUG, 82, "-> None"),
    exposure("ILD-MON", DRUG, 83, "-> met: every 84 days"),
    exposure("LVEF-Q3M", "trastuzumab", 88, "-> None"),
    exposure("LVEF-Q3M", "trastuzumab", 89, "-> met: every 90 days"),
    exposure("RESTAGE", "trastuzumab", 120, "-> None"),
    exposure("RESTAGE", "trastuzumab", 121, "-> met: every 122 days"),
    *broken("LVEF-Q3M", "trastuzumab", "muga", 100, 100),
    *broken("ILD-MON", DRUG, "chest-ct", 100, 98),
    *broken("RESTAGE", "trastuzumab", "chest-ct", 130, 122),
    Scene(
        measure="LVEF-Q3M",
        day=DAY,
        drugs=("trastuzumab",),
        lasts=588,
        base="; ".join(f"procedure:muga@{day}" for day in (0, 91, 182, 273, 365, 578)),
        rows=lines(
            "-> not-met",
            "plan:lvef-interval-plan@365 -> exception",
            "note:lvef-interval-plan@365 -> exception",
            "referral:lvef-interval-plan@365 -> not-met",
        ),
    ),
    Scene(
        measure="CDK-STOP",
        day=DAY,
        story={
            "her2": "0",
            "receptors": "positive",
            "lines": (
                Course(("letrozole", "palbociclib"), DAY, DAY + timedelta(days=80)),
                Course(("capecitabine",), DAY + timedelta(days=103)),
            ),
        },
        rows=lines(
            "-> unknown: no reason on record",
            "result:disease-status@99=answer:progressed -> exception: the line ended with it",
        ),
    ),
    Scene(
        measure="PIK3CA-ESR1",
        day=DAY,
        story={
            "her2": "0",
            "receptors": "positive",
            "lines": (
                Course(("letrozole", "palbociclib"), DAY),
                Course(("capecitabine",), DAY + timedelta(days=501)),
            ),
        },
        base="result:disease-status@494=answer:progressed",
        rows=lines(
            # The progression was recorded on its day 494; the line ended on its day 500.
            *(
                f"{pik3ca}; {esr1} -> {verdict}"
                for pik3ca, esr1, verdict in (
                    ("result:pik3ca@554=negative", "result:esr1@554=negative", "met"),
                    ("procedure:pik3ca@554", "procedure:esr1@554", "met"),
                    ("result:pik3ca@555=negative", "result:esr1@554=negative", "not-met"),
                    ("result:pik3ca@554=negative", "result:esr1@555=negative", "unknown"),
                    ("result:pik3ca@-900=negative", "result:esr1@-900=negative", "met"),
                )
            ),
            "visit:hospice@520 -> excluded",
        ),
    ),
    tablets("LAP-LFT", "lapatinib", 42),
    tablets("TUC-LFT", "tucatinib", 21),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_is_told(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said


CAUSES = (
    "radiation", "aspiration", "hypersensitivity", "infectious", "viral", "bacterial", "fungal", "covid",
    "influenza", "lupus", "chemical", "lipoid", "eosinophilic", "rheumatoid", "scleroderma", "sarcoid",
)  # fmt: skip


@pytest.mark.parametrize("cause", CAUSES)
def test_pneumonitis_of_another_cause_is_not_held_against_the_drug(cause: str) -> None:
    told = (
        tale("someone")
        .her2_positive_mbc("2021-12-01", "liver")
        .course(TDXD, "2022-02-01", until="2022-04-26")
    )
    told = told.condition("J70.2", f"Pneumonitis, {cause}, grade 2", "2022-05-10").given(DRUG, "2022-06-21")
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "ILD-ACT"]
    assert (str(found.verdict), "another cause" in found.statement) == ("unknown", True), found.statement


@pytest.mark.parametrize(("mg", "expected"), [(120, "met"), (120.5, "not-met"), (240, "not-met")])
def test_neratinib_started_at_120_mg(mg: float, expected: str) -> None:
    told = tale("someone", as_of=date(2024, 1, 8)).her2_positive_mbc("2021-12-01", "liver")
    told = told.order("neratinib", "2022-06-06", dosage=Daily(mg)).order("docetaxel", "2018-02-05")
    for cycle in range(4):
        told = told.dispensed("neratinib", (DAY + timedelta(days=28 * cycle)).isoformat())
    found = [each for each in abstract_told(told.told()).findings if each.rule == "NER-DIAR"]
    assert [str(each.verdict) for each in found] == [expected], found


@pytest.mark.parametrize("drug", ["ondansetron", "dexamethasone", "aprepitant"])
def test_an_order_of_any_class_to_be_taken_when_needed(drug: str) -> None:
    told = tale("someone", as_of=date(2023, 12, 31)).her2_positive_mbc("2021-12-01", "liver")
    told = told.course(TDXD, "2023-09-05", cycles=3)
    for other in ("ondansetron", "dexamethasone", "aprepitant"):
        told = told if other == drug else told.order(other, "2023-09-05")
    valid = {"validityPeriod": {"start": "2023-08-01", "end": "2024-08-01"}}
    when_needed = [{"text": "when needed", "asNeededBoolean": True}]
    told = told.order(drug, "2023-08-01").but(dispenseRequest=valid, dosageInstruction=when_needed)
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "CINV-TDXD"]
    assert str(found.verdict) == "met", found.statement


def test_loperamide_that_somebody_says_is_taken_excuses_and_is_no_prophylaxis() -> None:
    told = tale("someone", as_of=date(2021, 1, 8)).her2_positive_mbc("2018-12-01", "liver")
    told = told.course(["neratinib", "capecitabine"], "2020-06-01", cycles=4)
    told = told.order("docetaxel", "2018-02-05").said_to_take("loperamide", "2020-06-01")
    (found,) = [each for each in abstract_told(told.told()).findings if each.rule == "NER-DIAR"]
    assert str(found.verdict) == "exception", found.statement
