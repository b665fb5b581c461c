"""Where results go: stdout, or a file that appears only when it is whole."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from abstractor.cli.stopping import stopping_in_order
from abstractor.cli.whole_file import whole_file
from abstractor.errors import InputError, OptionError

__all__ = ["refuse_existing", "refuse_overwriting", "results_to"]

STDOUT = Path("-")
_LINES = (".ndjson", ".ndjson.gz")
_BUNDLES = (".json", ".json.gz")
_COMPLETENESS = "completeness.json"
_OF_SITE = (*_LINES, *_BUNDLES, ".csv", ".toml")


def refuse_existing(output: Path | None) -> None:
    """For what somebody may have to show later: nothing takes its place unawares."""
    if output is not None and output != STDOUT and output.is_file():
        raise InputError(f"-o {output}: is there already; name a new file")


def refuse_overwriting(output: Path | None, inputs: Sequence[Path], *, site: Path | None = None) -> None:
    """Results must not replace what they are made from, nor what lies among it."""
    if output is None or output == STDOUT:
        return
    try:
        target = output.resolve()
        held = [path.resolve() for path in inputs]
        added = site.resolve() if site is not None else None
    except (OSError, RuntimeError):
        return  # whatever is wrong with a path is said where it is opened
    if target in held or (target.parent in held and _is_read(target)):
        raise OptionError(f"-o {output}: is among the inputs; choose another file")
    if added is not None and added in target.parents and target.name.lower().endswith(_OF_SITE):
        raise OptionError(f"-o {output}: is among what the site adds; choose another file")


def _is_read(target: Path) -> bool:
    """In a folder of inputs; a Bundle there is passed over, and is a clinic's record all the same."""
    name = target.name.lower()
    return name == _COMPLETENESS or name.endswith(_LINES) or (name.endswith(_BUNDLES) and target.exists())


@contextmanager
def results_to(output: Path | None) -> Iterator[IO[str]]:
    """Stdout ("-" too), or the file that appears only when it is whole; a device or a pipe is written to."""
    with stopping_in_order():
        if output is None or output == STDOUT:
            yield from _stdout()
            return
        try:
            if output.exists() and not output.is_file() and not output.is_dir():
                with output.open("w", encoding="utf-8") as stream:
                    yield stream
                return
            target = output.resolve()
            if not target.name or target.is_dir():
                raise InputError(f"-o {output}: is no file name; give one")
            with whole_file(target, tell=_tell) as stream:
                yield stream
        except (OSError, RuntimeError) as wrong:
            reason = wrong.strerror if isinstance(wrong, OSError) else "a loop of links"
            raise InputError(f"-o {output}: cannot be written ({reason}); choose another file") from None


def _stdout() -> Iterator[IO[str]]:
    if sys.stdout is None:
        raise OptionError("standard output is closed; write to a file with -o FILE")
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream, under pytest too
    yield sys.stdout
    sys.stdout.flush()


def _tell(said: str) -> None:
    sys.stderr.write(f"{said}\n")
