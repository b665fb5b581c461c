"""What one shelf holds, entry by entry: each built and with its place, or refused and left out.

The shipped shelf and a site's are read by the same functions.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from abstractor.errors import KnowledgeError
from abstractor.guidelines.build import build_entry
from abstractor.guidelines.concepts import Concept
from abstractor.guidelines.gathering import Refusals, noted
from abstractor.guidelines.inheriting import ROWS, with_inherited
from abstractor.guidelines.located import Table, joined, without
from abstractor.guidelines.shelf import Place, Shelf, read_toml
from abstractor.rules.library import Agent, Edition, Measure, Regimen

__all__ = ["Entries", "Held", "listed", "read_entries"]

T = TypeVar("T")
Held = tuple[Place, T]


@dataclass(frozen=True, slots=True)
class _AgentSource:
    """Where an agent's properties come from; the engine has no use for it."""

    source: str


@dataclass(slots=True)
class Entries:
    """Filled while its files are read. `ids`: of each kind, those that stand there, refused entries too: one
    mistake is not told twice. `whole`: editions with all their rows, by id, as later ones may inherit them.
    """

    concepts: list[tuple[str, Place, Concept]] = field(default_factory=list)
    agents: list[Held[Agent]] = field(default_factory=list)
    regimens: list[Held[Regimen]] = field(default_factory=list)
    editions: list[Held[Edition]] = field(default_factory=list)
    measures: list[Held[Measure]] = field(default_factory=list)
    ids: dict[type, set[str]] = field(
        default_factory=lambda: {kind: set() for kind in (Concept, Agent, Regimen, Edition, Measure)}
    )
    whole: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    content: list[tuple[str, Table]] = field(default_factory=list)


def read_entries(shelf: Shelf, refusals: Refusals, *, before: Mapping[str, Mapping[str, Any]]) -> Entries:
    """`before`: editions of another shelf whose rows may be inherited."""
    found = Entries()
    reading = _Reading(shelf, found, refusals, before)
    for name, read in (
        ("concepts.toml", reading.concepts),
        ("agents.toml", reading.agents),
        ("regimens.toml", reading.regimens),
        *((name, reading.editions) for name in shelf.tables("editions")),
        *((name, reading.measures) for name in shelf.tables("measures")),
    ):
        if shelf.holds(name):
            # Without a shipped file nothing else could be told; a site's leaves the rest to be checked.
            with noted(refusals) if shelf.site else nullcontext():
                table = read_toml(shelf, name)
                found.content.append((read.__name__, table))
                read(table)
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    shelf: Shelf
    found: Entries
    refusals: Refusals
    before: Mapping[str, Mapping[str, Any]]

    def concepts(self, file: Table) -> None:
        for name, entry, place in _section(file, "concepts", "concept"):
            self.found.ids[Concept].add(name)
            with noted(self.refusals):
                said = entry if isinstance(entry, Table) else _says(entry, place)
                concept = build_entry(Concept, said, place)
                if isinstance(entry, Table) and not concept.includes:
                    raise place.refusal("includes no concept", "name those that it is the union of")
                self.found.concepts.append((name, place, concept))

    def agents(self, file: Table) -> None:
        for name, entry, place in _section(file, "agents", "agent"):
            self.found.ids[Agent].add(name)
            with noted(self.refusals):
                if not isinstance(entry, Table):
                    raise place.refusal("not a table of keys and values", "write it as one")
                source = {key: value for key, value in entry.items() if key == "source"}
                build_entry(_AgentSource, source, place)
                agent = build_entry(Agent, {"name": name, **without(entry, "source")}, place)
                self.found.agents.append((place, agent))

    def regimens(self, file: Table) -> None:
        for entry, place in listed(file, "regimen", beside=()):
            self.found.regimens += self._built(Regimen, entry, place)

    def editions(self, file: Table) -> None:
        """What all editions of a file have in common stands once; an edition may not say it again."""
        common = file.get("common", Table({}, file.spot, {}))
        earlier = dict(self.before)
        for entry, place in listed(file, "edition", beside=("common",)):
            name = str(entry.get("id"))
            self.found.ids[Edition].add(name)
            with noted(self.refusals):
                if not isinstance(common, Table):
                    raise place.refusal("[common] is no table", "write it as one")
                _refuse_twice(common, entry, place)
                whole = joined(common, entry, spot=entry.spot)
                whole = with_inherited(whole, earlier, replace(place, value=whole))
                earlier[name] = self.found.whole[name] = {ROWS: [], **whole}
                self.found.editions += self._built(Edition, whole, replace(place, value=whole))

    def measures(self, file: Table) -> None:
        place = Place(file.spot.source.name, f"measure {file.get('id', '?')!r}", file, file.spot)
        self.found.measures += self._built(Measure, file, place)

    def _built(self, kind: type[T], entry: Table, place: Place) -> Iterator[Held[T]]:
        self.found.ids[kind].add(str(entry.get("id")))
        with noted(self.refusals):
            yield place, build_entry(kind, entry, place)


def _says(entry: object, place: Place) -> dict[str, Any]:
    if not isinstance(entry, str):
        raise place.refusal("not a text", "say what it means, or write { says = ..., includes = [...] }")
    return {"says": entry}


def _refuse_twice(common: Table, entry: Table, place: Place) -> None:
    for key in sorted(common.keys() & entry.keys()):
        raise place.at(key).refusal(f"{key!r} stands in [common] too", "say it once")


def _section(file: Table, key: str, word: str) -> Iterator[tuple[str, Any, Place]]:
    """The entries of [key], each named by its key."""
    _only(file, (key,))
    section = file.get(key)
    name = file.spot.source.name
    if not isinstance(section, Table):
        raise KnowledgeError(f"{name}, line 1: [{key}] is missing; add it")
    if not section:
        raise KnowledgeError(f"{name}, line {section.spot.line}: [{key}] is empty; add entries to it")
    for each, entry in section.items():
        yield each, entry, Place(name, f"{word} {each!r}", entry, section.spots[each])


def listed(
    file: Table, key: str, *, beside: Iterable[str] = (), by: str = "id", called: str | None = None
) -> Iterator[tuple[Table, Place]]:
    """The entries of [[key]], each named by one of its own keys."""
    _only(file, (key, *beside))
    name = file.spot.source.name
    entries = file.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Table) for entry in entries):
        line = file.spots[key].line
        raise KnowledgeError(f"{name}, line {line}: {key} is no list of tables; write each as [[{key}]]")
    if not entries:
        raise KnowledgeError(f"{name}, line 1: no [[{key}]] in it; add one, or remove the file")
    for entry in entries:
        yield entry, Place(name, f"{called or key} {entry.get(by, '?')!r}", entry, entry.spot)


def _only(file: Table, keys: Iterable[str]) -> None:
    known = tuple(keys)
    for key in file:
        if key not in known:
            where = f"{file.spot.source.name}, line {file.spots[key].line}"
            raise KnowledgeError(f"{where}: unknown key {key!r}; remove it or use {', '.join(sorted(known))}")
