"""Where results go: stdout, or a file that appears only when it is whole."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from abstractor.errors import InputError, OptionError

__all__ = ["refuse_overwriting", "results_to"]


def refuse_overwriting(output: Path | None, inputs: Sequence[Path]) -> None:
    """Results must not replace what they are made from."""
    if output is None:
        return
    try:
        target = output.resolve()
        held = [path.resolve() for path in inputs]
    except (OSError, RuntimeError):
        return  # whatever is wrong with a path is said where it is opened
    if target in held or (target.parent in held and ".ndjson" in target.suffixes):
        raise OptionError(f"-o {output}: is among the inputs; choose another file")


@contextmanager
def results_to(output: Path | None) -> Iterator[IO[str]]:
    """Stdout, or the file: written beside its place and moved there whole. A device is written to."""
    if output is None:
        if sys.stdout is None:
            raise OptionError("standard output is closed; write to a file with -o FILE")
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # a text stream, under pytest too
        yield sys.stdout
        sys.stdout.flush()
        return
    try:
        target = output.resolve()
        if not target.name or target.is_dir():
            raise InputError(f"-o {output}: is no file name; give one")
        if target.exists() and not target.is_file():
            with target.open("w", encoding="utf-8") as stream:
                yield stream
            return
        yield from _whole(target)
    except (OSError, RuntimeError) as wrong:
        reason = wrong.strerror if isinstance(wrong, OSError) else "a loop of links"
        raise InputError(f"-o {output}: cannot be written ({reason}); choose another file") from None


def _whole(target: Path) -> Iterator[IO[str]]:
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name[:50]}.", suffix=".part", delete=False
    ) as stream:
        part = Path(stream.name)
        try:
            yield stream
            stream.flush()
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
            part.chmod(mode)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
