"""The HER2-directed drugs that a line stands on: whether another one took their place within the line's first
days, and how long they rested while other drugs ran on (knowledge base, section 3.3).
"""

from collections.abc import Iterable, Set

from abstractor.rules.library import Library, LinePolicy
from abstractor.rules.therapy.course import Exposure
from abstractor.rules.therapy.draft import Draft
from abstractor.rules.therapy.naming import are_combined
from abstractor.rules.therapy.reach import Reach

__all__ = ["resting", "took_the_place"]


def took_the_place(
    new: Exposure,
    draft: Draft,
    later: Iterable[Exposure],
    library: Library,
    *,
    gap: Reach,
    doses_seen: bool,
) -> bool:
    """A HER2-directed drug after another one that no regimen combines with it and that is not given again.

    `later` are the exposures from its day on, by day; after the gap they tell nothing. What was only ordered,
    where doses would have been seen, was not there to be replaced and did not return either.
    """

    def tells(exposure: Exposure) -> bool:
        return exposure.given or not doses_seen or library.agents[exposure.agent].route == "oral"

    if not library.agents[new.agent].her2_directed:
        return False
    running = {e.agent for e in draft.exposures if library.agents[e.agent].her2_directed and tells(e)}
    alien = {name for name in running if not are_combined(library.regimens, new.agent, name)}
    again = next((e for e in later if e.agent in alien and tells(e)), None)
    return bool(alien) and (again is None or gap.passed_by((again.day - new.day).days))


def resting(returning: Exposure, draft: Draft, policy: LinePolicy) -> Set[str]:
    """The drugs of the line whose rest counts when one is given again: all of them.

    Of a line with a HER2-directed drug, where one of these or chemotherapy returns: those alone. Endocrine
    therapy that ran on fills no break of theirs.
    """

    def of_core(name: str) -> bool:
        agent = draft.agents[name]
        return agent.her2_directed or agent.kind in policy.chemotherapy_kinds

    names = draft.names
    core = {name for name in names if of_core(name)}
    directed = any(draft.agents[name].her2_directed for name in core)
    return core if directed and of_core(returning.agent) and draft.moves(returning) else names
