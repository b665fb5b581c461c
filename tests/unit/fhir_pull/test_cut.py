"""Cutting JSON by hand gives the pieces that decoding it would, whatever stands in its strings."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abstractor.fhir.cut import elements, members

TEXT = st.text(alphabet=st.sampled_from('ab"\\{}[],:/ \n\u00e9\u2028'), max_size=8)
LEAF = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT
)
JSON = st.recursive(
    LEAF,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=8,
)
LAYOUT = st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 1}, {"ensure_ascii": False}])


@given(values=st.lists(JSON, max_size=4), layout=LAYOUT)
def test_the_elements_of_an_array(values: list[object], layout: dict[str, object]) -> None:
    text = json.dumps(values, **layout).encode()  # type: ignore[arg-type]  # layouts of dumps, by name
    assert [json.loads(one) for one in elements(text)] == values
    assert all(one in text and one == one.strip() for one in elements(text))


@given(values=st.dictionaries(TEXT, JSON, max_size=4), layout=LAYOUT)
def test_the_members_of_an_object(values: dict[str, object], layout: dict[str, object]) -> None:
    text = json.dumps(values, **layout).encode()  # type: ignore[arg-type]  # layouts of dumps, by name
    assert {name: json.loads(value) for name, value in members(text).items()} == values


def test_depth_does_not_matter() -> None:
    deep = b"[" * 100_000 + b"]" * 100_000
    assert members(b'{"a":%s,"b":1}' % deep) == {"a": deep, "b": b"1"}


@pytest.mark.parametrize("text", [b"", b"null", b"7", b'"{}"', b"[", b"[[]", b'{"a":1}'])
def test_what_is_no_array(text: bytes) -> None:
    with pytest.raises(ValueError, match="JSON"):
        elements(text)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b'{"a":[}', b"{1}", b"{:}", b'{"a"}'])
def test_what_is_no_object(text: bytes) -> None:
    with pytest.raises(ValueError):
        members(text)
