"""An audit is opened and its log read in as many statements however many charts the cycle has."""

import pytest

from abstractor.abstract import Severity, Verdict
from abstractor.store.auditing.values import AuditPurpose
from abstractor.store.database import Store
from abstractor.store.values import Account
from abstractor.workflow import Services
from abstractor.workflow.acting import By
from abstractor.workflow.auditing import audits
from abstractor.workflow.auditing.design import Charts, Design, Stratify
from tests.integration.audits.conftest import NORTH
from tests.integration.framed import Told, framed
from tests.integration.keeping import NOW
from tests.integration.store.test_statements import statements_of

DESIGN = Design(Charts.SAMPLE, 1, size=3, strata=tuple(Stratify), double_share=0.5)
EACH = (Told(site=NORTH, worst=Severity.CRITICAL), Told(Verdict.EXCLUDED), Told(None))
MOST = 32


@pytest.mark.parametrize("charts", [Charts.SAMPLE, Charts.FLAGGED])
def test_as_many_statements_for_few_charts_and_for_many(
    services: Services, store: Store, readers: dict[str, Account], charts: Charts
) -> None:
    heard = [opening(services, framed(store, EACH * times), charts, readers) for times in (3, 30)]
    assert heard[0] == heard[1]
    assert len(heard[0]) <= MOST


def opening(services: Services, cycle: int, charts: Charts, readers: dict[str, Account]) -> list[str]:
    by = By("it")
    design = DESIGN if charts is Charts.SAMPLE else Design(charts, 1, readers=2)
    audit = audits.define_audit(
        services,
        cycle,
        title="Many",
        design=design,
        purpose=AuditPurpose.LIVE,
        due_on=None,
        lead=by,
        now=NOW,
    )
    for name in ("ann", "bea"):
        reader = readers[name].id
        audits.set_reader(services, audit.id, reader, reviews=True, adjudicates=False, lead=by, now=NOW)
    with statements_of(services.store) as heard:
        audits.open_audit(services, audit.id, lead=by, now=NOW)
        audits.drawn(services, audit.id)
    return heard
