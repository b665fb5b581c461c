"""Lines that come in runs are put out as if they had been sorted at once."""

from contextlib import closing

from hypothesis import given
from hypothesis import strategies as st

from abstractor.workflow.abstracting.in_order import InOrder

keyed = st.dictionaries(st.text(max_size=6), st.text(max_size=40), max_size=30)


@given(keyed, st.integers(1, 5))
def test_every_line_comes_once_by_its_key(lines: dict[str, str], runs: int) -> None:
    ordered = sorted(lines, key=str.encode)
    with closing(InOrder()) as in_order:
        for run in range(runs):
            in_order.add([(key, lines[key]) for key in ordered[run::runs]])
        assert list(in_order.lines()) == [lines[key] for key in ordered]
