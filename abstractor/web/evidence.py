"""Every piece of evidence of an abstract under a number, so that an address never says what it is.

The numbers hold for one abstract only; its `tag` goes with them, so that a link from before the chart was
abstracted again is refused instead of showing something else.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from abstractor.abstract import Abstract, Evidence, Finding, Flag, to_json

__all__ = ["Numbered", "finding_of", "number_evidence", "tag_of"]


@dataclass(frozen=True, slots=True)
class Numbered:
    """The distinct evidence of one abstract, in a fixed order; `numbers` says where each one stands."""

    tag: str
    all: tuple[Evidence, ...]
    numbers: Mapping[Evidence, int]

    def get(self, number: int) -> Evidence | None:
        return self.all[number] if 0 <= number < len(self.all) else None


def tag_of(abstract: Abstract) -> str:
    return hashlib.sha256(to_json(abstract).encode()).hexdigest()[:12]


def number_evidence(abstract: Abstract) -> Numbered:
    ordered = sorted(set(_all(abstract)), key=lambda e: (e.resource, e.path, e.version or "", str(e.value)))
    return Numbered(tag_of(abstract), tuple(ordered), {item: number for number, item in enumerate(ordered)})


def _all(abstract: Abstract) -> Iterator[Evidence]:
    for criterion in abstract.inclusion.criteria:
        yield from criterion.evidence
    for line in abstract.lines:
        yield from line.evidence
    for finding in abstract.findings:
        yield from finding.evidence
    for flag in abstract.flags:
        yield from flag.evidence


def finding_of(flag: Flag, abstract: Abstract) -> Finding | None:
    """The finding that raised the flag; null for a flag about the record itself."""
    raised = [finding for finding in abstract.findings if finding.rule == flag.code]
    for alike in (
        [finding for finding in raised if finding.statement == flag.statement],
        [finding for finding in raised if finding.evidence == flag.evidence],
        raised,
    ):
        if len(alike) == 1 or (alike and alike is not raised):
            return alike[0]
    return None
