"""`abstractor audit agreement`: how far readers agree, item by item, and what they keep of the findings."""

import json
import sys
from typing import Annotated

import typer

from abstractor.cli.opening import opened, say, table_of
from abstractor.errors import StoreError
from abstractor.workflow.agreement.ratings import SENTENCES, Estimate, Interval, Measured, Undefined, Why
from abstractor.workflow.auditing import audits
from abstractor.workflow.auditing.agreeing import Against, Agreed, AgreementTable, Block, agreement_of

__all__ = ["agreement"]

_STATISTICS = ("raw", "kappa", "weighted", "ac1", "pabak", "alpha")
NO_SITE = "not known"
_AGREEING = ("item", "items", "read twice", "differ", "cannot tell", *_STATISTICS)
_AGAINST = ("finding", "confirmed", "overruled", "missed", "neither", "open", "sensitivity", "PPV")


def agreement(
    number: Annotated[int, typer.Argument(metavar="AUDIT", help="Its number, as `list` shows it.")],
    as_json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """How far readers agree on each item and overall, and what they keep of the program's findings.

    Of the locked reviews, as far as the audit has come. Raw agreement, Cohen's (or Conger's) kappa, weighted
    kappa where verdicts have an order, Gwet's AC1, PABAK and Krippendorff's alpha, each with its 95 %
    interval, for which the items of one chart hang together. What cannot be computed says why. With --json
    also the intervals as they would be if every item were independent.
    """
    with opened() as services:
        if audits.audit_by_id(services, number) is None:
            raise StoreError(f"there is no audit {number}; `abstractor audit list` shows them")
        found = agreement_of(services, number)
    if as_json:
        sys.stdout.write(json.dumps(_plain(found), indent=1) + "\n")
        return
    rows = [_row(one) for one in (found.overall, *found.by_heading)]
    sys.stdout.write(table_of(_AGREEING, rows))
    _tell_undefined(found)
    sys.stdout.write(table_of(_AGAINST, [_against_row(one) for one in found.program]))
    by_site = [(site or NO_SITE, *_against_row(one)) for site, one in found.by_site]
    sys.stdout.write(table_of(("site", *_AGAINST), by_site))
    say("intervals take the chart for the unit: the items of one chart hang together (--json has both kinds)")
    say("sensitivity holds only where charts were drawn without regard to what the program said of them")
    say(f"{found.readers} readers; on {found.unsettled} items they differ and nobody has settled it")


def _row(one: Agreed) -> tuple[str, ...]:
    counts = (one.units, one.read_twice, one.differing, one.cannot_tell)
    heading = f"missed: {one.heading}" if one.kind == "missed" else one.heading
    return (heading, *map(str, counts), *(_words(getattr(one.statistics, name)) for name in _STATISTICS))


def _against_row(one: Against) -> tuple[str, ...]:
    counted = one.counted
    counts = (
        counted.true_positive,
        counted.false_positive,
        counted.false_negative,
        counted.true_negative,
        counted.left_open,
    )
    return (one.heading, *map(str, counts), _words(one.sensitivity), _words(one.ppv))


def _words(measured: Measured | None) -> str:
    if measured is None:
        return "no order"
    if isinstance(measured, Undefined):
        return f"undefined ({measured.why})"
    if isinstance(measured.interval, Undefined):
        return f"{measured.value:.2f} ({measured.interval.why})"
    return f"{measured.value:.2f} ({measured.interval.low:.2f} to {measured.interval.high:.2f})"


def _tell_undefined(found: AgreementTable) -> None:
    """The sentences of what is undefined, each once."""
    told: set[Why] = set()
    every = [
        getattr(one.statistics, name) for one in (found.overall, *found.by_heading) for name in _STATISTICS
    ]
    against = (*found.program, *(row for _, row in found.by_site))
    for one in (*every, *(share for row in against for share in (row.sensitivity, row.ppv))):
        missing = one.interval if isinstance(one, Estimate) else one
        if isinstance(missing, Undefined):
            told.add(missing.why)
    for why, sentence in SENTENCES.items():
        if why in told:
            say(f"{why}: {sentence}")


def _plain(found: AgreementTable) -> dict[str, object]:
    return {
        "overall": _agreed_plain(found.overall),
        "items": [_agreed_plain(one) for one in found.by_heading],
        "program": [_against_plain(one) for one in found.program],
        "sites": [{"site": site, **_against_plain(one)} for site, one in found.by_site],
        "drift": [_block_plain(one) for one in found.drift],
        "intervals": found.intervals,
        "unsettled": found.unsettled,
        "readers": found.readers,
    }


def _agreed_plain(one: Agreed) -> dict[str, object]:
    return {
        "kind": one.kind,
        "item": one.heading,
        "items": one.units,
        "charts": one.charts,
        "read_twice": one.read_twice,
        "differ": one.differing,
        "cannot_tell": one.cannot_tell,
        **{name: _measured_plain(getattr(one.statistics, name)) for name in _STATISTICS},
    }


def _against_plain(one: Against) -> dict[str, object]:
    counted = one.counted
    return {
        "finding": one.heading,
        "confirmed": counted.true_positive,
        "overruled": counted.false_positive,
        "missed": counted.false_negative,
        "neither": counted.true_negative,
        "open": counted.left_open,
        "sensitivity": _measured_plain(one.sensitivity),
        "ppv": _measured_plain(one.ppv),
    }


def _block_plain(one: Block) -> dict[str, object]:
    return {
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "charts": one.charts,
        "raw": _measured_plain(one.raw),
        "ppv": _measured_plain(one.ppv),
    }


def _measured_plain(measured: Measured | None) -> dict[str, object] | None:
    """Null where there is no such statistic of that scale."""
    if measured is None:
        return None
    if isinstance(measured, Undefined):
        return {"value": None, "undefined": str(measured.why)}
    told = measured.interval
    return {
        "value": measured.value,
        "interval": _limits(told),
        **({"undefined": str(told.why)} if isinstance(told, Undefined) else {}),
        **({"level": told.level, "method": str(told.method)} if isinstance(told, Interval) else {}),
        "charts": measured.charts,
        "items": measured.items,
        "independent": _limits(measured.independent),
        "design_effect": measured.design_effect,
    }


def _limits(limits: Interval | Undefined | None) -> list[float] | None:
    return [limits.low, limits.high] if isinstance(limits, Interval) else None
