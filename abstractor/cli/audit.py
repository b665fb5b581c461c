"""`abstractor audit`: an audit of charts, as a lead plans, defines, opens and closes it."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from abstractor.cli.audit_agreement import agreement
from abstractor.cli.audit_cases import cases, replay_cases
from abstractor.cli.audit_design import (
    CalibrationOption,
    ChartsOption,
    CriteriaOption,
    DoubleOption,
    EqualOption,
    HideOption,
    LeaseOption,
    LinesOption,
    ListedOption,
    ReadersOption,
    RuleOption,
    SeedOption,
    SizeOption,
    StratifyOption,
    hidden_of,
    lease_of,
    listed_in,
    seed_of,
)
from abstractor.cli.audit_plan import plan
from abstractor.cli.audit_training import calibrate_readers, calibration_so_far
from abstractor.cli.audit_words import (
    audit_plain,
    audit_row,
    design_words,
    draw_lines,
    draw_table,
    left_undone,
    preview_plain,
    preview_words,
    reader_words,
)
from abstractor.cli.opening import opened, say, table_of
from abstractor.cli.options import day_of
from abstractor.errors import AbstractorError, OptionError, StoreError
from abstractor.workflow import Services
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.auditing import audits
from abstractor.workflow.auditing.audits import Audit, AuditPurpose, AuditState
from abstractor.workflow.auditing.design import Charts, Design, design_from_json
from abstractor.workflow.auditing.overlapping import warnings_of
from abstractor.workflow.auditing.seats import audit_progress

__all__ = ["audit"]

audit = typer.Typer(
    help="""Audits of charts: who reads which charts of a cycle, how many twice, and what is hidden from them.

\b
    abstractor audit plan --cycle 3 --share-within 0.1 --kappa-within 0.15
    abstractor audit define 3 --title "Baseline" --charts sample --size 60 --stratify site --double-share 0.5
    abstractor audit readers 1 --reviewer ann --reviewer bea --adjudicator cat
    abstractor audit preview 1
    abstractor audit open 1        # draws the charts, for good
    abstractor audit draw 1        # the log: what was drawn, what was not, and why
    abstractor audit close 1

docs/audits.md goes through one from plan to close.
""",
    no_args_is_help=True,
)
audit.command()(plan)
audit.command()(cases)
audit.command("replay")(replay_cases)
audit.command()(agreement)
audit.command("calibrate")(calibrate_readers)
audit.command("calibration")(calibration_so_far)

NumberArgument = Annotated[int, typer.Argument(metavar="AUDIT", help="Its number, as `list` shows it.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]


@audit.command()
def define(
    cycle: Annotated[int, typer.Argument(metavar="CYCLE", help="The number of the cycle.")],
    title: Annotated[str, typer.Option(help="What readers see it called; no name of a patient.")],
    charts: ChartsOption = Charts.FLAGGED,
    size: SizeOption = None,
    stratify: StratifyOption = None,
    listed: ListedOption = None,
    rule: RuleOption = None,
    criteria: CriteriaOption = True,
    lines: LinesOption = True,
    readers: ReadersOption = 1,
    double_share: DoubleOption = 0.0,
    equal_shares: EqualOption = True,
    hide: HideOption = None,
    due: Annotated[str | None, typer.Option(metavar="DATE", help="When it should be read.")] = None,
    lease: LeaseOption = 8.0,
    calibration: CalibrationOption = 0,
    seed: SeedOption = None,
    only_try: Annotated[bool, typer.Option("--try", help="Say what it would draw; keep nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Define an audit of a cycle, and say what it would draw. Nothing is drawn until it is opened.

    \b
    abstractor audit define 3 --title "Every flag" --readers 2
    abstractor audit define 3 --title "Sample" --charts sample --size 60 --stratify site --double-share 0.5

    The seed decides the draw, the order, the codes and who is read twice; tell it to no reader.
    """
    design = Design(charts, seed_of(seed), size, tuple(stratify or ()), listed_in(listed), tuple(rule or ()))
    design = replace(design, criteria=criteria, lines=lines, readers=readers, double_share=double_share)
    design = replace(design, hides=hidden_of(hide), lease_minutes=lease_of(lease), calibration=calibration)
    design = replace(design, equal_shares=equal_shares)
    due_on = None if due is None else day_of("--due", due)
    with opened() as services:
        seen = audits.preview(services, cycle, design)
        made = None if only_try else _defined(services, cycle, title, design, due_on)
    _warn(seen.warnings)
    if as_json:
        told = {"audit": None if made is None else audit_plain(made), "preview": preview_plain(seen)}
        sys.stdout.write(f"{json.dumps(told)}\n")
        return
    if made is not None:
        sys.stdout.write(f"defined: audit {made.id}, {made.title}\n")
    sys.stdout.write(preview_words(seen))
    if design.size is not None and seen.drawn < design.size:
        say(f"{design.size} were asked for: no more than {seen.frame} can be drawn")
    if made is not None:
        say(f"next: abstractor audit readers {made.id} --reviewer NAME")


