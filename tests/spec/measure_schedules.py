"""The checks that are due on CDK4/6 inhibitors and neratinib, told by hand (knowledge base, sections 4.1 and
5): by measure and drug, each day counted from the first one, with the days before and after that count.

"Every two weeks" and "monthly" count 14 and 28 days; a baseline is of the 28 days before. A cycle is 28 days,
and its first day that of the check.
"""

__all__ = ["CHECKS", "SCHEDULES"]

BASELINE = (0, 28, 0)
# Day 15 of cycles 1 and 2, and day 1 of cycles 2 to 6.
SIX_CYCLES = tuple((day, 3, 4) for day in (14, 28, 42, 56, 84, 112, 140))
# Every two weeks for two months, monthly for two.
FOUR_MONTHS = tuple((day, 3, 4) for day in (14, 28, 42, 56, 84, 112))

SCHEDULES = {
    ("CDK-CBC", "palbociclib"): (BASELINE, *SIX_CYCLES, (224, 3, 4), (308, 3, 4)),
    ("CDK-CBC", "ribociclib"): (BASELINE, *SIX_CYCLES),
    ("CDK-CBC", "abemaciclib"): (BASELINE, *FOUR_MONTHS),
    ("CDK-LFT", "ribociclib"): (BASELINE, *SIX_CYCLES),
    ("CDK-LFT", "abemaciclib"): (BASELINE, *FOUR_MONTHS),
    ("CDK-ECG", "ribociclib"): (BASELINE, (13, 4, 7), (28, 3, 4)),
    ("CDK-LYTES", "ribociclib"): (BASELINE, *((day, 7, 2) for day in (28, 56, 84, 112, 140))),
    ("NER-LFT", "neratinib"): (
        BASELINE,
        *((day, 7, 10) for day in (28, 56, 84)),
        *((day, 14, 14) for day in (168, 252)),
    ),
}

# Each with a LOINC code that is it.
CHECKS = {
    "CDK-CBC": {"blood count": "751-8"},
    "CDK-LFT": {"ALT": "1742-6", "AST": "1920-8", "bilirubin": "1975-2"},
    "CDK-ECG": {"ECG": "8636-3"},
    "CDK-LYTES": {"potassium": "2823-3", "calcium": "17861-6", "phosphate": "2777-1", "magnesium": "19123-9"},
    "NER-LFT": {"ALT": "1742-6", "AST": "1920-8", "bilirubin": "1975-2", "alkaline phosphatase": "6768-6"},
}
