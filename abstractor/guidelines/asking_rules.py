"""What an edition asks of a measure, held against it: the needs that it has, the drugs that set it off.

What never comes up would be asked for in silence: nothing would ever be missed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from abstractor.errors import KnowledgeError
from abstractor.guidelines.references import parts_of
from abstractor.guidelines.shelf import Place
from abstractor.rules.library import Agent, Measure
from abstractor.rules.measures.asking import Asking
from abstractor.rules.measures.occasions import FirstDose
from abstractor.rules.therapy.setting import CURATIVE, PALLIATIVE

__all__ = ["asking_refusals"]

_SETTINGS = (CURATIVE, PALLIATIVE)


def asking_refusals(
    measures: Sequence[tuple[Place, Measure]], agents: Sequence[tuple[Place, Agent]]
) -> Iterator[KnowledgeError]:
    kinds = {agent.name: agent.kind for _, agent in agents}
    for place, measure in measures:
        for value, at in parts_of(measure, place):
            yield from _asked(value, at, kinds)
            yield from _settings(value, at)
            if isinstance(value, FirstDose) and value.without and _names(value, kinds) == ():
                wrong = "every drug of the trigger is one that it is without"
                yield at.at("without").refusal(wrong, "take the drug out of one of the two")


def _asked(rule: Any, place: Place, kinds: Mapping[str, str]) -> Iterator[KnowledgeError]:
    asked = getattr(rule, "asked", ())
    if not asked or not isinstance(asked[0], Asking):
        return
    has = [each.id for name in ("needs", "steps") for each in getattr(rule, name, ())]
    mend = f"name one of {', '.join(has)}" if has else "leave needs out: nothing is to be chosen from"
    drugs = _names(getattr(rule, "trigger", rule), kinds)
    for number, asking in enumerate(asked):
        at = place.within("asked", "asked", number)
        if asking in asked[:number]:
            yield at.refusal(f"{asking.edition!r} asks for the same twice", "keep one")
        for which, need in enumerate(asking.needs):
            if need not in has:
                yield at.within("needs", "needs", which).refusal(f"the rule has no need {need!r}", mend)
        for which, agent in enumerate(asking.agents):
            # Of an unknown one, that is told elsewhere.
            if drugs is not None and agent in kinds and agent not in drugs:
                wrong = f"{agent!r} never sets the measure off"
                yield at.within("agents", "agents", which).refusal(wrong, _one_of(drugs))


def _names(of: Any, kinds: Mapping[str, str]) -> tuple[str, ...] | None:
    """The drugs whose doses are its occasions; null where those of any drug are."""
    agents, of_kinds = getattr(of, "agents", None), getattr(of, "agent_kinds", ())
    if agents == () and not of_kinds:
        return None
    out = getattr(of, "without", ())
    named = (*(agents or ()), *(agent for agent, kind in kinds.items() if kind in of_kinds))
    return tuple(agent for agent in dict.fromkeys(named) if agent not in out)


def _one_of(drugs: tuple[str, ...]) -> str:
    return f"name one of {', '.join(drugs)}" if drugs else "leave agents out: no drug does"


def _settings(value: Any, place: Place) -> Iterator[KnowledgeError]:
    """Of a line; a word that none has would take out every line."""
    for number, setting in enumerate(getattr(value, "settings", ())):
        if setting not in _SETTINGS:
            at = place.within("settings", "settings", number)
            yield at.refusal(f"unknown setting {setting!r}", f"use {' or '.join(_SETTINGS)}")
