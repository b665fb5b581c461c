"""The same for checks on treatment, screenings and tests of the tumour (knowledge base, 4.1 and 4.2)."""

from datetime import date

import pytest

from abstractor.guidelines.book.cases import Course
from tests.spec.measure_rows import Row, Scene, rows

DAY = date(2022, 6, 6)
TDXD, TDM1 = "fam-trastuzumab deruxtecan", "ado-trastuzumab emtansine"
HEART = (
    "result:lvef@{0}=60 %",
    "procedure:echocardiogram@{0}",
    "procedure:muga@{0}",
    "procedure:cardiac-mri@{0}",
)
CHEST = ("result:chest-ct@{0}=normal", "procedure:chest-ct@{0}", "report:pet-ct@{0}")
LIVER = ("alt", "ast", "bilirubin")
LIVER_4 = (*LIVER, "alkaline-phosphatase")
CARDIAC = ("trastuzumab", "pertuzumab", TDM1, "margetuximab", TDXD, "lapatinib")


def lines(*told: str) -> str:
    return "\n".join(told)


def on_days(record: str, *days: int) -> str:
    """`{0}` of the record is its day."""
    return "; ".join(record.format(day) for day in days)


def rolling(
    measure: str, drug: str, records: tuple[str, ...], gap: int, silent: str, *, never: int = 0
) -> Scene:
    """Checks on the first day, then so many days apart to the end of the exposure: as long as is allowed, and
    one day longer. `never`: the longest exposure that asks for none."""
    return Scene(
        measure=measure,
        day=DAY,
        drugs=("docetaxel", drug) if drug in ("pertuzumab", "margetuximab") else (drug,),
        lasts=2 * gap - 21 if drug != "lapatinib" else 2 * gap - 20,
        rows=lines(
            *(f"{on_days(record, 0, gap, 2 * gap)} -> met" for record in records),
            *(f"{on_days(record, 0, gap + 1, 2 * gap)} -> {silent}" for record in records[:1]),
            f"-> {silent}",
            "visit:hospice@50 -> excluded: (hospice)",
        ),
    )


def panel(*meanings: str, kind: str = "result") -> str:
    """All of them on a day; only a result has a value."""
    return "; ".join(f"{kind}:{each}@{{0}}{'=20' if kind == 'result' else ''}" for each in meanings)


def without_one(meanings: tuple[str, ...], *days: int) -> list[str]:
    return [on_days(panel(*(each for each in meanings if each != lacks)), *days) for lacks in meanings]


TESTS = ("er", "pr", "her2-ihc")


def markers(*, late: str = "", day: int = 0, lacks: str = "") -> str:
    return "; ".join(
        f"marker:{each}@{day if each == late else 0}=positive" for each in TESTS if each != lacks
    )


