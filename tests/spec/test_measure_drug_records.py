"""The same for measures that a first dose asks for: every drug that does, every record that answers, and the
edges of each window (knowledge base, sections 4.1 and 4.2).
"""

from datetime import date

import pytest

from tests.spec.measure_rows import Row, Scene, rows

DAY = date(2022, 4, 4)
WOMAN = {"born": date(1985, 6, 10)}
TDXD, TDM1 = "fam-trastuzumab deruxtecan", "ado-trastuzumab emtansine"
HER2_DRUGS = (
    "trastuzumab", "pertuzumab", TDM1, TDXD, "margetuximab", "neratinib", "tucatinib", "lapatinib",
)  # fmt: skip
TEST = "result:pregnancy-test@-1=negative"
TALK = "visit:contraception-counselling@-1"
ALL_THREE = ("hbsag", "anti-hbc", "anti-hbs")
OF_HIGHER_RISK = (
    "carboplatin", "cisplatin", "oxaliplatin", "doxorubicin", "epirubicin", "cyclophosphamide", TDXD,
)  # fmt: skip
ANTIEMETICS = (
    "ondansetron", "granisetron", "palonosetron", "dolasetron", "dexamethasone", "prochlorperazine",
    "metoclopramide", "olanzapine",
)  # fmt: skip
# One drug of every kind that hepatitis B tests and a talk on fertility are asked before.
A_DRUG_OF_EACH_KIND = (
    "trastuzumab", TDXD, "tucatinib", "docetaxel", "carboplatin", "doxorubicin", "cyclophosphamide",
    "capecitabine", "vinorelbine", "eribulin", "irinotecan", "mitomycin", "sacituzumab govitecan",
    "bevacizumab", "palbociclib", "everolimus", "alpelisib", "capivasertib", "olaparib", "pembrolizumab",
)  # fmt: skip

