"""Each key and item of a TOML text has its line: the walk finds what `tomllib` finds, where it stands."""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.guidelines.positions import KeyPath, lines_of
from tests.unit.guidelines.shelves import SHIPPED

TESTS = Path(__file__).resolve().parents[2]


def paths(value: Any, at: KeyPath = ()) -> Iterator[KeyPath]:
    yield at
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*at, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*at, number))


@pytest.mark.parametrize(
    "file", sorted(SHIPPED.rglob("*.toml")), ids=lambda file: str(file.relative_to(SHIPPED))
)
def test_every_path_of_a_shipped_file_has_a_line(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = lines_of(text)
    assert set(lines) == set(paths(tomllib.loads(text)))
    for path, line in lines.items():
        if path and isinstance(path[-1], str):
            assert path[-1] in text.splitlines()[line - 1]


TEXT = """\
title = "a"  # = [not.a.key]
spread = [
    1, 2,
    # [nor.this]
    { x = 1, "y z" = [
        3,
    ] },
]
"quoted \\"key\\"\\u0041".part = 'literal # no comment'
day = 1979-05-27 07:32:00
long = \"\"\"
one ] \\" = \"\"two
three\"\"\"
raw = '''
' [four] ''
'''
[table.of]
key = { a.b = 1, a.c = 2 }
[[list]]
id = "first"
[list.inner]
deep = true
[[list.rows]]
n = 1
[[list]]
id = "second"
[[list.rows]]
n = 2
[[list.rows]]
n = 3
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("spread",), 2),
        (("spread", 0), 3),
        (("spread", 1), 3),
        (("spread", 2), 5),
        (("spread", 2, "x"), 5),
        (("spread", 2, "y z", 0), 6),
        (('quoted "key"A', "part"), 9),
        (("day",), 10),
        (("long",), 11),
        (("raw",), 14),
        (("table",), 17),
        (("table", "of", "key", "a", "c"), 18),
        (("list",), 19),
        (("list", 0, "id"), 20),
        (("list", 0, "inner", "deep"), 22),
        (("list", 0, "rows", 0, "n"), 24),
        (("list", 1), 25),
        (("list", 1, "rows", 0, "n"), 28),
        (("list", 1, "rows", 1), 29),
        (("list", 1, "rows", 1, "n"), 30),
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"], ids=["unix", "windows"])
def test_where_it_stands(path: KeyPath, line: int, ends: str) -> None:
    text = TEXT.replace("\n", ends)
    assert lines_of(text)[path] == line
    assert set(lines_of(text)) == set(paths(tomllib.loads(text)))


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
PLAIN = st.one_of(
    st.booleans(),
    st.integers(-(2**40), 2**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=8),
    st.dates(date(1900, 1, 1)),
    st.datetimes(datetime(1900, 1, 1)),
    st.times(),
)
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
BLANK = st.sampled_from(["", " ", "\t ", "  "])


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def written(value: Any, blank: str) -> str:
    """As TOML on as many lines as it may stand on."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return quoted(value)
        case datetime() | date() | time():
            return value.isoformat()
        case dict():
            pairs = (f"{quoted(key)}{blank}={blank}{written(item, blank)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list():
            return "[\n" + "".join(f"{blank}{written(item, blank)},  # ] }}\n" for item in value) + "]"
        case _:
            return repr(value)


@given(tables=st.lists(st.tuples(KEYS, st.dictionaries(KEYS, VALUES, max_size=4)), max_size=4), blank=BLANK)
def test_whatever_is_written_every_path_has_its_line(
    tables: list[tuple[str, dict[str, Any]]], blank: str
) -> None:
    lines, starts = [], {}
    for number, (name, table) in enumerate(tables):
        lines.append(f"[[t.{quoted(name)}]]")
        for key, value in table.items():
            starts[number, key] = len("\n".join(lines).split("\n")) + 1
            lines.append(f"{blank}{quoted(key)} = {written(value, blank)}")
    text = "\n".join(lines)
    found = lines_of(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    seen: dict[str, int] = {}
    for number, (name, table) in enumerate(tables):
        at = seen[name] = seen.get(name, -1) + 1
        for key in table:
            assert found["t", name, at, key] == starts[number, key]
