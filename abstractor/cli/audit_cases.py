"""`abstractor audit cases|replay`: overruled verdicts as test cases without whose they are, decided again."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from abstractor.cli.opening import opened, say, table_of
from abstractor.errors import OptionError
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.auditing.cases.file import case_to_json
from abstractor.workflow.auditing.cases.making import Left, cases_of
from abstractor.workflow.auditing.cases.replaying import Replayed, replay

__all__ = ["cases", "replay_cases"]

_NOT_AS_EXPECTED = 1


def cases(
    number: Annotated[int, typer.Argument(metavar="AUDIT", help="Its number, as `list` shows it.")],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the files go; made where it is not.")
    ],
) -> None:
    """Write each verdict that readers overruled as a test case, without whose chart it is.

    References become numbers, words are taken out, of the birth the year is left, every date of a chart is
    moved by the same random number of days in all of its files, and the abstraction period is another one.
    A case is written only where the program says of it what it said of the chart, and where who knows the
    true period could not tell the true days; the others are told. Look through the files before you give
    them away.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise OptionError(f"{folder}: it cannot be made ({failure.strerror}); name another folder") from None
    written: set[str] = set()
    with opened() as services:
        found = cases_of(services, number, lead=at_the_machine(), now=services.clock(), told=_told)
        for one in found:
            if isinstance(one, Left):
                say(f"{one.code} {one.item}: no case: {one.why}")
                continue
            text = case_to_json(one.case)
            name = _name(text)
            if name in written:
                say(f"{one.code} {one.case.item}: no case: the same as one that is written already")
                continue
            (folder / name).write_text(text, encoding="utf-8")
            written.add(name)
    sys.stdout.write(f"{len(written)} {'case' if len(written) == 1 else 'cases'} in {folder}\n")


def _told(done: int, total: int) -> None:
    """A chart takes some seconds: it is decided under hundreds of shifts."""
    if sys.stderr.isatty():
        say(f"{done} of {total} charts with overruled verdicts done")


def _name(text: str) -> str:
    """By what stands in it: nothing of the audit or of the chart's place in it."""
    return f"case-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"


def replay_cases(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Case files, or folders of them.")],
    site: Annotated[
        Path | None, typer.Option("--site", help="The folder with the site's codes and rules.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a case.")] = False,
) -> None:
    """Decide cases again: does the program of today say what readers settled on?

    Ends with 1 where it does not say so of every case.
    """
    found = list(replay(paths, site=site))
    if as_json:
        for one in found:
            sys.stdout.write(json.dumps(_plain(one)) + "\n")
    else:
        rows = [(one.file.name, one.case.item, *_words(one)) for one in found]
        sys.stdout.write(table_of(("case", "item", "said", "is right", "says now", ""), rows))
    if not all(one.agrees for one in found):
        raise typer.Exit(_NOT_AS_EXPECTED)


def _words(one: Replayed) -> tuple[str, str, str, str]:
    said, expected, now = (
        each or "no finding" for each in (one.case.program_said, one.case.expected, one.says)
    )
    return said, expected, now, "as it should" if one.agrees else "NOT as it should"


def _plain(one: Replayed) -> dict[str, object]:
    return {
        "file": one.file.name,
        "item": one.case.item,
        "said": one.case.program_said,
        "expected": one.case.expected,
        "says": one.says,
        "agrees": one.agrees,
    }
