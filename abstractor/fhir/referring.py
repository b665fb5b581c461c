"""The Medications that the orders of one patient refer to: of those that came, and of those that are held.

They are read anew at each pull, once for all patients of a connection, so that an edited one is noticed.
"""

from collections.abc import Iterator, Mapping, Sequence

from abstractor.fhir.gather import Gathering
from abstractor.fhir.ledger import Said
from abstractor.fhir.medications import ORDERS, Medications
from abstractor.fhir.plan import Plan

__all__ = ["gather_medications"]


def gather_medications(
    plan: Plan,
    medications: Medications,
    gathering: Gathering,
    others: Mapping[str, Gathering],
    held: Mapping[str, str],
) -> Gathering:
    """`held` are the references that the orders make that were live before the pull, by order."""
    known = [one.about for other in others.values() for one in other.kept if one.about is not None]
    included = {f"Medication/{one.id}" for one in known if one.resourceType == "Medication"}
    named = [one.medicationReference.reference for one in known if one.medicationReference is not None]
    named += _of_held(held, others)
    # One that begins with "#" is inside of the order itself.
    wanted = [each for each in named if each and not each.startswith("#") and each not in included]
    why_not = plan.why_not("Medication")
    if wanted and why_not is not None:
        gathering.remark(Said.NOT_ASKED, why_not)
        return gathering
    orders = [other for name, other in others.items() if name in ORDERS]
    if any(other.doubts and (other.answered or other.failure) for other in orders):
        gathering.complain(Said.TRUNCATED, "orders-not-whole")
    gathering.answered = True
    resolved = medications.resolve(wanted)
    for body in resolved.found:
        gathering.take_one(body)
    for detail in resolved.details:
        gathering.complain(Said.TRUNCATED, detail)
    gathering.told("read")
    # What no order can be seen to name is let go, as a first pull would not find it: unless an order is lost.
    gathering.lost = resolved.lost or any(not (other.whole or other.counted) for other in _asked(orders))
    return gathering


def _asked(orders: Sequence[Gathering]) -> Sequence[Gathering]:
    return [other for other in orders if other.answered or other.failure is not None]


def _of_held(held: Mapping[str, str], others: Mapping[str, Gathering]) -> Iterator[str]:
    """Of the orders that did not come now and are not known to be gone."""
    for order, reference in held.items():
        kind, _, identity = order.partition("/")
        other = others.get(kind)
        if other is None or not (other.whole or identity in other.ids):
            yield reference
