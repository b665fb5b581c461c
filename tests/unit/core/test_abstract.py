"""An abstract is written as the contract's JSON and read back as the same value."""

import json

import pytest

from abstractor.abstract import Evidence, from_plain, merged, to_json, to_plain
from fixtures.stories import all_stories
from tests.asking import abstract_story

TOP = "schema patient period as_of inclusion lines findings flags flagged completeness stamps".split()


@pytest.mark.parametrize("identity", [story.id for story in all_stories() if story.group == "vignette"])
def test_written_and_read_back_it_is_the_same(identity: str) -> None:
    abstract = abstract_story(identity)
    written = to_json(abstract)
    assert "\n" not in written
    plain = json.loads(written)
    assert list(plain) == TOP
    assert plain == json.loads(json.dumps(to_plain(abstract)))
    assert from_plain(plain) == abstract


def test_another_schema_is_refused() -> None:
    plain = to_plain(abstract_story("v01"))
    with pytest.raises(ValueError, match="another schema"):
        from_plain({**plain, "schema": "abstractor.abstract/2"})


def test_evidence_stands_once_by_resource_and_then_path() -> None:
    b = Evidence("B/1", None, "B.x", "1")
    a2, a1 = Evidence("A/1", "1", "A.y", 2), Evidence("A/1", "1", "A.x", None)
    assert merged((b, a2, a1, b)) == (a1, a2, b)
