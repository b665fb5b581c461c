"""What a site's folder adds: beside the shipped knowledge, told apart from it, and changing none of it."""

import shutil
from pathlib import Path

import pytest

from abstractor.codes import SYSTEMS, Coding
from abstractor.guidelines import check, listing, load_knowledge, load_library, load_value_sets
from abstractor.guidelines.assembly import assemble
from abstractor.rules.library import Edition, Library, Measure
from tests.unit.guidelines.shelves import Shelf
from tests.unit.guidelines.test_site_mistakes import SOUND, Change


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "site"))


def measure(library: Library, name: str) -> Measure:
    return next(each for each in library.measures if each.id == name)


def test_everything_that_is_shipped_is_still_there() -> None:
    shipped, added = load_library(), load_library(SOUND)
    assert added.editions[: len(shipped.editions)] == shipped.editions
    assert added.measures[: len(shipped.measures)] == shipped.measures
    assert added.regimens[: len(shipped.regimens)] == shipped.regimens
    assert {name: added.agents[name] for name in shipped.agents} == shipped.agents
    assert (added.line_policy, added.inclusion, added.terms) == (
        shipped.line_policy,
        shipped.inclusion,
        shipped.terms,
    )
    before, after = load_value_sets(), load_value_sets(SOUND)
    assert {key: after.concepts[key] for key in before.concepts} == before.concepts
    assert {key: after.drugs[key] for key in before.drugs} == before.drugs
    assert {key: after.names[key] for key in before.names} == before.names


def test_codes_names_agents_and_regimens() -> None:
    library, sets = load_library(SOUND), load_value_sets(SOUND)
    assert sets.concepts_of([Coding("https://clinic.example/labs", "EF")]) == ("lvef",)
    assert sets.agents_of([Coding(SYSTEMS["ndc"], "9999-0001-01")], []).agents == ("site-drug x",)
    assert sets.agents_of([], ["Trial T-DM1 100 mg"]).agents == ("ado-trastuzumab emtansine",)
    chosen = frozenset({"trastuzumab", "site-drug x"})
    assert [each.id for each in library.regimens if each.fits(chosen)] == ["SITE-TX"]


def test_a_union_is_spelt_out_in_the_rules_and_in_no_chart() -> None:
    rule = repr(measure(load_library(SOUND), "SITE-EF-30").rule)
    for name in ("site-heart-imaging", "site-imaging", "echocardiogram", "muga", "cardiac-mri"):
        assert repr(name) in rule
    assert load_value_sets(SOUND).concepts_of([Coding(SYSTEMS["cpt"], "93306")]) == ("echocardiogram",)


def test_a_union_where_one_concept_is_asked_for(shelf: Shelf) -> None:
    """A threshold reads one quantity: in whose unit would it read the union of two?"""
    shelf.replace("concepts.toml", '"lvef" = ', '"lvef" = { includes = ["muga"], says = "x" }\n"old-lvef" = ')
    assert any("'lvef' includes others, where one stands" in refusal for refusal in shelf.refusals())


def test_what_came_from_the_site_is_told(site: Path) -> None:
    library = load_library(site)
    assert {row.id for row in listing(library) if row.origin == "site"} == {
        "site-heart-2020",
        "site-pathway-2021",
    }
    assert all(row.origin == "program" for row in listing(load_library()))
    assert library.sequencing_authorities == (*load_library().sequencing_authorities, "Example Clinic")
    assert library.grace_authorities == load_library().grace_authorities


@pytest.mark.parametrize(
    "change",
    [
        Change("codes.csv", "charge master 2022", "charge master 2021"),
        Change("names.csv", "trial tdm-1", "trial t-dm1"),
        Change("concepts.toml", '"a visit to the heart clinic"', '"a visit to our heart clinic"'),
        Change("measures/heart.toml", "before = 31", "before = 30"),
        Change("editions/pathway.toml", "page 4", "page 3"),
        Change("regimens.toml", "an oral drug", "a drug"),
        Change("agents.toml", '"our formulary 2"', '"our formulary"'),
    ],
    ids=lambda change: change.file,
)
def test_the_stamp_names_what_the_site_says(site: Path, change: Change) -> None:
    """An abstract says by its stamp that the site has changed something since."""
    before = load_library(site).value_sets
    change.make(site)
    assert load_library(site).value_sets != before != load_library().value_sets


