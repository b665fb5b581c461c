"""Whatever JSON a clinic sends, the printed lines say the same, and a path marks exactly what it names."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from abstractor.web.marking import Found, mark

names = st.text("abcdef", min_size=1, max_size=3)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)


@given(st.dictionaries(names, values, max_size=4), st.text("abc.[]0x9", max_size=8))
def test_printing_neither_adds_nor_loses(resource: dict[str, Any], path: str) -> None:
    source = mark(json.dumps(resource).encode(), path)
    printed = "\n".join(line.indent + line.text + line.tail for line in source.lines)
    assert json.loads(printed) == resource
    assert [line.number for line in source.lines] == list(range(1, len(source.lines) + 1))


@given(st.dictionaries(names, values, min_size=1, max_size=4), st.data())
def test_a_path_to_a_member_marks_that_member(resource: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(resource)))
    source = mark(json.dumps(resource).encode(), name)
    assert source.found is Found.ELEMENT
    lines = [line.text for line in source.lines if line.marked]
    assert json.loads("{" + "\n".join(_with_commas(lines)) + "}") == {name: resource[name]}


def _with_commas(lines: list[str]) -> list[str]:
    """The marked lines joined as JSON: a comma where another member or item follows on the same level."""
    return [
        line + "," if not line.endswith(("{", "[")) and further[0] not in "}]" else line
        for line, further in zip(lines, [*lines[1:], "}"], strict=True)
    ]
