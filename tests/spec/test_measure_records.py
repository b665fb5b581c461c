"""Every record that answers a measure of care, takes it out or excuses it, and every day at an edge of its
window, told by hand (knowledge base, section 4.2).
"""

from datetime import date

import pytest

from tests.spec.measure_rows import Row, Scene, rows

# Ten doses, creatinine before all of them but the last.
NINE = "; ".join(f"dose:zoledronic acid@{28 * n}" for n in range(1, 10))
NINE += "; " + "; ".join(f"result:creatinine@{28 * n}=0.8" for n in range(1, 9))
LAST = "result:creatinine@252=0.8"

ROWS = rows(
    Scene(
        measure="BM-MDT",
        day=date(2023, 3, 1),
        base="diagnosis:cns-metastasis@0",
        rows="""
        -> not-met
        referral:radiation-oncology-care@28 -> met
        visit:radiation-oncology-care@28 -> met
        procedure:radiation-oncology-care@28 -> met
        referral:neurosurgery-care@28 -> met
        visit:neurosurgery-care@28 -> met
        procedure:neurosurgery-care@28 -> met
        note:tumour-board@28 -> met
        visit:tumour-board@28 -> met
        procedure:tumour-board@28 -> met
        procedure:cns-local-therapy@28 -> met
        referral:neurosurgery-care@29 -> not-met
        referral:neurosurgery-care@-7 -> met
        referral:neurosurgery-care@-8 -> not-met
        procedure:radiation-oncology-care@3~ -> exception
        procedure:neurosurgery-care@3~ -> exception
        procedure:cns-local-therapy@3~ -> exception
        procedure:tumour-board@3~ -> not-met
        visit:hospice@20 -> excluded
        """,
    ),
    Scene(
        measure="BMA-SAFE",
        day=date(2022, 2, 21),
        base="dose:zoledronic acid@0",
        rows=f"""
        visit:dental-examination@-180; result:calcium@-30=9.4 mg/dL; result:creatinine@-7=0.8 mg/dL -> met
        visit:dental-examination@0; result:calcium@0=9.4 mg/dL -> not-met: calcium 9.4
        referral:dental-examination@30; procedure:calcium@30; procedure:creatinine@0 -> met
        procedure:dental-examination@30; report:calcium@30; report:creatinine@0 -> met
        procedure:dental-examination@-181; result:calcium@0=9.4; result:creatinine@0=0.8 -> unknown
        procedure:dental-examination@31; result:calcium@0=9.4; result:creatinine@0=0.8 -> unknown
        procedure:dental-examination@0; result:calcium@-31=9.4; result:creatinine@0=0.8 -> not-met
        procedure:dental-examination@0; result:calcium@31=9.4; result:creatinine@0=0.8 -> not-met
        procedure:dental-examination@0; result:calcium@0=9.4; result:creatinine@-8=0.8 mg/dL -> not-met
        procedure:dental-examination@0; result:calcium@0=9.4; result:creatinine@1=0.8 mg/dL -> not-met
        procedure:dental-examination@0~; result:calcium@0=9.4; result:creatinine@0=0.8 -> exception
        result:creatinine@0=0.8 mg/dL; visit:hospice@20 -> met
        result:creatinine@0=0.8; dose:zoledronic acid@28; visit:hospice@20 -> excluded
        result:creatinine@0=0.8; visit:dental-examination@0; result:calcium@0=9.4; {NINE} -> not-met
        result:creatinine@0=0.8; visit:dental-examination@0; result:calcium@0=9.4; {NINE}; {LAST} -> met
        """,
    ),
    Scene(
        measure="BMA",
        day=date(2022, 2, 21),
        base="diagnosis:bone-metastasis@0",
        rows="""
        -> not-met
        order:zoledronic acid@90 -> met
        order:zoledronic acid@91 -> not-met
        order:zoledronic acid@-90 -> met
        order:zoledronic acid@-91 -> not-met
        order:denosumab 120 mg@90 -> met
        order:pamidronate@90 -> met
        order:denosumab@90 -> unknown
        order:zoledronic acid@9~stop-reason:refusal -> exception
        order:zoledronic acid@9~stop-reason:not-tolerated -> exception
        order:zoledronic acid@9~stop-reason:contraindicated -> exception
        order:zoledronic acid@9~stop-reason:preference -> exception
        diagnosis:jaw-osteonecrosis@9 -> exception
        diagnosis:dental-disease@9 -> exception
        diagnosis:hypocalcaemia@9 -> exception
        diagnosis:severe-renal-impairment@9 -> exception
        result:creatinine-clearance@9=29.9 mL/min -> exception
        result:creatinine-clearance@9=29.9 mL/min/{1.73_m2} -> exception
        result:creatinine-clearance@9=29.9 mL/min/1.73m2 -> exception
        result:creatinine-clearance@9=30 mL/min -> not-met
        result:creatinine-clearance@9=30 mL/min/{1.73_m2} -> not-met
        result:creatinine-clearance@9=30 mL/min/1.73m2 -> not-met
        visit:hospice@20 -> excluded
        """,
    ),
    Scene(
        measure="BRAIN-SCREEN",
        day=date(2023, 3, 1),
        rows="""
        -> excluded
        procedure:brain-mri@365 -> met
        procedure:brain-mri@366 -> excluded
        procedure:brain-mri@-30 -> met
        procedure:brain-mri@-31 -> excluded
        result:brain-mri@20=normal -> met
        procedure:brain-mri@20; diagnosis:neurological-symptom@0 -> excluded
        procedure:brain-mri@20; diagnosis:cns-metastasis@0 -> excluded
        procedure:brain-mri@20; diagnosis:neurological-symptom@19 -> excluded: on record 2023-03-20, after
        procedure:brain-mri@20; diagnosis:cns-metastasis@19 -> excluded: on record 2023-03-20, after
        procedure:brain-mri@20; diagnosis:neurological-symptom@20 -> met: on record 2023-03-21, after
        procedure:brain-mri@20; diagnosis:cns-metastasis@20 -> met: on record 2023-03-21, after
        procedure:brain-mri@20; diagnosis:neurological-symptom@90 -> met: on record 2023-05-30, after
        procedure:brain-mri@20; procedure:brain-mri@95; diagnosis:neurological-symptom@90 -> met
        diagnosis:neurological-symptom@90 -> excluded: on record 2023-05-30, after
        diagnosis:neurological-symptom@366 -> excluded: which is required of nobody here (not-required)
        procedure:brain-mri@20; visit:hospice@100 -> met
        visit:hospice@100 -> excluded: (hospice)
        """,
    ),
    Scene(
        measure="BRAIN-SX",
        day=date(2023, 3, 1),
        base="diagnosis:neurological-symptom@0",
        rows="""
        -> not-met
        procedure:brain-mri@14 -> met
        procedure:brain-mri@15 -> not-met
        procedure:brain-mri@-1 -> not-met
        result:brain-mri@14=normal -> met
        procedure:head-ct@14 -> unknown
        result:head-ct@14=normal -> unknown
        procedure:head-ct@15 -> not-met
        procedure:brain-mri@3~ -> exception
        diagnosis:neurological-symptom@89; procedure:brain-mri@3 -> met
        diagnosis:neurological-symptom@90; procedure:brain-mri@3 -> not-met
        diagnosis:neurological-symptom@-1; procedure:brain-mri@3 -> met
        visit:hospice@10 -> excluded
        """,
    ),
    Scene(
        measure="GBRCA",
        day=date(2023, 3, 1),
        rows="""
        -> not-met
        result:germline-test@700=negative -> met
        procedure:germline-test@20 -> met
        procedure:cancer-genetics@20 -> met
        referral:cancer-genetics@20 -> met
        visit:cancer-genetics@20 -> met
        diagnosis:germline-susceptibility@20 -> met
        diagnosis:cancer-genetics@20 -> met
        procedure:germline-test@20~ -> exception
        procedure:cancer-genetics@20~ -> exception
        visit:hospice@365 -> excluded
        visit:hospice@366 -> not-met
        """,
    ),
    Scene(
        measure="GOC",
        day=date(2023, 3, 1),
        rows="""
        -> not-met
        result:goals-of-care@90=comfort -> met
        result:goals-of-care@91=comfort -> not-met
        result:goals-of-care@-90=comfort -> met
        result:goals-of-care@-91=comfort -> not-met
        procedure:goals-of-care@20 -> met
        note:goals-of-care@20 -> met
        visit:goals-of-care@20 -> met
        diagnosis:goals-of-care@20 -> met
        diagnosis:do-not-resuscitate@20 -> met
        note:goals-of-care@20~ -> exception
        visit:hospice@20 -> excluded
        """,
    ),
    Scene(
        measure="MDT",
        day=date(2023, 3, 1),
        rows="""
        -> unknown
        note:tumour-board@30 -> met
        note:tumour-board@31 -> unknown
        note:tumour-board@-30 -> met
        note:tumour-board@-31 -> unknown
        visit:tumour-board@5 -> met
        procedure:tumour-board@5 -> met
        visit:hospice@20 -> excluded
        """,
    ),
    Scene(
        measure="PALL",
        day=date(2018, 3, 1),
        rows="""
        -> not-met
        referral:palliative-care-encounter@56 -> met
        referral:palliative-care-encounter@57 -> not-met
        referral:palliative-care-encounter@-30 -> met
        referral:palliative-care-encounter@-31 -> not-met
        visit:palliative-care-encounter@5 -> met
        procedure:palliative-care-encounter@5 -> met
        diagnosis:palliative-care-encounter@5 -> met
        referral:palliative-care-encounter@5~ -> exception
        visit:hospice@20 -> excluded
        """,
    ),
    Scene(
        measure="PALL",
        day=date(2025, 3, 3),
        rows="""
        -> not-met
        referral:palliative-care-encounter@-2000 -> met
        referral:palliative-care-encounter@800 -> met
        visit:palliative-care-encounter@5 -> met
        procedure:palliative-care-encounter@5 -> met
        diagnosis:palliative-care-encounter@5 -> met
        visit:hospice@182 -> excluded
        visit:hospice@183 -> not-met
        """,
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_a_record_says(row: Row) -> None:
    holds, said = row.holds()
    assert holds, said