VISIT = "visit:@40"
BORN = {"born": date(1960, 1, 1), "as_of": date(2022, 12, 31)}
ROWS = rows(
    *(
        Scene(
            measure="LVEF-BASE",
            day=DAY,
            drugs=("docetaxel", drug) if drug == "pertuzumab" else (drug,),
            rows=lines(
                *(f"{on_days(record, 7)} -> met" for record in HEART),
                f"{on_days(HEART[0], -before)} -> met",
                f"{on_days(HEART[0], -before - 1)} -> not-met",
                "-> not-met",
                f"order:{drug}@0+urgent; {on_days(HEART[0], 21)} -> exception",
                f"order:{drug}@0+urgent; {on_days(HEART[0], 22)} -> not-met",
                "visit:hospice@3 -> excluded",
            ),
        )
        for drug in CARDIAC
        for before in ((28,) if drug == "margetuximab" else (90,))
    ),
    *(rolling("LVEF-Q3M", drug, HEART, 120, "not-met") for drug in CARDIAC if drug != "lapatinib"),
    rolling("RESTAGE", "trastuzumab", CHEST, 122, "excluded"),
    rolling("ILD-MON", TDXD, CHEST, 98, "not-met"),
    Scene(
        measure="ILD-BASE",
        day=DAY,
        drugs=(TDXD,),
        rows=lines(
            "-> not-met",
            *(f"{on_days(record, day)} -> met" for record in CHEST for day in (-42, 7)),
            *(f"{on_days(CHEST[1], day)} -> not-met" for day in (-43, 8)),
            "procedure:chest-ct@0~ -> exception",
            "procedure:pet-ct@0~ -> exception",
            "visit:hospice@3 -> excluded",
        ),
    ),
    *(
        Scene(
            measure=measure,
            day=DAY,
            drugs=("capecitabine",),
            base=f"dose:{drug}@0; dose:{drug}@21; dose:{drug}@42; dose:{drug}@63; {then}",
            rows=lines(
                *(
                    f"{on_days(panel(*meanings, kind=kind), -1, *days)} -> met"
                    for kind in ("result", "report", "procedure")
                ),
                f"{on_days('report:hepatic-panel@{0}', -1, *days)} -> met",
                *(f"{told} -> not-met" for told in without_one(meanings, -1, *days)),
                f"{on_days(panel(*meanings), -28, *days)} -> met",
                f"{on_days(panel(*meanings), -1, *days[:-1], days[-1] + 1)} -> not-met",
                f"{on_days(panel(*meanings), -29, *days)} -> not-met",
                f"{on_days(panel(*meanings), 1, *days)} -> not-met",
            ),
        )
        for measure, drug, meanings, days, then in (
            ("LAP-LFT", "lapatinib", LIVER_4, (23, 75), "visit:@80"),
            ("TUC-LFT", "tucatinib", LIVER, (3, 34, 65), "visit:@80"),
        )
    ),
    Scene(
        measure="TDM1-LAB",
        day=DAY,
        drugs=(TDM1,),
        lasts=21,
        rows=lines(
            *(
                f"{on_days(panel(*LIVER, 'platelets'), *days)} -> {verdict}"
                for days, verdict in (
                    ((0, 21), "met"),
                    ((-7, 14), "met"),
                    ((-8, 14), "not-met"),
                    ((-7, 13), "not-met"),
                    ((1, 22), "not-met"),
                )
            ),
            *(f"{told} -> not-met" for told in without_one((*LIVER, "platelets"), 0, 21)),
            f"{on_days(panel('hepatic-panel', 'blood-count-panel', kind='report'), 0, 21)} -> met",
            f"{on_days(panel(*LIVER, 'blood-count-panel', kind='report'), 0, 21)} -> met",
        ),
    ),
    Scene(
        measure="TDXD-CBC",
        day=DAY,
        drugs=(TDXD,),
        lasts=21,
        rows=lines(
            *(
                f"{on_days(panel(each, 'neutrophils'), 0, 21)} -> met"
                for each in ("blood-count-panel", "haemoglobin", "leukocytes", "platelets")
            ),
            *(
                f"{on_days(panel('leukocytes', 'neutrophils'), *days)} -> {verdict}"
                for days, verdict in (
                    ((-7, 14), "met"),
                    ((-8, 14), "not-met"),
                    ((-7, 13), "not-met"),
                    ((1, 22), "not-met"),
                )
            ),
            f"{on_days(panel('blood-count-panel', 'neutrophils', kind='report'), 0, 21)} -> met",
            f"{on_days(panel('leukocytes'), 0, 21)} -> not-met",
            f"{on_days(panel('neutrophils'), 0, 21)} -> not-met",
        ),
    ),
    Scene(
        measure="DISTRESS",
        day=date(2022, 3, 1),
        drugs=("trastuzumab",),
        base=VISIT,
        story=BORN,
        rows=lines(
            "-> unknown",
            *(
                f"result:{scale}@40={score} {{score}} -> {verdict}"
                for scale, cut in (("phq-9", 10), ("phq-2", 3), ("gad-7", 10), ("distress-thermometer", 4))
                for score, verdict in ((cut - 1, "met"), (cut, "not-met"))
            ),
            "result:depression-screening@40=done -> met",
            "result:esas@40=done -> met",
            "procedure:depression-screening@40 -> met",
            "diagnosis:depression-screening@40 -> met",
            *(
                f"result:phq-9@40=12 {{score}}; {record}:psychosocial-care@{day} -> {verdict}"
                for record in ("referral", "visit", "procedure")
                for day, verdict in ((70, "met"), (71, "not-met"), (39, "not-met"))
            ),
            *(
                f"procedure:{each}@40~ -> exception"
                for each in ("depression-screening", "phq-2", "phq-9", "gad-7", "distress-thermometer")
            ),
            "diagnosis:severe-cognitive-impairment@1 -> excluded",
            "visit:hospice@40 -> excluded",
        ),
    ),
    Scene(
        measure="FATIGUE",
        day=date(2022, 3, 1),
        drugs=("trastuzumab",),
        base=VISIT,
        story=BORN,
        rows=lines(
            "-> unknown",
            "result:fatigue-score@40=8 {score} -> met",
            "result:fatigue@40=present -> met",
            "result:esas@40=done -> met",
            "diagnosis:fatigue@40 -> met",
            "procedure:fatigue-score@40~ -> exception",
            "diagnosis:severe-cognitive-impairment@1 -> excluded",
            "visit:hospice@40 -> excluded",
        ),
    ),
    Scene(
        measure="PAIN",
        day=date(2022, 3, 1),
        drugs=("trastuzumab",),
        base=VISIT,
        story=BORN,
        rows=lines(
            "result:pain-score@40=3 {score} -> met",
            "result:pain-score@40=4 {score} -> unknown",
            "result:pain-score@39=3 {score} -> not-met",
            *(
                f"result:pain-score@40=4 {{score}}; {record}:pain-management@{day} -> {verdict}"
                for record in ("plan", "procedure")
                for day, verdict in ((47, "met"), (48, "unknown"))
            ),
            "result:pain-score@40=4 {score}; visit:pain-management@40; result:pain-score@40=3 {score} -> met",
            "diagnosis:severe-cognitive-impairment@1 -> excluded",
            "visit:hospice@40 -> excluded",
        ),
    ),
    Scene(
        measure="NAV",
        day=date(2022, 3, 1),
        drugs=("trastuzumab",),
        base=VISIT,
        story=BORN,
        rows=lines(
            "team:patient-navigation@5 -> met",
            "visit:patient-navigation@40 -> met",
            "procedure:patient-navigation@40 -> met",
            "visit:hospice@40 -> excluded",
        ),
    ),
    Scene(
        measure="RETEST",
        day=DAY,
        story={"adjuvant": Course(("docetaxel", "trastuzumab"), date(2018, 1, 8), date(2018, 12, 10))},
        rows=lines(
            "-> not-met",
            *(
                f"{markers(late=late, day=day)} -> {verdict}"
                for late in TESTS
                for day, verdict in ((60, "met"), (61, "not-met"))
            ),
            *(
                f"{markers(lacks=lacks)}; {report}:pathology-report@{day}{said} -> {verdict}"
                for lacks in TESTS
                for report, said in (("report", ""), ("result", "=done"))
                for day, verdict in ((60, "unknown"), (61, "not-met"), (-30, "unknown"), (-31, "not-met"))
            ),
            *(
                f"{markers(lacks=primary)}; marker:{primary}@0=positive^breast -> not-met"
                for primary in TESTS
            ),
            "procedure:metastasis-biopsy@0~ -> exception",
            "visit:hospice@5 -> excluded",
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_a_record_says_of_a_check(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said
