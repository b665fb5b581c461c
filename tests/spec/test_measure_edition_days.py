"""The first and the last day of every edition that asks for a measure alone, as the knowledge base gives them
(sections 4 and 5), told by hand. Labels are tried in test_label_days.py, the guideline on brain metastases in
test_guideline_days.py; that each asks from its first day on, in test_measure_days_*.py.
"""

from datetime import date

import pytest

from abstractor.rules.library import Edition, Subject
from tests.asking import library

REVIEW = date(2026, 12, 31)
# Where the knowledge base names a month or a year: its first day, confidence medium at most.
DAYS = {
    "asco-biomarkers-2015": (date(2015, 7, 20), date(2022, 6, 26)),
    "asco-biomarkers-2022": (date(2022, 6, 27), None),
    "asco-mutations-2022": (date(2022, 6, 27), date(2023, 5, 16)),
    "asco-mutations-2023": (date(2023, 5, 17), date(2024, 2, 5)),
    "asco-mutations-2024": (date(2024, 2, 6), None),
    "asco-bma-2017": (date(2017, 10, 16), None),
    "asco-communication-2017": (date(2017, 9, 11), None),
    "asco-fertility-2018": (date(2018, 4, 5), date(2025, 2, 28)),
    "asco-fertility-2025": (date(2025, 3, 1), None),
    "asco-growth-factors-2015": (date(2015, 7, 13), None),
    "asco-hbv-2015": (date(2015, 5, 11), date(2020, 7, 26)),
    "asco-hbv-2020": (date(2020, 7, 27), None),
    "asco-palliative-2012": (date(2012, 2, 6), date(2016, 10, 30)),
    "asco-palliative-2016": (date(2016, 10, 31), date(2024, 5, 14)),
    "asco-palliative-2024": (date(2024, 5, 15), None),
    "asco-vaccination-2024": (date(2024, 3, 18), None),
    "esmo-restaging-2021": (date(2021, 10, 19), date(2023, 4, 30)),
    "esmo-restaging-living": (date(2023, 5, 1), None),
    "fda-capecitabine-1998-04-30": (date(1998, 4, 30), date(2022, 11, 30)),
    "fda-capecitabine-2022-12-01": (date(2022, 12, 1), date(2025, 10, 31)),
    "fda-capecitabine-2025-11-01": (date(2025, 11, 1), None),
    "fda-neratinib-dosing-2021-06-01": (date(2021, 6, 1), None),
    "ild-guidance-2022": (date(2022, 3, 12), None),
    "mascc-esmo-antiemesis-2023": (date(2023, 12, 21), None),
    "nccn-antiemesis-2019.1": (date(2019, 1, 1), date(2023, 3, 23)),
    "nccn-antiemesis-2023.1": (date(2023, 3, 24), None),
    "nccn-germline-2018": (date(2018, 1, 1), None),
    "practice-mdt-2018": (date(2018, 6, 25), None),
    "cms-navigation-2024": (date(2024, 1, 1), None),
    "practice-navigation-2018": (date(2018, 6, 25), None),
    "mascc-scalp-2018": (date(2018, 6, 25), None),
    "nccn-distress-2013": (date(2013, 1, 1), None),
    "asco-depression-2023": (date(2023, 4, 19), None),
    "asco-fatigue-2014": (date(2014, 4, 14), date(2024, 5, 15)),
    "asco-fatigue-2024": (date(2024, 5, 16), None),
    "cms157-2013": (date(2013, 1, 1), None),
}
EDITIONS = [edition for edition in library().editions if edition.subject is Subject.MEASURE]


def test_every_edition_is_told() -> None:
    assert {edition.id for edition in EDITIONS} == set(DAYS)


@pytest.mark.parametrize("name", DAYS)
def test_the_first_and_the_last_day(name: str) -> None:
    edition = library().edition(name)
    assert (edition.valid_from, edition.valid_to) == DAYS[name]


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.id)
def test_the_day_of_the_next_review(edition: Edition) -> None:
    """That of the whole knowledge base where it is still open."""
    assert edition.next_review == (edition.valid_to or REVIEW)
