"""A metastasis that may have been filed late: treatment for cure that went on long after it.

The setting of a line follows the day on record (knowledge base, section 3.3). Problem lists are often filled
in months after staging; then a palliative line reads as one for cure, and the next as an early relapse.
"""

from collections.abc import Iterator
from datetime import date

from abstractor.abstract import Flag, Severity, cite
from abstractor.dates import Truth, exact
from abstractor.rules.line_policy import LinePolicy
from abstractor.rules.therapy.course import Anchor, Therapy

__all__ = ["filed_late"]


def filed_late(therapy: Therapy, anchor: Anchor, policy: LinePolicy, as_of: date) -> Iterator[Flag]:
    """One flag for each line that goes on past the anchor for as long as a reportable break, or longer."""
    if anchor.when is None:
        return
    limit = anchor.when.shift(policy.break_flag_days)
    for each in therapy.lines:
        line = each.line
        if line.setting != "curative" or line.start.on_or_before(anchor.when) is not Truth.YES:
            continue
        if limit.on_or_before(line.end or exact(as_of)) is Truth.YES:
            named = line.regimen or ", ".join(line.agents)
            until = f"to {line.end}" if line.end else "on"
            yield Flag(
                "date-uncertain",
                Severity.REVIEW,
                f"Metastatic since {anchor.when}, while {named} from {line.start} went {until}: the site may "
                "have been filed late, and the line may be one for metastatic disease.",
                cite(*anchor.sources, *each.exposures[0].sources),
            )
