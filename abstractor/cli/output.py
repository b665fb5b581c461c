"""Where results go: stdout, or a file that appears only when it is whole."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from abstractor.errors import InputError

__all__ = ["results_to"]


@contextmanager
def results_to(output: Path | None) -> Iterator[TextIO]:
    """Stdout, or a file that appears only when it is whole."""
    if output is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        sys.stdout.flush()
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            yield stream
        part.replace(output)
    except OSError as wrong:
        raise InputError(f"{output}: cannot be written ({wrong.strerror}); choose another -o FILE") from None
    finally:
        part.unlink(missing_ok=True)
