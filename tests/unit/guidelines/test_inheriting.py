"""An edition that says what an earlier one said, but for some rows."""

from typing import Any

import pytest

from abstractor.errors import KnowledgeError
from abstractor.guidelines import load_library
from abstractor.guidelines.inheriting import with_inherited
from abstractor.guidelines.located import Source, Spot, located
from abstractor.guidelines.shelf import Place
from tests.unit.guidelines.shelves import Shelf

PLACE = Place("editions/some.toml", "edition 'second'")
Row = dict[str, Any]


def row(name: str, verdict: str = "acceptable", confidence: str = "high") -> Row:
    return {"id": name, "verdict": verdict, "confidence": confidence}


FIRST: dict[str, Any] = {"id": "first", "recommendations": [row("a"), row("b"), row("c")]}


def inherited(entry: dict[str, Any]) -> dict[str, Any]:
    """As if both stood in one file."""
    spot = Spot(Source(PLACE.file, ""))
    return with_inherited(located(entry, spot), {"first": located(FIRST, spot)}, PLACE)


def second(**said: Any) -> dict[str, Any]:
    return inherited({"id": "second", "rows_of": "first", **said})


def named(edition: dict[str, Any]) -> list[str]:
    return [each["id"] for each in edition["recommendations"]]


def test_it_holds_the_rows_of_the_earlier_one() -> None:
    assert second()["recommendations"] == FIRST["recommendations"]


def test_rows_of_its_own_come_first() -> None:
    assert named(second(recommendations=[row("d"), row("e")])) == ["d", "e", "a", "b", "c"]


def test_a_row_of_the_same_id_stands_in_the_old_ones_place() -> None:
    edition = second(recommendations=[row("b", "preferred"), row("d")])
    assert named(edition) == ["d", "a", "b", "c"]
    assert edition["recommendations"][2] == row("b", "preferred")


def test_rows_are_left_out() -> None:
    assert named(second(without=["a", "c"])) == ["b"]


def test_nothing_of_the_inheritance_is_left_in_the_edition() -> None:
    edition = second(without=["a"], inherited_confidence="low")
    assert set(edition) == {"id", "recommendations"}


def test_inherited_rows_may_be_in_doubt_where_own_rows_are_not() -> None:
    edition = second(inherited_confidence="low", recommendations=[row("b"), row("d")])
    held = {each["id"]: each["confidence"] for each in edition["recommendations"]}
    assert held == {"d": "high", "a": "low", "b": "high", "c": "low"}
    assert {each["confidence"] for each in FIRST["recommendations"]} == {"high"}


def test_an_edition_that_inherits_nothing_is_left_as_it_is() -> None:
    entry = {"id": "second", "recommendations": [row("d")]}
    assert inherited(entry) == entry


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"rows_of": "third"}, "rows_of 'third' is no edition before it in the file"),
        ({"without": ["z"]}, "without 'z', which is no row of it"),
        ({"recommendations": [row("d"), row("d")]}, "two recommendations with one id"),
        ({"recommendations": [{"verdict": "acceptable"}]}, "a recommendation without an id"),
    ],
    ids=["no such edition", "no such row", "one id twice", "no id"],
)
def test_refused(said: dict[str, Any], says: str) -> None:
    with pytest.raises(KnowledgeError, match=says) as refused:
        second(**said)
    assert str(refused.value).startswith("editions/some.toml, edition 'second': ")


@pytest.mark.parametrize("key", ["without", "inherited_confidence"])
def test_what_is_about_inherited_rows_needs_some(key: str) -> None:
    with pytest.raises(KnowledgeError, match="name it in rows_of"):
        inherited({"id": "second", key: ["a"]})


def test_inheritance_goes_on_over_several_editions() -> None:
    """The second label that adds nothing in metastatic disease still holds the first one's use."""
    editions = load_library().editions
    labels = [edition for edition in editions if edition.agents == ("pertuzumab",)]
    assert [len(edition.recommendations) for edition in labels] == [1, 1, 1]
    assert len({edition.recommendations for edition in labels}) == 1


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "after-two-regimens"\n', "", "without an id"),
        ('verdict = "on-label"\n', "", "key 'verdict' is missing"),
    ],
)
def test_a_mistake_in_an_inherited_row_is_refused(shelf: Shelf, old: str, new: str, says: str) -> None:
    file = "editions/fda-fam-trastuzumab-deruxtecan.toml"
    shelf.replace(file, 'id = "fda-fam-trastuzumab-deruxtecan-2022-05-04"', INHERITING)
    shelf.replace(file, old, new)
    assert any(says in refusal for refusal in shelf.refusals()), shelf.refusals()


INHERITING = (
    'id = "fda-fam-trastuzumab-deruxtecan-2022-05-04"\nrows_of = "fda-fam-trastuzumab-deruxtecan-2019-12-20"'
)