ROWS = rows(
    Scene(
        measure="CAPE-DPYD",
        day=date(2026, 2, 2),
        drugs=("capecitabine",),
        rows="""
        -> not-met
        result:dpyd-genotype@0=normal -> met
        result:dpyd-genotype@1=normal -> not-met
        result:dpyd-genotype@-4000=normal -> met
        procedure:dpyd-genotype@-5 -> met
        procedure:dpyd-genotype@-5~ -> exception
        visit:hospice@0 -> excluded
        """,
    ),
    Scene(
        measure="CAPE-DPYD",
        day=date(2023, 2, 6),
        drugs=("capecitabine",),
        rows="""
        -> not-met
        result:dpyd-genotype@14=normal -> met
        result:dpyd-genotype@15=normal -> not-met
        """,
    ),
    Scene(
        measure="CAPE-DPYD",
        day=date(2021, 2, 8),
        drugs=("capecitabine",),
        rows="result:dpyd-genotype@-3=normal -> excluded",
    ),
    *(
        Scene(
            measure="CINV-OTHER",
            day=DAY,
            drugs=(drug,),
            rows="-> met",
        )
        for drug in ("docetaxel", "paclitaxel", "nab-paclitaxel", TDM1, "capecitabine", "margetuximab")
    ),
    *(
        Scene(measure="CINV-OTHER", day=DAY, drugs=("docetaxel", drug), rows="-> None")
        for drug in OF_HIGHER_RISK
    ),
    Scene(
        measure="CINV-OTHER",
        day=DAY,
        drugs=("docetaxel",),
        rows="\n".join(
            (
                *(f"order:{drug}@{day} -> met: {drug}" for drug in ANTIEMETICS for day in (-7, 1)),
                "order:ondansetron@-8 -> met: none, which is required",
                "order:ondansetron@2 -> met: none, which is required",
                "visit:hospice@0 -> excluded",
            )
        ),
    ),
    *(
        Scene(
            measure="CONTRA",
            day=DAY,
            drugs=(drug,),
            story=WOMAN,
            rows=f"""
            {TALK} -> not-met
            {TEST}; {TALK} -> met
            """,
        )
        for drug in HER2_DRUGS
    ),
    Scene(
        measure="CONTRA",
        day=DAY,
        drugs=("pertuzumab", "trastuzumab"),
        story=WOMAN,
        rows=f"""
        result:pregnancy-test@-14=negative; visit:contraception-counselling@-14 -> met
        result:pregnancy-test@0=negative; visit:contraception-counselling@0 -> met
        result:pregnancy-test@-15=negative; {TALK} -> not-met
        result:pregnancy-test@1=negative; {TALK} -> not-met
        {TEST}; visit:contraception-counselling@-15 -> unknown
        {TEST}; visit:contraception-counselling@1 -> unknown
        procedure:pregnancy-test@-3; {TALK} -> met
        {TEST}; note:contraception-counselling@-1 -> met
        {TEST}; procedure:contraception-counselling@-1 -> met
        {TEST}; diagnosis:contraception-counselling@-1 -> met
        procedure:pregnancy-test@-3~; {TALK} -> exception
        {TEST}; procedure:contraception-counselling@-3~ -> exception
        procedure:hysterectomy@-800 -> excluded
        procedure:bilateral-oophorectomy@-800 -> excluded
        diagnosis:menopause@-800 -> excluded
        visit:hospice@0 -> excluded
        """,
    ),
    *(
        Scene(measure="CONTRA", day=DAY, drugs=("trastuzumab",), story={"born": born}, rows=f"-> {verdict}")
        for born, verdict in (
            (date(2004, 4, 4), "not-met"),
            (date(2004, 4, 5), "None"),
            (date(1971, 4, 5), "not-met"),
            (date(1971, 4, 4), "None"),
        )
    ),
    *(
        Scene(measure="FERT", day=DAY, drugs=(drug,), story=WOMAN, rows="-> unknown")
        for drug in (*A_DRUG_OF_EACH_KIND, "letrozole")
    ),
    Scene(
        measure="FERT",
        day=DAY,
        drugs=("trastuzumab",),
        story=WOMAN,
        rows="""
        referral:fertility-preservation@-4000 -> met
        referral:fertility-preservation@0 -> met
        referral:fertility-preservation@1 -> unknown
        visit:fertility-preservation@0 -> met
        procedure:fertility-preservation@0 -> met
        diagnosis:fertility-preservation@0 -> met
        referral:fertility-preservation@0~ -> exception
        procedure:hysterectomy@-800 -> excluded
        procedure:bilateral-oophorectomy@-800 -> excluded
        diagnosis:menopause@-800 -> excluded
        visit:hospice@0 -> excluded
        """,
    ),
    *(
        Scene(
            measure="FERT",
            day=DAY,
            drugs=("trastuzumab",),
            story={"born": born, "gender": gender},
            rows=f"-> {verdict}",
        )
        for born, gender, verdict in (
            (date(2004, 4, 4), "female", "unknown"),
            (date(2004, 4, 5), "female", "None"),
            (date(1976, 4, 5), "female", "unknown"),
            (date(1976, 4, 4), "female", "None"),
            (date(1940, 4, 4), "male", "unknown"),
        )
    ),
    *(Scene(measure="HBV", day=DAY, drugs=(drug,), rows="-> not-met") for drug in A_DRUG_OF_EACH_KIND),
    Scene(measure="HBV", day=DAY, drugs=("letrozole",), rows="-> None"),
    Scene(
        measure="HBV",
        day=DAY,
        drugs=("trastuzumab",),
        rows="\n".join(
            (
                "; ".join(f"result:{test}@30=negative" for test in ALL_THREE) + " -> met",
                "; ".join(f"result:{test}@-4000=negative" for test in ALL_THREE) + " -> met",
                "; ".join(f"procedure:{test}@30" for test in ALL_THREE) + " -> met",
                *(
                    "; ".join(f"result:{test}@{31 if test == late else 30}=negative" for test in ALL_THREE)
                    + " -> not-met"
                    for late in ALL_THREE
                ),
                *(
                    "; ".join(f"procedure:{test}@3{'~' if test == late else ''}" for test in ALL_THREE)
                    + " -> exception"
                    for late in ALL_THREE
                ),
                "diagnosis:hepatitis-b@-800 -> excluded",
                "visit:hospice@0 -> excluded",
            )
        ),
    ),
    *(
        Scene(
            measure="SCALP",
            day=DAY,
            drugs=(drug,),
            rows="""
            -> excluded
            procedure:scalp-cooling@21 -> met
            procedure:scalp-cooling@22 -> excluded
            procedure:scalp-cooling@-14 -> met
            procedure:scalp-cooling@-15 -> excluded
            note:scalp-cooling@0 -> met
            visit:hospice@1 -> excluded: (hospice)
            """,
        )
        for drug in ("docetaxel", "paclitaxel", "nab-paclitaxel", TDXD)
    ),
    *(
        Scene(
            measure="CDK-EDU",
            day=DAY,
            drugs=("letrozole", drug),
            story={"her2": "0", "receptors": "positive"},
            rows="""
            -> not-met
            note:drug-education@14 -> met
            note:drug-education@15 -> not-met
            note:drug-education@-30 -> met
            note:drug-education@-31 -> not-met
            plan:drug-education@0 -> met
            procedure:drug-education@0 -> met
            visit:drug-education@0 -> met
            visit:nurse-visit@0 -> met
            note:treatment-consent@0 -> met
            procedure:treatment-consent@0 -> met
            plan:treatment-consent@0 -> not-met
            visit:hospice@0 -> excluded
            """,
        )
        for drug in ("palbociclib", "ribociclib", "abemaciclib")
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_a_record_says_of_a_first_dose(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said
