"""How far a status lets a record be relied on: the treatments of `fhir_status_rules.csv` as a chart's
standings.

`entered-in-error` is no fact at all. A status that says that something did not happen is evidence against
it and is kept; one that says that it has not happened yet, or never will, is kept for conflicts only.
"""

from typing import Any

from abstractor.chart import Standing
from abstractor.fhir.facts.coded_status import CodedStatus
from abstractor.fhir.facts.desk import Desk, Record
from abstractor.fhir.repairs import as_status

__all__ = ["standing_by", "standing_of", "status_of", "weaker"]

_ERROR = "entered-in-error"
_AGAINST = frozenset({"declined", "not-done", "not-taken", "refuted", "true"})
_STANDINGS = {
    "count": Standing.COUNTS,
    "count-as-dispensed": Standing.COUNTS,
    "count-as-given": Standing.COUNTS,
    "count-as-given-partial": Standing.PARTIAL,
    "count-as-history": Standing.COUNTS,
    "count-as-order": Standing.COUNTS,
    "count-as-ordered-only": Standing.ORDERED_ONLY,
    "count-as-reported": Standing.COUNTS,
    "count-with-flag": Standing.ASSUMED,
    "context": Standing.CONTEXT,
    "exclude": Standing.WITHDRAWN,
    "exclude-as-order": Standing.WITHDRAWN,
}
# From the firmest to the one that overrules all others.
_ORDER = (
    Standing.COUNTS,
    Standing.ASSUMED,
    Standing.ORDERED_ONLY,
    Standing.PARTIAL,
    Standing.CONTEXT,
    Standing.WITHDRAWN,
    Standing.AGAINST,
)


def standing_of(record: Record[Any], desk: Desk, element: str, value: str | None) -> Standing | None:
    """The standing by one status element; None where the record is a mistake. One that FHIR does not know is
    remarked, and so is one in another spelling than FHIR's."""
    plain = value if value is None else as_status(value)
    if plain == _ERROR:
        return None
    if plain != value:
        desk.remarks.misspelt.append(record.source(element, value))
    treatment = desk.lexicon.treatment(record.type, element, plain)
    if treatment.startswith("exclude") and plain in _AGAINST:
        return Standing.AGAINST
    if plain is not None and treatment == "context" and not desk.lexicon.known(record.type, element, plain):
        desk.remarks.unknown.append(record.source(element, value))
    standing = _STANDINGS.get(treatment, Standing.CONTEXT)
    return weaker(standing, Standing.CONTEXT) if _is_modified(record, desk) else standing


def standing_by(record: Record[Any], desk: Desk, element: str, status: CodedStatus) -> Standing | None:
    """The standing by a coded status; one that nobody can tell is seen and not relied on."""
    if status.unclear is not None:
        return Standing.CONTEXT
    return standing_of(record, desk, element, status.code)


def _is_modified(record: Record[Any], desk: Desk) -> bool:
    """FHIR forbids to rely on a record that says that something else changes what it means ("not given")."""
    resource = record.resource
    if not resource.modifier_extension and resource.implicit_rules is None:
        return False
    element = "modifierExtension" if resource.modifier_extension else "implicitRules"
    desk.remarks.partial.append(("a record that something unknown changes", record.source(element, None)))
    return True


def status_of(
    record: Record[Any], desk: Desk, value: str | None, *, element: str = "status"
) -> Standing | None:
    """The standing by a status that FHIR requires: without it nothing may rest on the record alone."""
    if value is None or not value.strip():
        desk.remarks.assumed.append(record.source(element, value))
        return Standing.CONTEXT
    return standing_of(record, desk, element, value)


def weaker(*standings: Standing) -> Standing:
    return standings[0] if len(set(standings)) == 1 else max(standings, key=_ORDER.index)
