"""A service in which every page has something to show: charts, audits in every state, a trail."""

import random
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from abstractor.store import runs
from abstractor.store.connection_values import PullKind, PullWay
from abstractor.workflow import Account, Role, create_account
from abstractor.workflow.accounts import add_account, add_service, revoke_service_token
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.auditing import seats
from abstractor.workflow.auditing.answers import Answer, Said
from abstractor.workflow.auditing.audits import define_audit
from abstractor.workflow.auditing.design import Charts, Design, Hidden
from abstractor.workflow.auditing.items import Item, ItemKind
from abstractor.workflow.auditing.reviews import lock, review_of, save
from abstractor.workflow.auditing.values import AuditPurpose
from abstractor.workflow.clinic.doctor import doctor_of_clinic
from abstractor.workflow.trail import verify_trail
from tests.integration.web.audited import PEOPLE, begin_audit
from tests.integration.web.charts import critical, discordant, undecided
from tests.integration.web.crowded import crowded
from tests.integration.web.rounds import pull_a_round, some_clinic
from tests.integration.web.site import PASSWORD, Site, open_site
from tests.integration.web.told import Told

__all__ = ["HIDES", "Whole", "whole_site"]

HIDES = (Hidden.OTHER, Hidden.VERDICT, Hidden.SITE, Hidden.WAVE)


@dataclass(frozen=True, slots=True)
class Whole:
    """`named` gives what stands in addresses: of clinics, cycles, charts, audits, seats, a link."""

    site: Site
    people: Mapping[str, Account]
    named: Mapping[str, object]


@contextmanager
def whole_site(*, charts: int = 3, connected: bool = False) -> Iterator[Whole]:
    """`connected`: the second clinic is pulled in a round over HTTP and examined, which takes its time."""
    with ExitStack() as held:
        site = held.enter_context(open_site(_charts(charts)))
        people = {
            name: create_account(site.services, name, PASSWORD, roles=roles, sites=None, now=site.clock())
            for name, roles in {**PEOPLE, "dora": (Role.AUDITOR,)}.items()
        }
        named: dict[str, object] = {"clinic_id": 1, "cycle_id": 1, "run_id": _round(held, site, connected)}
        named["pulled"] = 2 if connected else 1
        named["patient_id"] = site.charts["critical"][1]
        named["undecided"] = site.charts["undecided"][1]
        named |= _audits(site, people)
        grace, named["token"] = add_account(
            site.services, "grace", roles=[Role.VIEWER], sites=None, by=at_the_machine()
        )
        named |= {"invited": grace.id, "service": _service(site)}
        verify_trail(site.services, by=at_the_machine(), now=site.clock())
        yield Whole(site, people, named)


def _charts(many: int) -> dict[str, Told]:
    told = {"critical": crowded(1), "undecided": undecided(2), "discordant": discordant(3)}
    kinds = (critical, discordant, undecided)
    return told | {f"more{number}": kinds[number % 3](number) for number in range(4, many + 1)}


def _round(held: ExitStack, site: Site, connected: bool) -> int:
    if connected:
        faults = ["forbidden-type=MedicationAdministration"]
        door = held.enter_context(some_clinic("epic", faults=faults))
        begun = pull_a_round(site.services, door, cycle=True)
        doctor_of_clinic(site.services, "North")
        return begun.run_id
    with site.services.store.writing() as session:
        return runs.open_run(session, 1, kind=PullKind.FULL, way=PullWay.SEARCH, now=site.clock())


def _service(site: Site) -> int:
    """With a token that is good and one that was revoked."""
    given = {"roles": [Role.VIEWER], "sites": None, "life": timedelta(days=90), "by": at_the_machine()}
    first, second = (add_service(site.services, "warehouse", **given)[0] for _ in range(2))
    revoke_service_token(site.services, first.id, by=at_the_machine())
    return second.account.id


def _audits(site: Site, people: dict[str, Account]) -> dict[str, object]:
    """One read by two and being settled, one blinded and being read, one still a draft."""
    audit_id = begin_audit(site, people, title="Spring audit")
    chance = random.Random(4)
    first = None
    for name in ("anna", "ben"):
        while (seat := seats.claim_next(site.services, audit_id, people[name], site.clock())) is not None:
            first = first or seat.id
            read(site, people[name], seat.id, chance)
    for _ in range(len(site.charts) // 4):
        seat = seats.claim_next(site.services, audit_id, people["cora"], site.clock())
        assert seat is not None
        read(site, people["cora"], seat.id, chance)
    settled = seats.claim_next(site.services, audit_id, people["cora"], site.clock())
    assert settled is not None
    # Who read blinded and open would get no open seat.
    design = {"hides": HIDES, "readers": 1, "reviewers": ("dora",), "seed": 3}
    blinded = begin_audit(site, people, title="Blinded audit", **design)
    masked = seats.claim_next(site.services, blinded, people["dora"], site.clock())
    assert masked is not None
    shown = begin_audit(site, people, readers=1, title="Single reading", seed=5)
    seat = seats.claim_next(site.services, shown, people["anna"], site.clock())
    assert seat is not None
    draft = define_audit(
        site.services,
        1,
        title="Autumn audit",
        design=Design(charts=Charts.FLAGGED, seed=7, readers=2),
        purpose=AuditPurpose.LIVE,
        due_on=None,
        lead=people["lead"],
        now=site.clock(),
    )
    return {"audit_id": audit_id, "draft": draft.id, "locked": first, "settled": settled.id} | {
        "seat_id": seat.id,
        "masked": masked.id,
    }


def read(site: Site, reader: Account, seat_id: int, chance: random.Random) -> None:
    """Every question answered as chance has it, and signed off."""
    services, now = site.services, site.clock()
    page = review_of(services, seat_id, reader, now)
    step = page.expected
    for seen in page.items:
        said = _said(seen.item, chance.random())
        step = save(services, seat_id, reader, item=seen.item.key, answer=said, expected=step, now=now)
    lock(services, seat_id, reader, expected=step, now=now)


def _said(item: Item, drawn: float) -> Answer:
    if drawn < 0.04:
        return Answer(Said.CANNOT_TELL, missing=("pathology",))
    if drawn < 0.9 or item.kind is ItemKind.LINE:
        return Answer(Said.AGREE)
    right = next(each for each in item.choices if each not in (item.program, "exception"))
    return Answer(Said.OVERRULE, right=right, reason="record-misread", text="Read it again.")
