"""What the commands of an audit call things."""

from dataclasses import fields

from abstractor.cli.audit_agreement import _row
from abstractor.cli.audit_words import design_words
from abstractor.workflow.agreement.ratings import Undefined, Why
from abstractor.workflow.auditing.agreement_table import Agreed, Statistics
from abstractor.workflow.auditing.design import Charts, Design

NOTHING = Statistics(**{each.name: Undefined(next(iter(Why))) for each in fields(Statistics)})


def test_what_was_added_is_told_from_what_the_program_found() -> None:
    names = [_row(Agreed(kind, "LVEF-Q3M", 0, 0, 0, 0, 0, NOTHING))[0] for kind in ("finding", "missed")]
    assert names == ["LVEF-Q3M", "missed: LVEF-Q3M"]


def test_a_lease_is_told_in_hours() -> None:
    told = [
        dict(design_words(Design(Charts.FLAGGED, 1, lease_minutes=many)))["a reader has"] for many in (1, 480)
    ]
    assert told == ["0.02 hours before a chart goes back", "8 hours before a chart goes back"]