def test_the_stamp_is_not_of_names_of_files(site: Path) -> None:
    before = load_library(site).value_sets
    (site / "measures" / "heart.toml").rename(site / "measures" / "a.toml")
    Change("editions/pathway.toml", "# our pathway\n[[edition]]", "[[edition]]").make(site)
    assert load_library(site).value_sets == before


def rows(edition: Edition) -> list[str]:
    return [each.id for each in edition.recommendations]


def test_a_sites_edition_may_say_what_a_shipped_one_says_but_for_some_rows(site: Path) -> None:
    inherits = 'rows_of = "asco-her2-2018"\nwithout = ["weak-heart"]\nsubject = "sequencing"'
    Change("editions/pathway.toml", inherits, 'subject = "sequencing"').make(site)
    library = load_library(site)
    own, asco = library.edition("site-pathway-2021"), library.edition("asco-her2-2018")
    assert rows(own) == ["second-line", "second-line-other", *(r for r in rows(asco) if r != "weak-heart")]
    assert asco == load_library().edition("asco-her2-2018")


def test_concepts_for_which_nothing_is_loaded(site: Path) -> None:
    """Of a shipped measure it is a warning, and gone once the site loads a code."""
    library = load_library()
    assert "cardiac-mri" in library.uncoded
    code = "site-heart-clinic,https://clinic.example/visits,HC,"
    Change("codes.csv", "cardiac-mri,cpt,75557,own words,,,,ours,high,\n" + code, code).make(site)
    assert "cardiac-mri" not in load_library(site).uncoded
    assert load_library(site).uncoded < library.uncoded


def test_a_measure_that_waits_for_codes_is_a_warning(shelf: Shelf, tmp_path: Path) -> None:
    """Exactly the file and line of the list that nothing can fill, and how to load it."""
    old = 'results = ["lvef"], studies = ["echocardiogram", "muga", "cardiac-mri"]'
    shelf.replace("measures/lvef-base.toml", old, 'studies = ["cardiac-mri"]')
    shelf.replace("measures/lvef-base.toml", '"Observation"', '"Procedure"')
    lines = (shelf.root / "measures/lvef-base.toml").read_text("utf-8").splitlines()
    line = next(number for number, each in enumerate(lines, 1) if "cardiac-mri" in each)
    knowledge = assemble(shelf.root, None).knowledge
    assert knowledge is not None
    (waiting,) = [each for each in knowledge.blind if each.measure == "LVEF-BASE"]
    assert str(waiting.refusal) == (
        f"measures/lvef-base.toml, line {line}, measure 'LVEF-BASE', rule, needs 'lvef', any_of, studies: no "
        "code is loaded for 'cardiac-mri'; add its codes to codes.csv in the site's folder"
    )
    on = load_library().editions[0].valid_from
    told = [each for each in check(on=on, root=shelf.root) if "'cardiac-mri'" in each.message]
    assert [each.refused for each in told] == [False]
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "codes.csv").write_text(
        "concept,system,code,display,rank,valid_from,valid_to,source,confidence,note\n"
        "cardiac-mri,cpt,75557,heart scan,,,,ours,high,\n"
    )
    loaded = assemble(shelf.root, tmp_path / "site").knowledge
    assert loaded is not None
    assert "LVEF-BASE" not in {each.measure for each in loaded.blind}


def test_both_are_read_at_once(site: Path) -> None:
    knowledge = load_knowledge(site)
    assert knowledge.library.value_sets == knowledge.value_sets.digest
