"""The shipped value sets by themselves: who asks for codes alone waits for no edition and no measure."""

from functools import cache

from abstractor.codes import ValueSets
from abstractor.guidelines.compiled import compile_value_sets
from abstractor.guidelines.gathering import Refusals, raise_all
from abstractor.guidelines.located import Table
from abstractor.guidelines.shelf import Shelf, read_toml, shipped
from abstractor.guidelines.tables import Words

__all__ = ["shipped_value_sets"]


@cache
def shipped_value_sets() -> ValueSets:
    """The same as the library is built with, their digest too. Raises `KnowledgeError`."""
    shelf = Shelf(shipped())
    concepts, agents = (
        read_toml(shelf, "concepts.toml")["concepts"],
        read_toml(shelf, "agents.toml")["agents"],
    )
    unions = {name: said for name, said in concepts.items() if isinstance(said, Table)}
    beside = [["includes", name, list(said["includes"])] for name, said in unions.items()]
    refusals: Refusals = []
    words = Words(frozenset(concepts), frozenset(agents))
    found = compile_value_sets(shelf, None, words, refusals, beside=beside)
    raise_all(refusals)
    return found
