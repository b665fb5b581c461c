"""The name of a line's regimen: the first of the catalogue that its opening fits.

Agents that joined later do not rename it. Any agent of a slot fits the slot, so a swap within an
equivalence keeps the name. Which drugs belong together the same catalogue says.
"""

from collections.abc import Iterable

from abstractor.rules.library import Library, Regimen

__all__ = ["are_combined", "regimen_of"]


def regimen_of(first_agents: Iterable[str], library: Library) -> str | None:
    agents = frozenset(first_agents)
    return next((regimen.id for regimen in library.regimens if regimen.fits(agents)), None)


def are_combined(regimens: Iterable[Regimen], first: str, second: str) -> bool:
    """Does any regimen hold both?"""
    return any(
        {first, second} <= {*regimen.allows, *(agent for slot in regimen.needs for agent in slot)}
        for regimen in regimens
    )
