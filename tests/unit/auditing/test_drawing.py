"""A draw by hand: what a seed draws for good, who is left out and why, and how strata are shared out."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from abstractor.abstract import Severity, Verdict
from abstractor.store.auditing.values import (
    Audit,
    AuditPurpose,
    AuditState,
    FramedChart,
    LeftOut,
    Pick,
    Why,
)
from abstractor.workflow.auditing.design import Charts, Design, Stratify
from abstractor.workflow.auditing.drawing import allocate, digest_of, draw, stratum_of

INCLUDED, EXCLUDED = Verdict.INCLUDED, Verdict.EXCLUDED
FRAME = (
    FramedChart(1, 11, "sha256:a", INCLUDED, True, Severity.CRITICAL, "Organization/n", "Practitioner/p"),
    FramedChart(2, 12, "sha256:b", INCLUDED, False, None, "Organization/n", None),
    FramedChart(3, 13, "sha256:c", INCLUDED, True, Severity.REVIEW, "Organization/s", "Practitioner/q"),
    FramedChart(4, 14, "sha256:d", EXCLUDED, True, Severity.REVIEW, None, None),
    FramedChart(5, 15, "sha256:e", EXCLUDED),
    FramedChart(6),
)
SAMPLE = Design(charts=Charts.SAMPLE, seed=2026, size=2, strata=(Stratify.SITE,), double_share=0.5)


def test_a_seed_draws_the_same_for_good() -> None:
    """These stand here once and for all: an audit that was drawn years ago must come out as it was."""
    done = draw(FRAME, SAMPLE, audit_id=7)
    assert done.picks == (
        Pick(3, 13, "8WCSZZ", "site:Organization/s", 1, 1),
        Pick(1, 11, "ZFDHPN", "site:Organization/n", 2, 2),
    )
    assert done.left_out == (
        LeftOut(2, Why.NOT_DRAWN, "site:Organization/n"),
        LeftOut(4, Why.NOT_INCLUDED, None),
        LeftOut(5, Why.NOT_INCLUDED, None),
        LeftOut(6, Why.NOT_ABSTRACTED, None),
    )


@pytest.mark.parametrize(
    ("design", "drawn", "left_out"),
    [
        (
            Design(charts=Charts.FLAGGED, seed=1),
            {1, 3, 4},
            {2: Why.NOT_FLAGGED, 5: Why.NOT_FLAGGED, 6: Why.NOT_ABSTRACTED},
        ),
        (
            Design(charts=Charts.SAMPLE, seed=1, size=9),
            {1, 2, 3},
            {4: Why.NOT_INCLUDED, 5: Why.NOT_INCLUDED, 6: Why.NOT_ABSTRACTED},
        ),
        (
            Design(charts=Charts.LISTED, seed=1, listed=(5, 6, 7)),
            {5},
            {
                1: Why.NOT_LISTED,
                2: Why.NOT_LISTED,
                3: Why.NOT_LISTED,
                4: Why.NOT_LISTED,
                6: Why.NOT_ABSTRACTED,
                7: Why.PURGED,
            },
        ),
    ],
    ids=["flagged", "sample", "listed"],
)
def test_who_is_drawn_and_why_others_are_not(
    design: Design, drawn: set[int], left_out: dict[int, Why]
) -> None:
    done = draw(FRAME, design)
    assert {pick.patient_id for pick in done.picks} == drawn
    assert {one.patient_id: one.why for one in done.left_out} == left_out


@pytest.mark.parametrize(
    ("sizes", "wanted", "shares"),
    [
        ({"a": 50, "b": 30, "c": 20}, 10, {"a": 5, "b": 3, "c": 2}),
        ({"a": 10, "b": 10, "c": 10}, 10, {"a": 4, "b": 3, "c": 3}),
        ({"a": 97, "b": 2, "c": 1}, 10, {"a": 8, "b": 1, "c": 1}),
        ({"a": 90, "b": 9, "c": 1}, 2, {"a": 2, "b": 0, "c": 0}),
        ({"a": 3, "b": 0}, 9, {"a": 3, "b": 0}),
        ({}, 3, {}),
    ],
)
def test_strata_have_their_share_and_one_at_least(
    sizes: dict[str, int], wanted: int, shares: dict[str, int]
) -> None:
    assert allocate(sizes, wanted) == shares


def test_a_stratum_is_named_by_what_it_is_of() -> None:
    assert [stratum_of(one, tuple(Stratify)) for one in FRAME[:2]] == [
        "site:Organization/n clinician:Practitioner/p verdict:critical",
        "site:Organization/n clinician:- verdict:no-flag",
    ]
    assert stratum_of(FRAME[0], ()) == ""


AUDIT = Audit(
    id=1,
    cycle_id=1,
    title="Audit",
    purpose=AuditPurpose.LIVE,
    state=AuditState.OPEN,
    design="{}",
    due_on=None,
    created_by=None,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    opened_at=datetime(2026, 1, 2, tzinfo=UTC),
    closed_at=None,
)


@pytest.mark.parametrize(
    "changed",
    [
        {"design": "{ }"},
        {"id": 2},
        {"cycle_id": 2},
        {"title": "Other"},
        {"purpose": AuditPurpose.TRAINING},
        {"opened_at": datetime(2026, 1, 3, tzinfo=UTC)},
        {"opened_at": None},
    ],
    ids=lambda changed: "".join(changed),
)
def test_whatever_is_changed_in_the_audit_changes_its_digest(changed: dict[str, Any]) -> None:
    assert digest_of(replace(AUDIT, **changed), [], []) != digest_of(AUDIT, [], [])


def test_closing_an_audit_leaves_its_digest() -> None:
    closed = replace(AUDIT, state=AuditState.CLOSED, closed_at=datetime(2026, 1, 3, tzinfo=UTC))
    elsewhere = replace(closed, opened_at=datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=3))))
    assert digest_of(elsewhere, [], []) == digest_of(AUDIT, [], [])


def test_whatever_is_changed_in_the_log_changes_its_digest() -> None:
    pick, left = Pick(1, 11, "K7M2QF", "", 1, 2), LeftOut(2, Why.NOT_DRAWN, "")
    told = {
        digest_of(AUDIT, [pick], [left]),
        digest_of(AUDIT, [Pick(1, 12, "K7M2QF", "", 1, 2)], [left]),
        digest_of(AUDIT, [pick], [LeftOut(2, Why.NOT_INCLUDED, "")]),
        digest_of(AUDIT, [pick], []),
    }
    assert len(told) == 4


def test_no_hash_of_a_process_moves_it() -> None:
    """Sets and dictionaries of another process are in another order."""
    program = (
        "from tests.unit.auditing.test_drawing import *\n"
        "done = draw(FRAME, SAMPLE)\n"
        "print(digest_of(AUDIT, done.picks, done.left_out))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
