"""Care other than drugs, results, visits and procedures, words of reports that nobody coded, and records
whose codes no table has.
"""

from dataclasses import dataclass

from abstractor.chart.provenance import Source, Standing
from abstractor.dates import DateInterval

__all__ = ["Activity", "LeftOpen", "Mention", "Unlisted"]


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A name (`words`) that speaks of care, and says more than is known to go with it."""

    may_be: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Care that was asked for, planned, noted or given: a ServiceRequest, CarePlan, DocumentReference,
    Immunization or CareTeam (`kind` is the type).

    `concepts` are what its codes, categories, types and roles mean; `reasons` what its reasonCode and
    reasonReference do; `status_reasons` why it was not done. `unread`: it may be anything, because nothing
    says what it is but codes of a system that we hold no table for, whatever is written beside them (a
    vaccine and a role are told by their name). `when` is its first date (authored, created, occurrence, start
    of the period). `left_open`: what its name may mean besides.
    """

    kind: str
    concepts: tuple[str, ...]
    unread: bool
    text: str | None
    when: DateInterval | None
    ended: DateInterval | None
    standing: Standing
    status: str | None
    reasons: tuple[str, ...]
    status_reasons: tuple[str, ...]
    sources: tuple[Source, ...]
    left_open: LeftOpen | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A sentence of a report, a note or a Condition that speaks of a finding; never a result of its own.

    `about`: "her2", "er", "pr", "pneumonitis", "lvef". `reading` is what it says ("positive", "negative",
    "equivocal", "indeterminate", "0", "1+", "2+", "3+"; of pneumonitis "present", "absent", "grade 2"; of the
    ejection fraction "38", "35 to 40", "under 40", "over 55"), null where that cannot be told. `assertion`:
    "stated", "historical" (an earlier result, a family history), "elsewhere" (another specimen, cancer or
    person), "conditional" (see comment, pending, to be done, rule out). `quote` is the sentence; `start` and
    `end` say where it stands in the text that was read, in characters. `tissue` is the specimen that it
    names, in words.
    """

    about: str
    reading: str | None
    assertion: str
    quote: str
    start: int
    end: int
    when: DateInterval | None
    standing: Standing
    sources: tuple[Source, ...]
    tissue: str | None = None


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A result, procedure, report or document (`kind` is the type) whose codes no table has, or whose words
    leave it open; never evidence that anything was done.

    `may_be` are the concepts that its name (`text`) speaks of. With none of them nothing says what it is: it
    may be anything. `worded`: its words speak of them, and say more than that (of any type of record then).
    """

    kind: str
    may_be: tuple[str, ...]
    text: str | None
    when: DateInterval | None
    standing: Standing
    sources: tuple[Source, ...]
    worded: bool = False
