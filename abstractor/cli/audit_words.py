"""An audit, its design and its draw in words, and as the values that JSON has."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from abstractor.cli.opening import table_of
from abstractor.workflow.auditing.audits import Audit, AuditReader, Drawn, Preview
from abstractor.workflow.auditing.design import Charts, Design, design_from_json
from abstractor.workflow.auditing.planner import AuditPlan, half_width_of_share
from abstractor.workflow.auditing.values import AuditProgress

__all__ = [
    "audit_plain",
    "audit_row",
    "design_words",
    "draw_lines",
    "draw_table",
    "left_undone",
    "plan_words",
    "preview_plain",
    "preview_words",
    "reader_words",
]


def audit_plain(audit: Audit, readers: tuple[AuditReader, ...] = ()) -> dict[str, object]:
    plain = asdict(audit)
    return {
        **plain,
        "design": json.loads(audit.design),
        **{key: _moment(plain[key]) for key in ("due_on", "created_at", "opened_at", "closed_at")},
        "readers": [asdict(reader) for reader in readers],
    }


def audit_row(audit: Audit) -> tuple[str, ...]:
    design = design_from_json(audit.design)
    due = "-" if audit.due_on is None else audit.due_on.isoformat()
    state = audit.state if audit.purpose == "live" else f"{audit.state}, {audit.purpose}"
    return (str(audit.id), audit.title, str(audit.cycle_id), state, _which(design), _reading(design), due)


def design_words(design: Design) -> Iterator[tuple[str, str]]:
    """Each part of the design by its name."""
    yield "charts", _which(design)
    yield "spread over", ", ".join(design.strata) or "nothing"
    yield "read by", _reading(design)
    yield "asked of", ", ".join(_asked(design))
    yield "hidden", ", ".join(design.hides) or "nothing"
    if design.calibration:
        yield "calibration", f"{design.calibration} training charts for each reader: start, middle, end"
    yield "a reader has", f"{round(design.lease_minutes / 60, 2):g} hours before a chart goes back"
    yield "shares", "equal: so many readings for each reviewer" if design.equal_shares else "as readers claim"
    yield "seed", str(design.seed)


def reader_words(reader: AuditReader) -> str:
    does = [word for word, yes in (("reviews", reader.reviews), ("adjudicates", reader.adjudicates)) if yes]
    return f"{reader.name} ({' and '.join(does)})"


def preview_plain(seen: Preview) -> dict[str, object]:
    return {**asdict(seen), "left_out": {why.value: number for why, number in seen.left_out}}


def preview_words(seen: Preview) -> str:
    """Of how many, from which strata, and what the draw is good for."""
    told = [f"{seen.charts} charts in the cycle, {seen.frame} that can be drawn, {seen.drawn} drawn"]
    if 0 < seen.drawn < seen.frame:
        reach = half_width_of_share(seen.drawn, seen.frame)
        told.append(f"a share of one half is then known to within {reach:.1%} (95 %), of these {seen.frame}")
    told += [f"left out: {number} {why}" for why, number in seen.left_out]
    told.append(f"seats: {seen.reviews} reviews, at most {seen.adjudications} adjudications")
    words = "".join(f"{line}\n" for line in told)
    if len(seen.strata) < 2:
        return words
    rows = [(one.name, str(one.frame), str(one.drawn), str(one.twice)) for one in seen.strata]
    return words + table_of(("stratum", "can be drawn", "drawn", "read twice"), rows)


def draw_table(log: Drawn) -> str:
    rows = [
        (str(one.place), one.code, f"Chart {one.patient_id}", one.stratum or "-", str(one.readers))
        for one in log.charts
    ]
    return table_of(("place", "code", "chart", "stratum", "readers"), rows)


def draw_lines(log: Drawn) -> Iterator[str]:
    """A line a chart of the cycle, drawn or not."""
    for one in log.charts:
        yield _line({"drawn": True, **asdict(one)})
    for left in log.left_out:
        yield _line({"drawn": False, **asdict(left)})


def plan_words(plan: AuditPlan) -> str:
    told = []
    if plan.share is not None:
        told.append(f"for the share: {plan.share.needed} charts answered, so {plan.share.drawn} drawn")
    if plan.kappa is not None:
        told.append(f"for kappa: {plan.kappa.needed} charts read by two, so {plan.kappa.drawn} begun")
    told.append(f"of {plan.population} charts draw {plan.charts}: {plan.readings} readings")
    if plan.kappa is not None:
        told.append(f"define with --size {plan.charts} --double-share {plan.double_share:g}")
    if plan.assumes is not None:
        told.append(f"assumed: {plan.assumes}")
    words = "".join(f"{line}\n" for line in told)
    if not plan.reaches:
        return words
    rows = [(str(one.double_reads), f"{one.half_width:.2f}") for one in plan.reaches]
    return words + table_of(("read by two", "kappa to within"), rows)


def left_undone(seen: AuditProgress) -> str | None:
    """What an audit that is closed leaves unread and unsettled."""
    told = []
    unsettled = seen.to_settle or 0
    if unread := seen.seats - seen.done - unsettled:
        told.append(f"{unread} of {seen.seats} readings were not done")
    if unsettled:
        charts = "chart" if unsettled == 1 else "charts"
        told.append(f"on {unsettled} {charts} two readers differ, and nobody has settled it")
    return "; ".join(told) or None


def _which(design: Design) -> str:
    match design.charts:
        case Charts.FLAGGED:
            return "all flagged"
        case Charts.SAMPLE:
            return f"a sample of {design.size}"
        case Charts.LISTED:
            return f"a list of {len(design.listed)}"


def _reading(design: Design) -> str:
    if design.readers == 2:
        return "2"
    return "1" if not design.double_share else f"1, {design.double_share:.1%} by 2"


def _asked(design: Design) -> Iterator[str]:
    if design.criteria:
        yield "criteria"
    if design.lines:
        yield "lines"
    yield f"findings of {', '.join(design.rules)}" if design.rules else "every finding"


def _line(plain: Mapping[str, Any]) -> str:
    return f"{json.dumps(plain)}\n"


def _moment(value: Any) -> str | None:
    return None if value is None else str(value.isoformat())
