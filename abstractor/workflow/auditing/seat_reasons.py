"""The codes that somebody may give for what becomes of a seat, each with its words."""

from collections.abc import Mapping
from types import MappingProxyType

from abstractor.errors import OptionError
from abstractor.store.auditing.seat_log import Said
from abstractor.workflow.auditing.reasons import OTHER

__all__ = ["CONFLICT", "HAND_OVER", "HOLD", "LONGEST_WORDS", "RELEASE", "SKIP", "checked"]

LONGEST_WORDS = 2000

HOLD: Mapping[str, str] = MappingProxyType(
    {
        "awaiting-record": "A record is asked for and not here yet",
        "awaiting-advice": "A colleague was asked",
        "interrupted": "Interrupted; I come back to it",
        OTHER: "Another reason",
    }
)

RELEASE: Mapping[str, str] = MappingProxyType(
    {
        "no-time": "No time for it now",
        "claimed-in-error": "Claimed by mistake",
        "reader-absent": "The reader is away",
        OTHER: "Another reason",
    }
)

SKIP: Mapping[str, str] = MappingProxyType(
    {
        "outside-field": "Outside my field",
        "too-long-now": "Too long for the time I have",
        "record-incomplete": "Too little is on record to read it",
        OTHER: "Another reason",
    }
)

HAND_OVER: Mapping[str, str] = MappingProxyType(
    {
        "reader-absent": "The reader is away",
        "knows-field": "The other reader knows the field",
        "spread-load": "To spread the work",
        OTHER: "Another reason",
    }
)

CONFLICT: Mapping[str, str] = MappingProxyType(
    {
        "own-patient": "Took part in this patient's care",
        "known-person": "Knows the patient or a relative",
        "own-decision": "Took a decision that is reviewed here",
        OTHER: "Another reason",
    }
)


def checked(reasons: Mapping[str, str], reason: str, words: str | None) -> Said:
    """One of these codes; another reason needs words."""
    if reason not in reasons:
        raise OptionError(f"that is no reason for this; choose one of: {', '.join(reasons)}")
    told = (words or "").strip() or None
    if reason == OTHER and told is None:
        raise OptionError("another reason needs words: say which")
    if told is not None and len(told) > LONGEST_WORDS:
        raise OptionError(f"a reason has at most {LONGEST_WORDS} characters: make it shorter")
    return Said(reason, told)