@audit.command()
def preview(number: NumberArgument, as_json: JsonOption = False) -> None:
    """What an audit that is not open yet would draw now: the frame by stratum, the draw, the seats."""
    with opened() as services:
        found = _found(services, number)
        if found.state is not AuditState.DRAFT:
            raise OptionError(f"audit {number} is drawn already: abstractor audit draw {number}")
        seen = audits.preview(services, found.cycle_id, design_from_json(found.design), audit_id=number)
    sys.stdout.write(f"{json.dumps(preview_plain(seen))}\n" if as_json else preview_words(seen))
    _warn(seen.warnings)


@audit.command()
def readers(
    number: NumberArgument,
    reviewer: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Reviews charts.")] = None,
    adjudicator: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Settles what two reviewers said differently.")
    ] = None,
    remove: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Does neither any more.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Who may read in an audit; with options, changed first. Others may not, whatever their role.

    \b
    abstractor audit readers 1 --reviewer ann --reviewer bea --adjudicator cat
    abstractor audit readers 1 --remove bea

    An account may review and adjudicate, never the same chart. Named again, it does what is said last.
    """
    with opened() as services:
        _found(services, number)
        for name in dict.fromkeys([*(reviewer or ()), *(adjudicator or ()), *(remove or ())]):
            audits.set_reader(
                services,
                number,
                audits.account_named(services, name),
                reviews=name in (reviewer or ()),
                adjudicates=name in (adjudicator or ()),
                lead=at_the_machine(),
                now=services.clock(),
            )
        held = audits.readers_of(services, number)
    for reader in held:
        words = {"account": reader.account_id, "name": reader.name}
        does = {"reviews": reader.reviews, "adjudicates": reader.adjudicates}
        sys.stdout.write(f"{json.dumps(words | does) if as_json else reader_words(reader)}\n")
    if not held:
        say(f"nobody yet: abstractor audit readers {number} --reviewer NAME")


@audit.command("open")
def open_(number: NumberArgument, as_json: JsonOption = False) -> None:
    """Draw the charts of an audit and make its seats: readers can begin. It is drawn once, for good.

    Not before all charts of the cycle are abstracted, and not without enough reviewers.
    """
    with opened() as services:
        made = audits.open_audit(services, number, lead=at_the_machine(), now=services.clock())
        log = audits.drawn(services, number)
        adjudicators = any(reader.adjudicates for reader in audits.readers_of(services, number))
        warnings = warnings_of(services, made.cycle_id, design_from_json(made.design), audit_id=number)
    _warn(warnings)
    if as_json:
        told = {"drawn": len(log.charts), "left_out": len(log.left_out), "digest": log.digest}
        sys.stdout.write(f"{json.dumps(audit_plain(made) | told | {'warnings': warnings})}\n")
        return
    seats = sum(chart.readers for chart in log.charts)
    sys.stdout.write(f"open: audit {number}, {len(log.charts)} charts drawn, {seats} seats\n{log.digest}\n")
    if seats > len(log.charts) and not adjudicators:
        say(f"nobody adjudicates yet: abstractor audit readers {number} --adjudicator NAME")


@audit.command()
def close(number: NumberArgument) -> None:
    """Close an audit: nothing more is read in it, and all that was read stays. A draft is given up.

    Its training charts of the start and the middle are closed with it; those of the end may be read after it.
    """
    with opened() as services:
        audits.close_audit(services, number, lead=at_the_machine(), now=services.clock())
        left = audits.open_calibrations(services, number)
        seen = audit_progress(services, number, services.clock())
    sys.stdout.write(f"closed: audit {number}\n")
    if (unread := left_undone(seen)) is not None:
        say(unread)
    if left:
        say(
            f"open still: training charts of the end (audit {', '.join(map(str, left))}); "
            "close them too where nobody will read them"
        )


@audit.command("list")
def list_(as_json: JsonOption = False) -> None:
    """Every audit, the latest first."""
    with opened() as services:
        found = audits.audits(services)
    if as_json:
        sys.stdout.write("".join(f"{json.dumps(audit_plain(one))}\n" for one in found))
        return
    headings = ("audit", "title", "cycle", "state", "charts", "read by", "due")
    sys.stdout.write(table_of(headings, [audit_row(one) for one in found]))
    if not found:
        say('no audit yet: abstractor audit define CYCLE --title "..."')


@audit.command()
def show(number: NumberArgument, as_json: JsonOption = False) -> None:
    """All of an audit: its design, its readers, when it was opened and closed. The seed is for you alone."""
    with opened() as services:
        found = _found(services, number)
        held = audits.readers_of(services, number)
    if as_json:
        sys.stdout.write(f"{json.dumps(audit_plain(found, held))}\n")
        return
    told = [
        ("audit", f"{found.id}, {found.title}"),
        ("cycle", str(found.cycle_id)),
        ("state", f"{found.state} ({found.purpose})"),
        ("due", "-" if found.due_on is None else found.due_on.isoformat()),
        *design_words(design_from_json(found.design)),
        ("readers", ", ".join(map(reader_words, held)) or "nobody yet"),
    ]
    width = max(len(name) for name, _ in told)
    sys.stdout.write("".join(f"{name:{width}}  {words}\n" for name, words in told))


@audit.command()
def draw(
    number: NumberArgument,
    check: Annotated[
        bool, typer.Option("--check", help="Only hold the log against its digest, and draw again.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """The log of a draw: the code, place and stratum of each chart; and whether the seed draws it again.

    It says which chart is behind which code: keep it from readers. That you read it stands in the audit
    trail. With --json a line for each chart of the cycle, those left out with the reason. Ends with 1 where
    the log or the seats are not those of the opening: a patient was purged since, or a row was changed or
    put in.
    """
    with opened() as services:
        log = audits.draw_log(services, number, lead=at_the_machine(), now=services.clock())
    if log.digest is None:
        raise OptionError(f"audit {number} is not drawn yet: abstractor audit open {number}")
    if as_json and not check:
        sys.stdout.writelines(draw_lines(log))
    elif not check:
        sys.stdout.write(draw_table(log))
    if not (log.unchanged and log.again):
        raise AbstractorError(
            f"audit {number} and its log are not as {log.digest} has them: patients were purged since, or "
            "rows were changed; the audit trail tells of purges"
        )
    if not log.seated:
        raise AbstractorError(
            f"the seats of audit {number} are not those of its draw: rows were put in or taken away; the "
            "audit trail tells who claimed which seat"
        )
    say(f"{len(log.charts)} drawn, {len(log.left_out)} left out: as at the opening, and again from the seed")


def _defined(services: Services, cycle: int, title: str, design: Design, due_on: date | None) -> Audit:
    return audits.define_audit(
        services,
        cycle,
        title=title,
        design=design,
        purpose=AuditPurpose.LIVE,
        due_on=due_on,
        lead=at_the_machine(),
        now=services.clock(),
    )


def _warn(sentences: Iterable[str]) -> None:
    """What other open audits of the same charts mean for this one."""
    for sentence in sentences:
        say(sentence)


def _found(services: Services, number: int) -> Audit:
    found = audits.audit_by_id(services, number)
    if found is None:
        raise StoreError(f"there is no audit {number}; `abstractor audit list` shows them")
    return found
