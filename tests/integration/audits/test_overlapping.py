"""What other open audits of the same charts mean is told when an audit is defined."""

from collections.abc import Mapping

import pytest

from abstractor.store.values import Account
from abstractor.workflow import Services
from abstractor.workflow.auditing import audits
from abstractor.workflow.auditing.design import Charts, Design, Hidden
from abstractor.workflow.auditing.overlapping import overlaps, warnings_of
from tests.integration.audits.leading import opened
from tests.integration.keeping import NOW

OTHER, VERDICT, SITE, WAVE = Hidden
KNOWS, WAITS = "who has read a chart there knows it", "gets such a chart here when they have read it there"


def design(*hides: Hidden, listed: tuple[int, ...] = (1, 2, 3)) -> Design:
    return Design(Charts.LISTED, 7, listed=listed, readers=2, hides=hides)


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        (
            (),
            (OTHER, VERDICT),
            ["Audit 1 shows what the program says of 3 charts"],
        ),
        (
            (OTHER, VERDICT),
            (OTHER,),
            ["Audit 1 hides what the program says of 3 charts"],
        ),
        (
            (VERDICT,),
            (SITE, WAVE),
            [
                "Audit 1 shows the site and the wave of 3 charts",
                "Audit 1 hides what the program says of 3 charts",
            ],
        ),
        ((OTHER,), (), []),
        ((OTHER, VERDICT), (VERDICT,), []),
    ],
    ids=["shows", "hides", "both", "only the other review", "the same"],
)
def test_what_is_told(
    first: tuple[Hidden, ...],
    then: tuple[Hidden, ...],
    says: list[str],
    services: Services,
    cycle: int,
    readers: Mapping[str, Account],
    lead: Account,
) -> None:
    audit = opened(services, cycle, design(*first), readers, by=lead)
    told = warnings_of(services, cycle, design(*then))
    assert [sentence[: len(start)] for sentence, start in zip(told, says, strict=True)] == says
    assert all(KNOWS in one or WAITS in one for one in told)
    assert audits.preview(services, cycle, design(*then)).warnings == told
    second = opened(services, cycle, design(*then), readers, by=lead)
    both = [one.both for one in overlaps(services, cycle, design(*then), audit_id=second.id)]
    assert both == [("ann", "bea", "cat")] * min(1, len(says))
    audits.close_audit(services, audit.id, lead=lead, now=NOW)
    assert warnings_of(services, cycle, design(*then), audit_id=second.id) == ()
