"""What the page of a measure or a policy shows of its signature."""

from datetime import date

from abstractor.guidelines.book.views import Signing
from abstractor.guidelines.signatures import Signature

__all__ = ["signing_by"]


def signing_by(signature: Signature | None, digest: str, on: date) -> Signing:
    """What the page shows; a signature of other content than stands there is none."""
    if signature is None:
        return Signing("", None, "", None, None, signed=False, overdue=False)
    changed = bool(signature.checked_by) and signature.content != digest
    review = signature.next_review
    return Signing(
        encoded_by="",
        retrieved_on=None,
        checked_by=signature.checked_by,
        checked_on=signature.checked_on,
        next_review=review,
        signed=bool(signature.checked_by) and not changed,
        overdue=review is not None and review < on,
        changed=changed,
    )
