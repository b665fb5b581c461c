"""What a blinded audit hides from its readers is in no answer of any route: every route there is, with every
number there is, and the links that are given. A route of tomorrow is walked too.
"""

from collections.abc import Sequence

from sqlalchemy import text

from abstractor.store.values import Role
from abstractor.workflow.auditing.design import Hidden
from tests.integration.web.proofs.blinded import HIDDEN, OTHERS, PROGRAM, blind_site
from tests.integration.web.proofs.walking import Heard, found

EVERY = tuple(Hidden)
# Dirty records: nearly everything that a record can say of its place is in them.
CHART = "v08"


def broken(heard: Sequence[Heard]) -> list[str]:
    return [each.asked for each in heard if each.status >= 500]


def test_before_the_lock_nothing_hidden_is_in_any_answer() -> None:
    """To an auditor, and to a reader who may do everything else besides."""
    with blind_site(CHART, hides=EVERY) as blind:
        blind.reads("ben", 2)
        seat = blind.room.sit("ann", 0, 1)
        for roles in ((Role.AUDITOR,), tuple(Role)):
            blind.roles("ann", *roles)
            heard = blind.walk("ann").everywhere()
            assert found(heard, (*HIDDEN, OTHERS, PROGRAM)) == []
            assert broken(heard) == []
            seen = {each.asked for each in heard if each.status == 200}
            assert {f"GET /seats/{seat}", f"GET /api/v1/seats/{seat}/review", "GET /desk"} <= seen


def test_after_the_lock_only_what_the_design_allows() -> None:
    """The program at the own seat; both reviews to who settles, there; the place once the audit is closed."""
    with blind_site(CHART, hides=EVERY) as blind:
        blind.reads("ben", 2)
        seat = blind.reads("ann", 1)
        heard = blind.walk("ann").everywhere()
        assert found(heard, (*HIDDEN, OTHERS)) == []
        assert elsewhere(heard, PROGRAM, seat) == []

        seat = blind.room.sit("cid", 0, 3)
        heard = blind.walk("cid", changes=False).everywhere()
        assert found(heard, (*HIDDEN, PROGRAM)) == []
        assert elsewhere(heard, OTHERS, seat) == []

        with blind.room.services.store.writing() as session:
            session.connection().execute(text("UPDATE chart_audit SET state = 'closed'"))
        heard = blind.walk("ann", changes=False).everywhere()
        assert found(heard, (OTHERS,)) == []
        assert [marker for marker in (*HIDDEN, PROGRAM) if not found(heard, (marker,))] == []


def test_another_audit_of_the_same_charts_tells_nothing_before_they_are_read_blind() -> None:
    """Open in every other audit, and in work there: its seat is closed until the blinded review is locked."""
    with blind_site(CHART, hides=(Hidden.OTHER, Hidden.VERDICT)) as blind:
        beside = blind.beside("ann")
        blind.room.sit("ann", 0, 1)
        blind.roles("ann", *Role)
        heard = blind.walk("ann", changes=False).everywhere()
        assert found(heard, (PROGRAM,)) == []
        assert broken(heard) == []
        told = {each.asked: each for each in heard}
        for page in (f"GET /seats/{beside}", f"GET /api/v1/seats/{beside}/review"):
            assert told[page].status in (404, 409)
            assert "ead it there first" in told[page].told


def elsewhere(heard: Sequence[Heard], marker: str, seat: int) -> list[str]:
    """Where it is told but at that seat; it must be told there."""
    told = [each.asked for each in heard if found([each], (marker,))]
    assert told
    return [asked for asked in told if f"/seats/{seat}" not in asked]


def test_the_walk_finds_what_is_not_hidden() -> None:
    """That it can fail: in an open design every marker is met, but what the other says."""
    with blind_site(CHART, hides=()) as blind:
        blind.room.sit("ann", 0, 1)
        heard = blind.walk("ann", changes=False).everywhere()
    assert [marker for marker in (*HIDDEN, PROGRAM) if not found(heard, (marker,))] == []
    assert broken(heard) == []
