"""What is expected of each hard vignette (knowledge base, section 8), as rows that read like the table
there.

`judged` lists only what these rules decide; `missing` names the rule that the rest of the row waits for.
Lines are "setting number regimen start"; findings are "line authority verdict".
"""

from dataclasses import dataclass

__all__ = ["ROWS", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    story: str
    inclusion: str | None  # None: not judged by these rules
    lines: tuple[str, ...]
    findings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    by_definition: str = ""
    missing: tuple[str, ...] = ()


_2018 = "sequencing by ASCO 2018"
_NCCN = "sequencing by NCCN"
_CNS = "sequencing with CNS metastases"

ROWS: tuple[Row, ...] = (
    Row(
        "v01",
        "included",
        ("palliative 1 THP 2019-03-20", "palliative 2 TDM1 2021-03-02"),
        ("1 ASCO indeterminate", "2 ASCO indeterminate", "2 FDA on-label"),
        missing=(_2018, _NCCN),
    ),
    Row("v02", "excluded", ("palliative 1 THP 2020-01-15",), missing=(_2018,)),
    Row(
        "v03",
        "included",
        ("palliative 1 THP 2019-11-04", "palliative 2 TDXD 2022-06-14"),
        ("2 ASCO preferred", "2 FDA on-label"),
        missing=(_2018, _NCCN),
    ),
    Row(
        "v05",
        "excluded",
        ("palliative 1 THP 2025-10-06",),
        ("1 ASCO preferred", "1 ASCO not-addressed"),
        missing=("evidence-precedes-guideline, evidence-precedes-label", "the label of palbociclib", _NCCN),
    ),
    Row(
        "v07",
        "included",
        (
            "curative 1 TCHP 2019-02-01",
            "curative 2 TDM1 2019-08-20",
            "palliative 1 THP 2021-10-01",
            "palliative 2 TDXD 2022-07-20",
        ),
        ("2 ASCO preferred", "2 FDA on-label"),
        missing=(_2018, _NCCN),
    ),
    Row(
        "v08",
        "excluded",
        ("curative 1 TDM1 *", "palliative 1 TDXD 2022-07-20"),
        ("1 ASCO indeterminate", "1 FDA on-label"),
        ("inclusion-sensitive",),
        "A excluded, B excluded, C included",
        missing=(_CNS, _NCCN),
    ),
    Row(
        "v09",
        "included",
        ("curative 1 * *", "palliative 1 THP 2021-10-20", "palliative 2 TDXD 2022-08-30"),
        ("1 ASCO indeterminate", "2 ASCO preferred", "2 FDA on-label"),
        missing=(_2018, _NCCN),
    ),
    Row(
        "v12",
        "excluded",
        ("palliative 1 THP 2020-02-03",),
        (),
        ("inclusion-sensitive", "treatment-break"),
        missing=(_2018,),
    ),
    Row(
        "v13",
        "review",
        ("palliative 1 THP 2020-05-01", "palliative 2 TDM1 2021-06-01"),
        ("1 ASCO indeterminate", "2 ASCO indeterminate"),
        ("her2-discordant",),
    ),
    Row("v14", "excluded", ("palliative 1 CHEMO 2021-01-01", "palliative 2 TDXD 2023-02-14")),
    Row(
        "v16",
        "included",
        ("palliative 1 THP 2017-*", "palliative 2 TDM1 2022-02-02"),
        ("2 ASCO indeterminate", "2 FDA on-label"),
        missing=("her2-criteria-2013 (ISH by ratio and copies)", _2018, _NCCN),
    ),
    Row(
        "v18", "excluded", ("palliative 1 THP *",), missing=("sequencing with CNS metastases, local therapy",)
    ),
    Row(
        "v19",
        "included",
        ("palliative 1 THP 2020-11-01", "palliative 2 TXH 2022-09-15"),
        ("2 ASCO indeterminate",),
        missing=(_CNS, _NCCN),
    ),
    Row(
        "v21",
        "included",
        ("palliative 1 THP 2021-01-01", "palliative 2 TDM1 2022-10-20"),
        ("2 ASCO indeterminate", "2 FDA on-label"),
        missing=("exceptions: lung disease", _NCCN),
    ),
    Row(
        "v22",
        "included",
        ("palliative 1 THP 2020-06-01", "palliative 2 TDXD 2022-02-01"),
        ("2 ASCO indeterminate", "2 FDA off-label"),
        missing=("ILD-ACT", _2018, _NCCN),
    ),
    Row(
        "v24",
        "included",
        ("palliative 1 THP 2021-01-*", "palliative 2 TDM1 2022-12-05"),
        ("2 ASCO not-preferred", "2 FDA on-label", "2 LVEF-BASE not-met"),
        ("sequencing", "LVEF-BASE"),
        missing=("LVEF-Q3M", _NCCN),
    ),
    Row("v25", "excluded", ("palliative 1 THP 2020-*",)),
    Row(
        "v27",
        "included",
        ("palliative 1 THP 2020-*", "palliative 2 TDXD 2022-06-*"),
        ("2 ASCO preferred",),
        ("status-conflict",),
        missing=(_NCCN,),
    ),
    Row("v30", "excluded", ("palliative 1 THP 2019-*", "palliative 2 TDM1 2021-05-*")),
    Row(
        "v32",
        "included",
        ("palliative 1 THP 2021-05-10", "palliative 2 TDM1 2022-03-02..2022-12-31"),
        ("2 ASCO indeterminate",),
        ("date-uncertain",),
        missing=(_2018, _NCCN),
    ),
    Row(
        "v33",
        "included",
        ("palliative 1 THP *", "palliative 2 TDM1 2021-06-03"),
        ("2 FDA on-label",),
        missing=(_2018, _NCCN),
    ),
    Row("v36", None, (), missing=("which cancer a drug and a HER2 result belong to",)),
    Row(
        "v38",
        "included",
        ("palliative 1 TCHP 2021-01-*", "palliative 2 TDXD 2022-08-*"),
        ("2 ASCO preferred", "2 FDA on-label"),
        missing=(_2018, _NCCN),
    ),
    Row(
        "v41",
        "excluded",
        ("palliative 1 ET 2019-04-01", "palliative 2 HP-ET 2020-10-01"),
        (),
        ("inclusion-sensitive",),
        "A excluded, B included, C excluded",
        missing=(_2018, "hormone-receptor status"),
    ),
    Row(
        "v45",
        "excluded",
        ("palliative 1 * 2022-03-01",),
        missing=("cohort cdk46", "CDK-ECG, CDK-CBC, CDK-STOP"),
    ),
    Row(
        "v47-p1",
        "included",
        ("palliative 1 THP 2019-05-06", "palliative 2 TDM1 2020-09-01", "palliative 3 TDXD 2021-09-14"),
        missing=("CINV-TDXD", _2018, _NCCN),
    ),
    Row(
        "v47-p2",
        "included",
        ("palliative 1 THP 2021-02-01", "palliative 2 TDXD 2023-09-05"),
        ("2 ASCO preferred", "2 FDA on-label"),
        missing=("CINV-TDXD", _NCCN),
    ),
)
