"""The same for antiemetics, growth factors, drugs against diarrhoea and what follows a stop of a CDK4/6
inhibitor (knowledge base, sections 4.1 and 5).
"""

from datetime import date, timedelta

import pytest

from tests.spec.measure_rows import Row, Scene, rows

DAY = date(2022, 3, 1)
TDXD = "fam-trastuzumab deruxtecan"
NEGATIVE = {"her2": "0", "receptors": "positive", "as_of": date(2023, 3, 1)}
FIVE_HT3 = ("ondansetron", "granisetron", "palonosetron", "dolasetron")
NK1 = ("aprepitant", "fosaprepitant", "netupitant", "fosnetupitant", "rolapitant")
OTHERS = ("olanzapine", "prochlorperazine", "metoclopramide")
STEROID, SETRON, NK1_ONE = "order:dexamethasone@0", "order:ondansetron@0", "order:aprepitant@0"
INTOLERANCE = ("stop-reason:not-tolerated", "stop-reason:contraindicated")
CHEMO = (
    "paclitaxel", "carboplatin", "doxorubicin", "cyclophosphamide", "capecitabine", "vinorelbine", "eribulin",
    "irinotecan", "mitomycin",
)  # fmt: skip
BESIDE = ("carboplatin", "cyclophosphamide", "doxorubicin", "epirubicin")


def lines(*told: str) -> str:
    return "\n".join(told)


# Six cycles of palbociclib or ribociclib, or tablets every day, and then none.
FOUR = "dose:{0}@0; dose:{0}@28; dose:{0}@56; dose:{0}@84"
LAST = 104


def stopped(told: str, category: str) -> str:
    return f"{told} -> exception: {category}"


