"""What is expected of each hard vignette (knowledge base, section 8): whole rows, read like the table there.

Lines are "setting number regimen start [phases]"; findings are "line authority edition verdict", L1+ for a
step that intensified the maintenance of line 1; "also" names the other edition of a grace period. An asterisk
leaves open what the table leaves open. Flags are those that the table names; `NONE` says that no discordant,
review or critical flag stands. `waits` names the measures of a row that are not part of the program yet.
"""

from dataclasses import dataclass

__all__ = ["NONE", "ROWS", "Row"]

NONE = ("none",)


@dataclass(frozen=True, slots=True)
class Row:
    story: str
    inclusion: str
    lines: tuple[str, ...]
    findings: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    by_definition: str = ""
    no_flag_of: tuple[str, ...] = ()  # lines that must raise no flag of sequencing
    unjudged: bool = False  # no sequencing finding at all
    by_cohort: str = ""
    says: tuple[tuple[str, str], ...] = ()  # measures, and words of their statements
    waits: tuple[str, ...] = ()


ROWS: tuple[Row, ...] = (
    Row(
        "v01",
        "included",
        ("palliative 1 THP 2019-03-20 induction, maintenance", "palliative 2 TDM1 2021-03-02"),
        (
            "L1 ASCO asco-her2-2018 preferred",
            "L1 NCCN nccn-bc-2013.1 preferred",
            "L1 FDA * on-label",
            "L2 ASCO asco-her2-2018 preferred",
            "L2 NCCN nccn-bc-202*.1 preferred",
            "L2 FDA fda-ado-trastuzumab-emtansine-2019-05-03 on-label",
        ),
    ),
    Row("v02", "excluded", ("palliative 1 THP 2020-01-15*",), ("L1 ASCO asco-her2-2018 preferred",)),
    Row(
        "v03",
        "included",
        ("palliative 1 THP 2019-11-04 induction, maintenance", "palliative 2 TDXD 2022-06-14"),
        (
            "L2 ASCO asco-her2-2022 preferred",
            "L2 NCCN nccn-bc-2022.1 preferred",
            "L2 FDA fda-fam-trastuzumab-deruxtecan-2022-05-04 on-label",
        ),
    ),
    Row(
        "v05",
        "excluded",
        ("palliative 1 THP 2025-10-06 *maintenance-intensified",),
        (
            "L1+ ASCO asco-her2-2022 not-addressed",
            "L1+ NCCN nccn-bc-2026.1 acceptable*",
            "L1+ FDA fda-palbociclib-2015-02-03 off-label later fda-palbociclib-2026-06-24 on-label",
            "L1 CDK-CBC FDA fda-palbociclib-2015-02-03 not-met",
        ),
        ("evidence-precedes-label", "evidence-precedes-guideline"),
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
        ("L1 ASCO asco-her2-2018 preferred", "L2 ASCO asco-her2-2022 preferred also asco-her2-2018"),
    ),
    Row(
        "v08",
        "excluded",
        ("curative 1 TDM1 *", "palliative 1 TDXD 2022-07-20"),
        (
            "L1 ASCO asco-her2-2022 preferred also asco-her2-2018",
            "L1 NCCN nccn-bc-2022.1 acceptable",
            "L1 FDA fda-fam-trastuzumab-deruxtecan-2022-05-04 on-label",
        ),
        ("inclusion-sensitive",),
        "A excluded, B excluded, C included",
    ),
    Row(
        "v09",
        "included",
        ("curative 1 * *", "palliative 1 THP 2021-10-20", "palliative 2 TDXD 2022-08-30"),
        (
            "L1 ASCO asco-her2-2018 not-preferred later asco-her2-2022 not-preferred",
            "L1 NCCN nccn-bc-202*.1 acceptable",
            "L2 ASCO asco-her2-2022 preferred",
        ),
    ),
    Row(
        "v12",
        "excluded",
        ("palliative 1 THP 2020-02-03*",),
        ("L1 ASCO asco-her2-2018 preferred",),
        ("inclusion-sensitive", "treatment-break"),
    ),
    Row(
        "v13",
        "review",
        ("palliative 1 THP 2020-05-01", "palliative 2 TDM1 2021-06-01"),
        ("L1 ASCO * indeterminate", "L2 ASCO * indeterminate"),
        ("her2-discordant",),
    ),
    Row("v14", "excluded", ("palliative 1 CHEMO 2021-01-01", "palliative 2 TDXD 2023-02-14"), unjudged=True),
    Row(
        "v16",
        "included",
        ("palliative 1 THP 2017-*", "palliative 2 TDM1 2022-02-02"),
        (
            "L2 ASCO asco-her2-2018 preferred",
            "L2 NCCN nccn-bc-202[01].1 preferred also nccn-bc-2022.1",
            "L2 FDA fda-ado-trastuzumab-emtansine-2019-05-03 on-label",
        ),
        ("her2-criteria-2013",),
    ),
    Row(
        "v18", "excluded", ("palliative 1 THP *",), ("L1 ASCO asco-her2-2018 preferred",), no_flag_of=("L1",)
    ),
    Row(
        "v19",
        "included",
        ("palliative 1 THP 2020-11-01", "palliative 2 TXH 2022-09-15"),
        ("L2 ASCO asco-her2-2022 acceptable", "L2 NCCN nccn-bc-2022.1 acceptable"),
        no_flag_of=("L2",),
    ),
    Row(
        "v21",
        "included",
        ("palliative 1 THP 2021-01-01", "palliative 2 TDM1 2022-10-20"),
        ("L2 ASCO asco-her2-2022 exception", "L2 NCCN nccn-bc-2022.1 acceptable"),
        no_flag_of=("L2",),
    ),
    Row(
        "v22",
        "included",
        ("palliative 1 THP 2020-06-01", "palliative 2 TDXD 2022-02-01"),
        (
            "L2 NCCN nccn-bc-2022.1 preferred*",
            "L2 ASCO asco-her2-2018 acceptable",
            "L2 FDA fda-fam-trastuzumab-deruxtecan-2019-12-20 off-label "
            "later fda-fam-trastuzumab-deruxtecan-2022-05-04 on-label",
            "L2 ILD-ACT FDA fda-fam-trastuzumab-deruxtecan-2022-05-04 not-met",
        ),
        ("ILD-ACT",),
    ),
    Row(
        "v24",
        "included",
        ("palliative 1 THP 2021-01-*", "palliative 2 TDM1 2022-12-05"),
        (
            "L2 ASCO asco-her2-2022 not-preferred",
            "L2 NCCN nccn-bc-2022.1 acceptable",
            "L1 LVEF-BASE FDA * met",
            "L1 LVEF-Q3M FDA * not-met",
            "L2 LVEF-BASE FDA * not-met",
        ),
        ("sequencing", "LVEF-BASE", "LVEF-Q3M", "guideline-divergence"),
    ),
    Row("v25", "excluded", ("palliative 1 THP 2020-*",), flags=NONE),
    Row(
        "v27",
        "included",
        ("palliative 1 THP 2020-*", "palliative 2 TDXD 2022-06-*"),
        ("L2 ASCO asco-her2-2022 preferred*",),
        ("status-conflict",),
    ),
    Row("v30", "excluded", ("palliative 1 THP 2019-*", "palliative 2 TDM1 2021-05-*")),
    Row(
        "v32",
        "included",
        ("palliative 1 THP 2021-05-10*", "palliative 2 TDM1 2022-03-02..2022-12-31"),
        (
            "L2 ASCO asco-her2-2022 indeterminate also asco-her2-2018",
            "L2 NCCN nccn-bc-2022.1 acceptable",
        ),
        ("date-uncertain",),
    ),
    Row(
        "v33",
        "included",
        ("palliative 1 THP *", "palliative 2 TDM1 2021-06-03 decided 2021-06-01"),
        ("L2 ASCO asco-her2-2018 preferred", "L2 NCCN nccn-bc-202*.1 preferred", "L2 FDA * on-label"),
    ),
    Row("v36", "excluded", (), unjudged=True),
    Row(
        "v38",
        "included",
        ("palliative 1 TCHP 2021-01-* induction, maintenance", "palliative 2 TDXD 2022-08-*"),
        ("L1 ASCO asco-her2-2018 preferred", "L2 ASCO asco-her2-2022 preferred*"),
    ),
    Row(
        "v41",
        "excluded",
        ("palliative 1 ET 2019-04-01", "palliative 2 HP-ET 2020-10-01"),
        ("L1 ASCO asco-her2-2018 not-preferred*", "L2 ASCO asco-her2-2018 acceptable"),
        ("inclusion-sensitive",),
        "A excluded, B included, C excluded",
    ),
    Row(
        "v45",
        "excluded",
        ("palliative 1 * 2022-03-01",),
        (
            "L1 CDK-ECG FDA fda-ribociclib-2017-03-13 not-met",
            "L1 CDK-CBC FDA fda-ribociclib-2017-03-13 not-met",
            "L1 CDK-STOP FDA fda-ribociclib-2017-03-13 exception",
        ),
        ("CDK-CBC", "CDK-ECG"),
        unjudged=True,
        by_cohort="cdk46 included",
        says=(
            ("CDK-ECG", "2 of 3 due checks done; missing 2022-03-29"),
            ("CDK-CBC", "4 of 7 due checks done"),
            ("CDK-STOP", "early (136 d, before 6 months), toxicity/GI (stated)"),
        ),
    ),
    Row(
        "v47-p1",
        "included",
        ("palliative 1 THP 2019-05-06", "palliative 2 TDM1 2020-09-01", "palliative 3 TDXD 2021-09-14"),
        ("L3 CINV-TDXD NCCN nccn-antiemesis-2019.1 met",),
    ),
    Row(
        "v47-p2",
        "included",
        ("palliative 1 THP 2021-02-01", "palliative 2 TDXD 2023-09-05"),
        ("L2 CINV-TDXD NCCN nccn-antiemesis-2023.1 not-met",),
        ("CINV-TDXD",),
    ),
)
