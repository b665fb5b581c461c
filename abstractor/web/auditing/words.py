"""Short plain words for what audits, seats and answers are kept as."""

from collections.abc import Mapping

from abstractor.workflow.auditing.values import Why

__all__ = ["DONE", "HIDDEN", "LEFT_OUT", "STATES", "STUCK_BECAUSE", "VERBS"]

LEFT_OUT: Mapping[Why, str] = {
    Why.NOT_ABSTRACTED: "not abstracted",
    Why.NOT_INCLUDED: "not included in the cohort",
    Why.NOT_FLAGGED: "not flagged",
    Why.NOT_LISTED: "not on the list",
    Why.NOT_DRAWN: "in the frame, not drawn",
    Why.PURGED: "purged",
}

STATES: Mapping[str, str] = {"free": "free", "claimed": "being read", "held": "on hold", "done": "done"}

HIDDEN: Mapping[str, str] = {
    "other": "the other review",
    "verdict": "what the program says",
    "site": "the site",
    "wave": "the wave",
}

STUCK_BECAUSE: Mapping[str, str] = {
    "has-it": "has read the chart, or is reading it",
    "conflict": "never reads it: a conflict of interest",
    "disabled": "has an account that is disabled",
    "no-role": "has an account without a role to read here",
}

VERBS: Mapping[str, str] = {
    "agree": "agrees",
    "overrule": "overrules",
    "cannot-tell": "cannot tell",
    "own": "says",
}

# What was done, told on the page that comes next.
DONE: Mapping[str, str] = {
    "defined": "The draft is kept. Set its readers, then open it.",
    "calibrated": "The calibration is set up: its readers find the training charts on their desk.",
    "training-first": "First a training chart: the live ones come when those that are due are read.",
    "reader-set": "The reader is set.",
    "opened": "The audit is open: its charts are drawn, and readers can claim them.",
    "closed": "The audit is closed. Nothing more is read in it; what was read stays.",
    "held": "The chart is on hold for you.",
    "resumed": "The chart is yours to read again.",
    "released": "The chart is free for others again. What you answered is kept.",
    "skipped": "The chart is free for others; you will get it after the others.",
    "handed-over": "The chart was handed over.",
    "conflict": "You will not see this chart again. Somebody else reads it.",
    "renewed": "The time to read this chart is longer now.",
    "locked": "The review is signed off and locked.",
    "nothing": "Nothing is free for you to read in this audit now. A chart that you are still to read in "
    "another audit, which hides what this one shows, comes when you have read it there.",
    "again": "That was kept already. Sent again, it changed nothing.",
    "undone": "The last answer was taken back.",
    "noted": "The note is kept.",
}