ROWS = rows(
    Scene(
        measure="CINV-TDXD",
        day=DAY,
        drugs=(TDXD,),
        rows=lines(
            *(f"order:{each}@{day}; {STEROID} -> met" for each in FIVE_HT3 for day in (-7, 1)),
            *(f"order:{each}@{day}; {STEROID} -> not-met" for each in FIVE_HT3 for day in (-8, 2)),
            *(f"{SETRON}; order:dexamethasone@{day} -> met" for day in (-7, 1)),
            *(f"{SETRON}; order:dexamethasone@{day} -> not-met" for day in (-8, 2)),
            *(
                f"{STEROID}; diagnosis:qt-prolongation@-9; order:{each}@0 -> exception"
                for each in (*NK1, *OTHERS)
            ),
            f"{STEROID}; diagnosis:qt-prolongation@-9 -> not-met",
            *(
                f"{STEROID}; order:ondansetron@0~{why}; order:olanzapine@0 -> exception"
                for why in INTOLERANCE
            ),
            *(f"{SETRON}; diagnosis:diabetes@-9; order:{each}@0 -> exception" for each in (*NK1, *OTHERS)),
            f"{SETRON}; diagnosis:diabetes@-9 -> not-met",
            *(
                f"{SETRON}; order:dexamethasone@0~{why}; order:olanzapine@0 -> exception"
                for why in (*INTOLERANCE, "stop-reason:refusal")
            ),
            "visit:hospice@0 -> excluded",
        ),
    ),
    Scene(
        measure="CINV-TDXD",
        day=date(2024, 3, 4),
        drugs=(TDXD,),
        rows=lines(
            f"{SETRON}; {STEROID} -> not-met",
            *(f"{SETRON}; {STEROID}; order:{each}@{day} -> met" for each in NK1[:2] for day in (-7, 1)),
            *(f"{SETRON}; {STEROID}; order:{each}@{day} -> not-met" for each in NK1[:2] for day in (-8, 2)),
            f"{SETRON}; {STEROID}; order:netupitant@0 -> met",
            f"{SETRON}; {STEROID}; order:fosnetupitant@0 -> met",
            f"{SETRON}; {STEROID}; order:rolapitant@0 -> met",
            f"{NK1_ONE}; {STEROID} -> not-met",
            f"{SETRON}; {NK1_ONE} -> not-met",
            *(
                f"{SETRON}; {STEROID}; order:aprepitant@0~{why}; order:{each}@0 -> exception"
                for why in INTOLERANCE
                for each in OTHERS
            ),
        ),
    ),
    Scene(
        measure="NER-DIAR",
        day=DAY,
        drugs=("capecitabine", "neratinib"),
        rows=lines(
            "-> unknown",  # it may have been started at a lower dose
            "order:loperamide@3 -> met",
            "order:loperamide@4 -> unknown",
            "order:loperamide@-3 -> met",
            "order:loperamide@-4 -> unknown",
            "diagnosis:stoma@-9 -> exception",
            *(f"order:loperamide@0~{why} -> exception" for why in (*INTOLERANCE, "stop-reason:refusal")),
            "visit:hospice@0 -> excluded",
        ),
    ),
    Scene(
        measure="NER-DIAR",
        day=date(2020, 3, 2),
        drugs=("capecitabine", "neratinib"),
        rows=lines(
            "-> not-met",
            "order:loperamide@3 -> met",
            "order:loperamide@4 -> not-met",
            "order:loperamide@-3 -> met",
            "order:loperamide@-4 -> not-met",
        ),
    ),
    *(
        Scene(
            measure="TKI-DIAR",
            day=DAY,
            drugs=("capecitabine", drug),
            base="diagnosis:diarrhoea@30",
            rows=lines(
                "-> not-met",
                *(
                    f"order:{each}@44 -> met"
                    for each in ("loperamide", "diphenoxylate", "octreotide", "budesonide", "colestipol")
                ),
                "order:loperamide@45 -> not-met",
                "order:loperamide@-60 -> met",
                "order:loperamide@-61 -> not-met",
                "note:drug-education@44 -> met",
                "procedure:drug-education@44 -> met",
                *(f"order:loperamide@31~{why} -> exception" for why in (*INTOLERANCE, "stop-reason:refusal")),
                "visit:hospice@40 -> excluded",
            ),
        )
        for drug in ("tucatinib", "lapatinib")
    ),
    *(
        Scene(
            measure="GCSF",
            day=DAY,
            drugs=("docetaxel", other),
            story={"born": date(1980, 5, 5)},
            rows="-> not-met",
        )
        for other in BESIDE
    ),
    Scene(
        measure="GCSF",
        day=DAY,
        drugs=("docetaxel", "carboplatin"),
        story={"born": date(1980, 5, 5)},
        rows=lines(
            *(
                f"dose:{each}@1 -> met"
                for each in ("filgrastim", "pegfilgrastim", "eflapegrastim", "efbemalenograstim")
            ),
            "dose:pegfilgrastim@4 -> met",
            "dose:pegfilgrastim@5 -> not-met",
            "dose:pegfilgrastim@-1 -> not-met",
            "order:pegfilgrastim@-7 -> met",
            "order:pegfilgrastim@-8 -> not-met",
            "order:pegfilgrastim@4 -> met",
            "procedure:growth-factor-injection@4 -> met",
            "procedure:growth-factor-injection@5 -> not-met",
            *(f"order:pegfilgrastim@0~{why} -> exception" for why in (*INTOLERANCE, "stop-reason:refusal")),
            "visit:hospice@2 -> excluded",
        ),
    ),
    Scene(
        measure="GCSF",
        day=DAY,
        drugs=("docetaxel", "trastuzumab"),
        story={"born": date(1980, 5, 5)},
        rows=lines(
            "-> excluded",
            "diagnosis:neutropenia@-30 -> not-met",
            "diagnosis:febrile-neutropenia@-30 -> not-met",
            "diagnosis:severe-renal-impairment@-30 -> not-met",
            "diagnosis:hepatotoxicity@-30 -> not-met",
            *(f"dose:{drug}@-800 -> not-met" for drug in CHEMO),
        ),
    ),
    *(
        Scene(
            measure="GCSF",
            day=DAY,
            drugs=("docetaxel", "trastuzumab"),
            story={"born": born},
            rows=f"-> {verdict}",
        )
        for born, verdict in ((date(1957, 3, 1), "not-met"), (date(1957, 3, 2), "excluded"))
    ),
    Scene(
        measure="GCSF",
        day=DAY,
        drugs=(TDXD,),
        rows=lines(
            "-> None",
            "diagnosis:neutropenia@30 -> None",
            "diagnosis:fever-in-other-disease@30 -> None",
            "diagnosis:febrile-neutropenia@30 -> not-met",
            "diagnosis:neutropenia@30; diagnosis:fever-in-other-disease@30 -> not-met",
            "diagnosis:neutropenia+fever-in-other-disease@30 -> not-met",
            "diagnosis:febrile-neutropenia@30; dose:pegfilgrastim@43 -> met",
        ),
    ),
    *(
        Scene(
            measure="CDK-STOP",
            day=DAY,
            drugs=("letrozole",),
            base=f"dose:{drug}@0",
            story=NEGATIVE,
            rows=lines(
                f"dose:{drug}@{begins + 6} -> unknown: within 14 days (stop-reason-unknown)",
                f"dose:{drug}@{begins + 7} -> unknown: held from {DAY + timedelta(days=begins)} to",
            ),
        )
        # Three weeks of tablets and a week of rest, or tablets every day.
        for drug, begins in (("palbociclib", 28), ("ribociclib", 28), ("abemaciclib", 21))
    ),
    Scene(
        measure="CDK-STOP",
        day=DAY,
        drugs=("letrozole",),
        base=FOUR.format("ribociclib"),
        story=NEGATIVE,
        rows=lines(
            "-> unknown: no reason on record",
            stopped(f"result:disease-status@{LAST}=answer:progressed", "progression"),
            stopped(f"order:ribociclib@{LAST}~answer:progressed", "progression (stated)"),
            *(
                stopped(f"order:ribociclib@{LAST}~stop-reason:{why}", category)
                for why, category in (
                    ("no-response", "progression"),
                    ("hospice", "hospice care"),
                    ("lost", "lost to follow-up"),
                    ("not-tolerated", "toxicity"),
                    ("preference", "patient preference or quality of life"),
                    ("refusal", "patient preference or quality of life"),
                    ("financial", "cost, insurance or access"),
                    ("access", "cost, insurance or access"),
                    ("unavailable", "cost, insurance or access"),
                    ("non-adherence", "non-adherence"),
                    ("comorbidity", "comorbidity or intercurrent illness"),
                    ("contraindicated", "comorbidity or intercurrent illness"),
                    ("death", "death"),
                    ("planned", "planned, complete response or trial"),
                    ("complete-response", "planned, complete response or trial"),
                    ("trial", "planned, complete response or trial"),
                    ("switched", "switch to another drug"),
                )
            ),
            *(
                stopped(f"diagnosis:{event}@{LAST}", f"toxicity/{part} (")
                for event, part in (
                    ("neutropenia", "haematologic"),
                    ("febrile-neutropenia", "haematologic"),
                    ("thrombocytopenia", "haematologic"),
                    ("anaemia", "haematologic"),
                    ("hepatotoxicity", "hepatic"),
                    ("qt-prolongation", "QT/cardiac"),
                    ("heart-failure", "QT/cardiac"),
                    ("diarrhoea", "GI"),
                    ("nausea-vomiting", "GI"),
                    ("ild-pneumonitis", "ILD"),
                    ("venous-thromboembolism", "VTE"),
                    ("drug-eruption", "rash"),
                    ("fatigue", "fatigue"),
                    ("severe-renal-impairment", "renal"),
                )
            ),
            stopped(f"result:neutrophils@{LAST}=0.99 10*3/ul", "toxicity/haematologic"),
            f"result:neutrophils@{LAST}=1.0 10*3/ul -> unknown",
            stopped(f"result:alt@{LAST}=200 u/l", "toxicity/hepatic"),
            f"result:alt@{LAST}=199 u/l -> unknown",
            stopped(f"result:qtcf@{LAST}=481 ms", "toxicity/QT/cardiac"),
            f"result:qtcf@{LAST}=480 ms -> unknown",
            stopped(f"result:qtc@{LAST}=481 ms", "toxicity/QT/cardiac"),
            f"result:qtc@{LAST}=480 ms -> unknown",
            stopped(f"diagnosis:neutropenia@{LAST - 14}", "toxicity"),
            stopped(f"diagnosis:neutropenia@{LAST + 14}", "toxicity"),
            f"diagnosis:neutropenia@{LAST - 15} -> unknown",
            f"diagnosis:neutropenia@{LAST + 15} -> unknown",
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_a_record_says_of_treatment(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said
