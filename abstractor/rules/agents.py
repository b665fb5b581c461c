"""A drug as the rules know it: by its generic name, its class, and what it counts for."""

from dataclasses import dataclass

__all__ = ["ENDOCRINE", "Agent"]

ENDOCRINE = "endocrine"


@dataclass(frozen=True, slots=True)
class Agent:
    """A drug by its generic name. `kind` is its class ("her2-antibody", "taxane", "endocrine", "bone" ...).

    `route`: "infusion", "oral" or "injection". `counts_in_lines`: systemic anticancer therapy, as opposed
    to supportive drugs, which never open or extend a line.
    """

    name: str
    kind: str
    route: str
    her2_directed: bool
    counts_in_lines: bool
