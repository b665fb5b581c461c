"""How exposures become lines of therapy, as values that the loader builds from `guidelines/line_policy.toml`
(knowledge base, section 3.3). Every number is in days."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["LinePolicy", "MaintenanceAddition", "ProgressionEvidence", "StopReasons"]


@dataclass(frozen=True, slots=True)
class MaintenanceAddition:
    """An agent that may join a line late without opening a new one (knowledge base, 0.3 and 3.3).

    Only without progression, while an antibody of `needs_any` goes on within `continues_within_days`,
    after one of `after_any` in the same line, and between `min_days` and `max_days` after the line's
    start.
    """

    agent: str
    needs_any: tuple[str, ...]
    after_any: tuple[str, ...]
    min_days: int
    max_days: int
    continues_within_days: int


@dataclass(frozen=True, slots=True)
class ProgressionEvidence:
    """What counts as documented progression, by concept (knowledge base, section 3.4).

    A result of `statuses` that answers one of `answers`; a cancer whose clinical status is one of
    `recurrent`; a new distant site. `local_therapies` are weak: they may have been for something else. Sites
    and therapies of the central nervous system are told apart.
    """

    statuses: tuple[str, ...]
    answers: tuple[str, ...]
    recurrent: tuple[str, ...]
    cns_sites: tuple[str, ...]
    local_therapies: tuple[str, ...]
    cns_local_therapies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StopReasons:
    """Why a drug was stopped, by the concept of the record's own reason."""

    death: tuple[str, ...]
    no_response: tuple[str, ...]
    not_tolerated: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinePolicy:
    """How exposures become lines; every number is in days (knowledge base, section 3.3).

    `equivalent`: a swap within a group is never a new line. `equivalent_if_not_tolerated`: only where the
    drug before was stopped as not tolerated, without progression and beside no HER2-directed drug.
    """

    id: str
    source: str
    lookback_before_anchor_days: int
    regimen_window_days: int
    late_partner_days: Mapping[str, int]
    break_flag_days: int
    restart_gap_days: int
    sensitivity_gap_days: tuple[int, ...]
    order_answers_within_days: int
    ordered_not_given_days: int
    open_end_days: int
    chemo_dropped_after_days: int
    joins_maintenance: tuple[str, ...]
    maintenance_continues_within_days: int
    maintenance_additions: tuple[MaintenanceAddition, ...]
    equivalent: tuple[tuple[str, ...], ...]
    equivalent_if_not_tolerated: tuple[tuple[str, ...], ...]
    chemotherapy_kinds: tuple[str, ...]
    progression: ProgressionEvidence
    stop_reasons: StopReasons

    def with_gap(self, days: int) -> "LinePolicy":
        return replace(self, restart_gap_days=days)
