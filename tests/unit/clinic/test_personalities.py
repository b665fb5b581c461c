"""The files of the personalities: complete, and without a key that nobody reads."""

from pathlib import Path

import pytest

from fixtures.clinic.complaints import CannotOpen
from fixtures.clinic.filters import FILTERS
from fixtures.clinic.personalities import loading
from fixtures.clinic.personalities.loading import PERSONALITIES, personality


def test_every_file_is_a_personality_and_every_personality_has_a_file() -> None:
    files = {path.stem for path in Path(loading.__file__).parent.glob("*.toml")}
    assert files == set(PERSONALITIES)


@pytest.mark.parametrize("name", PERSONALITIES)
def test_what_a_personality_names_exists(name: str) -> None:
    ways = personality(name)
    for rules in (ways.default, *ways.types.values()):
        known = {"_id", "patient", "subject", *FILTERS}
        assert set(rules.search) <= known
        assert {one for group in rules.any_of for one in group} <= known
        assert {*rules.only, *rules.with_time} <= set(FILTERS)
    if ways.offered:
        assert set(ways.types) <= set(ways.offered)
        assert sorted(ways.offered) == list(ways.offered)


def test_a_type_takes_from_the_default_what_it_does_not_say() -> None:
    observation = personality("oracle").rules("Observation")
    assert observation.any_of == (("patient", "subject", "_id"),)
    assert observation.search[:4] == ("_id", "patient", "subject", "_lastUpdated")
    assert personality("oracle").rules("Flag") == personality("oracle").default


def test_an_unknown_personality_or_key_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="no personality is called cernic"):
        personality("cernic")
    (tmp_path / "odd.toml").write_text(
        'software = "x"\nversion = "1"\npublisher = "x"\npatints_at_once = 1\n'
    )
    monkeypatch.setattr(loading, "PERSONALITIES", ("odd",))
    monkeypatch.setattr(loading, "__file__", str(tmp_path / "loading.py"))
    with pytest.raises(ValueError, match="Personality has no patints_at_once"):
        personality("odd")
