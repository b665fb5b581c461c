"""Values made quickly are the values that a frozen dataclass makes."""

import pickle
from dataclasses import FrozenInstanceError, dataclass, replace

import pytest

from abstractor.chart.lean import lean


@dataclass(frozen=True, slots=True)
class Plain:
    name: str
    days: int = 3
    agents: tuple[str, ...] = ()


@lean
@dataclass(frozen=True, slots=True)
class Lean:
    name: str
    days: int = 3
    agents: tuple[str, ...] = ()


def test_it_holds_compares_and_spells_out_the_same() -> None:
    one, other = Lean("a", agents=("b",)), Plain("a", agents=("b",))
    assert (one.name, one.days, one.agents) == (other.name, other.days, other.agents)
    assert repr(one) == repr(other).replace("Plain", "Lean")
    assert one == Lean("a", 3, ("b",)) and one != Lean("a", 4, ("b",))
    assert hash(one) == hash(other) and type(one) is Lean


def test_it_is_frozen_replaced_and_copied_as_any() -> None:
    one = Lean("a")
    with pytest.raises(FrozenInstanceError):
        one.days = 4  # type: ignore[misc]  # that it cannot be set is what is tried
    assert replace(one, days=4) == Lean("a", 4)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  # of bytes made here


@pytest.mark.parametrize("given", [{}, {"name": "a", "hours": 1}])
def test_it_takes_its_own_parts_alone(given: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        Lean(**given)  # type: ignore[arg-type]  # what is wrong is refused when it runs
