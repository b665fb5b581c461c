"""Which editions a measure's page names, held against those by which its worked cases are judged."""

from datetime import date
from functools import cache

import pytest

from abstractor.guidelines import load_library
from abstractor.guidelines.book import Book, open_book
from abstractor.guidelines.book.asking import Asker, askers
from abstractor.guidelines.book.rendering import in_folder, rendered
from abstractor.guidelines.book.views import EditionPage
from abstractor.rules.library import Measure

LIBRARY = load_library()
MEASURES = {measure.id: measure for measure in LIBRARY.measures}


@cache
def book() -> Book:
    return open_book(LIBRARY, on=date(2026, 11, 22))


def asking(measure: str) -> dict[str, Asker]:
    return {each.edition.id: each for each in askers(MEASURES[measure], LIBRARY)}


def test_every_label_since_the_first_asks() -> None:
    found = asking("ILD-ACT")
    labels = [e.id for e in LIBRARY.editions if e.agents == ("fam-trastuzumab deruxtecan",)]
    assert sorted(found) == sorted(labels)
    first = min(found.values(), key=lambda each: each.edition.valid_from)
    assert first.like is None
    assert {each.like for each in found.values() if each is not first} == {first.edition}


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_that_a_label_asks_for_has_one_still_in_force(measure: str) -> None:
    """Drugs do not lose their labels: the last edition of each is open."""
    found = asking(measure).values()
    drugs = {each.edition.agents for each in found if each.edition.agents}
    still = {each.edition.agents for each in found if each.edition.valid_to is None}
    assert drugs <= still


@pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
def test_the_edition_of_every_worked_case_stands_on_the_page(measure: Measure) -> None:
    judged = {done.edition for done in book().measured(measure) if done.edition is not None}
    assert judged
    assert judged <= {each.edition.id for each in book().askers(measure)}
    html = rendered(book().measure(measure), in_folder(f"measures/{measure.id}"))
    assert all(f"editions/{name}.html" in html for name in judged)


@pytest.mark.parametrize(
    ("measure", "flagged"), [("CDK-STOP", False), ("BRAIN-SCREEN", False), ("GCSF", True), ("ILD-ACT", True)]
)
def test_a_flag_is_promised_where_the_measure_can_raise_one(measure: str, flagged: bool) -> None:
    html = rendered(book().measure(MEASURES[measure]), in_folder(f"measures/{measure}"))
    assert ("raises a flag, where an edition makes it due" in html) is flagged


def test_a_label_with_words_of_its_own_goes_on_with_none() -> None:
    own = asking("CDK-ECG")
    assert own["fda-ribociclib-2024-09-17"].like is None
    assert own["fda-ribociclib-2017-03-13"].asks != own["fda-ribociclib-2024-09-17"].asks


def test_of_two_in_force_the_one_that_decides_is_said() -> None:
    found = asking("NER-DIAR")
    label, dosing = found["fda-neratinib-2020-02-25"], found["fda-neratinib-dosing-2021-06-01"]
    assert label.then == dosing.edition and dosing.then is None
    assert found["fda-neratinib-2017-07-17"].then is None


def test_a_label_says_what_it_asks_for() -> None:
    page = book().page("editions/fda-fam-trastuzumab-deruxtecan-2022-05-04")
    assert isinstance(page, EditionPage)
    assert {"ILD-ACT", "TDXD-CBC", "LVEF-BASE"} <= {measure.id for measure in page.measures}


def test_an_edition_that_advises_the_same_is_named() -> None:
    shared = [a for m in LIBRARY.measures for a in getattr(m.rule, "asked", ()) if a.shared_by]
    assert shared
    for each in shared:
        title = LIBRARY.edition(each.shared_by[0]).title
        assert any(title in asker.asks for m in MEASURES for asker in asking(m).values())
